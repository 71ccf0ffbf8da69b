"""The list of what waits: for the caller, or for anyone in the caller's area; all of it decided in SQL."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter
from starlette.requests import Request

from shared.auth import Principal
from shared.identity import BusinessDate, division_prefix
from shared.procedures.declaration import Kind, Procedure
from shared.records.filters import parse_division_prefix, parse_value
from shared.records.reader import visible
from shared.service.cursor import Cursor
from shared.service.problems import FieldError, InvalidParameter
from shared.service.strict import check_query

FILTERS = ("waits_for", "late", "stage", "division", "due_by", "limit", "cursor")
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""Where cases without a due day stand in the order."""
OWN_STEP = "s.case_id = t.id AND s.principal = ${} AND s.on_behalf_of IS NULL"
"""A step `s` of the case `t` that the caller took himself; the number of the bound caller is to be filled in."""

_WAITS_FOR: TypeAdapter[object] = TypeAdapter(Literal["me", "anyone"])
_LATE: TypeAdapter[object] = TypeAdapter(Literal["true", "false"])
_DAY: TypeAdapter[object] = TypeAdapter(BusinessDate)
_LIMIT: TypeAdapter[object] = TypeAdapter(Annotated[int, Field(ge=1)])


@dataclass(slots=True)
class WaitingQuery:
    """`due_by` also tells how far ahead lasting cases are looked at; without it, up to today."""

    for_me: bool = True
    late: bool | None = None
    stage: str | None = None
    division: str | None = None
    due_by: date | None = None
    limit: int | None = None
    cursor: str | None = None

    def asked(self, procedure: Procedure) -> object:
        """What a cursor belongs to."""
        return procedure.cases.name, replace(self, limit=None, cursor=None)


def parse_waiting(procedure: Procedure, request: Request) -> WaitingQuery:
    """Raises UnknownFilter, EmptyFilter or InvalidParameter."""
    check_query(request, FILTERS)
    query = WaitingQuery()
    for name, value in request.query_params.items():
        match name:
            case "waits_for":
                query.for_me = parse_value(_WAITS_FOR, name, value) == "me"
            case "late":
                query.late = parse_value(_LATE, name, value) == "true"
            case "stage":
                if value not in procedure.stage:
                    raise InvalidParameter(errors=[FieldError("query:stage", "unknown_stage", _stages(procedure))])
                query.stage = value
            case "division":
                query.division = parse_division_prefix(value)
            case "due_by":
                query.due_by = parse_value(_DAY, name, value)  # type: ignore[assignment]  # a day, as its type says
            case "limit":
                query.limit = int(str(parse_value(_LIMIT, name, value)))
            case _:
                query.cursor = value
    return query


def _stages(procedure: Procedure) -> dict[str, object]:
    return {"allowed": list(procedure.stage)}


class Conditions:
    """The conditions on a case `t`, and the values they are bound to."""

    def __init__(self, procedure: Procedure, principal: Principal, service: str, *, today: date) -> None:
        self._procedure = procedure
        self._principal = principal
        self._service = service
        self._today = today
        self.values: list[object] = []
        self.texts: list[str] = ["t.closed_on IS NULL AND t.voided_at IS NULL"]
        self.caller = self._bound(principal.subject)

    def bind(self, value: object) -> str:
        self.values.append(value)
        return f"${len(self.values)}"

    def add(self, query: WaitingQuery) -> None:
        self.texts.append(visible(self._bound(self._principal.scope.patterns), self.caller))
        look_ahead = self.bind(query.due_by or self._today)
        if query.division is not None:
            self.texts.append(f"t.division LIKE {self.bind(query.division + '%')}")
        if query.stage is not None:
            self.texts.append(f"t.stage = {self.bind(query.stage)}")
        if query.late is not None:
            today, late = self.bind(self._today), self.bind(query.late)
            self.texts.append(f"coalesce(t.due_on < {today}, false) = {late}")
        if query.due_by is not None:
            self.texts.append(f"t.due_on <= {look_ahead}")
        if query.cursor is not None:
            last = Cursor.decode(query.asked(self._procedure), query.cursor)
            day, after = self.bind(last.moment.date()), self.bind(last.id)
            end = self.bind(NEVER.date())
            self.texts.append(f"(coalesce(t.due_on, {end}), t.id) > ({day}, {after})")
        lasting = self.bind([one.name for one in self._procedure.stages if one.lasting])
        self.texts.append(f"(t.stage <> ALL({lasting}::text[]) OR t.due_on <= {look_ahead})")
        if query.for_me:
            self.texts.append(f"({' OR '.join(self._mine()) or 'false'})")

    def _bound(self, value: object) -> int:
        self.bind(value)
        return len(self.values)

    def _mine(self) -> list[str]:
        """One condition for each (area, kind of step): the stages at which a step waits for this caller."""
        stages: dict[tuple[tuple[str, ...], bool, str, tuple[str, ...]], set[str]] = defaultdict(set)
        for step in self._procedure.later.values():
            own = {one for actor in step.by for one in actor.divisions_of(self._principal, self._service)}
            if step.awaited and own:
                patterns = tuple(sorted(f"{division_prefix(one)}%" for one in own))
                objections = ">" if step.kind is Kind.DECISION else ">=" if step.despite_objection else "="
                stages[patterns, step.during_posting, objections, step.not_by].update(step.from_)
        return [
            f"(t.stage = ANY({self.bind(sorted(names))}::text[]) AND t.open_objections {objections} 0"
            f" AND (t.division LIKE ANY({self.bind(list(patterns))}::text[]) OR t.division IS NULL)"
            + ("" if in_posting else f" AND (t.ready_on IS NULL OR t.ready_on <= {self.bind(self._today)})")
            + ("" if not not_by else f" AND {self._took_none(not_by)}")
            + ")"
            for (patterns, in_posting, objections, not_by), names in stages.items()
        ]

    def _took_none(self, steps: tuple[str, ...]) -> str:
        names = self.bind(list(steps))
        own = OWN_STEP.format(self.caller)
        return f"NOT EXISTS (SELECT FROM procedure_step s WHERE {own} AND s.step = ANY({names}::text[]))"


def cursor_of(asked: object, due_on: date | None, case_id: UUID) -> str:
    moment = NEVER if due_on is None else datetime.combine(due_on, time(), UTC)
    return Cursor(moment, case_id).encode(asked)

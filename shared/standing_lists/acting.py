"""What officials do about lines: check, settle, reopen; any number of lines in a handful of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import asyncpg
import orjson

from shared.auth import Principal
from shared.codes import code_list
from shared.database import Connection
from shared.indicators.question import Question
from shared.service.problems import Conflict, FieldError, NotFound, PreconditionFailed, Problem, Unprocessable
from shared.standing_lists.declaration import LineState, StandingList
from shared.standing_lists.documents import line_of, version_of
from shared.standing_lists.reading import lines_by_id
from shared.standing_lists.schemas import Line


class Action(StrEnum):
    CHECK = "check"
    SETTLE = "settle"
    REOPEN = "reopen"


_FROM = {
    Action.CHECK: {LineState.OPEN},
    Action.SETTLE: {LineState.OPEN, LineState.CHECKED},
    Action.REOPEN: {LineState.CHECKED, LineState.SETTLED},
}
_TO = {Action.CHECK: LineState.CHECKED, Action.SETTLE: LineState.SETTLED, Action.REOPEN: LineState.OPEN}

# A row for each line is there before the lock is taken, so that of two who come at once the second one waits.
_FIRST = """
INSERT INTO standing_line
  (line_id, list, year, subject_id, member_id, household_id, division, cause, detail, state, revision, at, principal,
   source_system)
SELECT n.line_id, $1, $2, n.subject_id, n.member_id, n.household_id, n.division, n.cause, n.detail, 'open', 0,
  $3, $4, $5
FROM unnest($6::uuid[], $7::text[], $8::uuid[], $9::uuid[], $10::text[], $11::text[], $12::jsonb[])
  AS n(line_id, subject_id, member_id, household_id, division, cause, detail)
ORDER BY n.line_id ON CONFLICT (line_id) DO NOTHING
"""
_LOCK = """
SELECT line_id, state, cause, outcome, remark, principal, source_system, at, revision, detail::text AS detail
FROM standing_line WHERE line_id = ANY($1::uuid[]) ORDER BY line_id FOR UPDATE
"""
_WRITE = """
WITH written AS (
  UPDATE standing_line s SET
    member_id = n.member_id, household_id = n.household_id, division = n.division, cause = n.cause, detail = n.detail,
    state = n.state, outcome = n.outcome, remark = n.remark, revision = n.revision, at = $2, principal = $3,
    source_system = $4
  FROM jsonb_populate_recordset(NULL::standing_line, $1::jsonb) n WHERE s.line_id = n.line_id
)
INSERT INTO record_history
  (record_type, record_id, revision, action, at, principal, source_system, request_id, reason, before, after)
SELECT $5, h.record_id, h.revision, h.action, $2, $3, $4, $6, h.reason, h.before, h.after
FROM jsonb_populate_recordset(NULL::record_history, $7::jsonb) h
"""
_FORGET = "DELETE FROM standing_line WHERE line_id = ANY($1::uuid[]) AND revision = 0"


class LineTaken(Conflict):
    """The line is not in a state that the act starts from: somebody else was there before."""

    code = "list-line-state"


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody wants done about a line.

    `version` is what he saw, None if it does not matter; `own_route`: it comes by a route of the list's own.
    """

    line_id: UUID
    action: Action
    outcome: str | None
    remark: str | None
    version: str | None
    own_route: bool = False


@dataclass(frozen=True, slots=True)
class Actor:
    principal: Principal
    at: datetime
    request_id: str | None


def history_name(standing: StandingList) -> str:
    """What the list's lines go by in `record_history`."""
    return f"lists/{standing.code}"


async def act_on_lines(
    connection: Connection, standing: StandingList, question: Question, acts: Sequence[Act], actor: Actor
) -> list[Line | Problem]:
    """Do all that can be done, in the caller's transaction and scope; the line or the refusal for each act, in order.

    Of two acts on one line the second is judged by what the first has made of it.
    """
    found = await lines_by_id(connection, standing, question, {act.line_id for act in acts})
    lines = {line_id: line for line_id, line in found.items() if line["state"] != LineState.GONE}
    now = [lines[line_id] for line_id in sorted(lines)]
    await connection.execute(
        _FIRST,
        standing.code,
        question.year if standing.by_year else 0,
        actor.at,
        actor.principal.subject,
        actor.principal.source_system,
        *([row[name] for row in now] for name in _IDENTITY),
    )
    held = {row["line_id"]: _Held.of(row) for row in await connection.fetch(_LOCK, list(lines))}
    outcomes = [_judge(standing, act, lines.get(act.line_id), held.get(act.line_id), actor) for act in acts]
    written = [one for one in held.values() if one.entries]
    if written:
        await connection.execute(
            _WRITE,
            _json([one.row(lines[one.line_id]) for one in written]),
            actor.at,
            actor.principal.subject,
            actor.principal.source_system,
            history_name(standing),
            actor.request_id,
            _json([entry for one in written for entry in one.entries]),
        )
    if len(written) < len(held):
        await connection.execute(_FORGET, [one.line_id for one in held.values() if not one.entries])
    return outcomes


_IDENTITY = ("line_id", "subject_id", "member_id", "household_id", "division", "cause", "detail")


@dataclass(slots=True)
class _Held:
    """A locked line: what it was given last, and what is being done about it."""

    line_id: UUID
    state: LineState
    cause: str
    outcome: str | None
    remark: str | None
    principal: str
    source_system: str
    at: datetime
    revision: int
    detail: dict[str, object]
    entries: list[dict[str, object]]

    @classmethod
    def of(cls, row: asyncpg.Record) -> "_Held":
        values = {**dict(row), "state": LineState(row["state"]), "detail": orjson.loads(row["detail"])}
        return cls(**values, entries=[])

    def state_under(self, cause: str) -> LineState:
        """What of the state holds for the cause of now."""
        return self.state if self.cause == cause and self.state is not LineState.GONE else LineState.OPEN

    def was_done_by(self, act: Act, principal: Principal) -> bool:
        """Whether the same caller has just done the same."""
        same = (self.principal, self.outcome, self.remark) == (principal.subject, act.outcome, act.remark)
        return same and self.revision > 0

    def take(self, act: Act, line: asyncpg.Record, actor: Actor) -> None:
        before = self.document()
        self.state, self.cause, self.detail = _TO[act.action], line["cause"], orjson.loads(line["detail"])
        self.outcome, self.remark = act.outcome, act.remark
        self.principal, self.source_system, self.at = actor.principal.subject, actor.principal.source_system, actor.at
        self.revision += 1
        entry = {"record_id": self.line_id, "revision": self.revision, "action": act.action, "reason": act.remark}
        self.entries.append({**entry, "before": before, "after": self.document()})

    def document(self) -> dict[str, object]:
        return {"state": self.state, "outcome": self.outcome, "remark": self.remark, "detail": self.detail}

    def mark(self) -> dict[str, object]:
        """Who, when, from which system."""
        return {
            "held_state": self.state,
            "revision": self.revision,
            "at": self.at,
            "principal": self.principal,
            "source_system": self.source_system,
        }

    def row(self, line: asyncpg.Record) -> dict[str, object]:
        return {
            "line_id": self.line_id,
            "member_id": line["member_id"],
            "household_id": line["household_id"],
            "division": line["division"],
            "cause": self.cause,
            "detail": self.detail,
            "state": self.state,
            "outcome": self.outcome,
            "remark": self.remark,
            "revision": self.revision,
        }


def _judge(
    standing: StandingList, act: Act, line: asyncpg.Record | None, held: _Held | None, actor: Actor
) -> Line | Problem:
    if line is None or held is None:
        return NotFound()
    if act.outcome is not None and act.outcome not in code_list(standing.outcomes):
        return Unprocessable(errors=[FieldError("/outcome", "unknown_code", {"list": standing.outcomes})])
    if act.outcome in standing.reserved and not act.own_route:
        return Unprocessable(errors=[FieldError("/outcome", "outcome_reserved", {"outcome": act.outcome})])
    version = version_of(held.revision, line["cause"])
    if act.version is not None and act.version != version:
        return PreconditionFailed(params={"revision": version})
    state = held.state_under(line["cause"])
    if state in _FROM[act.action]:
        held.take(act, line, actor)
    elif state is not _TO[act.action] or not held.was_done_by(act, actor.principal):
        label = code_list("list_line_state").label(state)
        return LineTaken(params={"state": state, "label": label, "by": held.principal if held.revision else ""})
    return line_of({**dict(line), **held.document(), **held.mark(), "detail": line["detail"]})


def _json(rows: Sequence[object]) -> str:
    return orjson.dumps(rows, default=str).decode()  # asyncpg's ids are of a class of its own

"""Lists and counts of statuses by place and filters, for those who look after many households."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import asyncpg
import orjson

from services.registry.categories.said import KINDS
from services.registry.status.models import LineState, ProposalCode, RiskLevel
from shared.codes import code_list
from shared.database import Database, Scope
from shared.facts.models import Batch, GuaranteeItem, GuaranteeState
from shared.roster.models import HouseholdState
from shared.service.cursor import Cursor, decode_cursor, decode_id, encode_cursor

_DIVISION_CUTS = (2, 4, 6, 9, 12)
_COLUMNS = (
    "household_id, code, division, village_class, state, household_type, income_state, risk_level, member_count, "
    "unmet, signals, batches, causes, categories, proposals, guarantees, version, etag, source_versions, valid_until, "
    "updated_at"
)


def _codes(kind: type[StrEnum]) -> tuple[str, ...]:
    return tuple(code.value for code in kind)


EQUAL: Mapping[str, tuple[str, Sequence[str]]] = {
    "state": ("state", _codes(HouseholdState)),
    "risk": ("risk_level", _codes(RiskLevel)),
    "income": ("income_state", _codes(LineState)),
    "household_type": ("household_type", code_list("household_type").codes),
    "village_class": ("village_class", code_list("village_class").codes),
}
"""Filters by one value of a column, with the codes that it may have."""
CONTAINS: Mapping[str, tuple[str, Sequence[str]]] = {
    "unmet": ("unmet", _codes(GuaranteeItem)),
    # Departments have signals of their own, and more departments may join: no list of them is closed.
    "signal": ("signals", ()),
    "batch": ("batches", _codes(Batch)),
    "cause": ("causes", code_list("cause").codes),
    "category": ("categories", tuple(kind.value for kind in KINDS)),
    "proposal": ("proposals", _codes(ProposalCode)),
}
"""Filters by one element of an array column."""
GROUPS: Mapping[str, tuple[str, str]] = {
    "state": ("s.state", ""),
    "risk": ("s.risk_level", ""),
    "income": ("s.income_state", ""),
    "household_type": ("s.household_type", ""),
    "village_class": ("s.village_class", ""),
    "batch": ("b.code", "CROSS JOIN LATERAL unnest(s.batches) AS b(code)"),
    "cause": ("c.code", "CROSS JOIN LATERAL unnest(s.causes) AS c(code)"),
    "category": ("k.code", "CROSS JOIN LATERAL unnest(s.categories) AS k(code)"),
    "signal": ("g.code", "CROSS JOIN LATERAL unnest(s.signals) AS g(code)"),
    "proposal": ("p.code", "CROSS JOIN LATERAL unnest(s.proposals) AS p(code)"),
    "guarantee": ("q.item", "CROSS JOIN LATERAL jsonb_each_text(s.guarantees) AS q(item, held)"),
}
"""What counts may be grouped by, besides `division`: the expression and the join that it needs."""
_CLOSED: Mapping[str, type[StrEnum]] = {"state": HouseholdState, "risk": RiskLevel, "batch": Batch}


@dataclass(frozen=True, slots=True)
class StatusQuery:
    """A list's filters, checked. `prefix` is the leading digits of a division."""

    prefix: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    changed_since: datetime | None = None
    limit: int = 100
    cursor: str | None = None

    @property
    def asked(self) -> object:
        """What a cursor belongs to: pages may be of any length, but have the same filters and so the same order."""
        return self.prefix, sorted(self.filters.items()), self.changed_since


class StatusLists:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, scope: Scope, query: StatusQuery) -> dict[str, object]:
        """One page and the cursor of the next: by place, or with `changed_since` the oldest change first."""
        where, values = conditions(scope, query)
        by_change = query.changed_since is not None
        if by_change:
            values.append(query.changed_since)
            where.append(f"s.updated_at >= ${len(values)}")
        if query.cursor is not None:
            values += _after(query.asked, query.cursor, by_change=by_change)
            order = "s.updated_at, s.household_id" if by_change else "s.division, s.household_id"
            where.append(f"({order}) > (${len(values) - 1}, ${len(values)})")
        values.append(query.limit + 1)
        sql = (
            f"SELECT {_COLUMNS} FROM household_status s WHERE {' AND '.join(where)} "
            f"ORDER BY {'s.updated_at' if by_change else 's.division'}, s.household_id LIMIT ${len(values)}"
        )
        async with self._database.acquire(scope) as conn:
            rows = await conn.fetch(sql, *values)
        page = rows[: query.limit]
        more = len(rows) > query.limit
        following = _cursor(query.asked, page[-1], by_change=by_change) if more else None
        return {"items": [_item(row) for row in page], "next_cursor": following}

    async def summary(self, scope: Scope, query: StatusQuery, by: Sequence[str]) -> dict[str, object]:
        """Households and persons within the place, in total and by one or two groups."""
        where, values = conditions(scope, query)
        condition = " AND ".join(where)
        columns, joins = [], []
        for group in by:
            if group == "division":
                columns.append(f"rpad(left(s.division, {next_cut(query.prefix)}), 12, '0') AS division")
            else:
                expression, join = GROUPS[group]
                columns.append(f'{expression} AS "{group}"')
                joins.append(join)
        if "guarantee" in by:
            columns.append('q.held AS "guarantee_state"')
        names = [f'"{group}"' for group in by] + (['"guarantee_state"'] if "guarantee" in by else [])
        counts = "count(*)::int AS households, coalesce(sum(s.member_count), 0)::int AS members"
        async with self._database.acquire(scope) as conn:
            total = await conn.fetchrow(f"SELECT {counts} FROM household_status s WHERE {condition}", *values)
            rows = await conn.fetch(
                f"SELECT {', '.join(columns)}, {counts} FROM household_status s {' '.join(joins)} WHERE {condition} "
                f"GROUP BY {', '.join(str(position) for position in range(1, len(columns) + 1))} "
                f"ORDER BY {', '.join(names)}",
                *values,
            )
        return {
            "division": query.prefix.ljust(12, "0"),
            "complete": scope.covers(query.prefix),
            "by": list(by),
            **(dict(total.items()) if total else {"households": 0, "members": 0}),
            "rows": _with_empty_groups([dict(row.items()) for row in rows], by),
        }


def next_cut(prefix: str) -> int:
    """How many digits name the level below a division's leading digits."""
    return next((cut for cut in _DIVISION_CUTS if cut > len(prefix)), _DIVISION_CUTS[-1])


def conditions(scope: Scope, query: StatusQuery) -> tuple[list[str], list[object]]:
    """Conditions and their values; the first is always the caller's divisions."""
    values: list[object] = [scope.narrowed(query.prefix).patterns]
    where = ["s.division LIKE ANY ($1::text[])"]
    for name, value in query.filters.items():
        if name in EQUAL:
            values.append(value)
            where.append(f"s.{EQUAL[name][0]} = ${len(values)}")
        else:
            values.append([value])
            where.append(f"s.{CONTAINS[name][0]} @> ${len(values)}::text[]")
    return where, values


def _item(row: asyncpg.Record) -> dict[str, object]:
    item = dict(row.items())
    item["guarantees"] = orjson.Fragment(row["guarantees"])
    sources = orjson.loads(item.pop("source_versions"))
    item["sources"] = {department: sources[department]["version"] for department in sorted(sources)}
    return item


def _with_empty_groups(rows: list[dict[str, object]], by: Sequence[str]) -> list[dict[str, object]]:
    """The five batches, the levels and the states all show, also where nobody stands in them."""
    if len(by) != 1:
        return rows
    group = by[0]
    if group == "guarantee":
        found = {(row["guarantee"], row["guarantee_state"]): row for row in rows}
        keys = [(item.value, state.value) for item in GuaranteeItem for state in GuaranteeState]
        return [
            found.get(key, {"guarantee": key[0], "guarantee_state": key[1], "households": 0, "members": 0})
            for key in keys
        ]
    if group not in _CLOSED:
        return rows
    known = {row[group]: row for row in rows}
    return [known.get(code.value, {group: code.value, "households": 0, "members": 0}) for code in _CLOSED[group]]


def _cursor(asked: object, row: asyncpg.Record, *, by_change: bool) -> str:
    if by_change:
        return Cursor(moment=row["updated_at"], id=row["household_id"]).encode(asked)
    return encode_cursor(asked, row["division"], str(row["household_id"]))


def _after(asked: object, cursor: str, *, by_change: bool) -> tuple[object, UUID]:
    if by_change:
        last = Cursor.decode(asked, cursor)
        return last.moment, last.id
    place, identifier = decode_cursor(asked, cursor, 2)
    return place, decode_id(identifier)

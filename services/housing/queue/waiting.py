"""Who waits, in which order: one set-based statement, limited to what the caller may see."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import asyncpg

from services.housing.queue.schemas import PlaceReason, QueuePlace
from services.housing.sql import SHOWN_CATEGORY
from shared.codes import code_list
from shared.database import Connection
from shared.indicators.schemas import LabelText
from shared.service.cursor import decode_cursor, encode_cursor
from shared.service.problems import InvalidCursor

PRIORITY = "housing.renovation_priority"
_INT4 = 2**31

_QUEUE = f"""
WITH waiting AS (
  SELECT r.id, r.household_id, h.code, h.division, r.dwelling_number, r.stage, r.applied_on, r.category_evidence,
         coalesce({SHOWN_CATEGORY}, r.category) AS category, {SHOWN_CATEGORY} IS NOT NULL AS shown,
         coalesce(r.grade, a.grade) AS grade
  FROM renovation r
  JOIN roster_household h ON h.household_id = r.household_id
  LEFT JOIN LATERAL (
    SELECT a.grade FROM appraisal a
    WHERE a.household_id = r.household_id AND a.dwelling_number = r.dwelling_number AND a.voided_at IS NULL
    ORDER BY a.appraised_on DESC, a.id DESC LIMIT 1
  ) a ON true
  WHERE r.voided_at IS NULL AND r.closed_on IS NULL AND r.started_on IS NULL
    AND h.active AND h.division LIKE ANY($1::text[])
),
ranked AS (
  SELECT *, coalesce(array_position($2::text[], category), cardinality($2::text[]) + 1) AS rank,
         CASE grade WHEN 'D' THEN 0 WHEN 'C' THEN 1 ELSE 2 END AS danger
  FROM waiting
),
placed AS (
  SELECT *, row_number() OVER (ORDER BY rank, danger, applied_on, id) AS place, count(*) OVER () AS total FROM ranked
)
SELECT * FROM placed
WHERE $3::int IS NULL OR (rank, danger, applied_on, id) > ($3::int, $4::int, $5::date, $6::uuid)
ORDER BY place LIMIT $7
"""


@dataclass(frozen=True, slots=True)
class After:
    """The sort key of the last row of the page before."""

    rank: int
    danger: int
    applied_on: date
    id: UUID

    @classmethod
    def decode(cls, area: str, text: str) -> "After":
        """Raises InvalidCursor, also for a cursor of another division."""
        rank, danger, applied_on, record_id = decode_cursor(area, text, 4)
        try:
            key = cls(int(rank), int(danger), date.fromisoformat(applied_on), UUID(record_id))
        except ValueError as error:
            raise InvalidCursor from error
        if not 0 <= key.rank < _INT4 or not 0 <= key.danger < _INT4:
            raise InvalidCursor
        return key


def cursor_of(area: str, row: asyncpg.Record) -> str:
    return encode_cursor(area, str(row["rank"]), str(row["danger"]), row["applied_on"].isoformat(), str(row["id"]))


async def waiting(
    connection: Connection, patterns: Sequence[str], priority: Sequence[str], *, after: After | None, limit: int
) -> Sequence[asyncpg.Record]:
    """Renovations not started, by place: group, danger of the house, day of application, id. At most `limit`."""
    key = (None, None, None, None) if after is None else (after.rank, after.danger, after.applied_on, after.id)
    return await connection.fetch(_QUEUE, list(patterns), list(priority), *key, limit)


def place_of(row: asyncpg.Record, priority: Sequence[str]) -> QueuePlace:
    return QueuePlace(
        place=row["place"],
        renovation_id=row["id"],
        household_id=row["household_id"],
        household_code=row["code"],
        division=row["division"],
        dwelling_number=row["dwelling_number"],
        stage=row["stage"],
        category=row["category"],
        category_shown_by="register" if row["shown"] else "evidence",
        category_evidence=row["category_evidence"],
        grade=row["grade"],
        applied_on=row["applied_on"],
        reasons=list(_reasons(row["category"], row["grade"], row["applied_on"], priority)),
    )


def _reasons(category: str, grade: str | None, applied_on: date, priority: Sequence[str]) -> Iterator[PlaceReason]:
    yield _reason("priority_group" if category in priority else "other_key_group", category=category)
    yield _reason(f"grade_{grade}" if grade in code_list("dangerous_housing_grade") else "grade_unknown")
    yield _reason("applied_on", applied_on=applied_on.isoformat())


def _reason(code: str, **params: str) -> PlaceReason:
    label = code_list("renovation_queue_reason").label(code)
    return PlaceReason(code=code, label=LabelText(zh=label.zh, en=label.en), params=params)

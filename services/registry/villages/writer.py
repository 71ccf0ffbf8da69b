"""Writing villages: a change of class reaches the roster of every household in them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson
from pydantic import ValidationError

from services.registry.author import Author
from services.registry.households.repository import known_villages
from services.registry.problems import InvalidForm
from services.registry.roster import RosterPublisher
from services.registry.villages.schemas import VillageForm, VillageInput
from shared.database import Connection, Scope
from shared.service import FieldError, OutOfArea, Problem, field_errors

PROFILE = tuple(name for name in VillageForm.model_fields if name != "village_class")
CHUNK = 2_000
"""Households published at a time: a whole township is not held in memory at once."""

_UPSERT = """
WITH given AS (
  SELECT * FROM unnest($1::text[], $2::text[], $3::jsonb[]) AS g(code, village_class, profile)
), before AS (
  SELECT v.code, v.village_class FROM village v JOIN given USING (code)
), written AS (
  INSERT INTO village AS v (code, village_class, profile, updated_by, source_system)
  SELECT code, village_class, profile, $4, $5 FROM given
  ON CONFLICT (code) DO UPDATE SET village_class = excluded.village_class, profile = excluded.profile,
    revision = v.revision + 1, updated_at = now(), updated_by = excluded.updated_by,
    source_system = excluded.source_system
  WHERE (v.village_class, v.profile) IS DISTINCT FROM (excluded.village_class, excluded.profile)
)
SELECT given.code, before.code IS NULL AS created,
  before.village_class IS DISTINCT FROM given.village_class AS class_changed
FROM given LEFT JOIN before USING (code)
"""
_HOUSEHOLDS = "SELECT household_id FROM household WHERE division = ANY($1::text[]) ORDER BY household_id"


@dataclass(slots=True)
class VillageRow:
    row: int
    pointer: str
    given: VillageInput | None = None
    problem: Problem | None = None
    created: bool = False

    @classmethod
    def parse(cls, document: object, *, row: int = 0, pointer: str = "") -> "VillageRow":
        if isinstance(document, Problem):
            return cls(row, pointer, problem=document.below(pointer))
        try:
            return cls(row, pointer, VillageInput.model_validate(document))
        except ValidationError as error:
            return cls(row, pointer, problem=InvalidForm(errors=field_errors(error, prefix=pointer)))


class VillageWriter:
    def __init__(self, *, publisher: RosterPublisher) -> None:
        self._publisher = publisher

    async def write(
        self, conn: Connection, rows: Sequence[VillageRow], *, scope: Scope, author: Author
    ) -> dict[UUID, int]:
        """Write the valid rows; the versions of the households that were published again, by id."""
        await self._check(conn, rows, scope=scope)
        given = [one.given for one in rows if one.problem is None and one.given is not None]
        if not given:
            return {}
        written = await conn.fetch(
            _UPSERT,
            [one.code for one in given],
            [one.village_class for one in given],
            [_profile(one) for one in given],
            author.principal,
            author.source_system,
        )
        created = {row["code"] for row in written if row["created"]}
        for one in rows:
            one.created = one.given is not None and one.given.code in created
        return await self._republish(conn, [row["code"] for row in written if row["class_changed"]])

    async def _republish(self, conn: Connection, villages: Collection[str]) -> dict[UUID, int]:
        ids = [row["household_id"] for row in await conn.fetch(_HOUSEHOLDS, list(villages))] if villages else []
        versions: dict[UUID, int] = {}
        for start in range(0, len(ids), CHUNK):
            versions |= await self._publisher.touch(conn, ids[start : start + CHUNK])
        return versions

    async def _check(self, conn: Connection, rows: Sequence[VillageRow], *, scope: Scope) -> None:
        known = await known_villages(conn, {one.given.code for one in rows if one.given is not None})
        first: dict[str, int] = {}
        for one in rows:
            if one.given is None:
                continue
            pointer, code = f"{one.pointer}/code", one.given.code
            if not scope.covers(code):
                one.problem = OutOfArea(params={"division": code}, errors=[FieldError(pointer, "out_of_area")])
            elif code not in known:
                one.problem = InvalidForm(errors=[FieldError(pointer, "unknown_village", {"division": code})])
            elif first.setdefault(code, one.row) != one.row:
                one.problem = InvalidForm(errors=[FieldError(pointer, "code_repeated", {"row": first[code]})])


def _profile(given: VillageInput) -> str:
    return orjson.dumps(given.model_dump(mode="json", include=set(PROFILE), exclude_none=True)).decode()

"""Taking in rows of the code book: from JSON, from CSV, and the shipped file."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from services.registry.divisions.schemas import DivisionInput
from services.registry.problems import InvalidForm
from shared.database import Connection, Scope
from shared.identity import Level, division_chain, division_level
from shared.service import FieldError, OutOfArea, Problem, field_errors

SHIPPED = Path(__file__).parents[1] / "data" / "divisions.csv"
COLUMNS = ("code", "name", "level", "parent_code")

_KNOWN = "SELECT code FROM division WHERE code = ANY($1::text[])"
_UPSERT = """
WITH given AS (
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS g(code, name, level, parent_code)
), before AS (SELECT code FROM division WHERE code = ANY($1::text[])), written AS (
  INSERT INTO division AS d (code, name, level, parent_code)
  SELECT code, name, level, parent_code FROM given
  ON CONFLICT (code) DO UPDATE SET name = excluded.name, updated_at = now() WHERE d.name <> excluded.name
)
SELECT code FROM before
"""


@dataclass(slots=True)
class DivisionRow:
    """One row and what became of it."""

    row: int
    given: DivisionInput | None = None
    problem: Problem | None = None
    created: bool = True

    @classmethod
    def parse(cls, document: object, *, row: int) -> "DivisionRow":
        pointer = f"/rows/{row}"
        try:
            given = DivisionInput.model_validate(document)
        except ValidationError as error:
            return cls(row, problem=InvalidForm(errors=field_errors(error, prefix=pointer)))
        found = cls(row, given)
        errors = _disagreements(given, pointer)
        if errors:
            found.problem = InvalidForm(errors=errors)
        return found


def csv_rows(text: str) -> list[object]:
    """The rows of a CSV text with the header `code,name[,level,parent_code]`. Raises InvalidForm for another header."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        names = reader.fieldnames or []
        if not {"code", "name"} <= set(names) or not set(names) <= set(COLUMNS):
            raise InvalidForm(errors=[FieldError("", "csv_header", {"expected": ",".join(COLUMNS)})])
        # More cells than columns stand under the key None; they make the row invalid, not the file.
        return [{str(name): value for name, value in row.items() if value != ""} for row in reader]
    except csv.Error:
        raise InvalidForm(errors=[FieldError("", "csv_malformed")]) from None


def shipped_rows() -> list[dict[str, object]]:
    """The code book that comes with the service, as rows of the table `division`."""
    given = [DivisionInput.model_validate(row) for row in csv_rows(SHIPPED.read_text(encoding="utf-8"))]
    return [
        {
            "code": one.code,
            "name": one.name,
            "level": division_level(one.code).value,
            "parent_code": parent_of(one.code),
        }
        for one in given
    ]


async def import_rows(conn: Connection, rows: Sequence[DivisionRow], *, scope: Scope) -> None:
    """Add or correct the divisions in a fixed number of statements; refused rows keep their problem.

    A parent must be known or stand among the accepted rows.
    """
    for one in rows:
        if one.given is not None and one.problem is None and not scope.covers(one.given.code):
            one.problem = OutOfArea(
                params={"division": one.given.code}, errors=[FieldError(f"/rows/{one.row}/code", "out_of_area")]
            )
    parents = {parent for one in rows if one.given and (parent := parent_of(one.given.code))}
    known = {row["code"] for row in await conn.fetch(_KNOWN, list(parents))}
    seen: set[str] = set()
    accepted: list[DivisionRow] = []
    # From the top down, so that a parent is judged before its children, wherever it stands in the file.
    for one in sorted((r for r in rows if r.given and not r.problem), key=lambda r: _depth(r.given)):
        assert one.given is not None  # noqa: S101 - filtered above
        parent, code = parent_of(one.given.code), one.given.code
        if code in seen:
            one.problem = InvalidForm(errors=[FieldError(f"/rows/{one.row}/code", "code_repeated")])
        elif parent is not None and parent not in known:
            error = FieldError(f"/rows/{one.row}/code", "parent_unknown", {"parent": parent})
            one.problem = InvalidForm(errors=[error])
        else:
            seen.add(code)
            known.add(code)
            accepted.append(one)
    given = [one.given for one in accepted if one.given is not None]
    before = await conn.fetch(
        _UPSERT,
        [one.code for one in given],
        [one.name for one in given],
        [division_level(one.code).value for one in given],
        [parent_of(one.code) for one in given],
    )
    existed = {row["code"] for row in before}
    for one in accepted:
        one.created = one.given is not None and one.given.code not in existed


def parent_of(code: str) -> str | None:
    """The division directly above; None for a province."""
    chain = [one for one in division_chain(code) if one != code and division_level(one) is not Level.NATION]
    return max(chain, key=lambda one: len(one.rstrip("0")), default=None)


def _depth(given: DivisionInput | None) -> int:
    return list(Level).index(division_level(given.code)) if given else 0


def _disagreements(given: DivisionInput, pointer: str) -> list[FieldError]:
    errors = []
    level, parent = division_level(given.code), parent_of(given.code)
    if level is Level.NATION:
        errors.append(FieldError(f"{pointer}/code", "division_nation"))
    if given.level is not None and given.level is not level:
        errors.append(FieldError(f"{pointer}/level", "level_disagrees", {"level": level.value}))
    if given.parent_code is not None and given.parent_code != parent:
        errors.append(FieldError(f"{pointer}/parent_code", "parent_disagrees", {"parent": parent or ""}))
    return errors

"""What is posted is what is read: rows drawn from a record type's own schema, through its table's columns and back.

@pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda one: one.name)
@round_trips
async def test_what_is_posted_is_what_is_read(
    water: DepartmentSystem, record_type: RecordType, data: DataObject
) -> None:
    await assert_round_trip(water, record_type, data)
"""

from collections.abc import Callable, Mapping
from typing import Any, cast

import orjson
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, SearchStrategy
from pydantic import BaseModel, ValidationError

from shared.records import RecordType
from shared.testing.department import DepartmentSystem

__all__ = ["DataObject", "assert_round_trip", "round_trips"]

Schema = Mapping[str, object]
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(
    ["A|B", "None", "\\N", "x" * 30, "１２", "e\u0301", "\U0010ffff", "a\u2028b", "'\"\\"]
)
_MONEY = (
    st.decimals(0, 10**12 - 1, places=2).map(str)
    | st.integers(0, 10**12 - 1)
    | st.sampled_from([0.1, 1e2, -0.0, "-0", "999999999999.99", "+7", "007.5", 0.5, 1])
)


def round_trips(test: Callable[..., Any]) -> Callable[..., Any]:
    """A test that is given `data` to draw rows from, a few times."""
    few = settings(
        max_examples=6,
        deadline=None,
        database=None,
        phases=[Phase.generate],  # making a failing example smaller, with a statement each, would take minutes
        suppress_health_check=list(HealthCheck),
    )
    return few(given(data=st.data())(test))


async def assert_round_trip(system: DepartmentSystem, record_type: RecordType, data: DataObject) -> None:
    """Rows that the schema lets in come back from the table as they went in; those outside of it are left out."""
    rows = data.draw(_rows_of(record_type))
    accepted = [read for row in rows if (read := _readable(record_type, row)) is not None]
    contents = [record_type.content(one) for one in accepted]
    stored = await system.rows(
        f"SELECT {record_type.content_sql} AS content"
        f" FROM jsonb_populate_recordset(NULL::{record_type.table.name}, $1::jsonb) t",
        orjson.dumps(contents).decode(),
    )
    for one, content, row in zip(accepted, contents, stored, strict=True):
        assert record_type.stored_content(str(row["content"])) == content
        assert record_type.stored_adapter.validate_json(str(row["content"])).model_dump() == one.model_dump()


def _rows_of(record_type: RecordType) -> SearchStrategy[list[dict[str, object]]]:
    schema = record_type.schema.model_json_schema()
    definitions, needed = schema.get("$defs", {}), schema.get("required", [])
    fields = {name: _values(one, definitions) for name, one in schema["properties"].items()}
    row = st.fixed_dictionaries(
        {name: one for name, one in fields.items() if name in needed},
        optional={name: one for name, one in fields.items() if name not in needed},
    )
    return st.lists(row, min_size=25, max_size=40)


def _values(  # noqa: PLR0911 - a return for each kind
    schema: Schema, definitions: Mapping[str, Schema]
) -> SearchStrategy[object]:
    """JSON values that a field's schema describes, some just outside of it."""
    if "$ref" in schema:
        return _values(definitions[str(schema["$ref"]).rpartition("/")[2]], definitions)
    if "anyOf" in schema:
        return st.one_of([_values(one, definitions) for one in cast(list[Schema], schema["anyOf"])])
    if "enum" in schema:
        return st.sampled_from(cast(list[object], schema["enum"]))
    match schema.get("type"), schema.get("format"), schema.get("title"):
        case "null", _, _:
            return st.none()
        case "boolean", _, _:
            return st.booleans()
        case "integer", _, _:
            return st.integers(int(str(schema.get("minimum", -40_000))), int(str(schema.get("maximum", 3_000_000_000))))
        case "array", _, _:
            return st.lists(_values(cast(Schema, schema["items"]), definitions), max_size=4)
        case _, "date", _:
            return st.dates().map(str) | st.sampled_from(["1900-01-01", "2100-12-31", "2020-02-29"])
        case _, "uuid", _:
            return st.uuids().map(str)
        case _, _, str(title) if title.startswith(("Yuan", "Ratio")):
            return _MONEY
        case _, _, str(title) if title.startswith("Division"):
            return _TEXTS | st.sampled_from(["420115010201", "210403104202", "000000000000"])
    return _TEXTS


def _readable(record_type: RecordType, row: dict[str, object]) -> BaseModel | None:
    """The row as a single post and as a batch read it, which must be the same; None if it is refused."""
    document = orjson.dumps(row)
    try:
        read = record_type.content_adapter.validate_json(document)
    except ValidationError:
        return None
    assert record_type.content_adapter.validate_python(orjson.loads(document)) == read
    return read

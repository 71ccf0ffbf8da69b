"""What is posted is what is read: every record type, through its own table's columns and back."""

from collections.abc import Mapping
from typing import cast

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from services.health.records import RECORD_TYPES
from shared.records import RecordType
from shared.testing.department import DepartmentSystem

Schema = Mapping[str, object]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def values(  # noqa: PLR0911 - a return for each kind
    schema: Schema, definitions: Mapping[str, Schema]
) -> st.SearchStrategy[object]:
    """JSON values that a field's schema describes, some just outside of it."""
    if "$ref" in schema:
        return values(definitions[str(schema["$ref"]).rpartition("/")[2]], definitions)
    if "anyOf" in schema:
        return st.one_of([values(one, definitions) for one in cast(list[Schema], schema["anyOf"])])
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
            return st.lists(values(cast(Schema, schema["items"]), definitions), max_size=4)
        case _, "date", _:
            return st.dates().map(str) | st.sampled_from(["1900-01-01", "2100-12-31", "2020-02-29"])
        case _, _, str(title) if title.startswith(("Yuan", "Ratio")):
            money = st.decimals(0, 10**12 - 1, places=2).map(str) | st.integers(0, 10**12 - 1)
            return money | st.sampled_from([0.1, 1e2, -0.0, "-0", "999999999999.99", "+7", "007.5", 0.5, 1])
    return TEXT | st.sampled_from(
        ["A|B", "None", "\\N", "x" * 30, "１２", "e\u0301", "\U0010ffff", "a\u2028b", "'\"\\"]
    )


def rows_of(record_type: RecordType) -> st.SearchStrategy[list[dict[str, object]]]:
    schema = record_type.schema.model_json_schema()
    definitions, needed = schema.get("$defs", {}), schema.get("required", [])
    fields = {name: values(one, definitions) for name, one in schema["properties"].items()}
    row = st.fixed_dictionaries(
        {name: one for name, one in fields.items() if name in needed},
        optional={name: one for name, one in fields.items() if name not in needed},
    )
    return st.lists(row, min_size=10, max_size=30)


def readable(record_type: RecordType, row: dict[str, object]) -> BaseModel | None:
    """The row as a single post and as a batch read it, which must be the same; None if it is refused."""
    document = orjson.dumps(row)
    try:
        read = record_type.content_adapter.validate_json(document)
    except ValidationError:
        return None
    assert record_type.content_adapter.validate_python(orjson.loads(document)) == read
    return read


@pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda one: one.name)
@given(data=st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), database=None)
async def test_what_is_posted_is_what_is_read(
    health: DepartmentSystem, record_type: RecordType, data: st.DataObject
) -> None:
    rows = data.draw(rows_of(record_type))
    accepted = [read for row in rows if (read := readable(record_type, row)) is not None]
    contents = [record_type.content(one) for one in accepted]
    stored = await health.rows(
        f"SELECT {record_type.content_sql} AS content"
        f" FROM jsonb_populate_recordset(NULL::{record_type.table.name}, $1::jsonb) t",
        orjson.dumps(contents).decode(),
    )
    for one, content, row in zip(accepted, contents, stored, strict=True):
        assert record_type.stored_content(str(row["content"])) == content
        assert record_type.stored_adapter.validate_json(str(row["content"])).model_dump() == one.model_dump()

"""Writing statuses: one statement for any number of households, each column as an array."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from services.registry.status.row import StatusRow

Written = tuple[StatusRow, int]
"""A row and the version of the status."""


def text_array(values: Iterable[str]) -> str:
    """A `text[]` literal, for one column of arrays within an `unnest`."""
    return "{" + ",".join('"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values) + "}"


_COLUMNS: Mapping[str, tuple[str, Callable[[Written], object]]] = {
    "household_id": ("uuid", lambda one: one[0].household_id),
    "code": ("text", lambda one: one[0].code),
    "division": ("text", lambda one: one[0].division),
    "village_class": ("text", lambda one: one[0].village_class),
    "state": ("text", lambda one: one[0].state),
    "household_type": ("text", lambda one: one[0].household_type),
    "income_state": ("text", lambda one: one[0].income_state),
    "risk_level": ("text", lambda one: one[0].risk_level),
    "member_count": ("int", lambda one: one[0].member_count),
    "unmet": ("text[]", lambda one: text_array(one[0].unmet)),
    "signals": ("text[]", lambda one: text_array(one[0].signals)),
    "batches": ("text[]", lambda one: text_array(one[0].batches)),
    "causes": ("text[]", lambda one: text_array(one[0].causes)),
    "categories": ("text[]", lambda one: text_array(one[0].categories)),
    "proposals": ("text[]", lambda one: text_array(one[0].proposals)),
    "guarantees": ("jsonb", lambda one: one[0].guarantees),
    "programmes": ("jsonb", lambda one: one[0].programmes),
    "body": ("text", lambda one: one[0].body.decode()),
    "parts": ("text", lambda one: one[0].parts),
    "etag": ("text", lambda one: one[0].etag),
    "version": ("bigint", lambda one: one[1]),
    "source_versions": ("jsonb", lambda one: one[0].sources),
    "valid_until": ("date", lambda one: one[0].valid_until),
}
"""Name, type, and where the value comes from."""


@cache
def write_statement(before: int) -> str:
    """`WITH written AS (upsert)`, to be continued by a statement whose own arguments are the first `before` ones."""
    # An array of arrays has to be rectangular, so a column of arrays travels as literals.
    given = ", ".join(
        f"${before + place}::{'text' if kind == 'text[]' else kind}[]"
        for place, (kind, _) in enumerate(_COLUMNS.values(), start=1)
    )
    names = ", ".join(_COLUMNS)
    values = ", ".join(f"{name}::text[]" if kind == "text[]" else name for name, (kind, _) in _COLUMNS.items())
    updates = ", ".join(f"{name} = excluded.{name}" for name in (*_COLUMNS, "updated_at") if name != "household_id")
    return f"""
WITH written AS (
  INSERT INTO household_status ({names}, updated_at)
  SELECT {values}, now() FROM unnest({given}) AS u({names})
  ON CONFLICT (household_id) DO UPDATE SET {updates}
)
"""


def write_arguments(rows: Sequence[Written]) -> tuple[object, ...]:
    return tuple([value(one) for one in rows] for _, value in _COLUMNS.values())

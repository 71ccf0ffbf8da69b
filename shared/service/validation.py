"""What pydantic found wrong, as faults with pointer, code and parameters; the refused value itself is kept out."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from shared.identity import blank
from shared.service.problems import FieldError

MAX_FIELD_ERRORS = 100
"""More faults than this in one answer help nobody."""

_MAX_NAME = 64
# Parameters of pydantic's own codes that come from the schema; others (`error`, `tag`) may quote the input.
_FROM_SCHEMA = frozenset({
    "gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length", "actual_length", "expected", "expected_tags",
    "discriminator", "max_digits", "decimal_places", "whole_digits", "pattern", "expected_schemes", "expected_version",
})  # fmt: skip
_OF_PYDANTIC = frozenset({"value_error", "assertion_error", "json_invalid", "union_tag_invalid", "get_attribute_error"})

_LISTING = frozenset({"enum", "literal_error", "union_tag_invalid", "union_tag_not_found"})


def field_errors(error: ValidationError, *, prefix: str = "") -> list[FieldError]:
    """The faults of a pydantic error; `prefix` is the JSON pointer of what was validated, such as `/rows/3`."""
    details = error.errors(include_url=False, include_context=True, include_input=True)
    return [
        FieldError(pointer=prefix + pointer(detail["loc"]), code=detail["type"], params=safe_params(detail))
        for detail in details[:MAX_FIELD_ERRORS]
    ]


def pointer(location: Sequence[int | str]) -> str:
    """A JSON pointer (RFC 6901); a name that the caller made up is shortened and cleared of digit runs."""
    return "".join(f"/{segment(part)}" for part in location)


def untagged(location: Sequence[int | str], document: object) -> Sequence[int | str]:
    """The place within the document: where a field tells of which kind an object is, pydantic names the kind too."""
    kept: list[int | str] = []
    for position, part in enumerate(location):
        if isinstance(document, Mapping):
            if part not in document and position < len(location) - 1:
                continue
            document = document.get(part)
        elif isinstance(document, list) and isinstance(part, int):
            document = document[part] if part < len(document) else None
        kept.append(part)
    return kept


def segment(part: int | str) -> str:
    text = str(part)
    if isinstance(part, str):
        text = blank(text.encode("utf-8", "replace").decode("utf-8").replace("\0", "?"))[:_MAX_NAME]
    return text.replace("~", "~0").replace("/", "~1")


def safe_params(detail: ErrorDetails | Mapping[str, object]) -> dict[str, object]:
    """The parameters of one fault without anything that quotes the input."""
    context = detail.get("ctx")
    if not isinstance(context, Mapping):
        return {}
    code = str(detail["type"])
    given = detail.get("input")
    params: dict[str, object] = {}
    for name, value in context.items():
        if not isinstance(value, str | int | float | Decimal | list | tuple):
            continue
        if code in _OF_PYDANTIC and name not in _FROM_SCHEMA:
            continue
        # A rule that put the refused text into its parameters would leak it.
        if name not in _FROM_SCHEMA and (name == "error" or (isinstance(given, str) and given and value == given)):
            continue
        # pydantic lists in English prose ("'a', 'b' or 'c'"); the text around it may be Chinese.
        if code in _LISTING and isinstance(value, str):
            params[str(name)] = value.replace(" or ", ", ").replace("'", "")
        else:
            params[str(name)] = value
    return params

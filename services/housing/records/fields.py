"""Fields and row rules that several housing records share."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import BaseModel, Field

from shared.records import RuleContext
from shared.records.rules import Rule
from shared.service.problems import FieldError

DwellingNumber = Annotated[
    int, Field(ge=1, le=99, description="which of the household's dwellings (第几处住房); 1 unless it has several")
]


def needs(field: str, *earlier: str) -> Rule:
    """What is only filled once the earlier things are."""

    def rule(content: BaseModel, context: RuleContext) -> Iterator[FieldError]:
        if getattr(content, field) is None:
            return
        for name in earlier:
            if getattr(content, name) is None:
                yield FieldError(f"/{name}", "housing_field_needed", {"field": field})

    return rule

"""Row rules that record types of every department share: days that have been, in their year, in their order."""

from collections.abc import Callable, Iterator
from datetime import date

from pydantic import BaseModel

from shared.identity import parse_id_number
from shared.records.declaration import RuleContext
from shared.service.problems import FieldError

Rule = Callable[[BaseModel, RuleContext], Iterator[FieldError]]


def not_after_today(*fields: str) -> Rule:
    """A thing recorded as done was done by today."""

    def rule(content: BaseModel, context: RuleContext) -> Iterator[FieldError]:
        for field in fields:
            day: date | None = getattr(content, field)
            if day is not None and day > context.today:
                yield FieldError(f"/{field}", "day_in_future", {"today": context.today.isoformat()})

    return rule


def not_before_birth(field: str) -> Rule:
    """Nothing is recorded of a person before the day of birth, as the roster knows it or the ID number given says.

    The kernel asks this of the business date of every record of a person.
    """

    def rule(content: BaseModel, context: RuleContext) -> Iterator[FieldError]:
        born = context.member.birth_date if context.member is not None else None
        number: str | None = getattr(content, "id_number", None)
        if born is None and number is not None:
            born = parse_id_number(number).birth_date
        day: date = getattr(content, field)
        if born is not None and day < born:
            yield FieldError(f"/{field}", "day_before_birth", {"day": day.isoformat(), "born": born.isoformat()})

    return rule


def within_its_year(field: str) -> Rule:
    """The day belongs to the `year` that the record counts for."""

    def rule(content: BaseModel, context: RuleContext) -> Iterator[FieldError]:
        day: date = getattr(content, field)
        year: int = getattr(content, "year")  # noqa: B009 - the declaration that uses this rule names the field
        if day.year != year:
            yield FieldError(f"/{field}", "day_outside_year", {"year": year})

    return rule


def in_order(earlier: str, later: str) -> Rule:
    """The later day is not before the earlier one."""

    def rule(content: BaseModel, context: RuleContext) -> Iterator[FieldError]:
        first: date | None = getattr(content, earlier)
        last: date | None = getattr(content, later)
        if first is not None and last is not None and last < first:
            yield FieldError(f"/{later}", "days_out_of_order", {"earlier": earlier})

    return rule

"""Row rules that several employment records share."""

from collections.abc import Callable, Iterator
from datetime import date

from pydantic import BaseModel

from shared.records import RuleContext
from shared.service.problems import FieldError

Rule = Callable[[BaseModel, RuleContext], Iterator[FieldError]]


def months_later(day: date, months: int) -> date:
    """The same day so many months later (or earlier); where the month has no such day, the first of the next."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        return date(year, month + 2, 1)


def anniversary(day: date, years: int) -> date:
    """The same day so many years later; of 29 February, 1 March where there is none."""
    return months_later(day, 12 * years)


def of_working_age(field: str, *, if_true: str | None = None) -> Rule:
    """The member has reached the least working age on the day (only where the flag `if_true` is set, if one is named).

    While the member is not known, or has no birthday, nothing can be said.
    """

    def rule(content: BaseModel, context: RuleContext) -> Iterator[FieldError]:
        day: date | None = getattr(content, field)
        born = None if context.member is None else context.member.birth_date
        if day is None or born is None or (if_true is not None and not getattr(content, if_true)):
            return
        least = context.policy.whole("employment.working_age_least")
        if day < anniversary(born, least):
            yield FieldError(f"/{if_true or field}", "below_working_age", {"least": least})

    return rule

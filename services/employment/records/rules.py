"""Row rules that several employment records share."""

from collections.abc import Callable, Iterator
from datetime import date

from pydantic import BaseModel

from shared.records import RuleContext
from shared.service.problems import FieldError

Rule = Callable[[BaseModel, RuleContext], Iterator[FieldError]]


def anniversary(day: date, years: int) -> date:
    """The same day so many years later; of 29 February, 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


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

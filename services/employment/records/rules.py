"""Row rules that several employment records share."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from pydantic import BaseModel

from shared.identity import birthday
from shared.procedures.terms import months_after
from shared.records import RuleContext
from shared.service.problems import FieldError

Rule = Callable[[BaseModel, RuleContext], Iterator[FieldError]]


def months_served(first: date, months: int) -> date:
    """The day after so many months (or, negative, before) of which `first` is the first day.

    Not the kernel's `months_after`, which gives the last day of a term whose first day is not counted (Civil Code, art.
    201 and 202). Of a post the first day is counted: three years from 1 March end on the last of February, and three
    years from 29 February too, so that the day after is 1 March where the month has no 29th.
    """
    end = months_after(first, months)
    return end if end.day == first.day else end + timedelta(days=1)


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
        if day < birthday(born, least):
            yield FieldError(f"/{if_true or field}", "below_working_age", {"least": least})

    return rule

"""What a standing list is: a population of lines, each one thing that is amiss and has to be looked into."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from shared.codes import Label
from shared.indicators.question import BUILT_IN, placeholders

OUTCOMES = "list_outcome"
"""The kernel's code list of what came of a line."""

_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)


class LineUnit(StrEnum):
    """What one line stands for."""

    PERSON = "person"
    HOUSEHOLD = "household"
    VILLAGE = "village"
    CASE = "case"
    """One procedure, payment, bill or illness; a person or household may have several."""


class ListKind(StrEnum):
    """What is amiss with those on the list; labels in the code list `list_kind`."""

    SHOULD_BE_IN = "should_be_in"
    SHOULD_NOT_BE_IN = "should_not_be_in"
    CONTRADICTION = "contradiction"
    DUPLICATE = "duplicate"
    OVERDUE = "overdue"
    IRREGULAR = "irregular"
    """Against a rule: above the grant, before acceptance, kept back."""


class LineState(StrEnum):
    """How far a line has got; labels in the code list `list_line_state`."""

    OPEN = "open"
    CHECKED = "checked"
    SETTLED = "settled"
    GONE = "gone"
    """The cause is gone; the line is not on the list any more, only in its history."""


@dataclass(frozen=True, eq=False)
class StandingList:
    """A standing list.

    `population` is a SELECT, one row for each line that is amiss now, with the columns

    - `subject_id` text, unique in the population: a member, household or record id, or a division, if need be with
      `':' || code`; never anything personal;
    - `member_id`, `household_id` uuid, null where the line is about neither;
    - `division` text, 12 digits, not null: where the line is dealt with;
    - `detail` jsonb object or null: what is amiss, shown with the line; never personal data.

    In the text, `{year}` stands for the year asked for, `{today}` for the day (a date), and each name of `parameters`
    for the value of that policy parameter at the line's own division (a number, text, flag, array of codes; a table as
    jsonb text: `({amounts}::jsonb ->> 'junior')::numeric`). Who may be seen is added by the kernel.
    `shared.indicators.populations.missing_from(share)` makes the population of those whom an indicator misses.

    A line is the same line as long as list, `subject_id` and (if the population names `{year}`) year are the same. Its
    cause is its `detail` without the keys named in `volatile` (such as days waited): a line that was checked or settled
    opens anew when its cause changes, or comes back after it was gone.
    `outcomes` names the code list that a settled line takes its outcome from; those `reserved` are given by a route of
    the list's own alone, which also does what they say. Raises TypeError for a faulty one.
    """

    code: str
    label: Label
    unit: LineUnit
    kind: ListKind
    population: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    volatile: tuple[str, ...] = ()
    outcomes: str = OUTCOMES
    reserved: tuple[str, ...] = ()
    source: str = ""

    def __post_init__(self) -> None:
        if not _CODE.fullmatch(self.code):
            raise TypeError(f"the list {self.code!r} needs a code of lower-case letters, digits and underscores")
        differing = (placeholders(self.population) - BUILT_IN) ^ self.parameters.keys()
        if differing:
            raise TypeError(f"{self.code}: population and parameters differ in {sorted(differing)}")

    @property
    def by_year(self) -> bool:
        """Whether each year has lines of its own."""
        return "year" in placeholders(self.population)

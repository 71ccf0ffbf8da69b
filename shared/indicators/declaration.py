"""What an indicator is: a population, who of it is covered, and the target of the area and year."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from shared.codes import Label


class Unit(StrEnum):
    """What is counted."""

    PERSON = "person"
    PATIENT = "patient"
    HOUSEHOLD = "household"
    BILL = "bill"
    CASE = "case"
    VILLAGE = "village"
    INSTITUTION = "institution"
    BED = "bed"
    YUAN = "yuan"
    STUDENT = "student"
    """Students in counts that schools report, of whom most are nobody's member here."""


SUMMED = frozenset({Unit.YUAN, Unit.STUDENT})
"""Units that come as sums, not one by one."""


@dataclass(frozen=True, eq=False)
class Share:
    """A share: how much of a population is covered.

    `population` is a SELECT, one row for each that should be covered, with the columns

    - `subject_id` text, unique in the population; `division` text, 12 digits;
    - `member_id`, `household_id` uuid, null where the subject is neither;
    - `covered` boolean; `detail` jsonb or null, shown in the list of those missing (never personal data).

    In a summed unit (`yuan`, `student`) the columns are `division`, `reached` and `due`, which are summed up. Where the
    sum is of `parts` that can be named (a school, a place), the rows have the other columns too, and the parts that are
    not `covered` are listed as missing.

    In the text, `{year}` stands for the year asked for, and each name of `parameters` for the value of that policy
    parameter at the place of each row. Who may be seen is added by the kernel: a population cannot forget it.
    `target` is the key of the policy parameter that holds the target (a ratio).
    """

    code: str
    label: Label
    unit: Unit
    population: str
    target: str | None
    parameters: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    parts: bool = False

    @property
    def lists_missing(self) -> bool:
        return self.parts or self.unit not in SUMMED


@dataclass(frozen=True, eq=False)
class Rise:
    """By how much one indicator's ratio is above another's.

    The concept of the target says how it is reckoned: `points` (0.80 over 0.60 is 0.20) or `relative` (it is 0.3333).
    """

    code: str
    label: Label
    of: Share
    over: Share
    target: str
    source: str = ""


@dataclass(frozen=True, eq=False)
class Rate:
    """How many of all who live at a place: an incidence (贫困发生率).

    `population` is a SELECT as that of a share, one row for each counted; only `division` (12 digits) is needed.
    `people` is a SELECT of `division` (12 digits, of any level), `year`, `persons`: how many live there, as told for
    that place, at most one row for each division and year (`shared.indicators.people.people_of`). The count is divided
    by the latest number up to the year asked for; it is never added up from parts. Both texts take placeholders.
    The target is the most that the rate may be, or with `at_least` the least.
    """

    code: str
    label: Label
    unit: Unit
    population: str
    people: str
    target: str | None
    at_least: bool = False
    parameters: Mapping[str, str] = field(default_factory=dict)
    source: str = ""


Indicator = Share | Rise | Rate

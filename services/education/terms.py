"""School terms and compulsory age: which term a day lies in, and who has to be in school then (B.7, Y05, Y40)."""

from dataclasses import dataclass
from datetime import date

from shared.identity import birthday
from shared.policy import PolicyView

SPRING, AUTUMN = "spring", "autumn"


@dataclass(frozen=True, slots=True)
class Term:
    """One term. `year` is the calendar year in which it begins; holidays belong to the term before them, so that it
    lasts until `next_start`. `last_lesson` is the last day of teaching."""

    year: int
    name: str
    start: date
    last_lesson: date
    next_start: date

    @property
    def key(self) -> tuple[int, str]:
        """What a record of the term names: year and term."""
        return self.year, self.name

    @property
    def school_year(self) -> int:
        return school_year(self.year, self.name)


def school_year(year: int, term: str) -> int:
    """学年 that a term belongs to: the year in whose autumn it began."""
    return year if term == AUTUMN else year - 1


def term_on(policy: PolicyView, on: date) -> tuple[Term, PolicyView]:
    """The term of a day, and the policy of the year in which the term begins; `policy` is of any year at the place."""
    of_year = policy.in_year(on.year)
    if on >= _day(of_year, "autumn_term_start"):
        return term_of(of_year, AUTUMN), of_year
    if on >= _day(of_year, "spring_term_start"):
        return term_of(of_year, SPRING), of_year
    before = policy.in_year(on.year - 1)
    return term_of(before, AUTUMN), before


def term_of(policy: PolicyView, name: str) -> Term:
    """The term of that name which begins in the policy's year."""
    # All four days are asked for, whichever term it is, so that facts rest on the same parameters in every term.
    spring, autumn = _day(policy, "spring_term_start"), _day(policy, "autumn_term_start")
    spring_end, autumn_end = _day(policy, "spring_term_end"), _day(policy, "autumn_term_end")
    if name == SPRING:
        return Term(policy.year, name, spring, _from(spring, spring_end), autumn)
    following = _day(policy.in_year(policy.year + 1), "spring_term_start")
    return Term(policy.year, name, autumn, _from(autumn, autumn_end), following)


def _from(start: date, end: date) -> date:
    """The end of what begins on that day: in the next year where it would lie before it."""
    return end if end >= start else end.replace(year=end.year + 1)


def _day(policy: PolicyView, name: str) -> date:
    month, day = policy.day(f"education.{name}")
    return date(policy.year, month, day)


@dataclass(frozen=True, slots=True)
class CompulsoryAge:
    """Who is of compulsory age: of `first` years by the cut-off day of the school year, and not older than `last`."""

    first: int
    last: int
    cutoff: tuple[int, int]

    @classmethod
    def of(cls, policy: PolicyView) -> "CompulsoryAge":
        return cls(
            first=policy.whole("education.compulsory_age_from"),
            last=policy.whole("education.compulsory_age_to"),
            cutoff=policy.day("education.compulsory_cutoff"),
        )

    def holds(self, born: date, term: Term, on: date) -> bool:
        """Whether somebody born that day has to be in school on a day of the term."""
        return self.entry_year(born) <= term.school_year and on < self.ends_on(born)

    def entry_year(self, born: date) -> int:
        """The year in whose autumn the child enters school."""
        return born.year + self.first + ((born.month, born.day) > self.cutoff)

    def ends_on(self, born: date) -> date:
        """The birthday from which schooling is no duty any more."""
        return birthday(born, self.last + 1)

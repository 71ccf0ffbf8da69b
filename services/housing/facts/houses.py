"""What is known of each dwelling: its newest finding, and whether a renovation made it safe since (D24, Y22, M25)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.housing.facts.holdings import Holdings
from services.housing.records.renovations import Renovation
from shared.codes import code_list
from shared.records import Row

_DANGEROUS = frozenset(code_list("dangerous_housing_grade").codes)
_OWN = frozenset(one.code for one in code_list("dwelling_tenure").items if one.attributes["own"] == "yes")


@dataclass(frozen=True, slots=True)
class Finding:
    """A grade found on a day, by an appraisal or when a renovation was identified."""

    day: date
    grade: str
    record_id: UUID
    valid_to: date | None = None

    @property
    def dangerous(self) -> bool:
        return self.grade in _DANGEROUS


@dataclass(frozen=True, slots=True)
class House:
    """One dwelling that the household has not given up.

    `accepted` is the renovation accepted since the finding, or without one; `open` the renovation under way.
    `dangerous_since` is the day on which it was first found so, however often that was confirmed since.
    """

    number: int
    lived_in: bool
    own: bool
    surveyed_on: date | None
    finding: Finding | None
    dangerous_since: date | None
    accepted: Row[Renovation] | None
    open: Row[Renovation] | None

    @property
    def dangerous(self) -> bool:
        return self.finding is not None and self.finding.dangerous and self.accepted is None

    @property
    def safe(self) -> bool:
        return self.accepted is not None or (self.finding is not None and not self.finding.dangerous)

    @property
    def accepted_on(self) -> date | None:
        return None if self.accepted is None else self.accepted.content.accepted_on

    @property
    def known_on(self) -> date | None:
        """The day on which it was last known how the dwelling stands."""
        return self.accepted_on or (None if self.finding is None else self.finding.day)

    @property
    def evidence(self) -> tuple[UUID, ...]:
        return tuple(
            one for one in (self.finding and self.finding.record_id, self.accepted and self.accepted.id) if one
        )


def houses(holdings: Holdings) -> list[House]:
    """By number. A dwelling that only an appraisal or a renovation tells of counts as the household's own home."""
    numbers = {*holdings.dwellings, *holdings.appraisals}
    numbers.update(row.content.dwelling_number for row in (*holdings.renovations, *holdings.identified))
    return [house for number in sorted(numbers) if (house := _house(holdings, number)) is not None]


def _house(holdings: Holdings, number: int) -> House | None:
    row = holdings.dwellings.get(number)
    if row is not None and row.content.left_on is not None:
        return None
    renovations = [one for one in holdings.renovations if one.content.dwelling_number == number]
    findings = sorted(_findings(holdings, number), key=lambda one: (one.day, one.record_id))
    finding = findings[-1] if findings else None
    done = [one for one in renovations if _accepted_since(one, finding)]
    under_way = [one for one in renovations if one.content.accepted_on is None]
    return House(
        number=number,
        lived_in=row is None or row.content.lived_in,
        own=row is None or row.content.tenure in _OWN,
        surveyed_on=None if row is None else row.content.surveyed_on,
        finding=finding,
        dangerous_since=_dangerous_since(findings, renovations),
        accepted=done[-1] if done else None,
        open=under_way[-1] if under_way else None,
    )


def _dangerous_since(findings: Sequence[Finding], renovations: Sequence[Row[Renovation]]) -> date | None:
    """The first of the dangerous findings that no safe one and no acceptance parts from the newest."""
    since: date | None = None
    for finding in findings:
        if not finding.dangerous:
            since = None
        elif since is None or any(_accepted_between(one, since, finding.day) for one in renovations):
            since = finding.day
    return since


def _accepted_between(renovation: Row[Renovation], first: date, last: date) -> bool:
    accepted_on = renovation.content.accepted_on
    return accepted_on is not None and first <= accepted_on < last


def _findings(holdings: Holdings, number: int) -> Iterator[Finding]:
    for appraisal in holdings.appraisals.get(number, ()):
        content = appraisal.content
        yield Finding(content.appraised_on, content.grade, appraisal.id, content.valid_to)
    for row in holdings.identified:
        case = row.content
        if case.dwelling_number == number and case.grade is not None and case.identified_on is not None:
            yield Finding(case.identified_on, case.grade, row.id)


def _accepted_since(renovation: Row[Renovation], finding: Finding | None) -> bool:
    """Works accepted before a finding say nothing about what was found after them."""
    accepted_on = renovation.content.accepted_on
    return accepted_on is not None and (finding is None or accepted_on >= finding.day)

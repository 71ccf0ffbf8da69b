"""What must be looked at in a household's housing: danger, findings missing or old, problems left (D24, D25, M25)."""

from collections.abc import Iterator
from datetime import date

from services.housing.facts.days import late_from
from services.housing.facts.guarantee import homes
from services.housing.facts.houses import House
from services.housing.facts.renovation_notices import renovation_notices
from services.housing.facts.situation import Situation
from services.housing.facts.subsidy_notices import subsidy_notices
from shared.facts.findings import Notice
from shared.procedures.terms import months_after


def notices(situation: Situation) -> list[Notice]:
    """All signals, open or to come."""
    found = [*_dangerous(situation), *_rectification(situation), *_old_house(situation)]
    found += renovation_notices(situation)
    found += subsidy_notices(situation)
    if situation.registered:
        found += _appraisals(situation)
    if situation.exited:
        found += _check_due(situation)
    return found


def _dangerous(situation: Situation) -> Iterator[Notice]:
    """M26: lives in a house of grade C or D whose renovation is not accepted."""
    for house in homes(situation):
        if house.dangerous and (finding := house.finding) is not None:
            params = {
                "grade": finding.grade,
                "dwelling_number": str(house.number),
                "renovation": "none" if house.open is None else house.open.content.stage,
            }
            since = house.dangerous_since or finding.day
            yield Notice("dangerous_dwelling", situation.members, since, params, (finding.record_id,))


def _appraisals(situation: Situation) -> Iterator[Notice]:
    """D24, M25: the dwelling lived in was never appraised, or so long ago that it says little of today.

    Who was given another home is safe by its delivery or acceptance: no appraisal of it is asked for.
    """
    for house in homes(situation):
        params = {"dwelling_number": str(house.number)}
        known_on = house.known_on
        if known_on is None:
            if situation.move is not None:
                continue
            since = house.surveyed_on or situation.household.state_since or date(situation.on.year, 1, 1)
            yield Notice("appraisal_missing", situation.members, since, params)
        elif not house.dangerous:
            yield Notice(
                "appraisal_stale", situation.members, _stale_from(situation, house, known_on), params, house.evidence
            )


def _stale_from(situation: Situation, house: House, known_on: date) -> date:
    """The day after the certificate's last day, else when the policy's months are over."""
    finding = house.finding
    if finding is not None and finding.valid_to is not None and house.accepted is None:
        return late_from(finding.valid_to, 0)
    return months_after(known_on, situation.whole("housing.appraisal_valid_months", known_on.year))


def _check_due(situation: Situation) -> Iterator[Notice]:
    """M25: an exited household's housing is looked at again and again."""
    days = [house.known_on for house in situation.houses]
    days += [row.content.checked_on for row in situation.holdings.checks]
    days += [house.surveyed_on for house in situation.houses]
    if situation.move is not None:
        days.append(situation.move.day)
    last = max((day for day in days if day is not None), default=None)
    if last is None:
        since = situation.household.state_since or date(situation.on.year, 1, 1)
        yield Notice("house_check_due", situation.members, since, {})
        return
    since = months_after(last, situation.whole("housing.check_interval_months", last.year))
    yield Notice("house_check_due", situation.members, since, {"last": last.isoformat()})


def _rectification(situation: Situation) -> Iterator[Notice]:
    """D25 做好整改: a problem found and not put right in time."""
    for row in situation.holdings.checks:
        check = row.content
        if not check.problems or check.rectified_on is not None:
            continue
        days = situation.whole("housing.rectification_days", check.checked_on.year) if check.rectify_by is None else 0
        since = late_from(check.rectify_by or check.checked_on, days)
        params = {"problems": ",".join(check.problems), "checked_on": check.checked_on.isoformat()}
        yield Notice("housing_rectification_overdue", situation.members, since, params, (row.id,))


def _old_house(situation: Situation) -> Iterator[Notice]:
    """One household, one house: the old one goes once the household has moved."""
    for row in situation.holdings.relocations:
        moved = row.content.moved_in_on
        if moved is not None and row.content.old_house_removed_on is None:
            since = late_from(moved, situation.whole("housing.old_house_removal_days", moved.year))
            yield Notice("old_house_kept", situation.members, since, {"moved_in_on": moved.isoformat()}, (row.id,))

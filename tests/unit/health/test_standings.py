"""What health says is so of members, for the other departments."""

from datetime import date

from services.health.facts import facts
from services.health.records import INSURANCE_ENROLMENTS
from shared.facts.models import StandingKind
from tests.unit.health.factories import household, member, policy, records, row


def test_who_is_insured_this_year() -> None:
    one, two, three = member(), member(), member()
    insured = row(INSURANCE_ENROLMENTS, one, year=2020, enrolled=True, enrolled_on="2019-11-01", scheme="resident")
    missing = row(INSURANCE_ENROLMENTS, two, year=2020, enrolled=False, enrolled_on="2020-03-01")
    before = row(INSURANCE_ENROLMENTS, three, year=2019, enrolled=True, enrolled_on="2018-11-01", scheme="resident")
    said = facts(household(one, two, three), records(insured, missing, before), policy(), date(2020, 6, 1))
    (standing,) = said.standings
    assert (standing.kind, standing.members) == (StandingKind.INSURED, (one.member_id,))
    assert len(standing.evidence) == 1
    assert standing.since == date(2019, 11, 1)

"""What the water bureau says of one household on one day."""

from datetime import date

from shared.facts.models import Facts, Guarantee, GuaranteeItem, GuaranteeState, Reason
from shared.policy import Policy
from shared.records import Records
from shared.roster.models import RosterHousehold
from tests.departments.water.checks import WATER_CHECKS


def facts(household: RosterHousehold, records: Records, policy: Policy, on: date) -> Facts:
    """Safe water is met when this year's check found enough and clean water; without a check nothing is known."""
    checks = [row for row in records.of(WATER_CHECKS) if row.content.year == on.year]
    if not checks:
        unknown = Guarantee(
            item=GuaranteeItem.SAFE_WATER, state=GuaranteeState.UNKNOWN, reasons=(Reason(code="no_check"),)
        )
        return Facts(guarantees=(unknown,))
    view = policy.at(area=household.division, year=on.year)
    check = checks[-1]
    enough = check.content.litres_per_person_day >= view.number("water.litres_per_person_day")
    safe = enough and check.content.quality_passed
    reasons = [
        Reason(code=code)
        for code, holds in (("too_little", enough), ("unclean", check.content.quality_passed))
        if not holds
    ]
    state = GuaranteeState.MET if safe else GuaranteeState.UNMET
    guarantee = Guarantee(item=GuaranteeItem.SAFE_WATER, state=state, reasons=tuple(reasons), evidence=(check.id,))
    return Facts(guarantees=(guarantee,), parameters=view.used, valid_until=date(on.year + 1, 1, 1))

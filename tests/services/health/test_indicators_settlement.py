"""Hospital bills: settled at one stop, treated before payment, borne by others."""

import pytest

from shared.policy import PolicyOverride
from shared.roster.models import HouseholdState
from shared.testing.department import DepartmentSystem
from tests.services.health.planted import BILL, counts, home_of, village


@pytest.mark.req("D30", "Y48", "SYS11")
async def test_bills_settled_at_one_stop_and_treated_before_payment(health: DepartmentSystem) -> None:
    where = village(10)
    (one,) = await home_of(health, where, "甲")
    (other,) = await home_of(health, where, "乙", state=HouseholdState.CANDIDATE)
    amount = {"total": "10", "self_paid": "10"}
    await health.accept("settlement-bills", one, bill_number="O1", **BILL, **amount, one_stop=True)
    await health.accept("settlement-bills", one, bill_number="O2", **BILL, **amount, treated_before_payment=True)
    await health.accept("settlement-bills", one, bill_number="O3", **{**BILL, "kind": "outpatient"}, **amount)
    await health.accept("settlement-bills", other, bill_number="O4", **BILL, **amount)
    assert counts(await health.indicator("one_stop_settlement", division=where)) == (1, 2, "0.5000", False)
    assert counts(await health.indicator("treat_first_pay_later", division=where)) == (1, 2, "0.5000", False)
    (missing,) = await health.missing("one_stop_settlement", division=where)
    assert (missing["detail"], missing["member_id"]) == ({"bill_number": "O2"}, one.id)


@pytest.mark.req("H24", "Y43")
async def test_reimbursement_of_the_poor_against_others(health: DepartmentSystem) -> None:
    where = village(11)
    (poor,) = await home_of(health, where, "甲")
    (other,) = await home_of(health, where, "乙", state=HouseholdState.CANDIDATE)
    layers = {"total": "1000", "basic_insurance": "750", "medical_aid": "150", "self_paid": "100"}
    await health.accept("settlement-bills", poor, bill_number="R1", **BILL, **layers)
    plain = {"total": "1000", "basic_insurance": "600", "self_paid": "400"}
    await health.accept("settlement-bills", other, bill_number="R2", **BILL, **plain)
    poor_ratio = await health.indicator("reimbursement_ratio_registered", division=where)
    assert counts(poor_ratio) == ("750.00", "1000.00", "0.7500", None)
    assert counts(await health.indicator("relieved_cost", division=where))[:3] == ("900.00", "1000.00", "0.9000")
    rise = await health.indicator("reimbursement_rise", division=where)
    assert counts(rise) == ("0.7500", "0.6000", "0.1500", False)
    assert rise["target"]["concept"] == "points"  # type: ignore[index]
    key = "health.reimbursement_rise_target"
    await health.set_policy(PolicyOverride(key=key, area=where, year=2020, value="0.2", concept="relative"))
    assert counts(await health.indicator("reimbursement_rise", division=where)) == ("0.7500", "0.6000", "0.2500", True)
    assert (await health.get("indicators/reimbursement_rise/missing", division=where)).status_code == 404

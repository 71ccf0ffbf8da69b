"""Who pays when illness is dear: serious-illness insurance as the place promises it, and aid."""

from decimal import Decimal

import pytest

from shared.policy import PolicyOverride
from shared.roster.models import HouseholdState
from shared.testing.department import DepartmentSystem, Person
from tests.services.health.planted import BILL, counts, home_of, village


@pytest.mark.req("H25", "H26", "Y43")
async def test_insurance_and_aid_pay_where_illness_is_dear(health: DepartmentSystem) -> None:
    where = village(12)
    paid, unpaid, cheap = await home_of(health, where, "甲", "乙", "丙")
    dear = {"total": "20000", "basic_insurance": "10000"}
    relieved = {"serious_illness_insurance": "4000", "medical_aid": "2000", "self_paid": "4000"}
    await health.accept("settlement-bills", paid, bill_number="D1", **BILL, **dear, **relieved)
    await health.accept("settlement-bills", unpaid, bill_number="D2", **BILL, **dear, self_paid="10000")
    await health.accept(
        "settlement-bills", cheap, bill_number="D3", **BILL, total="5000", self_paid="4999", other_aid="1"
    )
    for code, due in (("serious_illness_insurance", 2), ("medical_aid", 3)):
        value = await health.indicator(code, division=where)
        assert (value["numerator"], value["denominator"]) == (due - 1, due), code
        (missing,) = await health.missing(code, division=where)
        assert (missing["member_id"], missing["detail"]) == (unpaid.id, {"self_paid": "10000.00"})
    twice, other_year, other_kind = await home_of(health, where, "丁", "戊", "己")
    left = {"total": "3000", "self_paid": "3000"}
    for number, person, more in (
        ("D4", twice, {}), ("D5", twice, {}), ("D6", other_year, {}), ("D7", other_year, {"settled_on": "2019-03-01"}),
        ("D8", other_kind, {}), ("D9", other_kind, {"kind": "outpatient"}),
    ):  # fmt: skip
        await health.accept("settlement-bills", person, bill_number=number, **{**BILL, **more}, **left)
    added = [one for one in await health.missing("serious_illness_insurance", division=where) if one["name"] != "乙"]
    assert [(one["member_id"], one["detail"]) for one in added] == [(twice.id, {"self_paid": "6000.00"})]


@pytest.mark.req("H25", "Y43")
async def test_serious_illness_insurance_as_promised(health: DepartmentSystem) -> None:
    """Of what basic insurance leaves in the year: 65 % above 5,000 yuan for registered persons, 60 % above 10,000 for
    others."""
    where = village(15)
    paid, twice, cheap, old = await home_of(health, where, "甲", "乙", "丙", "丁")
    (other,) = await home_of(health, where, "戊", state=HouseholdState.CANDIDATE)

    async def stay(person: Person, number: str, left: str, insurance: str, **more: object) -> None:
        """A stay of which basic insurance paid 9,000 yuan and left the amount."""
        total, rest = (str(Decimal(left) + 9000), str(Decimal(left) - Decimal(insurance)))
        layers = {"basic_insurance": "9000", "serious_illness_insurance": insurance, "self_paid": rest}
        money = {"total": total, **layers}
        await health.accept("settlement-bills", person, bill_number=number, **{**BILL, **more}, **money)

    await stay(paid, "P1", "15000", "7000")  # promised 6,500
    await stay(twice, "P2", "4000", "0")
    await stay(twice, "P3", "4000", "1000")  # both together: promised 1,950
    await stay(cheap, "P4", "5000", "0")
    await stay(old, "P5", "15000", "0", settled_on="2019-03-01")
    await stay(old, "P6", "15000", "0", kind="outpatient")
    await stay(other, "P7", "20000", "4500")  # promised 6,000
    registered = await health.indicator("serious_illness_promise_registered", division=where)
    assert counts(registered) == ("7500.00", "8450.00", "0.8875", None)
    others = await health.indicator("serious_illness_promise_other", division=where)
    assert counts(others) == ("4500.00", "6000.00", "0.7500", None)
    key = "health.serious_illness_cap_registered"
    await health.set_policy(PolicyOverride(key=key, area=where, year=2020, value=1500))
    capped = await health.indicator("serious_illness_promise_registered", division=where)
    assert counts(capped)[:2] == ("2500.00", "3000.00")

"""The standing lists of health against planted cases: who is on them, and what becomes of a line."""

from typing import cast

import pytest

from services.health.lists import LISTS
from shared.roster.models import HouseholdState
from shared.testing.department import Body, DepartmentSystem

ENROLLED = {"year": 2020, "enrolled": True, "enrolled_on": "2020-01-05", "scheme": "resident"}


async def lines(health: DepartmentSystem, code: str, division: str, **query: object) -> list[Body]:
    return cast(list[Body], (await health.read(f"lists/{code}", division=division, year=2020, **query))["items"])


async def settle(health: DepartmentSystem, code: str, line: Body, outcome: str) -> Body:
    answer = await health.post(f"lists/{code}/lines/{line['line_id']}:settle", {"outcome": outcome})
    assert answer.status_code == 200, answer.text
    return cast(Body, answer.json())


@pytest.mark.req("D29", "M16", "H23", "M43")
async def test_registered_and_not_insured(health: DepartmentSystem) -> None:
    village = "420115030201"
    insured, found_without, unknown, other = (health.person(name) for name in ("甲", "乙", "丙", "丁"))
    await health.household(insured, found_without, unknown, division=village)
    await health.household(other, division=village, state=HouseholdState.CANDIDATE)
    await health.accept("insurance-enrolments", insured, **ENROLLED)
    await health.accept("insurance-enrolments", found_without, year=2020, enrolled=False, enrolled_on="2020-01-05")
    held = await lines(health, "uninsured", village)
    assert {one["member_id"] for one in held} == {found_without.id, unknown.id}
    (line,) = await lines(health, "uninsured", village, member_id=unknown.id)
    await settle(health, "uninsured", line, "included")
    assert [one["state"] for one in await lines(health, "uninsured", village, state="settled")] == ["settled"]
    await health.accept("insurance-enrolments", unknown, **ENROLLED)
    assert {one["member_id"] for one in await lines(health, "uninsured", village)} == {found_without.id}
    (gone,) = await lines(health, "uninsured", village, state="gone")
    assert (gone["member_id"], gone["previous_state"], gone["outcome"]) == (unknown.id, "settled", "included")


@pytest.mark.req("M18", "Y44", "M43")
async def test_serious_illness_that_is_not_filed(health: DepartmentSystem) -> None:
    village = "420115030202"
    ill = {"health_status": ("serious_illness",)}
    told, both = health.person("甲", **ill), health.person("乙", **ill)
    diagnosed, filed, well = health.person("丙"), health.person("丁", **ill), health.person("戊")
    await health.household(told, both, diagnosed, filed, well, division=village)
    case = {"diagnosed_on": "2020-02-01"}
    for person in (both, diagnosed):
        await health.accept("serious-illness-cases", person, disease="lung_cancer", **case)
    await health.accept("serious-illness-cases", filed, disease="stroke", **case, filed_on="2020-02-03")
    held = {str(one["member_id"]): one["detail"] for one in await lines(health, "serious_illness_unfiled", village)}
    assert held == {
        told.id: {"known_to": "roster"},
        both.id: {"disease": "lung_cancer"},
        diagnosed.id: {"disease": "lung_cancer"},
    }
    await health.accept("serious-illness-cases", both, disease="lung_cancer", **case, filed_on="2020-03-01")
    assert len(await lines(health, "serious_illness_unfiled", village)) == 2


@pytest.mark.req("Y42", "M43")
async def test_a_contribution_subsidised_for_no_poor_household(health: DepartmentSystem) -> None:
    village = "420115030203"
    farmer = {"state": HouseholdState.CANDIDATE, "household_type": "farmer"}
    homes: dict[str, dict[str, object]] = {
        "farmer": farmer,
        "entered since": {**farmer, "state_since": "2020-01-06"},
        "registered": {"household_type": "farmer"},
        "exited": {**farmer, "state": HouseholdState.EXITED},
        "dibao": {**farmer, "household_type": "dibao"},
        "edge": {**farmer, "categories": ({"kind": "edge"},)},
        "monitored": {**farmer, "monitoring_category": "edge"},
        "subsidised before": {**farmer, "state": HouseholdState.CLEARED, "state_since": "2020-01-06"},
        "unsubsidised": farmer,
    }
    money = {"contribution": "400", "subsidy_class": "fixed", "subsidy": "160"}
    people = {}
    for name, home in homes.items():
        people[name] = health.person(name)
        await health.household(people[name], division=village, **home)  # type: ignore[arg-type]  # fields of the roster
        await health.accept(
            "insurance-enrolments", people[name], **ENROLLED, **({} if name == "unsubsidised" else money)
        )
    held = {one["member_id"]: one["detail"] for one in await lines(health, "insurance_subsidy_not_due", village)}
    detail = {"subsidy": "160.00", "subsidy_class": "fixed"}
    assert held == {people[name].id: detail for name in ("farmer", "entered since")}


@pytest.mark.req("Y49", "M43")
async def test_a_fund_that_is_for_others(health: DepartmentSystem) -> None:
    village = "420115030204"
    stays, changes = health.person("甲"), health.person("乙")
    await health.household(stays, division=village)
    home = await health.household(changes, division=village)
    payment = {"paid_on": "2020-03-01", "amount": "300"}
    for person in (stays, changes):
        await health.accept(
            "fund-payments", person, payment_number=person.id[:8], fund="registered_insurance_fund", **payment
        )
        await health.accept(
            "fund-payments", person, payment_number=person.id[:9], fund="government_backstop", **payment
        )
    assert await lines(health, "fund_payment_not_due", village) == []
    again = {"household_id": home.household_id, "code": home.code, "division": village}

    async def cleared(version: int, since: str) -> list[Body]:
        more = {**again, "state": HouseholdState.CLEARED, "state_since": since}
        await health.household(changes, version=version, **more)  # type: ignore[arg-type]  # fields of the roster
        return await lines(health, "fund_payment_not_due", village)

    assert await cleared(2, "2020-03-02") == [], "it was registered when the fund paid"
    (line,) = await cleared(3, "2020-03-01")
    assert (line["member_id"], line["detail"]) == (
        changes.id,
        {"fund": "registered_insurance_fund", "amount": "300.00", "paid_on": "2020-03-01"},
    )


@pytest.mark.req("D30", "M43")
async def test_a_bill_sent_for_two_persons(health: DepartmentSystem) -> None:
    village = "420115030205"
    wrong, right, elsewhere, own = (health.person(name) for name in ("甲", "乙", "丙", "丁"))
    await health.household(wrong, own, division=village)
    await health.household(right, elsewhere, division=village)
    bill = {"kind": "inpatient", "settled_on": "2020-03-01", "total": "100.00", "self_paid": "100.00"}
    first = await health.accept("settlement-bills", wrong, **bill, bill_number="Z-1", institution_code="H-1")
    assert await lines(health, "settlement_bill_twice", village) == []
    second = await health.accept("settlement-bills", right, **bill, bill_number="Z-1")
    await health.accept("settlement-bills", elsewhere, **bill, bill_number="Z-2", institution_code="H-2")
    await health.accept("settlement-bills", own, **bill, bill_number="Z-2", institution_code="H-1")
    held = {one["member_id"]: one["detail"] for one in await lines(health, "settlement_bill_twice", village)}
    detail = {"bill_number": "Z-1", "settled_on": "2020-03-01", "self_paid": "100.00"}
    assert held == {
        wrong.id: {**detail, "institution_code": "H-1", "also": [second["id"]]},
        right.id: {**detail, "institution_code": None, "also": [first["id"]]},
    }
    assert (await health.post(f"settlement-bills/{first['id']}:void", {"reason": "错人"})).status_code == 200
    assert await lines(health, "settlement_bill_twice", village) == []


async def test_all_lists_have_counts_and_labels(health: DepartmentSystem) -> None:
    found = cast(list[Body], (await health.read("lists", division="420115", year=2020))["items"])
    assert [one["code"] for one in found] == [one.code for one in LISTS]
    for one in found:
        label = cast(dict[str, str], one["label"])
        assert label["zh"]
        assert label["en"]
        assert set(cast(dict[str, int], one["counts"])) == {"open", "checked", "settled", "total"}

"""A record changes the household's facts in the transaction that takes it in."""

from datetime import UTC, datetime

import pytest

from shared.facts.models import GuaranteeState
from shared.policy import PolicyOverride
from shared.roster.models import RosterHousehold
from shared.testing.department import DepartmentSystem
from shared.testing.waiting import wait_until

ENROLLED = {"year": 2020, "enrolled": True, "enrolled_on": "2020-01-05", "scheme": "resident"}


async def state(health: DepartmentSystem, household) -> GuaranteeState | None:
    guarantees = (await health.facts(household)).guarantees
    return guarantees[0].state if guarantees else None


@pytest.mark.req("D29", "M16")
async def test_enrolment_meets_the_guarantee_and_voiding_takes_it_back(health: DepartmentSystem) -> None:
    one, two = health.person("甲"), health.person("乙")
    home = await health.household(one, two)
    assert await state(health, home) is None
    first = await health.post("insurance-enrolments", {"id_number": one.id_number, **ENROLLED})
    assert first.headers["yihu-version"].startswith("health=")
    assert await state(health, home) is GuaranteeState.UNMET
    second = await health.accept("insurance-enrolments", two, **ENROLLED)
    assert await state(health, home) is GuaranteeState.MET
    voided = await health.post(f"insurance-enrolments/{second['id']}:void", {"reason": "重复登记"})
    assert voided.status_code == 200
    assert await state(health, home) is GuaranteeState.UNMET


async def test_a_member_may_be_named_by_household_code_and_name(health: DepartmentSystem) -> None:
    one, two = health.person("丙"), health.person("丙")
    home = await health.household(one, two)
    body = {"household_code": home.code, "name": "丙", **ENROLLED}
    assert (await health.post("insurance-enrolments", body)).status_code == 409
    assert (await health.post("insurance-enrolments", {"member_id": two.id, **ENROLLED})).status_code == 201


@pytest.mark.req("Y43", "D30")
async def test_a_bill_becomes_figure_benefit_and_signal(health: DepartmentSystem) -> None:
    one = health.person("丁")
    home = await health.household(one)
    posted = await health.accept(
        "settlement-bills",
        one,
        bill_number="F-1",
        kind="inpatient",
        settled_on="2020-05-01",
        total="30000",
        basic_insurance="15000",
        serious_illness_insurance="5000",
        medical_aid="4000",
        self_paid="6000",
    )
    facts = await health.facts(home)
    assert str(facts.figures["self_paid_medical_cost"]) == "6000.00"
    assert {one.programme for one in facts.benefits} == {"serious_illness_payment", "medical_aid"}
    assert "self_paid_inpatient_high" in {one.code for one in facts.signals}
    await health.accept("health-cards", one, card_number="F-1", issued_on="2020-01-05")
    await health.post(f"settlement-bills/{posted['id']}:void", {"reason": "退费重结"})
    facts = await health.facts(home)
    assert (facts.figures, [one.programme for one in facts.benefits]) == ({}, ["health_card"])
    assert "self_paid_inpatient_high" not in {one.code for one in facts.signals}


@pytest.mark.req("Y43")
async def test_a_village_has_its_own_warning_line_until_one_moves_away(health: DepartmentSystem) -> None:
    key, where, other = "health.self_paid_inpatient_registered", "420115010911", "420115010912"
    here, there = health.person("午"), health.person("未")
    home = await health.household(here, division=where)
    neighbour = await health.household(there, division=other)
    bill = {"kind": "inpatient", "settled_on": "2020-05-01", "total": "1200", "self_paid": "1200"}
    for person, number in ((here, "L-1"), (there, "L-2")):
        await health.accept("settlement-bills", person, bill_number=number, **bill)

    async def warned(household: RosterHousehold) -> list[str]:
        found = [one for one in (await health.facts(household)).signals if one.code == "self_paid_inpatient_high"]
        return [one.params["line"] for one in found]

    assert (await warned(home), await warned(neighbour)) == ([], [])
    await health.set_policy(PolicyOverride(key=key, area=where, year=2020, value=1000))

    async def follows() -> bool:
        return await warned(home) == ["1000.00"]

    await wait_until(follows)
    assert await warned(neighbour) == []
    moved = await health.household(here, household_id=home.household_id, version=2, code=home.code, division=other)
    assert await warned(moved) == [], "judged by the line of the village that it lives in now"


async def test_a_place_sets_its_own_line_and_the_facts_follow(health: DepartmentSystem) -> None:
    one = health.person("戊")
    home = await health.household(one)
    await health.accept("insurance-enrolments", one, **ENROLLED, serious_illness_insurance=False)
    assert await state(health, home) is GuaranteeState.UNMET
    key = "health.serious_illness_insurance_required"
    await health.set_policy(PolicyOverride(key=key, area=home.division, year=2020, value=False))

    async def met() -> bool:
        return await state(health, home) is GuaranteeState.MET

    await wait_until(met)


async def test_the_outbox_carries_no_personal_number(health: DepartmentSystem) -> None:
    one = health.person("己")
    home = await health.household(one)
    await health.accept("insurance-enrolments", one, **ENROLLED)
    rows = await health.rows("SELECT payload FROM outbox WHERE key = $1", str(home.household_id))
    payload = bytes(rows[-1]["payload"])  # type: ignore[arg-type]  # bytea
    assert b"yihu.household.facts.v1" in payload
    assert one.id_number.encode() not in payload


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b'"x"',
        b"\xff\xfe",
        b'{"year": NaN}',
        b'{"year": 1e400}',
        b'{"year": ' + b"9" * 5000 + b"}",
        b'{"id_number": "\\u0000"}',
        b'{"id_number": "\\ud800"}',
        b'{"doctor": "\\u0000", "year": 2020, "signed_on": "2020-01-01", "household_code": "x", "name": "y"}',
        b"[" * 5000 + b"]" * 5000,
        b'{"year": 2020, "year": 2020, "signed_on": {"a": []}}',
        '{"year": "２０２０", "signed_on": "2020-01-01"}'.encode(),
    ],
)
async def test_no_body_breaks_the_service(health: DepartmentSystem, body: bytes) -> None:
    for path in ("doctor-contracts", "doctor-contracts:batch", "institutions", "publicity-visits"):
        answer = await health.client.post(
            f"/api/v1/health/{path}", content=body, headers={**health.headers(), "Content-Type": "application/json"}
        )
        assert 400 <= answer.status_code < 500, (path, answer.status_code, answer.text)
        assert answer.headers["content-type"].startswith("application/problem+json")


async def test_the_turn_of_the_year_is_computed_again(health: DepartmentSystem) -> None:
    one = health.person("庚")
    home = await health.household(one)
    await health.accept("insurance-enrolments", one, **ENROLLED)
    assert await state(health, home) is GuaranteeState.MET
    key = "health.enrolment_closing_day"
    health.clock.set(datetime(2021, 1, 2, 4, 0, tzinfo=UTC))
    # A policy that comes in nudges the job that looks for facts whose day has come.
    await health.set_policy(PolicyOverride(key=key, area="420105000000", year=2021, value="03-31"))

    async def unknown() -> bool:
        return await state(health, home) is GuaranteeState.UNKNOWN

    await wait_until(unknown)


@pytest.mark.parametrize("amount", ["999999999999.99", "1000000000000", "0.001", "-1", "NaN", "1e3", "١٢"])
async def test_no_amount_breaks_the_service(health: DepartmentSystem, amount: str) -> None:
    one = health.person("辛")
    await health.household(one)
    money = {"contribution": amount, "subsidy": amount, "subsidy_class": "full"}
    bill = {
        "bill_number": amount,
        "kind": "inpatient",
        "settled_on": "2020-03-01",
        "total": amount,
        "self_paid": amount,
    }
    bodies = {
        "insurance-enrolments": {**ENROLLED, **money},
        "settlement-bills": bill,
        "package-benefits": {"year": 2020, "item": "x", "granted_on": "2020-03-01", "amount": amount},
        "rehabilitations": {"service": "nursing", "started_on": "2020-03-01", "cost": amount},
    }
    for path, body in bodies.items():
        answer = await health.post(path, {"id_number": one.id_number, **body})
        assert answer.status_code in (201, 422), (path, answer.text)
        if amount == "999999999999.99" and path != "package-benefits":
            assert answer.status_code == 201, answer.text

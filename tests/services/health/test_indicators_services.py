"""What is owed to each person or household in a year: contracts, examinations, cards, publicity, rehabilitation."""

import pytest

from shared.roster.models import Sex
from shared.testing.department import DepartmentSystem
from tests.services.health.planted import ENROLLED, counts, home_of, people, village


@pytest.mark.req("D31", "D32", "D33", "M15", "M17")
async def test_what_is_owed_to_each_person_in_a_year(health: DepartmentSystem) -> None:
    where = village(5)
    one, two = await home_of(health, where, "甲", "乙")
    for person in (one, two):
        await health.accept("insurance-enrolments", person, **ENROLLED)
        await health.accept("doctor-contracts", person, year=2020, signed_on="2020-02-01")
        await health.accept("physical-examinations", person, year=2020, examined_on="2020-02-01")
    await health.accept("chronic-screenings", one, year=2020, screened_on="2020-02-01")
    await health.accept("chronic-screenings", two, year=2019, screened_on="2019-02-01")
    for code in ("doctor_contract", "physical_examination"):
        assert counts(await health.indicator(code, division=where, year=2020)) == (2, 2, "1.0000", True)
        assert counts(await health.indicator(code, division=where, year=2019)) == (0, 2, "0.0000", False)
    assert counts(await health.indicator("chronic_screening", division=where, year=2020)) == (1, 2, "0.5000", False)
    assert counts(await health.indicator("grass_roots_coverage", division=where, year=2020))[:2] == (1, 2)
    (missing,) = await health.missing("grass_roots_coverage", division=where, year=2020)
    assert missing["member_id"] == two.id
    assert missing["detail"] == {
        "insured": True,
        "doctor_contract": True,
        "physical_examination": True,
        "chronic_screening": False,
    }


@pytest.mark.req("Y47", "SYS09")
async def test_health_card(health: DepartmentSystem) -> None:
    where = village(6)
    one, two, three = await home_of(health, where, "甲", "乙", "丙")
    await health.accept("health-cards", one, card_number="1", issued_on="2019-01-01")
    await health.accept("health-cards", two, card_number="2", issued_on="2019-01-01", status="lost")
    assert counts(await health.indicator("health_card", division=where))[:2] == (1, 3)
    assert people(await health.missing("health_card", division=where)) == {two.id, three.id}


@pytest.mark.req("M19")
async def test_publicity_and_awareness_are_of_households(health: DepartmentSystem) -> None:
    where = village(9)
    homes = [await health.household(health.person("甲"), division=where) for _ in range(3)]

    async def visit(number: int, day: str, **more: object) -> None:
        body = {"household_id": str(homes[number].household_id), "visited_on": day, **more}
        assert (await health.post("publicity-visits", body)).status_code == 201

    await visit(0, "2020-02-01", aware=False)
    await visit(0, "2020-03-01", aware=True)
    await visit(0, "2020-04-01")
    await visit(1, "2020-02-01", aware=True)
    await visit(1, "2020-03-01", aware=False)
    await visit(2, "2019-03-01", aware=True)
    assert counts(await health.indicator("publicity", division=where, year=2020)) == (2, 3, "0.6666", False)
    assert counts(await health.indicator("awareness", division=where, year=2020)) == (1, 3, "0.3333", False)
    missing = await health.missing("publicity", division=where, year=2020)
    assert [(one["household_id"], one["household_code"]) for one in missing] == [
        (str(homes[2].household_id), homes[2].code)
    ]


@pytest.mark.req("Y51")
async def test_rehabilitation_of_the_disabled(health: DepartmentSystem) -> None:
    where = village(13)
    one = health.person("甲", disability_type="4", disability_grade="1")
    two = health.person("乙", sex=Sex.FEMALE, disability_type="1", disability_grade="2")
    await health.household(one, two, health.person("丙"), division=where)
    await health.accept("rehabilitations", one, service="functional_training", started_on="2020-02-01")
    assert counts(await health.indicator("rehabilitation", division=where)) == (1, 2, "0.5000", None)
    assert people(await health.missing("rehabilitation", division=where)) == {two.id}

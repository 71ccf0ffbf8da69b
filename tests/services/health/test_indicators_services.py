"""What is owed to each person or household in a year: contracts, examinations, cards, publicity, rehabilitation."""

import pytest

from shared.roster.models import HouseholdState, Sex
from shared.testing.department import DepartmentSystem
from tests.services.health.planted import ENROLLED, counts, home_of, people, village


@pytest.mark.req("D31", "D32", "D33", "M15", "M17")
async def test_what_is_owed_to_each_person_in_a_year(health: DepartmentSystem) -> None:
    where = village(5)
    whole, unscreened, uncontracted, unexamined = await home_of(health, where, "甲", "乙", "丙", "丁")
    for person in (whole, unscreened, uncontracted, unexamined):
        await health.accept("insurance-enrolments", person, **ENROLLED)
        if person is not uncontracted:
            await health.accept("doctor-contracts", person, year=2020, signed_on="2020-02-01")
        if person is not unexamined:
            await health.accept("physical-examinations", person, year=2020, examined_on="2020-02-01")
        year = 2019 if person is unscreened else 2020
        await health.accept("chronic-screenings", person, year=year, screened_on=f"{year}-02-01")
    for code, without in (
        ("doctor_contract", uncontracted),
        ("physical_examination", unexamined),
        ("chronic_screening", unscreened),
    ):
        assert counts(await health.indicator(code, division=where, year=2020)) == (3, 4, "0.7500", False)
        assert people(await health.missing(code, division=where, year=2020)) == {without.id}
    assert counts(await health.indicator("doctor_contract", division=where, year=2019)) == (0, 4, "0.0000", False)
    assert counts(await health.indicator("grass_roots_coverage", division=where, year=2020))[:2] == (1, 4)
    missing = await health.missing("grass_roots_coverage", division=where, year=2020)
    all_of_it = dict.fromkeys(("insured", "doctor_contract", "physical_examination", "chronic_screening"), True)
    assert {one["member_id"]: one["detail"] for one in missing} == {
        unscreened.id: {**all_of_it, "chronic_screening": False},
        uncontracted.id: {**all_of_it, "doctor_contract": False},
        unexamined.id: {**all_of_it, "physical_examination": False},
    }


@pytest.mark.req("Y47", "SYS09")
async def test_health_card(health: DepartmentSystem) -> None:
    where = village(6)
    one, two, three = await home_of(health, where, "甲", "乙", "丙")
    await health.accept("health-cards", one, card_number="1", issued_on="2019-01-01")
    await health.accept("health-cards", two, card_number="2", issued_on="2019-01-01", status="lost")
    assert counts(await health.indicator("health_card", division=where))[:2] == (1, 3)
    assert people(await health.missing("health_card", division=where)) == {two.id, three.id}
    await health.accept("health-cards", three, card_number="3", issued_on="2020-01-01")
    for year, holders in ((2018, 0), (2019, 1), (2020, 2)):
        assert counts(await health.indicator("health_card", division=where, year=year))[0] == holders


@pytest.mark.req("M19")
async def test_publicity_and_awareness_are_of_households(health: DepartmentSystem) -> None:
    where = village(9)
    homes = [await health.household(health.person("甲"), division=where) for _ in range(3)]

    async def visit(number: int, day: str, **more: object) -> object:
        body = {"household_id": str(homes[number].household_id), "visited_on": day, **more}
        return (await health.accept_row("publicity-visits", body))["id"]

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
    unaware = await health.missing("awareness", division=where, year=2020)
    assert {one["household_id"] for one in unaware} == {str(home.household_id) for home in homes[1:]}
    mistaken = await visit(2, "2020-05-01", aware=True)
    assert counts(await health.indicator("publicity", division=where, year=2020))[:2] == (3, 3)
    await health.post(f"publicity-visits/{mistaken}:void", {"reason": "登错户"})
    assert counts(await health.indicator("publicity", division=where, year=2020))[:2] == (2, 3)
    assert counts(await health.indicator("awareness", division=where, year=2020))[:2] == (1, 3)


@pytest.mark.req("Y51")
async def test_rehabilitation_of_the_disabled(health: DepartmentSystem) -> None:
    where = village(13)
    one = health.person("甲", disability_type="4", disability_grade="1")
    two = health.person("乙", sex=Sex.FEMALE, disability_type="1", disability_grade="2")
    await health.household(one, two, health.person("丙"), division=where)
    await health.accept("rehabilitations", one, service="functional_training", started_on="2020-02-01")
    assert counts(await health.indicator("rehabilitation", division=where)) == (1, 2, "0.5000", None)
    assert people(await health.missing("rehabilitation", division=where)) == {two.id}
    done = {"service": "nursing", "started_on": "2018-12-01", "ended_on": "2019-02-01"}
    await health.accept("rehabilitations", two, **done)
    cared_for = {year: await health.missing("rehabilitation", division=where, year=year) for year in (2017, 2018, 2019)}
    assert {year: people(missing) for year, missing in cared_for.items()} == {
        2017: {one.id, two.id},
        2018: {one.id},
        2019: {one.id},
    }
    other = health.person("戊", disability_type="4", disability_grade="1")
    await health.household(other, division=where, state=HouseholdState.CANDIDATE)
    assert counts(await health.indicator("rehabilitation", division=where))[:2] == (1, 2)

"""Insurance coverage, the preferential policy, the subsidy: numerator, denominator, target, verdict, who is missing."""

import pytest

from shared.roster.models import HouseholdState
from shared.testing.department import DepartmentSystem
from tests.services.health.planted import ENROLLED, counts, home_of, people, village


@pytest.mark.req("D29", "M16", "H23")
async def test_insurance_coverage(health: DepartmentSystem) -> None:
    where = village(1)
    insured, without, gone = await home_of(health, where, "甲", "乙", "丙")
    await home_of(health, where, "丁", state=HouseholdState.CANDIDATE)
    (exited,) = await home_of(health, where, "戊", state=HouseholdState.EXITED)
    await health.accept("insurance-enrolments", insured, **ENROLLED)
    await health.accept("insurance-enrolments", without, year=2020, enrolled=False, enrolled_on="2020-01-05")
    await health.accept("insurance-enrolments", exited, **{**ENROLLED, "year": 2019, "enrolled_on": "2019-01-05"})
    voided = await health.accept("insurance-enrolments", gone, **ENROLLED)
    await health.post(f"insurance-enrolments/{voided['id']}:void", {"reason": "错误"})
    value = await health.indicator("insurance_coverage", division=where, year=2020)
    assert counts(value) == (1, 4, "0.2500", False)
    assert value["target"] == {
        "value": "0.99",
        "key": "health.insurance_coverage_target",
        "area": "420115000000",
        "year": 2015,
        "concept": None,
    }
    missing = await health.missing("insurance_coverage", division=where, year=2020)
    assert people(missing) == {without.id, gone.id, exited.id}
    assert {one["name"] for one in missing} == {"乙", "丙", "戊"}
    assert without.id_number not in str(missing)


@pytest.mark.req("D29", "H23")
async def test_the_target_is_that_of_area_and_year(health: DepartmentSystem) -> None:
    dongzhou = village(2, county="210403")
    (person,) = await home_of(health, dongzhou, "甲")
    await health.accept("insurance-enrolments", person, **ENROLLED)
    value = await health.indicator("insurance_coverage", division=dongzhou, year=2020)
    assert counts(value) == (1, 1, "1.0000", True)
    assert value["target"]["value"] == "1"  # type: ignore[index]  # a JSON object


@pytest.mark.req("M16")
async def test_preferential_policy(health: DepartmentSystem) -> None:
    where = village(3)
    one, two, three = await home_of(health, where, "甲", "乙", "丙")
    await health.accept("insurance-enrolments", one, **ENROLLED, preferential_policy=True)
    await health.accept("insurance-enrolments", two, **ENROLLED)
    entitled_only = {"year": 2020, "enrolled": False, "enrolled_on": "2020-01-05", "preferential_policy": True}
    await health.accept("insurance-enrolments", three, **entitled_only)
    assert counts(await health.indicator("preferential_policy", division=where)) == (1, 3, "0.3333", False)
    assert people(await health.missing("preferential_policy", division=where)) == {two.id, three.id}


@pytest.mark.req("Y42")
async def test_contribution_subsidy_of_the_insured(health: DepartmentSystem) -> None:
    where = village(4)
    one, two, at_work, _ = await home_of(health, where, "甲", "乙", "丙", "丁")
    money = {"contribution": "280", "subsidy_class": "full", "subsidy": "280"}
    await health.accept("insurance-enrolments", one, **ENROLLED, **money)
    await health.accept("insurance-enrolments", two, **ENROLLED)
    await health.accept("insurance-enrolments", at_work, **{**ENROLLED, "scheme": "employee"})
    assert counts(await health.indicator("contribution_subsidy", division=where)) == (1, 2, "0.5000", False)
    (missing,) = await health.missing("contribution_subsidy", division=where)
    assert missing["detail"] == {"subsidy_class": "none"}


@pytest.mark.req("D29", "M16")
async def test_who_moves_is_counted_where_the_person_lives_now(health: DepartmentSystem) -> None:
    old, new = village(16), village(17)
    stays, moves = health.person("留"), health.person("迁")
    home = await health.household(stays, moves, division=old)
    await health.accept("insurance-enrolments", moves, **ENROLLED)
    assert counts(await health.indicator("insurance_coverage", division=old))[:2] == (1, 2)
    await health.household(stays, household_id=home.household_id, version=2, code=home.code, division=old)
    await health.household(moves, division=new)
    assert counts(await health.indicator("insurance_coverage", division=old))[:2] == (0, 1)
    assert counts(await health.indicator("insurance_coverage", division=new))[:2] == (1, 1)

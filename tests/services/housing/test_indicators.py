"""Indicators against planted cases: numerator, denominator, target, verdict, and who is missing."""

import pytest

from shared.policy import PolicyOverride
from shared.roster.models import HouseholdState, RosterHousehold
from shared.testing.department import Body, DepartmentSystem
from tests.services.housing.officials import taken_over

APPRAISER = {"appraiser": "区鉴定站"}


def village(number: int) -> str:
    """A village of its own for each test, so that counts are exact."""
    return f"420115010{number:03d}"


def counts(value: Body) -> tuple[object, object, object, object]:
    return value["numerator"], value["denominator"], value["ratio"], value["met"]


async def homes(housing: DepartmentSystem, where: str, number: int, **more: object) -> list[RosterHousehold]:
    return [await housing.household(housing.person("户"), division=where, **more) for _ in range(number)]


async def post(housing: DepartmentSystem, record_type: str, home: RosterHousehold, **content: object) -> None:
    await housing.accept_row(record_type, {"household_code": home.code, **content})


async def appraise(housing: DepartmentSystem, home: RosterHousehold, grade: str, on: str = "2020-03-01") -> None:
    await post(housing, "appraisals", home, grade=grade, appraised_on=on, **APPRAISER)


def households(missing: list[Body]) -> set[object]:
    return {one["household_id"] for one in missing}


@pytest.mark.req("D24", "M26", "Y10")
async def test_appraised_and_safe(housing: DepartmentSystem) -> None:
    where = village(301)
    good, bad, unknown = await homes(housing, where, 3)
    await homes(housing, where, 1, state=HouseholdState.CANDIDATE)
    await appraise(housing, good, "B")
    await appraise(housing, bad, "D")
    assert counts(await housing.indicator("housing_appraisal", division=where)) == (2, 3, "0.6666", False)
    assert households(await housing.missing("housing_appraisal", division=where)) == {str(unknown.household_id)}
    assert counts(await housing.indicator("housing_appraisal", division=where, year=2019))[0] == 0
    safe = await housing.indicator("safe_housing", division=where)
    assert (counts(safe), safe["target"]["value"]) == ((1, 3, "0.3333", False), "1")  # type: ignore[index]
    missing = await housing.missing("safe_housing", division=where)
    assert {one["household_id"]: one["detail"] for one in missing} == {
        str(bad.household_id): {"state": "unmet", "reason": "dangerous_dwelling"},
        str(unknown.household_id): {"state": "unknown", "reason": None},
    }


@pytest.mark.req("D24", "M26")
async def test_what_stands_in_the_place_of_an_appraisal(housing: DepartmentSystem) -> None:
    where = village(308)
    relocated, bought, identified, empty, left, agreed = await homes(housing, where, 6)
    relocation = {"agreed_on": "2018-03-01", "mode": "single", "resettlement": "central"}
    await post(housing, "relocations", relocated, agreement_number="R1", **relocation, delivered_on="2018-12-01")
    await post(housing, "relocations", agreed, agreement_number="R2", **relocation)
    done = {"started_on": "2019-05-01", "accepted_on": "2019-09-01"}
    await taken_over(housing, bought, "V1", **done, mode="purchase")
    await post(housing, "dwellings", bought, surveyed_on="2019-10-01", left_on="2019-09-15")
    await taken_over(housing, identified, "V2", **done)
    for home, gone in ((empty, {"lived_in": False}), (left, {"left_on": "2020-02-01"})):
        await appraise(housing, home, "A", "2019-01-01")
        await post(housing, "dwellings", home, surveyed_on="2020-01-01", **gone)
    assert counts(await housing.indicator("housing_appraisal", division=where))[:2] == (3, 6)
    missing = {str(one.household_id) for one in (empty, left, agreed)}
    assert households(await housing.missing("housing_appraisal", division=where)) == missing
    listed = (await housing.read("lists/housing_not_appraised", division=where))["items"]
    assert {one["household_id"] for one in listed} == missing  # type: ignore[attr-defined]  # a JSON array
    assert counts(await housing.indicator("housing_appraisal", division=where, year=2018))[0] == 1


@pytest.mark.req("D25")
async def test_the_census_of_non_poor_villages_and_its_rectification(housing: DepartmentSystem) -> None:
    where = village(302)
    one, two, three = await homes(housing, where, 3, village_class="many_poor")
    (poor,) = await homes(housing, village(303), 1, village_class="poor")
    await post(housing, "house-checks", one, checked_on="2020-02-01")
    await post(housing, "house-checks", two, checked_on="2020-02-01", problems=["other"], rectified_on="2020-03-01")
    await post(housing, "house-checks", three, checked_on="2019-02-01", problems=["no_dwelling"])
    await post(housing, "house-checks", poor, checked_on="2020-02-01", problems=["other"])
    assert counts(await housing.indicator("housing_census", division=where)) == (2, 3, "0.6666", False)
    assert households(await housing.missing("housing_census", division=where)) == {str(three.household_id)}
    assert counts(await housing.indicator("housing_census", division=village(303)))[1] == 0
    assert counts(await housing.indicator("housing_rectification", division=where)) == (1, 1, "1.0000", True)
    (left,) = await housing.missing("housing_rectification", division=where, year=2019)
    assert left["detail"] == {"checked_on": "2019-02-01", "problems": "no_dwelling"}


@pytest.mark.req("M25")
async def test_exited_households_are_kept_up_to_date(housing: DepartmentSystem) -> None:
    where = village(304)
    looked_at, checked, old, never = await homes(housing, where, 4, state=HouseholdState.EXITED)
    await homes(housing, where, 1)
    await appraise(housing, looked_at, "B")
    await appraise(housing, old, "B", "2018-03-01")
    await post(housing, "house-checks", checked, checked_on="2019-06-02")
    value = await housing.indicator("exited_housing_current", division=where)
    assert counts(value) == (2, 4, "0.5000", False)
    await post(housing, "dwellings", looked_at, surveyed_on="2020-04-01", left_on="2020-04-02")
    assert counts(await housing.indicator("exited_housing_current", division=where))[0] == 1, "its house was given up"
    await post(housing, "dwellings", looked_at, surveyed_on="2020-04-01")
    missing = await housing.missing("exited_housing_current", division=where)
    assert {one["household_id"]: one["detail"] for one in missing} == {
        str(old.household_id): {"last": "2018-03-01"},
        str(never.household_id): {"last": None},
    }
    assert counts(await housing.indicator("exited_housing_current", division=where, year=2018))[0] == 1
    key = "housing.check_interval_months"
    await housing.set_policy(PolicyOverride(key=key, area=where, year=2020, value=60))
    assert counts(await housing.indicator("exited_housing_current", division=where))[0] == 3


@pytest.mark.req("Y20")
async def test_renovation_against_the_plan_and_the_whole_task(housing: DepartmentSystem) -> None:
    where = village(305)
    done, begun, approved, applied, waiting = await homes(housing, where, 5)
    (farmer,) = await homes(housing, where, 1, state=HouseholdState.CANDIDATE, household_type="farmer")
    await taken_over(housing, done, "J1", started_on="2019-05-01", accepted_on="2019-09-01")
    await taken_over(housing, begun, "J2", started_on="2019-05-01")
    await taken_over(housing, approved, "J3")
    await taken_over(housing, applied, "J4", approved_on=None, granted=None, project_number=None)
    for home in (waiting, farmer):
        await appraise(housing, home, "C")
    assert counts(await housing.indicator("renovation_started", division=where, year=2019)) == (2, 3, "0.6666", False)
    assert counts(await housing.indicator("renovation_accepted", division=where, year=2019)) == (1, 3, "0.3333", False)
    (missing,) = await housing.missing("renovation_started", division=where, year=2019)
    assert missing["detail"] == {"project_number": "J3", "category": "registered", "grade": "D", "stage": "approved"}
    assert counts(await housing.indicator("renovation_started", division=where, year=2020))[1] == 0
    whole = await housing.indicator("key_group_renovation", division=where, year=2020)
    assert counts(whole) == (1, 5, "0.2000", False)
    left = await housing.missing("key_group_renovation", division=where, year=2020)
    assert str(waiting.household_id) in households(left)
    assert str(farmer.household_id) not in households(left)
    await appraise(housing, waiting, "A", "2020-05-01")
    assert counts(await housing.indicator("key_group_renovation", division=where, year=2020))[0] == 2


@pytest.mark.req("Y20", "Y22")
async def test_a_dangerous_house_that_nobody_lives_in_is_no_task(housing: DepartmentSystem) -> None:
    where = village(309)
    empty, works, moved = await homes(housing, where, 3)
    for home in (empty, works, moved):
        await post(housing, "dwellings", home, surveyed_on="2020-01-01", lived_in=home is moved)
        await appraise(housing, home, "D")
    await taken_over(housing, works, "E1", started_on="2019-05-01")
    assert counts(await housing.indicator("key_group_renovation", division=where))[:2] == (0, 2)
    missing = await housing.missing("key_group_renovation", division=where)
    assert households(missing) == {str(works.household_id), str(moved.household_id)}
    key = {"agreement_number": "E2", "agreed_on": "2020-03-02", "mode": "single", "resettlement": "central"}
    await post(housing, "relocations", moved, **key, delivered_on="2020-05-01")
    assert counts(await housing.indicator("key_group_renovation", division=where))[:2] == (1, 2)
    await post(housing, "dwellings", moved, surveyed_on="2020-05-02")
    assert counts(await housing.indicator("key_group_renovation", division=where))[:2] == (0, 2), "it has moved back"
    (bought,) = await homes(housing, where, 1)
    await post(housing, "dwellings", bought, surveyed_on="2020-01-01", lived_in=False)
    await taken_over(housing, bought, "E3", started_on="2019-05-01", accepted_on="2019-09-01", mode="purchase")
    assert counts(await housing.indicator("key_group_renovation", division=where))[:2] == (1, 3)
    await appraise(housing, bought, "D")
    assert counts(await housing.indicator("key_group_renovation", division=where))[:2] == (0, 2), "nobody lives there"


@pytest.mark.req("Y23")
async def test_subsidy_in_time_and_in_full(housing: DepartmentSystem) -> None:
    where = village(306)
    in_time, late, recorded, not_due = await homes(housing, where, 4)
    files = {"started_on": "2019-05-01", "accepted_on": "2020-03-01"}
    for number, home in enumerate((in_time, late)):
        await taken_over(housing, home, f"B{number}", **files)
    for home, project, paid_on in ((in_time, "B0", "2020-03-31"), (late, "B1", "2020-04-01")):
        payment = {"payment_number": f"F-{project}", "project_number": project, "fund": "central"}
        money = {"allotted_on": "2020-03-02", "amount": "28000", "paid_on": paid_on, "received": "28000"}
        await post(housing, "subsidy-payments", home, **payment, **money)
    await taken_over(housing, recorded, "B2", **files, paid_on="2020-03-20", paid="27999.99")
    await taken_over(housing, not_due, "B3", started_on="2019-05-01", accepted_on="2020-05-20")
    assert counts(await housing.indicator("subsidy_in_time", division=where)) == (1, 3, "0.3333", False)
    missing = await housing.missing("subsidy_in_time", division=where)
    assert households(missing) == {str(late.household_id), str(recorded.household_id)}
    assert counts(await housing.indicator("subsidy_paid", division=where)) == (
        "83999.99",
        "112000.00",
        "0.7499",
        False,
    )


@pytest.mark.req("Y25")
async def test_satisfaction_and_sanitation_by_the_last_survey(housing: DepartmentSystem) -> None:
    where = village(307)
    one, two = await homes(housing, where, 2)
    for home, day, answer, clean in (
        (one, "2020-02-01", "dissatisfied", False),
        (one, "2020-03-01", "satisfied", True),
        (two, "2020-03-01", "fair", False),
        (two, "2019-03-01", "satisfied", True),
    ):
        survey = {"project_number": "S", "surveyed_on": day, "satisfaction": answer, "basic_sanitation": clean}
        await post(housing, "satisfaction-surveys", home, **survey)
    for code in ("renovation_satisfaction", "renovation_sanitation"):
        assert counts(await housing.indicator(code, division=where)) == (1, 2, "0.5000", False)
        assert households(await housing.missing(code, division=where)) == {str(two.household_id)}
    assert counts(await housing.indicator("renovation_satisfaction", division=where, year=2019))[:2] == (1, 1)

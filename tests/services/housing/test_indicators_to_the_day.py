"""Housing rates at their edges: the day itself, another dwelling, voided records, another household."""

import pytest

from shared.roster.models import HouseholdState, RosterHousehold
from shared.testing.department import DepartmentSystem
from tests.services.housing.officials import open_case, step, taken_over
from tests.services.housing.test_indicators import appraise, counts, homes, households, post, village

RELOCATION = {"agreed_on": "2018-03-01", "mode": "single", "resettlement": "central"}


async def void(housing: DepartmentSystem, record_type: str, record: object) -> None:
    answer = await housing.post(f"{record_type}/{record}:void", {"reason": "登错户"})
    assert answer.status_code == 200, answer.text


async def posted(housing: DepartmentSystem, record_type: str, code: str, **content: object) -> object:
    """The record's id."""
    return (await housing.accept_row(record_type, {"household_code": code, **content}))["id"]


@pytest.mark.req("D24")
async def test_an_appraisal_is_of_its_own_dwelling(housing: DepartmentSystem) -> None:
    where = village(310)
    other_empty, mistaken = await homes(housing, where, 2)
    for home in (other_empty, mistaken):
        await appraise(housing, home, "A")
    await post(housing, "dwellings", other_empty, dwelling_number=2, surveyed_on="2020-01-01", lived_in=False)
    survey = await posted(housing, "dwellings", mistaken.code, surveyed_on="2020-01-01", lived_in=False)
    assert households(await housing.missing("housing_appraisal", division=where)) == {str(mistaken.household_id)}
    await void(housing, "dwellings", survey)
    assert counts(await housing.indicator("housing_appraisal", division=where)) == (2, 2, "1.0000", True)


@pytest.mark.req("D25")
async def test_a_census_is_of_the_register_and_of_what_stands(housing: DepartmentSystem) -> None:
    where = village(311)
    (one,) = await homes(housing, where, 1, village_class="other")
    await homes(housing, where, 1, village_class="other", state=HouseholdState.CANDIDATE)
    check = await posted(housing, "house-checks", one.code, checked_on="2020-02-01")
    assert counts(await housing.indicator("housing_census", division=where))[:2] == (1, 1)
    await void(housing, "house-checks", check)
    assert counts(await housing.indicator("housing_census", division=where))[:2] == (0, 1)


@pytest.mark.req("M25")
async def test_a_look_holds_for_a_year_less_a_day(housing: DepartmentSystem) -> None:
    where = village(312)
    exited = {"state": HouseholdState.EXITED}
    year_ago, day_less, surveyed, moved, accepted, given_up, mistaken = await homes(housing, where, 7, **exited)
    await post(housing, "house-checks", year_ago, checked_on="2019-06-01")
    await post(housing, "house-checks", day_less, checked_on="2019-06-02")
    await post(housing, "dwellings", surveyed, surveyed_on="2020-01-01")
    await post(housing, "relocations", moved, agreement_number="X1", **RELOCATION, delivered_on="2020-01-01")
    done = {"applied_on": "2018-03-01", "identified_on": "2018-03-10", "approved_on": "2018-04-10"}
    await taken_over(housing, accepted, "X2", **done, started_on="2018-05-01", accepted_on="2019-09-01")
    await appraise(housing, given_up, "A")
    await post(housing, "dwellings", given_up, dwelling_number=2, surveyed_on="2019-01-01", left_on="2019-02-01")
    left = await posted(housing, "dwellings", mistaken.code, surveyed_on="2020-01-01", left_on="2020-02-01")
    await appraise(housing, mistaken, "A")
    missing = {str(year_ago.household_id), str(mistaken.household_id)}
    assert households(await housing.missing("exited_housing_current", division=where)) == missing
    await void(housing, "dwellings", left)
    assert counts(await housing.indicator("exited_housing_current", division=where))[:2] == (6, 7)


@pytest.mark.req("Y20")
async def test_the_whole_task_to_the_day_and_the_year(housing: DepartmentSystem) -> None:
    where = village(313)
    same_day, moved_that_day, doubtful, left, later = await homes(housing, where, 5)
    days = {"applied_on": "2018-03-01", "identified_on": "2018-03-10", "approved_on": "2018-04-10"}
    works = {**days, "started_on": "2018-05-01"}
    await taken_over(housing, same_day, "Y1", **works, accepted_on="2019-03-01")
    for home in (same_day, moved_that_day, doubtful, left):
        await appraise(housing, home, "D", "2019-03-01")
    await post(housing, "relocations", moved_that_day, agreement_number="Y2", **RELOCATION, delivered_on="2019-03-01")
    await post(housing, "dwellings", moved_that_day, surveyed_on="2019-03-01")
    await taken_over(housing, doubtful, "Y3", **{**days, "identified_on": "2019-03-01", "approved_on": "2019-04-01"})
    await post(housing, "dwellings", left, surveyed_on="2019-01-01", left_on="2019-05-01")
    await taken_over(housing, later, "Y4", **works, accepted_on="2020-02-01")
    for year, reached, missed in ((2018, (0, 2), {same_day, later}), (2019, (3, 5), {doubtful, later})):
        value = await housing.indicator("key_group_renovation", division=where, year=year)
        assert counts(value)[:2] == reached, year
        missing = await housing.missing("key_group_renovation", division=where, year=year)
        assert households(missing) == {str(home.household_id) for home in missed}, year
    assert counts(await housing.indicator("key_group_renovation", division=where))[:2] == (4, 5)


@pytest.mark.req("Y20")
async def test_what_is_no_answer_to_a_danger(housing: DepartmentSystem) -> None:
    """Works, moves and good findings from before it, or of another dwelling; a refused application makes no task."""
    where = village(314)
    renovated, moved, was_safe, other_works, other_safe = await homes(housing, where, 5)
    days = {"applied_on": "2018-03-01", "identified_on": "2018-03-10", "approved_on": "2018-04-10"}
    done = {**days, "started_on": "2018-05-01", "accepted_on": "2019-02-28"}
    await taken_over(housing, renovated, "W1", **done)
    await post(housing, "relocations", moved, agreement_number="W2", **RELOCATION, delivered_on="2019-02-28")
    await appraise(housing, was_safe, "A", "2019-02-28")
    await taken_over(housing, other_works, "W3", **{**done, "accepted_on": "2019-09-01"}, dwelling_number=2)
    for home in (renovated, moved, was_safe, other_works, other_safe):
        await appraise(housing, home, "D", "2019-03-01")
    safe = {"dwelling_number": 2, "grade": "A", "appraised_on": "2020-03-01", "appraiser": "区鉴定站"}
    await post(housing, "appraisals", other_safe, **safe)
    await post(housing, "dwellings", other_safe, dwelling_number=2, surveyed_on="2020-03-01", left_on="2020-03-02")
    (farmer,) = await homes(housing, where, 1, state=HouseholdState.CANDIDATE, household_type="farmer")
    await appraise(housing, farmer, "D", "2019-03-01")
    case = await open_case(housing, farmer, "township", category="poor_disabled", category_evidence="证1")
    missing = {str(home.household_id) for home in (renovated, moved, was_safe, other_works, other_safe, farmer)}
    assert households(await housing.missing("key_group_renovation", division=where)) == missing
    await step(housing, case, "refuse", "township", refused_for="review_not_passed")
    assert counts(await housing.indicator("key_group_renovation", division=where))[:2] == (1, 6)
    assert households(await housing.missing("key_group_renovation", division=where)) == missing - {
        str(farmer.household_id)
    }


@pytest.mark.req("Y23")
async def test_a_subsidy_is_what_arrived_for_the_project_in_time(housing: DepartmentSystem) -> None:
    where = village(315)
    by_halves, late_half, other_project, mistaken, due, not_due, earlier = await homes(housing, where, 7)
    begun = {"started_on": "2019-05-01"}

    async def paid(home: RosterHousehold, number: str, project: str, amount: str, on: str = "2020-03-20") -> object:
        money = {"allotted_on": "2020-03-02", "amount": amount, "paid_on": on, "received": amount, "fund": "central"}
        row = {"payment_number": number, "project_number": project, **money}
        return await posted(housing, "subsidy-payments", home.code, **row)

    for number, home in enumerate((by_halves, late_half, other_project, mistaken)):
        await taken_over(housing, home, f"V31{number}", **begun, accepted_on="2020-03-01")
    await taken_over(housing, due, "V314", **begun, accepted_on="2020-05-01")
    await taken_over(housing, not_due, "V315", **begun, accepted_on="2020-05-02")
    await taken_over(housing, earlier, "V316", **begun, accepted_on="2019-12-31")
    for home, project, second in ((by_halves, "V310", "2020-03-31"), (late_half, "V311", "2020-04-01")):
        await paid(home, f"{project}-1", project, "14000")
        await paid(home, f"{project}-2", project, "14000", second)
    await paid(other_project, "V312-1", "V319", "28000")
    payment = await paid(mistaken, "V313-1", "V313", "28000")
    assert counts(await housing.indicator("subsidy_in_time", division=where))[:2] == (2, 5)
    await void(housing, "subsidy-payments", payment)
    assert counts(await housing.indicator("subsidy_in_time", division=where)) == (1, 5, "0.2000", False)
    unpaid = {str(home.household_id) for home in (late_half, other_project, mistaken, due)}
    assert households(await housing.missing("subsidy_in_time", division=where)) == unpaid
    reached = await housing.indicator("subsidy_paid", division=where)
    assert counts(reached)[:2] == ("56000.00", "168000.00"), "what came late has reached them too"
    assert counts(await housing.indicator("subsidy_in_time", division=where, year=2019))[:2] == (0, 1)

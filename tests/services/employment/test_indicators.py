"""Indicators against planted cases: numerator, denominator, target, verdict, and who is missing."""

from datetime import date
from decimal import Decimal

import pytest

from shared.policy import PolicyOverride
from shared.roster.models import HouseholdState, RosterIncome, Sex
from shared.testing.department import Body, DepartmentSystem, Person

ASKED = {"year": 2020, "surveyed_on": "2020-03-01", "ability": "ordinary", "willing_to_work": True}
WORK = {"employer_name": "纺织厂", "started_on": "2020-02-01", "place": "county"}
POST = {"kind": "cleaning", "payer": "village", "started_on": "2020-02-01", "monthly_subsidy": "500"}
TRAINED = {"kind": "vocational", "started_on": "2020-03-01", "outcome": "completed", "completed_on": "2020-04-01"}


def village(number: int) -> str:
    """A village of its own for each test, so that counts are exact."""
    return f"420115010{number:03d}"


def counts(value: Body) -> tuple[object, object, object, object]:
    return value["numerator"], value["denominator"], value["ratio"], value["met"]


def people(missing: list[Body]) -> set[object]:
    return {one["member_id"] for one in missing}


async def home_of(system: DepartmentSystem, where: str, *names: str, **more: object) -> list[Person]:
    persons = [system.person(name, labour_skill="ordinary") for name in names]
    await system.household(*persons, division=where, **more)
    return persons


@pytest.mark.req("M14", "D19")
async def test_willing_and_placed_or_offered_work(employment: DepartmentSystem) -> None:
    where = village(1)
    placed, in_post, referred, gone, unwilling, student = (
        employment.person(name, labour_skill="ordinary", student_status="college_1" if name == "己" else None)
        for name in "甲乙丙丁戊己"
    )
    await employment.household(placed, in_post, referred, gone, unwilling, student, division=where)
    (other,) = await home_of(employment, where, "庚", state=HouseholdState.CANDIDATE)
    for one in (placed, in_post, referred, gone, student):
        await employment.accept("labour-profiles", one, **ASKED)
    await employment.accept("labour-profiles", unwilling, **{**ASKED, "willing_to_work": False})
    await employment.accept("placements", placed, **WORK)
    await employment.accept("public-welfare-posts", in_post, **POST, contract_until="2020-06-01")
    await employment.accept("referrals", referred, vacancy_number="V1", referred_on="2020-05-01")
    await employment.accept("referrals", other, vacancy_number="V1", referred_on="2020-05-01")
    ended = {"ended_on": "2020-05-31", "end_reason": "dismissed"}
    await employment.accept("placements", gone, **WORK, **ended)
    value = await employment.indicator("willing_placed", division=where, year=2020)
    assert counts(value) == (2, 4, "0.5000", False)
    assert people(await employment.missing("willing_placed", division=where, year=2020)) == {referred.id, gone.id}
    assert counts(await employment.indicator("work_offered", division=where)) == (3, 4, "0.7500", False)
    assert people(await employment.missing("work_offered", division=where)) == {gone.id}
    assert counts(await employment.indicator("referral_success", division=where)) == (0, 1, "0.0000", None)
    assert counts(await employment.indicator("registered_first", division=where)) == (1, 2, "0.5000", None)
    assert people(await employment.missing("registered_first", division=where)) == {other.id}
    assert counts(await employment.indicator("willing_placed", division=where, year=2019))[:2] == (0, 0)


@pytest.mark.req("D18", "H34", "H18", "Y29")
async def test_training_and_skills(employment: DepartmentSystem) -> None:
    where = village(2)
    learnt, unlearnt, listed, earlier = await home_of(employment, where, "甲", "乙", "丙", "丁")
    proven, left, before_asked = await home_of(employment, where, "戊", "己", "庚")
    need = {**ASKED, "needs_training": True}
    for one in (learnt, unlearnt, earlier, proven, left, before_asked):
        await employment.accept("labour-profiles", one, **need)
    await employment.accept("labour-profiles", listed, **need, skills=["cooking"])
    await employment.accept("training-attendances", learnt, session_number="P1", **TRAINED, skill="welding")
    await employment.accept(
        "training-attendances", unlearnt, session_number="P1", kind="vocational", started_on="2020-03-01"
    )
    before = {**TRAINED, "started_on": "2019-03-01", "completed_on": "2019-04-01"}
    await employment.accept("training-attendances", earlier, session_number="P0", **before)
    paper = {"certificate_kind": "training", "certificate_number": "Z1", "certified_on": "2020-04-10"}
    await employment.accept("training-attendances", proven, session_number="P1", **TRAINED, **paper)
    gone = {"kind": "vocational", "started_on": "2020-03-01", "outcome": "dropped_out", "skill": "welding"}
    await employment.accept("training-attendances", left, session_number="P1", **gone)
    just_before = {**TRAINED, "started_on": "2020-02-01", "completed_on": "2020-02-29"}
    await employment.accept("training-attendances", before_asked, session_number="P2", **just_before)
    assert counts(await employment.indicator("training", division=where)) == (2, 7, "0.2857", False)
    missing = await employment.missing("training", division=where)
    assert people(missing) == {unlearnt.id, listed.id, earlier.id, left.id, before_asked.id}
    for code in ("skill_of_willing", "one_skill"):
        assert counts(await employment.indicator(code, division=where)) == (3, 7, "0.4285", False), code
        missing = await employment.missing(code, division=where)
        without = {unlearnt.id, earlier.id, left.id, before_asked.id}
        assert people(missing) == without, "a course without a skill or certificate is no skill"
    assert counts(await employment.indicator("one_skill", division=where, year=2019))[:2] == (0, 7)


@pytest.mark.req("H19")
async def test_income_of_trained_households(employment: DepartmentSystem) -> None:
    where = village(3)
    for name, income in (
        ("甲", ("11991.70", 2020, "disposable")),
        ("乙", ("11991.69", 2020, "disposable")),
        ("丙", ("30000.00", 2018, "disposable")),
        ("丁", None),
        ("己", ("30000.00", 2020, "net")),
    ):
        figures = (
            None if income is None else RosterIncome(per_capita=Decimal(income[0]), year=income[1], concept=income[2])
        )
        (one,) = await home_of(employment, where, name, income=figures)
        await employment.accept("training-attendances", one, session_number=f"P{name}", **TRAINED)
    await home_of(employment, where, "戊", income=RosterIncome(per_capita=Decimal(1), year=2020, concept="net"))
    value = await employment.indicator("trained_household_income", division=where, year=2020)
    assert counts(value) == (2, 5, "0.4000", False)
    assert {one["key"] for one in value["parameters"]} == {  # type: ignore[attr-defined]  # a JSON list
        "employment.trained_income_share",
        "income.rural_average",
        "employment.trained_income_concepts",
    }
    missing = await employment.missing("trained_household_income", division=where, year=2020)
    assert {one["detail"]["income_year"] for one in missing} == {2020, 2018, None}  # type: ignore[index]
    assert {one["detail"]["due"] for one in missing} == {"11991.7"}  # type: ignore[index]
    own = PolicyOverride(
        key="income.rural_average", area="420115000000", year=2020, value="10000", concept="disposable"
    )
    await employment.set_policy(own)
    assert counts(await employment.indicator("trained_household_income", division=where, year=2020))[:2] == (3, 5)
    key = "employment.trained_income_concepts"
    await employment.set_policy(PolicyOverride(key=key, area="420115000000", year=2020, value=["disposable"]))
    assert counts(await employment.indicator("trained_household_income", division=where, year=2020))[:2] == (1, 5)
    await employment.set_policy()


@pytest.mark.req("H19")
async def test_each_household_is_measured_by_the_average_of_its_own_district(employment: DepartmentSystem) -> None:
    poorer, richer = "420115031201", "420115031202"
    for where in (poorer, richer):
        income = RosterIncome(per_capita=Decimal(7000), year=2020, concept="disposable")
        (one,) = await home_of(employment, where, "甲", income=income)
        await employment.accept("training-attendances", one, session_number=f"P{where}", **TRAINED)
    averages = [
        PolicyOverride(key="income.rural_average", area=area, year=2020, value=value, concept="disposable")
        for area, value in ((poorer, "10000"), (richer, "10000.01"))
    ]
    await employment.set_policy(*averages)
    value = await employment.indicator("trained_household_income", division="420115031", year=2020)
    assert counts(value) == (1, 2, "0.5000", False)
    (short,) = await employment.missing("trained_household_income", division="420115031", year=2020)
    assert (short["division"], short["detail"]["due"]) == (richer, "7000.007")  # type: ignore[index]  # a JSON object
    await employment.set_policy()


@pytest.mark.req("Y33")
async def test_older_labourers(employment: DepartmentSystem) -> None:
    where = village(4)
    man, woman, helped, younger = (
        employment.person("甲", birth=date(1970, 6, 1), labour_skill="ordinary"),
        employment.person("乙", sex=Sex.FEMALE, birth=date(1980, 6, 1), labour_skill="weak"),
        employment.person("丙", birth=date(1960, 1, 1), labour_skill="weak"),
        employment.person("丁", birth=date(1970, 6, 2), labour_skill="ordinary"),
    )
    await employment.household(man, woman, helped, younger, division=where)
    await employment.accept("public-welfare-posts", helped, **POST, contract_until="2021-01-31")
    assert counts(await employment.indicator("older_labour", division=where)) == (1, 3, "0.3333", False)
    assert people(await employment.missing("older_labour", division=where)) == {man.id, woman.id}


@pytest.mark.req("M13", "Y34", "SYS20", "M12")
async def test_start_ups_and_activities(employment: DepartmentSystem) -> None:
    where = village(5)
    supported, waiting, other = await home_of(employment, where, "甲", "乙", "丙")
    for one in (supported, waiting):
        await employment.accept("labour-profiles", one, **ASKED, wants_start_up=True)
    loan = {"kind": "guaranteed_loan", "business_name": "果园", "granted_on": "2020-04-01", "amount": "80000"}
    await employment.accept("start-up-supports", supported, **loan)
    await employment.accept("start-up-supports", waiting, **{**loan, "granted_on": "2019-12-31"})
    part = {"activity_number": "A1", "kind": "spring_breeze", "attended_on": "2020-02-20"}
    await employment.accept("activity-participations", other, **part)
    assert counts(await employment.indicator("start_ups", division=where)) == (1, 2, "0.5000", False)
    assert people(await employment.missing("start_ups", division=where)) == {waiting.id}
    assert counts(await employment.indicator("activity_reach", division=where)) == (1, 3, "0.3333", None)
    assert counts(await employment.indicator("labour_profiles", division=where)) == (2, 3, "0.6666", False)
    assert people(await employment.missing("labour_profiles", division=where)) == {other.id}


@pytest.mark.req("Y28")
async def test_employers_of_registered_labour_are_awarded(employment: DepartmentSystem) -> None:
    where = village(6)
    one, two = await home_of(employment, where, "甲", "乙")
    (other,) = await home_of(employment, where, "丙", state=HouseholdState.CANDIDATE)
    for code in ("E1", "E2", "E3"):
        body = {"division": where, "employer_code": code, "employer_name": code, "kind": "enterprise"}
        await employment.accept_row("employers", {**body, "reported_on": "2020-01-01"})
    for person, code in ((one, "E1"), (two, "E2"), (other, "E3")):
        await employment.accept("placements", person, **WORK, employer_code=code)
    award = {"employer_code": "E1", "employer_name": "E1", "kind": "absorption", "year": 2020, "amount": "1000"}
    await employment.accept("employer-awards", one, **award, paid_on="2020-05-01")
    assert counts(await employment.indicator("employer_award", division=where)) == (1, 2, "0.5000", False)
    (missing,) = await employment.missing("employer_award", division=where)
    assert missing["detail"] == {"employer_code": "E2", "workers": 1}


@pytest.mark.req("M14", "Y53")
async def test_stable_work_and_households_in_work(employment: DepartmentSystem) -> None:
    where = village(7)
    (steady,) = await home_of(employment, where, "甲")
    (short,) = await home_of(employment, where, "乙")
    (idle,) = await home_of(employment, where, "丙")
    await home_of(employment, where, "丁")
    unable = employment.person("戊", labour_skill="none")
    await employment.household(unable, division=where)
    await employment.accept("placements", steady, **{**WORK, "started_on": "2019-12-31"})
    await employment.accept("placements", short, **WORK)
    await employment.accept("placements", idle, **WORK, ended_on="2020-02-01", end_reason="resigned")
    value = await employment.indicator("stable_work", division=where, year=2020)
    assert counts(value) == (1, 3, "0.3333", None)
    missing = await employment.missing("stable_work", division=where, year=2020)
    assert {(one["member_id"], one["detail"]["months"]) for one in missing} == {(short.id, 5), (idle.id, 1)}  # type: ignore[index]
    assert counts(await employment.indicator("working_households", division=where)) == (2, 4, "0.5000", False)
    assert counts(await employment.indicator("stable_work", division=where, year=2019))[:2] == (0, 1)


@pytest.mark.req("M14", "Y33")
async def test_months_of_work_and_of_posts_are_months(employment: DepartmentSystem) -> None:
    """As reported of the year, both together; else by the spells, posts among them, each month once; six are stable."""
    where = village(8)
    six, five, posted, left = await home_of(employment, where, "甲", "乙", "丙", "丁")
    for person, months in ((six, 2), (five, 1)):
        report = {"year": 2020, "reported_on": "2020-05-31", "work_months": 4, "place": "county", "post_months": months}
        await employment.accept("work-years", person, **report)
    post = {"kind": "cleaning", "payer": "village", "monthly_subsidy": "500", "contract_until": "2020-12-31"}
    await employment.accept("public-welfare-posts", posted, **post, started_on="2020-01-15")
    await employment.accept("public-welfare-posts", left, **post, started_on="2020-01-15", ended_on="2020-05-31")
    await employment.accept("placements", left, **WORK, ended_on="2020-03-01", end_reason="resigned")
    assert counts(await employment.indicator("stable_work", division=where, year=2020)) == (2, 4, "0.5000", None)
    missing = await employment.missing("stable_work", division=where, year=2020)
    assert {(one["member_id"], one["detail"]["months"]) for one in missing} == {(five.id, 5), (left.id, 5)}  # type: ignore[index]


@pytest.mark.req("M14", "Y33")
async def test_who_works_on_the_day(employment: DepartmentSystem) -> None:
    """On 1 June 2020: the last day of work or of a post is one of them."""
    where = village(9)
    worked, resigned, reported, posted, over, left = await home_of(employment, where, *"甲乙丙丁戊己")
    for person in (worked, resigned, reported, posted, over, left):
        await employment.accept("labour-profiles", person, **ASKED)
    for person, day in ((worked, "2020-06-01"), (resigned, "2020-05-31")):
        await employment.accept("placements", person, **WORK, ended_on=day, end_reason="resigned")
    await employment.accept("work-years", reported, year=2020, reported_on="2020-05-31", work_months=4, place="county")
    for person, until in ((posted, "2020-06-01"), (over, "2020-05-31")):
        await employment.accept("public-welfare-posts", person, **POST, contract_until=until)
    await employment.accept("public-welfare-posts", left, **POST, contract_until="2020-12-31", ended_on="2020-05-31")
    assert counts(await employment.indicator("willing_placed", division=where)) == (2, 6, "0.3333", False)
    missing = await employment.missing("willing_placed", division=where)
    assert people(missing) == {one.id for one in (resigned, reported, over, left)}
    assert (await employment.indicator("willing_placed", division=where, year=2019))["denominator"] == 0


async def test_all_of_them_answer(employment: DepartmentSystem) -> None:
    items = (await employment.read("indicators", division="420115000000", year=2020, by="division"))["items"]
    assert len(items) == 15  # type: ignore[arg-type]  # a JSON list
    for year, unreckoned in ((2000, 14), (2100, 0)):
        told = await employment.read("indicators", division="420115000000", year=year)
        assert (len(told["items"]), len(told["unreckoned"])) == (15 - unreckoned, unreckoned)  # type: ignore[arg-type]

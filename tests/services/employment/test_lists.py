"""The standing lists of employment against planted cases: who is on them, and what becomes of a line."""

from datetime import date
from typing import cast

import pytest

from shared.facts.models import StandingKind
from shared.roster.models import HouseholdState
from shared.testing.department import Body, DepartmentSystem, Person

ASKED = {"year": 2020, "surveyed_on": "2020-03-01", "ability": "ordinary", "willing_to_work": True}
WORK = {"employer_name": "厂", "started_on": "2020-02-01", "place": "county"}
POST = {"kind": "cleaning", "payer": "village", "monthly_subsidy": "500"}


async def lines(system: DepartmentSystem, code: str, division: str, **query: object) -> list[Body]:
    return cast(list[Body], (await system.read(f"lists/{code}", division=division, **query))["items"])


async def people(system: DepartmentSystem, code: str, division: str) -> set[object]:
    return {one["member_id"] for one in await lines(system, code, division)}


async def home_of(system: DepartmentSystem, where: str, *names: str, **more: object) -> list[Person]:
    persons = [system.person(name, labour_skill="ordinary") for name in names]
    await system.household(*persons, division=where, **more)
    return persons


@pytest.mark.req("M14", "D19", "M13")
async def test_a_willing_labourer_is_on_the_list_until_placed(employment: DepartmentSystem) -> None:
    where = "420115020201"
    willing, unasked = await home_of(employment, where, "甲", "乙")
    await employment.accept("labour-profiles", willing, **ASKED)
    assert await people(employment, "labour_not_surveyed", where) == {unasked.id}
    for code in ("work_not_offered", "willing_without_work", "labour_without_skill"):
        assert willing.id in await people(employment, code, where), code
    (line,) = await lines(employment, "willing_without_work", where)
    path = f"lists/willing_without_work/lines/{line['line_id']}"
    assert (await employment.post(f"{path}:settle", {"outcome": "placed"})).status_code == 200
    await employment.accept("placements", willing, **WORK)
    assert await lines(employment, "willing_without_work", where) == []
    (gone,) = await lines(employment, "willing_without_work", where, state="gone")
    assert (gone["member_id"], gone["previous_state"], gone["outcome"]) == (willing.id, "settled", "placed")


@pytest.mark.req("Y33")
async def test_posts_that_should_have_ended(employment: DepartmentSystem) -> None:
    where = "420115020202"
    long, unable, fine = await home_of(employment, where, "甲", "乙", "丙")
    (other,) = await home_of(employment, where, "丁", state=HouseholdState.CANDIDATE)
    for number, started in enumerate(("2016-01-01", "2018-06-01", "2019-06-01")):
        until = {"2016-01-01": "2017-12-31", "2018-06-01": "2019-05-31", "2019-06-01": "2020-12-31"}[started]
        held = {**POST, "kind": ("patrol", "greening", "cleaning")[number]}
        await employment.accept("public-welfare-posts", long, **held, started_on=started, contract_until=until)
    for one in (unable, fine, other):
        await employment.accept(
            "public-welfare-posts", one, **POST, started_on="2020-01-01", contract_until="2020-12-31"
        )
    (left,) = await home_of(employment, where, "庚")
    term = {"started_on": "2020-01-01", "contract_until": "2020-12-31", "ended_on": "2020-05-31"}
    await employment.accept("public-welfare-posts", left, **POST, **term)
    for one in (unable, left):
        await employment.accept("labour-profiles", one, **{**ASKED, "ability": "lost", "willing_to_work": False})
    pupil = employment.person("戊", birth=date(2000, 1, 1), labour_skill="ordinary", student_status="college_1")
    await employment.household(pupil, division=where)
    unknown = employment.person("己")
    await employment.household(unknown, division=where)
    for one in (pupil, unknown):
        await employment.accept(
            "public-welfare-posts", one, **POST, started_on="2020-05-01", contract_until="2020-12-31"
        )
    (over,) = await lines(employment, "post_limit_exceeded", where)
    assert over["member_id"] == long.id
    assert cast(Body, over["detail"])["limit"] == "2019-05-31"
    found = {
        one["member_id"]: cast(Body, one["detail"])["reason"] for one in await lines(employment, "post_not_due", where)
    }
    assert found == {unable.id: "no_ability", other.id: "not_registered", pupil.id: "at_school"}
    assert await lines(employment, "post_beside_work", where) == []
    await employment.accept("placements", fine, **WORK, arrangement="contract")
    assert await people(employment, "post_beside_work", where) == {fine.id}


@pytest.mark.req("Y28", "D19", "D18")
async def test_awards_referrals_and_trainings_that_do_not_add_up(employment: DepartmentSystem) -> None:
    where = "420115020203"
    worked, absent = await home_of(employment, where, "甲", "乙")
    await employment.accept("placements", worked, **WORK, employer_code="E1")
    award = {"employer_code": "E1", "employer_name": "厂", "kind": "absorption", "year": 2020, "amount": "1000"}
    for one in (worked, absent):
        await employment.accept("employer-awards", one, **award, paid_on="2020-05-01")
    assert await people(employment, "award_without_work", where) == {absent.id}
    await employment.accept("referrals", worked, vacancy_number="V1", referred_on="2020-05-17")
    await employment.accept("referrals", absent, vacancy_number="V1", referred_on="2020-05-16")
    (late,) = await lines(employment, "referral_overdue", where)
    assert (late["member_id"], cast(Body, late["detail"])["days"]) == (absent.id, 16)
    session = {"division": where, "session_number": "P1", "title": "班", "starts_on": "2020-03-01"}
    await employment.accept_row("training-sessions", {**session, "kind": "vocational", "ends_on": "2020-03-20"})
    for one, number, kind in ((worked, "P1", "vocational"), (absent, "P1", "rain_dew"), (absent, "P2", "vocational")):
        await employment.accept("training-attendances", one, session_number=number, kind=kind, started_on="2020-03-01")
    found = [cast(Body, one["detail"]) for one in await lines(employment, "attendance_without_session", where)]
    assert {(one["session_number"], one["session_kind"]) for one in found} == {("P1", "vocational"), ("P2", None)}


async def test_15_and_16_of_households_without_any_record(employment: DepartmentSystem) -> None:
    where = "420115020204"
    monitored = {"state": HouseholdState.MONITORED, "state_since": date(2020, 4, 1)}

    async def labourer(name: str, **more: object) -> tuple[Person, str]:
        one = employment.person(name, labour_skill="ordinary")
        home = await employment.household(one, division=where, **more)
        return one, str(home.household_id)

    _, nothing = await labourer("甲", **monitored)
    referred, poor = await labourer("乙", **monitored)
    works, _ = await labourer("丙", **monitored)
    _, fresh = await labourer("丁", state=HouseholdState.MONITORED, state_since=date(2020, 5, 2))
    await labourer("戊")
    await employment.accept("referrals", referred, vacancy_number="V1", referred_on="2020-04-01")
    await employment.accept("placements", works, **WORK)

    async def homes(code: str) -> set[object]:
        return {one["household_id"] for one in await lines(employment, code, where)}

    assert await homes("monitored_without_measure") == {nothing}
    assert await homes("labour_without_development_measure") == {nothing, poor, fresh}


@pytest.mark.req("Y53")
async def test_17_to_20_and_the_register(employment: DepartmentSystem) -> None:
    where = "420115020205"
    labourer, old = (
        employment.person("甲", labour_skill="ordinary"),
        employment.person("乙", labour_skill="none", work_months=4, work_place="county"),
    )
    await employment.household(labourer, old, division=where, causes=("lack_of_labour",), risks=("unstable_work",))
    await home_of(employment, where, "丁", risks=("unstable_work",))
    for more in (
        {},
        {"no_labour_guarantee": True},
        {"household_type": "dibao"},
        {"categories": ({"kind": StandingKind.TEKUN, "members": ()},)},
    ):
        await employment.household(employment.person("丙", labour_skill="lost"), division=where, **more)

    async def only(code: str) -> Body:
        (line,) = await lines(employment, code, where)
        return {name: value for name, value in cast(Body, line["detail"]).items() if name != "since"}

    assert await only("lack_of_labour_contradicted") == {"labourers": "1", "members": "2"}
    assert await only("no_labour_without_backstop") == {"household_type": "general"}
    assert await only("unstable_work_contradicted") == {"reason": "no_work_record"}
    assert await people(employment, "work_without_labour", where) == {old.id}
    assert await people(employment, "work_unlike_register", where) == {old.id}
    await employment.accept("placements", labourer, **WORK)
    assert await people(employment, "work_unlike_register", where) == {old.id, labourer.id}
    report = {"year": 2020, "reported_on": "2020-05-31", "work_months": 4, "place": "county"}
    for one in (labourer, old):
        await employment.accept("work-years", one, **report)
    assert await people(employment, "work_year_unlike_spells", where) == {old.id}
    assert await people(employment, "work_unlike_register", where) == {labourer.id}, "a report is a record too"


async def test_all_lists_have_counts_and_labels(employment: DepartmentSystem) -> None:
    found = cast(list[Body], (await employment.read("lists", division="420115", year=2020))["items"])
    assert len(found) == 22
    for one in found:
        label = cast(dict[str, str], one["label"])
        assert label["zh"]
        assert label["en"]

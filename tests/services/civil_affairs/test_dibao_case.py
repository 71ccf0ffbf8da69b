"""A dibao case from application to its end, by those whom each step is due to (D21, M09, M11, Y54, Y57, Y71)."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from shared.facts.models import Batch, StandingKind
from shared.roster.models import RosterHousehold, RosterIncome
from shared.testing.department import Body, DepartmentSystem, Person
from tests.services.civil_affairs.office import Office, found, refusals

OLD = date(1950, 3, 1)


@pytest.fixture
def office(civil_affairs: DepartmentSystem) -> Iterator[Office]:
    """The office on 1 June 2020."""
    moment = civil_affairs.clock.now()
    yield Office(civil_affairs)
    civil_affairs.clock.set(moment)


async def poor(service: DepartmentSystem, **more: object) -> RosterHousehold:
    """One old person with 2,400 yuan a year."""
    income = RosterIncome(year=2019, concept="net", per_capita="2400.00")  # type: ignore[arg-type]  # parsed by pydantic
    return await service.household(service.person("老人", birth=OLD), income=income, **more)


async def applied(office: Office, household: RosterHousehold) -> Body:
    return await office.open(
        "dibao-cases", {"household_code": household.code, "persons": 1, "authorised": True}, "village"
    )


async def posted(office: Office, household: RosterHousehold) -> Body:
    case = await applied(office, household)
    await office.step(case, "visit_home", visitors=["王一", "李二"], **found())
    await office.step(
        case, "compare_data", sources=["registry", "vehicles"], per_capita_income="2400.00", property_within_rule=True
    )
    return await office.step(case, "assess", **found(dibao_class="a", focus_groups=["elderly"], decision="accept"))


class TestTheWayOfACase:
    @pytest.mark.req("D21", "M09", "M11", "Y54", "Y57", "Y71")
    async def test_from_application_to_stop(self, office: Office) -> None:
        household = await poor(office.service)
        case = await applied(office, household)
        # 30 working days from 1 June 2020; 25 and 26 June are holidays, Sunday 28 June is worked.
        assert (case["stage"], case["due_on"]) == ("applied", "2020-07-14")
        case = await office.step(case, "extend", note="在外务工，收入核对需要函询")
        assert (case["stage"], case["due_on"]) == ("applied", "2020-08-04")
        case = await posted(office, await poor(office.service))
        # 5,962 a year: 496.83 a month less 200, and the raised share of 20 percent.
        assert (case["stage"], case["monthly_amount"], case["ready_on"]) == ("posted", "396.20", "2020-06-08")
        early = await office.try_step(
            case, "confirm", "district", decision="accept", certificate_number="1", granted_on="2020-06-01"
        )
        assert early.status_code == 409, early.text
        office.service.clock.advance(timedelta(days=7))
        award: Body = {"decision": "accept", "certificate_number": "DB1", "granted_on": "2020-06-01"}
        own = await office.try_step(case, "confirm", **award)
        assert (own.status_code, own.json()["code"]) == (403, "four-eyes"), "who checked and reviewed does not confirm"
        case = await office.step(case, "confirm", "district", **award)
        assert (case["stage"], case["due_on"]) == ("in_force", "2021-06-01")
        case = await office.step(
            case,
            "review",
            **found(per_capita_income="3000.00", dibao_class="c", focus_groups=["elderly"], outcome="keep"),
        )
        assert (case["stage"], case["monthly_amount"], case["due_on"]) == ("in_force", "346.20", "2020-09-08")
        case = await office.step(case, "stop", "district", ended_on="2020-06-08", end_reason="died")
        assert (case["stage"], case["closed_on"]) == ("stopped", "2020-06-08")

    @pytest.mark.req("D21")
    async def test_both_checks_come_before_the_review(self, office: Office) -> None:
        case = await applied(office, await poor(office.service))
        body = found(dibao_class="a", decision="accept")
        missing = [("/decision", "home_visit_missing"), ("/decision", "comparison_missing")]
        assert refusals(await office.try_step(case, "assess", **body)) == missing
        alone = await office.try_step(case, "visit_home", visitors=["王一", "王一"], **found())
        assert refusals(alone) == [("/visitors", "too_few_visitors")]

    @pytest.mark.req("M09", "Y53")
    async def test_an_objection_stops_the_confirmation(self, office: Office) -> None:
        case = await posted(office, await poor(office.service))
        await office.step(case, "object", "village", text="其子在城里有房")
        office.service.clock.advance(timedelta(days=7))
        body: Body = {"decision": "accept", "certificate_number": "DB2", "granted_on": "2020-06-08"}
        assert (await office.try_step(case, "confirm", "district", **body)).status_code == 409

    @pytest.mark.req("Y54")
    async def test_who_is_not_entitled_is_not_accepted(self, office: Office) -> None:
        case = await posted(office, await poor(office.service))
        office.service.clock.advance(timedelta(days=7))
        award: Body = {"decision": "accept", "certificate_number": "DB3", "granted_on": "2020-06-08"}
        await office.step(case, "confirm", "district", **award)
        rich = found(per_capita_income="5962.00", dibao_class="a", outcome="keep")
        assert refusals(await office.try_step(case, "review", **rich)) == [("/per_capita_income", "income_not_below")]
        case = await office.step(case, "review", **{**rich, "outcome": "phase_out"})
        assert (case["stage"], case["monthly_amount"], case["due_on"]) == ("phasing_out", "396.20", "2020-12-08")
        case = await office.step(case, "review", **found(dibao_class="a", outcome="keep"))
        assert (case["stage"], case["focus_groups"], case["monthly_amount"]) == ("in_force", ["elderly"], "396.20")


class TestFacts:
    @pytest.mark.req("D22", "Y56", "SYS03")
    async def test_an_award_taken_over_is_a_category_and_a_benefit(self, office: Office) -> None:
        household = await poor(office.service)
        case = await office.take_over(household)
        facts = await office.service.facts(household)
        (standing,) = facts.standings
        assert (standing.kind, str(standing.amount), str(standing.evidence[0])) == (
            StandingKind.DIBAO,
            "296.83",
            case["id"],
        )
        (benefit,) = facts.benefits
        assert (benefit.programme, benefit.batch, str(benefit.amount)) == ("dibao", Batch.DIBAO, "3561.96")

    @pytest.mark.req("D22", "M10", "Y57", "Y70")
    async def test_an_award_of_some_names_them_and_nobody_else(self, office: Office) -> None:
        service = office.service
        mother, son, uncle = (service.person(name) for name in "甲乙丙")
        household = await service.household(mother, son, uncle)
        unnamed = office.taken_over(household, persons=2)
        assert refusals(await office.post("dibao-cases", unnamed, "system")) == [("/members", "members_required")]
        case = await office.take_over(household, persons=2, members=[mother.id, son.id])
        assert case["members"] == [mother.id, son.id]
        facts = await service.facts(household)
        awarded = (mother.member.member_id, son.member.member_id)
        assert [one.members for one in facts.standings] == [one.members for one in facts.benefits] == [awarded]
        for person in (mother, uncle):
            body = {"certificate_number": f"{person.id_number}44", "surveyed_on": "2020-03-01"}
            await service.accept_row("disabled-persons", {**body, "issued_on": "2018-05-01"})
        subsidy = "lists/disability_living_subsidy_missing"
        entitled = await office.get(subsidy, household_id=str(household.household_id))
        assert [one["member_id"] for one in entitled["items"]] == [mother.id]  # type: ignore[attr-defined]  # JSON
        change = found(dibao_class="a", persons=3, note="舅父回乡")
        assert (await office.step(case, "change", **change))["members"] == [mother.id, son.id, uncle.id]
        facts = await service.facts(household)
        assert [one.members for one in facts.benefits if one.programme == "dibao"] == [
            (*awarded, uncle.member.member_id)
        ]

    @pytest.mark.req("Y57")
    async def test_a_change_of_class_changes_when_the_next_review_is_due(self, office: Office) -> None:
        """Last reviewed on 15 January 2020: class a a year later, class c after a quarter of a year."""
        case = await office.take_over(await poor(office.service))
        assert case["due_on"] == "2021-01-15"
        case = await office.step(case, "change", **found(dibao_class="c", note="收入不稳定"))
        assert (case["stage"], case["reviewed_on"], case["due_on"]) == ("in_force", "2020-01-15", "2020-04-15")

    @pytest.mark.req("H07")
    async def test_a_thousand_are_taken_over_at_once(self, office: Office) -> None:
        household = await poor(office.service)
        rows = [office.taken_over(household)]
        rows += [
            office.taken_over(None, household_code=f"N{number}", village=household.division) for number in range(999)
        ]
        answer = await office.post("dibao-cases:batch", {"rows": rows}, "system")
        assert answer.status_code == 200, answer.text
        assert {result["status"] for result in answer.json()["results"]} == {201}


class TestNamedBeforeTheHouseholdIsKnown:
    """A case that names persons finds its household when all of them live there, and no sooner."""

    @pytest.mark.req("Y55", "D22", "SYS03")
    @pytest.mark.parametrize("scope", ["single_person", "household"])
    async def test_a_stranger_keeps_it_waiting(self, office: Office, scope: str) -> None:
        service = office.service
        own, wife, stranger = (service.person(name) for name in "甲乙丙")
        home = service.make_household(own, wife)

        async def award(*named: Person) -> Body:
            ids = [one.id for one in named]
            who: Body = (
                {"person_id": ids[0], "persons": 1} if scope == "single_person" else {"members": ids, "persons": 2}
            )
            unknown: Body = {"household_code": home.code, "village": home.division, "scope": scope}
            return await office.take_over(None, **unknown, **who)

        wrong = await award(stranger, own)
        await service.settle(home)
        held = await office.get(f"dibao-cases/{wrong['id']}")
        assert (held["state"], held["household_id"]) == ("unmatched", None)
        assert not (await service.facts(home)).says_something
        kept = {"household_id": home.household_id, "code": home.code}
        await service.household(own, wife, stranger, version=2, **kept)
        held = await office.get(f"dibao-cases/{wrong['id']}")
        assert (held["state"], held["household_id"]) == ("matched", str(home.household_id))
        named = {stranger.member.member_id} | ({own.member.member_id} if scope == "household" else set())
        (benefit,) = (await service.facts(home)).benefits
        assert set(benefit.members) == named

    @pytest.mark.req("Y55")
    async def test_who_lives_there_is_found_at_once(self, office: Office) -> None:
        service = office.service
        own = service.person("甲")
        home = service.make_household(own, service.person("乙"))
        unknown: Body = {"household_code": home.code, "village": home.division, "scope": "single_person"}
        case = await office.take_over(None, **unknown, person_id=own.id)
        await service.settle(home)
        assert (await office.get(f"dibao-cases/{case['id']}"))["state"] == "matched"
        assert [one.members for one in (await service.facts(home)).benefits] == [(own.member.member_id,)]

    @pytest.mark.req("D22", "M10")
    async def test_fewer_than_live_there_and_nobody_named(self, office: Office) -> None:
        service = office.service
        home = service.make_household(service.person("甲"), service.person("乙"))
        case = await office.take_over(None, household_code=home.code, village=home.division, persons=1)
        await service.settle(home)
        facts = await service.facts(home)
        assert [one.members for one in facts.benefits] == [()]
        assert [one.code for one in facts.signals] == ["dibao_members_not_named"]
        unsaid = found(dibao_class="a", note="收入变化")
        assert refusals(await office.try_step(case, "change", **unsaid)) == [("/members", "members_required")]


class TestEveryQuery:
    async def test_rates_and_lists_can_be_read(self, office: Office) -> None:
        """Each population is SQL that the database takes."""
        await office.take_over(await poor(office.service))
        for indicator in (await office.get("indicators", "district"))["items"]:  # type: ignore[attr-defined]  # JSON
            await office.get(f"indicators/{indicator['code']}", "district", division="420115000000", year="2020")
        for standing in (await office.get("lists", "district"))["items"]:  # type: ignore[attr-defined]  # JSON
            await office.get(f"lists/{standing['code']}", "district", division="420115000000")

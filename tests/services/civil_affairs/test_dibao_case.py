"""A dibao case from application to its end, by those whom each step is due to (D21, M09, M11, Y54, Y57, Y71)."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from shared.facts.models import Batch, StandingKind
from shared.roster.models import RosterHousehold, RosterIncome
from shared.testing.department import Body, DepartmentSystem
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
            case, "confirm", decision="accept", certificate_number="1", granted_on="2020-06-01"
        )
        assert early.status_code == 409, early.text
        office.service.clock.advance(timedelta(days=7))
        case = await office.step(
            case, "confirm", "district", decision="accept", certificate_number="DB1", granted_on="2020-06-01"
        )
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
        assert (await office.try_step(case, "confirm", **body)).status_code == 409

    @pytest.mark.req("Y54")
    async def test_who_is_not_entitled_is_not_accepted(self, office: Office) -> None:
        case = await posted(office, await poor(office.service))
        office.service.clock.advance(timedelta(days=7))
        await office.step(case, "confirm", decision="accept", certificate_number="DB3", granted_on="2020-06-08")
        rich = found(per_capita_income="5962.00", dibao_class="a", outcome="keep")
        assert refusals(await office.try_step(case, "review", **rich)) == [("/per_capita_income", "income_not_below")]
        case = await office.step(case, "review", **{**rich, "outcome": "phase_out"})
        assert (case["stage"], case["monthly_amount"], case["due_on"]) == ("phasing_out", "396.20", "2020-12-08")
        case = await office.step(case, "review", **found(dibao_class="a", outcome="keep"))
        assert (case["stage"], case["monthly_amount"]) == ("in_force", "296.83")


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


class TestEveryQuery:
    async def test_rates_and_lists_can_be_read(self, office: Office) -> None:
        """Each population is SQL that the database takes."""
        await office.take_over(await poor(office.service))
        for indicator in (await office.get("indicators", "district"))["items"]:  # type: ignore[attr-defined]  # JSON
            await office.get(f"indicators/{indicator['code']}", "district", division="420115000000", year="2020")
        for standing in (await office.get("lists", "district"))["items"]:  # type: ignore[attr-defined]  # JSON
            await office.get(f"lists/{standing['code']}", "district", division="420115000000")

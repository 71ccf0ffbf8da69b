"""Tekun and temporary relief through the hands of those whom each step is due to; what is late; a thousand rows
(H08, M11, Y54, Y57, Y65)."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from shared.facts.models import StandingKind
from shared.identity import check_digit
from shared.roster.models import RosterHousehold
from shared.testing.department import HANYANG_PAIRED_VILLAGE, Body, DepartmentSystem, Person
from tests.services.civil_affairs.office import Office, found, refusals

OLD = date(1950, 3, 1)
OTHER = "00000000-0000-7000-8000-000000000001"


@pytest.fixture
def office(civil_affairs: DepartmentSystem) -> Iterator[Office]:
    """The office on 1 June 2020."""
    moment = civil_affairs.clock.now()
    yield Office(civil_affairs)
    civil_affairs.clock.set(moment)


async def home(office: Office, village: str = HANYANG_PAIRED_VILLAGE, *people: Person) -> RosterHousehold:
    return await office.service.household(*(people or (office.service.person("甲", birth=OLD),)), division=village)


async def rate(office: Office, code: str, village: str) -> tuple[object, object]:
    value = await office.get(f"indicators/{code}", "district", division=village, year="2020")
    return value["numerator"], value["denominator"]


async def missing(office: Office, code: str, village: str) -> dict[str, Body]:
    answer = await office.get(f"indicators/{code}/missing", "district", division=village, year="2020")
    return {one["household_id"]: one["detail"] for one in answer["items"]}  # type: ignore[attr-defined]  # JSON


class TestTekun:
    @pytest.mark.req("H08", "Y54", "Y57", "Y58")
    async def test_from_application_to_its_end(self, office: Office) -> None:
        old = office.service.person("老人", birth=OLD)
        household = await home(office, HANYANG_PAIRED_VILLAGE, old)
        case = await office.open("tekun-cases", {"id_number": old.id_number, "authorised": True})
        # 30 working days from 1 June 2020; 25 and 26 June are holidays, Sunday 28 June is worked.
        assert (case["stage"], case["due_on"]) == ("applied", "2020-07-14")
        conditions: Body = {"labour_ground": "elderly", "no_income": True, "no_supporter": True}
        alone = await office.try_step(case, "assess", **{**conditions, "no_supporter": False}, decision="accept")
        assert refusals(alone) == [("/decision", "conditions_not_met")]
        items: Body = {"missing_items": ["walk", "wash", "toilet"]}
        case = await office.step(case, "assess", **conditions, **items, decision="accept")
        # 1.3 times 5,962 a year; three of the six items are missing.
        paid = (case["care_level"], case["basic_amount"], case["care_amount"])
        assert (case["stage"], case["ready_on"], *paid) == ("posted", "2020-06-08", "partly", "645.88", "300.00")
        award: Body = {"decision": "accept", "certificate_number": "TK1", "granted_on": "2020-06-08"}
        assert (await office.try_step(case, "confirm", "district", **award)).status_code == 409
        assert (await office.service.facts(household)).standings == ()
        office.service.clock.advance(timedelta(days=7))
        case = await office.step(case, "confirm", "district", **award)
        assert (case["stage"], case["due_on"]) == ("in_force", "2021-06-01")
        facts = await office.service.facts(household)
        kinds = [(one.kind, one.members, str(one.amount)) for one in facts.standings if one.amount is not None]
        assert kinds == [(StandingKind.TEKUN, (old.member.member_id,), "945.88")]
        case = await office.step(case, "review", **conditions, missing_items=[], keep=True)
        assert (case["care_level"], case["care_amount"], case["due_on"]) == ("able", "60.00", "2021-06-08")
        ended = {**conditions, "no_supporter": False, "keep": False, "end_reason": "able_again"}
        case = await office.step(case, "review", **ended)
        assert (case["stage"], case["ended_on"]) == ("stopped", "2020-06-08")
        assert (await office.service.facts(household)).standings == ()


class TestRelief:
    @pytest.mark.req("Y65")
    async def test_help_first_and_the_formalities_after(self, office: Office) -> None:
        household = await home(office)
        fire: Body = {"event": "fire", "event_on": "2020-05-30", "persons": 1, "amount": "2000.00"}
        opening: Body = {"household_code": household.code, "step": "help_first", **fire}
        by_village = await office.post("relief-cases", {"taken_on": office.today, **opening}, "village")
        assert by_village.status_code == 403, "who gives money answers for a township"
        case = await office.open("relief-cases", opening, "township")
        # Ten working days from 1 June 2020.
        assert (case["stage"], case["path"], case["helped_on"], case["due_on"]) == (
            "helped",
            "urgent",
            "2020-06-01",
            "2020-06-15",
        )
        facts = await office.service.facts(household)
        assert [(one.programme, str(one.amount)) for one in facts.benefits] == [("temporary_relief", "2000.00")]
        assert [one.code for one in facts.signals] == ["sudden_event"]
        office.service.clock.advance(timedelta(days=14))
        case = await office.step(case, "complete_formalities", decision="accept")
        assert (case["stage"], case["closed_on"], case["amount"]) == ("completed", "2020-06-15", "2000.00")

    @pytest.mark.req("Y65")
    async def test_help_for_one_of_the_household_is_his(self, office: Office) -> None:
        hurt, wife = office.service.person("甲"), office.service.person("乙")
        household = await home(office, HANYANG_PAIRED_VILLAGE, hurt, wife)
        accident: Body = {"event": "traffic_accident", "event_on": "2020-05-30", "persons": 1, "amount": "2000.00"}
        opening: Body = {"household_code": household.code, "step": "help_first", **accident}
        stranger = await office.post("relief-cases", {"taken_on": office.today, **opening, "members": [OTHER]})
        assert refusals(stranger) == [("/members", "not_of_household")]
        case = await office.open("relief-cases", {**opening, "members": [hurt.id]}, "township")
        assert case["members"] == [hurt.id]
        assert [one.members for one in (await office.service.facts(household)).benefits] == [(hurt.member.member_id,)]

    @pytest.mark.req("Y65")
    async def test_the_ordinary_path_is_posted_before_it_is_paid(self, office: Office) -> None:
        household = await home(office)
        accident: Body = {"event": "traffic_accident", "event_on": "2020-05-20", "persons": 1}
        case = await office.open("relief-cases", {"household_code": household.code, **accident})
        assert (case["stage"], case["path"], case["amount"]) == ("applied", "ordinary", "0.00")
        case = await office.step(case, "verify", decision="accept")
        assert (case["stage"], case["ready_on"]) == ("posted", "2020-06-04")
        approval: Body = {"decision": "accept", "amount": "1500.00"}
        assert (await office.try_step(case, "approve", "district", **approval)).status_code == 409
        office.service.clock.advance(timedelta(days=3))
        alone = await office.try_step(case, "approve", **approval)
        assert (alone.status_code, alone.json()["params"]["steps"]) == (403, ["verify"])
        case = await office.step(case, "approve", "district", **approval)
        assert (case["stage"], case["helped_on"]) == ("approved", None)
        assert (await office.service.facts(household)).benefits == ()
        more = await office.try_step(case, "pay", amount="1500.01")
        assert refusals(more) == [("/amount", "relief_above_approved")]
        case = await office.step(case, "pay", amount="1500.00")
        assert (case["stage"], case["helped_on"]) == ("completed", "2020-06-04")
        facts = await office.service.facts(household)
        assert facts.figures == {"temporary_relief": facts.benefits[0].amount}


class TestInTime:
    @pytest.mark.req("M11")
    async def test_dibao_is_decided_within_its_limit(self, office: Office, village: str) -> None:
        """Counted are those decided in the year, and those that should have been by today."""
        cases = {}
        for name, opened in (
            ("in time", "2020-06-01"),
            ("late", "2020-01-02"),
            ("late and open", "2020-01-03"),
            ("under way", "2020-06-01"),
            ("withdrawn", "2020-01-02"),
        ):
            household = await home(office, village)
            asked: Body = {"household_code": household.code, "persons": 1, "authorised": True, "taken_on": opened}
            cases[name] = await office.open("dibao-cases", asked, "township")
        for name in ("in time", "late"):
            await office.step(cases[name], "visit_home", visitors=["王一", "李二"], **found())
            compared: Body = {"sources": ["registry"], "per_capita_income": "2400.00", "property_within_rule": True}
            await office.step(cases[name], "compare_data", **compared)
        refusal: Body = {"decision": "refuse", "refusal_reason": "not_resident", "dibao_class": "a"}
        await office.step(cases["late"], "assess", **found(**refusal))
        await office.step(cases["withdrawn"], "withdraw", reason="子女赡养")
        await office.step(cases["in time"], "assess", **found(decision="accept", dibao_class="a"))
        office.service.clock.advance(timedelta(days=7))
        award: Body = {"decision": "accept", "certificate_number": "DB1", "granted_on": "2020-06-08"}
        await office.step(cases["in time"], "confirm", "district", **award)
        assert await rate(office, "dibao_in_time", village) == (1, 3)
        late = await missing(office, "dibao_in_time", village)
        assert {home: detail["days"] for home, detail in late.items()} == {
            str(cases["late"]["household_id"]): 151,
            str(cases["late and open"]["household_id"]): 157,
        }
        listed = await office.get("dibao-cases:waiting", late="true", division=village)
        assert [one["id"] for one in listed["items"]] == [cases["late and open"]["id"]]  # type: ignore[attr-defined]  # JSON

    @pytest.mark.req("Y65")
    async def test_relief_is_given_and_completed_in_time(self, office: Office, village: str) -> None:
        fire: Body = {"step": "help_first", "event": "fire", "event_on": "2020-05-01", "persons": 1, "amount": "500"}
        cases = [
            await office.open(
                "relief-cases",
                {**fire, "household_code": (await home(office, village)).code, "taken_on": day},
                "township",
            )
            for day in ("2020-05-04", "2020-05-29", "2020-05-29")
        ]
        await office.step(cases[1], "complete_formalities", decision="accept")
        assert await rate(office, "relief_in_time", village) == (1, 2)
        assert list(await missing(office, "relief_in_time", village)) == [cases[0]["household_id"]]

    @pytest.mark.req("Y57", "M10")
    async def test_who_is_in_is_reviewed_by_class(self, office: Office, village: str) -> None:
        """Of last review in January: class c is reviewed each quarter, class a each year (2020)."""
        quarterly = await home(office, village)
        await office.take_over(quarterly, dibao_class="c")
        await office.take_over(await home(office, village), dibao_class="a")
        assert await rate(office, "review_in_time", village) == (1, 2)
        (detail,) = (await missing(office, "review_in_time", village)).items()
        expected = {"reviewed_on": "2020-01-15", "due_on": "2020-04-15", "procedure": "dibao-cases"}
        assert detail == (str(quarterly.household_id), expected)
        assert "assistance_review_late" in [one.code for one in (await office.service.facts(quarterly)).signals]


class TestRecords:
    @pytest.mark.req("Y54", "D22")
    async def test_the_edge_lies_above_dibao(self, office: Office) -> None:
        """The standard of 2020 is 5,962 yuan; the edge ends at one and a half of it."""
        household = await home(office)
        edge: Body = {"household_code": household.code, "recognised_on": "2020-05-01"}
        for income in ("5961.99", "8943.00"):
            refused = await office.service.refuse("edge-households", {**edge, "per_capita_income": income})
            assert refused == [("/per_capita_income", "income_not_on_the_edge")]
        await office.service.accept_row("edge-households", {**edge, "per_capita_income": "8942.99"})
        (standing,) = (await office.service.facts(household)).standings
        assert (standing.kind, standing.since) == (StandingKind.EDGE, date(2020, 5, 1))


def numbers(birth: date = date(2010, 5, 1)) -> Iterator[str]:
    """ID numbers of people nobody knows yet."""
    for number in range(1000):
        first17 = f"990300{birth:%Y%m%d}{number:03d}"
        yield first17 + check_digit(first17)


_OFFICIAL = {"official": "王主任", "role": "township_officer"}
_OPENED: Body = {"taken_on": "2020-06-01", "on_behalf_of": _OFFICIAL}
_PLACED: Body = {**_OPENED, "village": HANYANG_PAIRED_VILLAGE}
_ROWS: dict[str, Body] = {
    "focus-persons": {"focus_group": "severely_ill", "since": "2020-01-01"},
    "edge-households": {"recognised_on": "2020-01-01", "per_capita_income": "7000"},
    "deaths": {"died_on": "2020-05-01", "registered_on": "2020-05-03"},
    "dibao-cases": {**_PLACED, "persons": 2, "authorised": True},
    "tekun-cases": {**_PLACED, "authorised": True},
    "relief-cases": {**_PLACED, "event": "fire", "event_on": "2020-05-30", "persons": 1},
    "protection-cases": {**_OPENED, "danger": "abuse", "reporter": "school"},
}


@pytest.mark.parametrize("record_type", _ROWS)
async def test_a_thousand_rows_of_each_kind(office: Office, record_type: str) -> None:
    rows = [{"id_number": number, **_ROWS[record_type]} for number in numbers()]
    answer = (await office.post(f"{record_type}:batch", {"rows": rows}, "system")).json()
    assert (answer["accepted"], answer["refused"], answer["unmatched"]) == (1000, 0, 1000), answer["results"][:1]

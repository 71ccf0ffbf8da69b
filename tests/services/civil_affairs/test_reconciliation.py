"""Dibao against the registry, both ways: planted cases appear on their lists, are settled, and leave
(D22, D23, M09, M10, Y54-Y57, SYS03)."""

from datetime import date
from decimal import Decimal
from itertools import count

import pytest

from shared.roster.models import HouseholdState, RosterHousehold, RosterIncome
from shared.testing.department import HANYANG_PAIRED_VILLAGE, Body, DepartmentSystem, Person
from tests.services.civil_affairs.office import Office, found

_VILLAGES = count(201)


@pytest.fixture
def office(civil_affairs: DepartmentSystem) -> Office:
    return Office(civil_affairs)


@pytest.fixture
def village() -> str:
    """A village of its own for each test, so that lists hold nothing else."""
    return f"420115010{next(_VILLAGES)}"


async def home(office: Office, village: str, *people: Person, **more: object) -> RosterHousehold:
    return await office.service.household(*(people or (office.service.person("甲"),)), division=village, **more)


def income(per_capita: int, dibao: int | None = None) -> RosterIncome:
    booked = None if dibao is None else Decimal(dibao)
    return RosterIncome(year=2019, concept="net", per_capita=Decimal(per_capita), dibao=booked)


async def lines(office: Office, code: str, village: str, who: str = "district") -> list[Body]:
    page = await office.get(f"lists/{code}", who, division=village)
    items: list[Body] = page["items"]  # type: ignore[assignment]  # JSON
    return items


async def details(office: Office, code: str, village: str, who: str = "district") -> list[Body]:
    return [line["detail"] for line in await lines(office, code, village, who)]  # type: ignore[misc]  # JSON


class TestInDibaoAndNotRegistered:
    @pytest.mark.req("D22", "Y56", "SYS03")
    async def test_known_but_not_on_the_register(self, office: Office, village: str) -> None:
        candidate = await home(office, village, state=HouseholdState.CANDIDATE)
        await office.take_over(candidate)
        await office.take_over(await home(office, village))
        (detail,) = await details(office, "assisted_not_registered", village)
        assert detail == {"category": "dibao", "state": "candidate", "reason": "not_registered"}

    @pytest.mark.req("SYS03", "D22")
    async def test_unknown_to_the_registry_altogether(self, office: Office, village: str) -> None:
        """The officials of the place that the case states see it and take its steps, and nobody elsewhere does."""
        dibao = await office.take_over(None, household_code=f"DB{village}", village=village)
        for who in ("system", "district", "township"):
            (line,) = await lines(office, "assisted_not_registered", village, who)
            assert line["detail"] == {"category": "dibao", "state": None, "reason": "unknown_to_registry"}
            assert (line["subject"], line["division"], line["household_id"]) == (dibao["id"], village, None)
        assert (await office.get(f"dibao-cases/{dibao['id']}"))["state"] == "unmatched"
        kept = await office.step(dibao, "review", **found(dibao_class="a", outcome="keep"))
        assert (kept["stage"], kept["division"]) == ("in_force", village)
        everywhere = await office.get("lists/assisted_not_registered", "neighbour")
        assert everywhere["items"] == []
        assert (await office.fetch(f"dibao-cases/{dibao['id']}", "neighbour")).status_code == 404
        end: Body = {"end_reason": "died", "ended_on": office.today}
        assert (await office.try_step(dibao, "stop", "neighbour", **end)).status_code == 404

    @pytest.mark.req("SYS03", "M11")
    async def test_an_application_of_an_unknown_family_waits_for_those_of_its_place(self, office: Office) -> None:
        asked: Body = {"household_code": "NOBODY", "persons": 1, "authorised": True}
        elsewhere = {"taken_on": office.today, **asked, "village": "420115011201"}
        assert (await office.post("dibao-cases", elsewhere, "village")).status_code == 403
        case = await office.open("dibao-cases", {**asked, "village": HANYANG_PAIRED_VILLAGE})
        for who, waits in (("township", True), ("neighbour", False)):
            waiting = await office.get("dibao-cases:waiting", who, division=HANYANG_PAIRED_VILLAGE)
            assert (case["id"] in [one["id"] for one in waiting["items"]]) is waits  # type: ignore[attr-defined]  # JSON


class TestRegisteredAndNotInDibao:
    @pytest.mark.req("M09", "M10", "D23", "Y54", "SYS04")
    async def test_who_should_be_in(self, office: Office, village: str) -> None:
        poor = await home(office, village, income=income(2000))
        await home(office, village, income=income(5962))  # at the standard
        await home(office, village, income=income(2000), state=HouseholdState.CANDIDATE)
        await office.take_over(await home(office, village, income=income(2000)))
        applying = await home(office, village, income=income(2000))
        await office.open(
            "dibao-cases", {"household_code": applying.code, "persons": 1, "authorised": True}, "township"
        )
        ill = office.service.person("病")
        one_in = await home(office, village, ill, office.service.person("乙"), income=income(2000))
        await office.take_over(one_in, scope="single_person", person_id=ill.id, persons=1)
        entitled = {line["household_id"]: line["state"] for line in await lines(office, "dibao_should_be_in", village)}
        assert entitled == {str(poor.household_id): "open", str(one_in.household_id): "open"}
        coverage = await office.get("indicators/dibao_coverage", "district", division=village, year="2020")
        assert (coverage["numerator"], coverage["denominator"], coverage["met"]) == (1, 4, False)

    @pytest.mark.req("SYS03", "M10")
    async def test_a_line_is_checked_and_settled_by_somebody(self, office: Office, village: str) -> None:
        await home(office, village, income=income(2000))
        (line,) = await lines(office, "dibao_should_be_in", village)
        path = f"lists/dibao_should_be_in/lines/{line['line_id']}"
        assert (await office.post(f"{path}:check", {}, "township")).status_code == 200
        settled = await office.post(f"{path}:settle", {"outcome": "included", "remark": "已受理申请"}, "district")
        assert settled.status_code == 200, settled.text
        (line,) = await lines(office, "dibao_should_be_in", village)
        assert (line["state"], line["outcome"], line["changed_by"]) == ("settled", "included", "district")
        history = await office.get(f"{path}/history", "district")
        acts = [(one["action"], one["principal"], one["remark"]) for one in history["entries"]]  # type: ignore[attr-defined]  # JSON
        assert acts == [("check", "township", None), ("settle", "district", "已受理申请")]


class TestAmountsAgainstTheIncomeYear:
    @pytest.mark.req("SYS03", "Y56")
    async def test_amounts_that_contradict_it(self, office: Office, village: str) -> None:
        fitting = await home(office, village, income=income(5960, dibao=3560))
        await office.take_over(fitting)  # 2,400 checked, 3,561.96 a year paid
        unbooked = await home(office, village, income=income(2400, dibao=0))
        await office.take_over(unbooked)
        (line,) = await lines(office, "dibao_against_income", village)
        assert line["household_id"] == str(unbooked.household_id)
        assert line["detail"]["found"] == ["booked_differs"]  # type: ignore[index]  # JSON

    @pytest.mark.req("SYS03", "Y56")
    async def test_less_income_than_dibao_alone_pays(self, office: Office, village: str) -> None:
        """3,561.96 a year less a fifth of the standard, 1,192.40."""
        below, just = await home(office, village, income=income(2369)), await home(office, village, income=income(2370))
        for household in (below, just):
            await office.take_over(household, per_capita_income="0.00")
        found_out = {
            str(line["household_id"]): line["detail"]["found"]  # type: ignore[index]  # JSON
            for line in await lines(office, "dibao_against_income", village)
        }
        assert found_out == {str(below.household_id): ["checked_differs", "income_below_dibao"]}

    @pytest.mark.req("SYS03")
    async def test_an_award_that_began_within_the_year_is_not_held_against_it(
        self, office: Office, village: str
    ) -> None:
        for granted_on in ("2019-02-01", "2019-01-31"):
            await office.take_over(await home(office, village, income=income(2400, dibao=0)), granted_on=granted_on)
        (detail,) = await details(office, "dibao_against_income", village)
        assert detail["found"] == ["booked_differs"]

    @pytest.mark.req("SYS03")
    async def test_the_checked_income_is_not_the_registered_one(self, office: Office, village: str) -> None:
        household = await home(office, village, income=income(5960, dibao=3560))
        await office.take_over(household, per_capita_income="0.00")
        (detail,) = await details(office, "dibao_against_income", village)
        assert detail["found"] == ["checked_differs"]

    @pytest.mark.req("Y57", "SYS03")
    async def test_who_should_not_be_in(self, office: Office, village: str) -> None:
        rich = await home(office, village, income=income(12_000, dibao=3560))
        await office.take_over(rich)
        dead = office.service.person("亡")
        house = await home(
            office, village, dead, office.service.person("在", relation="spouse"), income=income(5960, 3560)
        )
        await office.take_over(house, scope="single_person", person_id=dead.id, persons=1)
        await office.service.accept("deaths", dead, died_on="2020-05-01", registered_on="2020-05-03")
        reasons = {
            str(line["household_id"]): line["detail"]["reason"]  # type: ignore[index]  # JSON
            for line in await lines(office, "dibao_should_not_be_in", village)
        }
        assert reasons == {str(rich.household_id): "income_above_standard", str(house.household_id): "deceased"}

    @pytest.mark.req("Y57", "SYS03", "H08")
    async def test_nobody_is_left_to_be_supported(self, office: Office, village: str) -> None:
        gone, stays = await home(office, village), await home(office, village)
        award = await office.take_over(gone)
        await office.take_over(stays)
        kept = {"household_id": gone.household_id, "code": gone.code, "division": village}
        await office.service.household(version=2, state=HouseholdState.CLOSED, **kept)
        old, other = office.service.person("甲"), office.service.person("乙")
        for person in (old, other):
            await home(office, village, person)
        support = {
            "step": "take_over",
            "on_behalf_of": {"official": "王", "role": "district_officer"},
            "basic_amount": "645.00",
            "care_amount": "60.00",
            "certificate_number": "TK2",
            "granted_on": "2018-01-01",
            "reviewed_on": "2020-01-01",
        }
        cases = [await office.open("tekun-cases", {**support, "member_id": one.id}, "system") for one in (old, other)]
        await office.service.accept("deaths", old, died_on="2020-05-01", registered_on="2020-05-03")
        found_out = {line["subject"]: line["detail"] for line in await lines(office, "dibao_should_not_be_in", village)}
        assert found_out == {
            award["id"]: {"reason": "household_closed"},
            cases[0]["id"]: {"reason": "deceased", "died_on": "2020-05-01", "persons": 1},
        }

    @pytest.mark.req("Y57", "SYS03")
    async def test_the_dead_of_a_household_are_found_if_they_are_awarded(self, office: Office, village: str) -> None:
        dead, widow, child = (office.service.person(name) for name in "甲乙丙")
        whole = await home(office, village, dead, widow)
        award = await office.take_over(whole)
        lost, mother = office.service.person("丁"), office.service.person("戊")
        await office.take_over(await home(office, village, lost, mother), persons=1, members=[mother.id])
        alone = office.service.person("己")
        phasing = await home(office, village, alone)
        leaving = await office.take_over(phasing)
        rich = found(per_capita_income="9000.00", dibao_class="a", outcome="phase_out")
        await office.step(leaving, "review", **rich)
        for person in (dead, lost, alone):
            await office.service.accept("deaths", person, died_on="2020-05-01", registered_on="2020-05-03")
        found_out = {line["subject"]: line["detail"] for line in await lines(office, "dibao_should_not_be_in", village)}
        died = {"reason": "deceased", "died_on": "2020-05-01", "persons": 1}
        assert found_out == {award["id"]: died, leaving["id"]: died}
        kept = {"household_id": whole.household_id, "code": whole.code, "division": village}
        await office.service.household(widow, child, version=2, **kept)
        assert award["id"] in [line["subject"] for line in await lines(office, "dibao_should_not_be_in", village)]
        change = found(dibao_class="a", persons=2, members=[widow.id, child.id], note="一人死亡，一人出生")
        await office.step(award, "change", **change)
        assert award["id"] not in [line["subject"] for line in await lines(office, "dibao_should_not_be_in", village)]


class TestCategories:
    @pytest.mark.req("D22", "SYS03", "H08")
    async def test_the_registered_type_against_the_category(self, office: Office, village: str) -> None:
        await office.take_over(await home(office, village, household_type="dibao"))
        await office.take_over(await home(office, village, household_type="general"))
        await home(office, village, household_type="tekun")
        some = office.service.person("甲")
        part = await home(office, village, some, office.service.person("乙"), household_type="general")
        await office.take_over(part, persons=1, members=[some.id])  # says nothing of the household's type
        differing = await details(office, "household_category_differs", village)
        assert sorted((str(one["household_type"]), str(one["category"])) for one in differing) == [
            ("general", "dibao"),
            ("tekun", "none"),
        ]

    async def test_one_person_in_both(self, office: Office, village: str) -> None:
        old, wife = office.service.person("老"), office.service.person("妻", relation="spouse")
        household = await home(office, village, old, wife)
        award = await office.take_over(household)
        support = {
            "id_number": old.id_number,
            "step": "take_over",
            "on_behalf_of": {"official": "王", "role": "district_officer"},
            "basic_amount": "645.00",
            "care_amount": "60.00",
            "certificate_number": "TK1",
            "granted_on": "2018-01-01",
            "reviewed_on": "2020-01-01",
        }
        await office.open("tekun-cases", support, "system")
        (line,) = await lines(office, "dibao_and_tekun", village)
        assert line["member_id"] == old.id
        assert await lines(office, "dibao_twice", village) == []
        single: Body = {"scope": "single_person", "person_id": wife.id, "persons": 1}
        await office.take_over(household, **single)
        (line,) = await lines(office, "dibao_twice", village)
        assert (line["member_id"], line["detail"]) == (wife.id, {"awards": 2})
        await office.step(award, "change", **found(dibao_class="a", members=[wife.id], note="特困人员不再计入"))
        assert await lines(office, "dibao_and_tekun", village) == []


class TestRates:
    @pytest.mark.req("M10")
    async def test_who_of_the_registered_is_in_and_who_is_not(self, office: Office, village: str) -> None:
        mother, son, uncle, ill, other = (office.service.person(name) for name in "甲乙丙丁戊")
        await office.take_over(await home(office, village, mother, son, uncle), persons=2, members=[mother.id, son.id])
        single = await home(office, village, ill, other)
        await office.take_over(single, scope="single_person", person_id=ill.id, persons=1)
        await home(office, village, state=HouseholdState.CANDIDATE)
        query = {"division": village, "year": "2020"}
        rate = await office.get("indicators/registered_in_dibao", "district", **query)
        assert (rate["numerator"], rate["denominator"], rate["met"]) == (3, 5, None)
        missing = await office.get("indicators/registered_in_dibao/missing", "district", **query)
        assert {one["member_id"] for one in missing["items"]} == {uncle.id, other.id}  # type: ignore[attr-defined]  # JSON

    @pytest.mark.req("Y53")
    async def test_a_household_without_labour_has_the_backstop(self, office: Office, village: str) -> None:
        def old(skill: str | None) -> Person:
            return office.service.person("老", labour_skill=skill)

        await office.take_over(await home(office, village, old("none"), old("lost")))
        left_out = await home(office, village, old("none"))
        await home(office, village, old("none"), old("weak"))
        await home(office, village, old(None))
        (line,) = await lines(office, "backstop_missing", village)
        assert line["household_id"] == str(left_out.household_id)
        rate = await office.get("indicators/backstop", "district", division=village, year="2020")
        assert (rate["numerator"], rate["denominator"]) == (1, 2)

    @pytest.mark.req("Y55")
    async def test_the_severely_disabled_in_need(self, office: Office, village: str) -> None:
        ill = office.service.person("残")
        household = await home(office, village, ill)
        await office.service.accept(
            "disabled-persons",
            ill,
            surveyed_on="2020-03-01",
            disability_type="4",
            disability_grade="1",
            issued_on="2015-01-01",
            self_care="unable",
            depends_on_family=True,
        )
        assert await lines(office, "highest_differential_missing", village) == []  # not in dibao: another list
        award = await office.take_over(household)
        (line,) = await lines(office, "highest_differential_missing", village)
        assert line["member_id"] == ill.id
        finding = found(dibao_class="a", highest_persons=1, note="自理困难")
        await office.step(award, "change", **finding)
        assert await lines(office, "highest_differential_missing", village) == []
        both = [await self.in_need(office, "丙"), await self.in_need(office, "丁")]
        other = await office.take_over(await home(office, village, *both), highest_persons=1)
        missed = await lines(office, "highest_differential_missing", village)
        assert {line["member_id"] for line in missed} == {one.id for one in both}
        await office.step(other, "change", **found(dibao_class="a", members=[both[0].id], highest_persons=1, note="分"))
        assert await lines(office, "highest_differential_missing", village) == []
        (line,) = await lines(office, "severely_disabled_without_dibao", village)
        assert line["member_id"] == both[1].id
        rate = await office.get("indicators/highest_differential", "district", division=village, year="2020")
        assert (rate["numerator"], rate["denominator"]) == (2, 3)

    async def in_need(self, office: Office, name: str) -> Person:
        """Severely disabled, unable to care for oneself, living on the family."""
        need = {"self_care": "unable", "depends_on_family": True}
        person = office.service.person(name)
        body = {"certificate_number": f"{person.id_number}41", "surveyed_on": "2020-03-01", "issued_on": "2015-01-01"}
        await office.service.accept_row("disabled-persons", {**body, **need})
        return person

    @pytest.mark.req("H27")
    async def test_guaranteed_income_is_above_the_poverty_standard(self, office: Office, village: str) -> None:
        await office.take_over(await home(office, village))  # 2,400 and 3,561.96
        low = await home(office, village)
        await office.take_over(low, per_capita_income="0.00", monthly_amount="100.00")
        rate = await office.get("indicators/guaranteed_income", "district", division=village, year="2020")
        assert (rate["numerator"], rate["denominator"]) == (1, 2)
        missing = await office.get("indicators/guaranteed_income/missing", "district", division=village, year="2020")
        assert [one["household_id"] for one in missing["items"]] == [str(low.household_id)]  # type: ignore[attr-defined]  # JSON

    @pytest.mark.req("Y57", "M11", "Y65")
    async def test_reviews_and_decisions_in_time(self, office: Office, village: str) -> None:
        await office.take_over(await home(office, village))
        await office.take_over(await home(office, village), reviewed_on="2019-05-01")
        for code, counts in (("review_in_time", (1, 2)), ("dibao_in_time", (0, 0)), ("relief_in_time", (0, 0))):
            rate = await office.get(f"indicators/{code}", "district", division=village, year="2020")
            assert (rate["numerator"], rate["denominator"]) == counts

    @pytest.mark.req("Y71", "H37")
    async def test_key_persons_are_raised(self, office: Office, village: str) -> None:
        old = office.service.person("老", birth=date(1950, 1, 1))
        await office.take_over(await home(office, village, old), focus_groups=["elderly"])
        young = office.service.person("小", birth=date(2015, 1, 1))
        missed = await home(office, village, young)
        await office.take_over(missed)
        (line,) = await lines(office, "key_persons_not_raised", village)
        assert line["household_id"] == str(missed.household_id)
        told = {"disability_type": "4", "disability_grade": "2"}
        by_roster, expired = office.service.person("残", **told), office.service.person("过", **told)
        adult = office.service.person("壮")
        both = await home(office, village, by_roster, expired, adult)
        ended = {"surveyed_on": "2020-03-01", "issued_on": "2009-01-01"}
        await office.service.accept("disabled-persons", expired, **told, **ended)
        award = await office.take_over(both)
        detail = {"key_persons": 1, "raised": 0}
        assert [one["detail"] for one in await lines(office, "key_persons_not_raised", village)].count(detail) == 2
        others = found(dibao_class="a", persons=2, members=[expired.id, adult.id], note="一人另户")
        await office.step(award, "change", **others)
        (line,) = await lines(office, "key_persons_not_raised", village)
        assert line["household_id"] == str(missed.household_id)
        rate = await office.get("indicators/key_persons_raised", "district", division=village, year="2020")
        assert (rate["numerator"], rate["denominator"]) == (1, 2)

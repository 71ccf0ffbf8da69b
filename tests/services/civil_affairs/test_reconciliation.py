"""Dibao against the registry, both ways: planted cases appear on their lists, are settled, and leave
(D22, D23, M09, M10, Y54-Y57, SYS03)."""

import pytest

from shared.roster.models import HouseholdState
from shared.testing.department import HANYANG_PAIRED_VILLAGE, Body, DepartmentSystem
from tests.services.civil_affairs.office import Office, details, found, home, income, lines


@pytest.fixture
def office(civil_affairs: DepartmentSystem) -> Office:
    return Office(civil_affairs)


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
        asked = await office.open(
            "dibao-cases", {"household_code": applying.code, "persons": 1, "authorised": True}, "township"
        )
        ill = office.service.person("病")
        one_in = await home(office, village, ill, office.service.person("乙"), income=income(2000))
        await office.take_over(one_in, scope="single_person", person_id=ill.id, persons=1)
        entitled = {line["household_id"]: line["state"] for line in await lines(office, "dibao_should_be_in", village)}
        assert entitled == {str(poor.household_id): "open", str(one_in.household_id): "open"}
        coverage = await office.get("indicators/dibao_coverage", "district", division=village, year="2020")
        assert (coverage["numerator"], coverage["denominator"], coverage["met"]) == (1, 4, False)
        await office.step(asked, "withdraw", reason="子女赡养")
        again = {line["household_id"] for line in await lines(office, "dibao_should_be_in", village)}
        assert again == {*entitled, str(applying.household_id)}, "an application that came to nothing"

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
        ill = office.service.person("病")
        above = await home(office, village, ill, income=income(12_000, dibao=0))
        await office.take_over(above, scope="single_person", person_id=ill.id)  # granted above the standard by rule
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

    @pytest.mark.req("Y57")
    async def test_who_has_been_phased_out_to_the_end(self, office: Office, village: str) -> None:
        """Six months from the day of the review; the last of them is not over yet."""
        taken_over = {"taken_on": "2019-11-01", "reviewed_on": "2019-11-01"}
        for day in ("2019-11-30", "2019-12-01"):
            case = await office.take_over(await home(office, village), **taken_over)
            rich = found(per_capita_income="9000.00", dibao_class="a", outcome="phase_out", taken_on=day)
            await office.step(case, "review", **rich)
        listed = await details(office, "dibao_should_not_be_in", village)
        assert listed == [{"reason": "phase_out_over", "due_on": "2020-05-30"}]

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
    async def test_who_is_awarded_and_has_left(self, office: Office, village: str) -> None:
        ill, wife, son = (office.service.person(name) for name in "甲乙丙")
        household = await home(office, village, ill, wife, son)
        single = await office.take_over(household, scope="single_person", person_id=ill.id, persons=1)
        award = await office.take_over(household, persons=2, members=[wife.id, son.id])
        assert await lines(office, "dibao_should_not_be_in", village) == []
        kept = {"household_id": household.household_id, "code": household.code, "division": village}
        await office.service.household(wife, version=2, **kept)
        left = {"reason": "persons_left", "persons": 1}
        found_out = {line["subject"]: line["detail"] for line in await lines(office, "dibao_should_not_be_in", village)}
        assert found_out == {single["id"]: left, award["id"]: left}
        await office.step(award, "change", **found(dibao_class="a", members=[wife.id], note="一人迁出"))
        await office.step(single, "stop", end_reason="moved_away", ended_on=office.today)
        assert await lines(office, "dibao_should_not_be_in", village) == []

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

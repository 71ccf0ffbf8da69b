"""The rates of social assistance against planted cases, and the lists of those whom they miss
(M10, M11, Y53, Y55, Y57, Y65, Y71, H27, H37)."""

from datetime import date

import pytest

from shared.roster.models import HouseholdState
from shared.testing.department import Body, DepartmentSystem, Person
from tests.services.civil_affairs.office import Office, found, home, lines


@pytest.fixture
def office(civil_affairs: DepartmentSystem) -> Office:
    return Office(civil_affairs)


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
        single: Body = {"scope": "single_person", "person_id": both[1].id, "persons": 1, "authorised": True}
        asked = await office.open("dibao-cases", {"id_number": both[1].id_number, **single}, "township")
        assert await lines(office, "severely_disabled_without_dibao", village) == [], "an application is under way"
        await office.step(asked, "withdraw", reason="子女赡养")
        assert len(await lines(office, "severely_disabled_without_dibao", village)) == 1
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

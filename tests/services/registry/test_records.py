"""The registry's own records: reviews of exits, hits of the screening, organisations; and the lists that follow."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.services.registry.conftest import FAR_VILLAGE, VILLAGE, Json, People, create
from tests.services.registry.test_changes import change, family, read
from tests.services.registry.test_indicators import couple, indicator, move

LISTS = "/api/v1/registry/lists"
REVIEWS = "/api/v1/registry/exit-reviews"
HITS = "/api/v1/registry/screening-hits"
UNITS = "/api/v1/registry/organisations"
DISTRICT = "420115000000"


async def on_list(client: httpx.AsyncClient, code: str, **params: Any) -> list[Json]:
    answer = await client.get(f"{LISTS}/{code}", params=params)
    assert answer.status_code == 200, answer.text
    found: list[Json] = answer.json()["items"]
    return found


def faults(answer: httpx.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(one["pointer"], one["code"]) for one in answer.json()["errors"]]


@pytest.mark.req("M40")
class TestExitReviews:
    @pytest.fixture
    async def exited(self, registry: httpx.AsyncClient, people: People) -> list[Json]:
        """Two that left poverty in 2017, one that is still poor."""
        homes = [await create(registry, couple(people, f"X-{number}")) for number in range(3)]
        for home in homes[:2]:
            await move(registry, home, ("proposed_exit", "2017-10-01"), ("exited", "2017-12-01"))
        return homes

    def review(self, code: str, **fields: Any) -> Json:
        base = {"household_code": code, "year": 2018, "reviewed_on": "2018-06-01", "reviewer": "张三"}
        return {**base, "result": "stable", **fields}

    async def test_who_is_reviewed_against_the_aim_of_the_place(
        self, registry: httpx.AsyncClient, exited: list[Json]
    ) -> None:
        aim = {"area": "420115010000", "year": 2018, "value": "1", "source": "x", "reason": "回头看"}
        assert (await registry.put("/api/v1/policy/parameters/exit.review_target", json=aim)).status_code == 201
        assert (await registry.post(REVIEWS, json=self.review("X-0"))).status_code == 201
        share = await indicator(registry, "exit_reviewed", year=2018)
        assert (share["numerator"], share["denominator"], share["met"]) == (1, 2, False)
        missing = await registry.get(
            "/api/v1/registry/indicators/exit_reviewed/missing", params={"year": 2018, "division": VILLAGE}
        )
        assert [one["household_code"] for one in missing.json()["items"]] == ["X-1"]
        # A review of another year, and one that was voided, are none of this one.
        other = await registry.post(REVIEWS, json=self.review("X-1", year=2019, reviewed_on="2019-06-01"))
        made = await registry.post(REVIEWS, json=self.review("X-1"))
        assert (await indicator(registry, "exit_reviewed", year=2018))["met"] is True
        void = await registry.post(f"{REVIEWS}/{made.json()['id']}:void", json={"reason": "误录"})
        assert (other.status_code, void.status_code) == (201, 200)
        assert (await indicator(registry, "exit_reviewed", year=2018))["numerator"] == 1

    async def test_a_problem_stays_on_the_list_until_it_is_solved(
        self, registry: httpx.AsyncClient, exited: list[Json]
    ) -> None:
        found = self.review("X-0", result="problem", finding="饮水不达标")
        assert (await registry.post(REVIEWS, json=found)).status_code == 201
        assert (await registry.post(REVIEWS, json=self.review("X-1"))).status_code == 201
        (line,) = await on_list(registry, "exit_problems_unsolved")
        assert (line["household_code"], line["detail"]) == ("X-0", {"year": 2018, "reviewed_on": "2018-06-01"})
        solved = {**found, "adjusted_on": "2018-07-01", "adjustment": "接通自来水"}
        assert (await registry.post(REVIEWS, json=solved)).status_code == 200
        assert await on_list(registry, "exit_problems_unsolved") == []

    @pytest.mark.parametrize(
        ("fields", "fault"),
        [
            ({"household_code": "X-2"}, ("", "review_of_exited")),
            ({"result": "problem"}, ("/finding", "finding_required")),
            ({"finding": "饮水不达标"}, ("/result", "no_problem_found")),
            (
                {"result": "problem", "finding": "x", "adjusted_on": "2018-07-01"},
                ("/adjustment", "adjustment_with_its_day"),
            ),
            (
                {"result": "problem", "finding": "x", "adjusted_on": "2018-05-31", "adjustment": "y"},
                ("/adjusted_on", "days_out_of_order"),
            ),
            ({"reviewed_on": "2020-06-02"}, ("/reviewed_on", "day_in_future")),
        ],
    )
    async def test_rules(
        self, registry: httpx.AsyncClient, exited: list[Json], fields: Json, fault: tuple[str, str]
    ) -> None:
        answer = await registry.post(REVIEWS, json=self.review("X-0", **fields), headers={"Accept-Language": "en"})
        assert fault in faults(answer)
        assert all(one["remedy"] for one in answer.json()["errors"])


@pytest.mark.req("M46", "M48")
class TestScreening:
    @pytest.fixture
    async def home(self, registry: httpx.AsyncClient, people: People) -> Json:
        setting = {"area": DISTRICT, "year": 2018, "value": ["car", "company"], "source": "x", "reason": "11类人员"}
        put = await registry.put("/api/v1/policy/parameters/screening.excluded_categories", json=setting)
        assert put.status_code == 201, put.text
        return await create(registry, family(people, "S-1", "2015-01-01"))

    def hit(self, home: Json, number: int, **fields: Any) -> Json:
        member = home["members"][number]["member_id"]
        return {"member_id": member, "category": "car", "provider": "公安", "found_on": "2020-05-01", **fields}

    async def test_a_hit_is_on_the_list_until_it_is_refuted_or_the_person_is_not_registered(
        self, registry: httpx.AsyncClient, people: People, home: Json
    ) -> None:
        other = await create(registry, family(people, "S-2", "2015-01-01", state="candidate"))
        hits = [
            self.hit(home, 0),
            self.hit(home, 1, category="company", provider="工商", verdict="confirmed", checked_on="2020-05-09"),
            self.hit(home, 2, verdict="refuted", checked_on="2020-05-09"),
            self.hit(other, 0),
        ]
        for one in hits:
            assert (await registry.post(HITS, json=one)).status_code == 201
        found = await on_list(registry, "excluded_still_registered")
        assert {(one["member_id"], one["detail"]["category"], one["detail"]["verdict"]) for one in found} == {
            (hits[0]["member_id"], "car", None),
            (hits[1]["member_id"], "company", "confirmed"),
        }
        refuted = {**hits[0], "verdict": "refuted", "checked_on": "2020-05-10"}
        assert (await registry.post(HITS, json=refuted)).status_code == 200
        await change(registry, home, kind="08", member_id=hits[1]["member_id"])
        assert await on_list(registry, "excluded_still_registered") == []
        assert len((await read(registry, home))["members"]) == 2

    async def test_the_categories_are_those_of_the_place(
        self, registry: httpx.AsyncClient, people: People, home: Json
    ) -> None:
        assert faults(await registry.post(HITS, json=self.hit(home, 0, category="boat"))) == [
            ("/category", "category_not_screened")
        ]
        far = await create(registry, family(people, "S-3", "2015-01-01", division=FAR_VILLAGE))
        assert ("/category", "category_not_screened") in faults(await registry.post(HITS, json=self.hit(far, 0)))
        open_end = self.hit(home, 0, verdict="confirmed")
        assert ("/checked_on", "verdict_with_its_day") in faults(await registry.post(HITS, json=open_end))


@pytest.mark.req("D02", "M47")
class TestOrganisations:
    async def test_the_directory_names_townships_member_units_and_who_supplies_data(
        self, registry: httpx.AsyncClient, headers_of: Callable[..., dict[str, str]]
    ) -> None:
        partners = ("民政局", "人社局", "财政局", "农委", "公安局", "工商局", "林业局", "城建局")
        rows = [
            {"division": DISTRICT, "name": name, "kind": "department", "member_unit": True, "data_provider": True}
            for name in partners
        ]
        rows += [
            {"division": DISTRICT, "name": "区委办", "kind": "department", "member_unit": True},
            {"division": "420115010000", "name": "山坡街道", "kind": "township"},
        ]
        listed = [{**row, "listed_on": "2018-03-01"} for row in rows]
        batch = await registry.post(f"{UNITS}:batch", json={"rows": listed})
        assert [one["status"] for one in batch.json()["results"]] == [201] * 10, batch.text

        async def names(**params: Any) -> set[str]:
            answer = await registry.get(UNITS, params=params)
            assert answer.status_code == 200, answer.text
            return {one["name"] for one in answer.json()["items"]}

        assert await names(data_provider="true") == set(partners)
        assert await names(member_unit="true") == {*partners, "区委办"}
        assert await names(kind="township") == {"山坡街道"}
        assert await names(division="420115010") == {"山坡街道"}
        again = await registry.post(UNITS, json={**listed[0], "department": "civil_affairs"})
        assert (again.status_code, again.json()["department"]) == (200, "civil_affairs")
        assert (await registry.get(f"{UNITS}?kind=ministry")).status_code == 400
        elsewhere = await registry.get(UNITS, headers=headers_of(divisions=[FAR_VILLAGE]))
        assert elsewhere.json()["items"] == []

"""The rates that the registry answers for, and the yearly plan of exit, on a running registry."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.services.registry.conftest import OTHER_VILLAGE, VILLAGE, Json, People, create

INDICATORS = "/api/v1/registry/indicators"
TOWNSHIP = "420115010"


async def indicator(client: httpx.AsyncClient, code: str, **params: Any) -> Json:
    answer = await client.get(f"{INDICATORS}/{code}", params={"division": TOWNSHIP, **params})
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def move(client: httpx.AsyncClient, home: Json, *states: tuple[str, str]) -> None:
    for state, since in states:
        body = {"state": state, "since": since, "reason": "民主评议", "decided_by": "official-1"}
        answer = await client.post(f"/api/v1/households/{home['household_id']}/state", json=body)
        assert answer.status_code == 200, answer.text


def couple(people: People, code: str, since: str = "2016-01-01", **fields: Any) -> Json:
    members = [
        people.member("head", "male", since=since, labour_skill="ordinary"),
        people.member("spouse", "female", since=since, labour_skill="none"),
    ]
    return people.household(code, members=members, state_since=since, **fields)


@pytest.fixture
async def homes(registry: httpx.AsyncClient, people: People) -> list[Json]:
    """One left in 2016 and stays out, one left in 2017 and fell back in 2019, one is still poor, one came in 2018."""
    found = [
        await create(registry, couple(people, "E-1")),
        await create(registry, couple(people, "E-2", division=OTHER_VILLAGE)),
        await create(registry, couple(people, "E-3")),
        await create(registry, couple(people, "E-4", since="2018-03-01")),
    ]
    await move(registry, found[0], ("proposed_exit", "2016-10-01"), ("exited", "2016-12-01"))
    await move(
        registry, found[1], ("proposed_exit", "2017-10-01"), ("exited", "2017-12-01"), ("returned", "2019-05-01")
    )
    return found


class TestPoverty:
    @pytest.mark.req("Y02")
    async def test_incidence_over_the_years_by_the_population_told(
        self, registry: httpx.AsyncClient, homes: list[Json]
    ) -> None:
        for division, persons in ((VILLAGE, 100), ("420115010000", 400)):
            body = {"division": division, "year": 2016, "kind": "rural", "persons": persons, "counted_on": "2016-12-31"}
            answer = await registry.post("/api/v1/registry/population-counts", json=body)
            assert answer.status_code == 201, answer.text
        counted = {
            year: (found["numerator"], found["denominator"], found["ratio"], found["met"])
            for year in (2016, 2017, 2018, 2020)
            for found in [await indicator(registry, "poverty_incidence", year=year)]
        }
        assert counted == {
            2016: (4, 400, "0.0100", True),
            2017: (2, 400, "0.0050", True),
            2018: (4, 400, "0.0100", True),
            2020: (6, 400, "0.0150", True),
        }
        parts = (await indicator(registry, "poverty_incidence", by="division"))["by_division"]
        assert [(one["division"], one["numerator"], one["denominator"]) for one in parts] == [
            (VILLAGE, 4, 100),
            (OTHER_VILLAGE, 2, None),
        ]
        assert (parts[0]["ratio"], parts[0]["met"]) == ("0.0400", False)

    @pytest.mark.req("Y02")
    async def test_a_village_sheet_tells_the_population_too(
        self, registry: httpx.AsyncClient, homes: list[Json]
    ) -> None:
        sheet = {"village_class": "poor", "rural_population": 50}
        assert (await registry.put(f"/api/v1/villages/{VILLAGE}", json=sheet)).status_code in (200, 201)
        parts = (await indicator(registry, "poverty_incidence", by="division", year=2100))["by_division"]
        assert (parts[0]["division"], parts[0]["denominator"]) == (VILLAGE, 50)

    @pytest.mark.req("D03", "Y13", "H02", "H10", "H11", "H17")
    async def test_who_is_out_of_poverty_against_the_aim_of_each_year(
        self, registry: httpx.AsyncClient, homes: list[Json]
    ) -> None:
        first = await indicator(registry, "exited", year=2016)
        assert (first["numerator"], first["denominator"], first["target"]["value"], first["met"]) == (2, 6, "0.3", True)
        second = await indicator(registry, "exited", year=2017)
        assert (second["ratio"], second["target"]["value"], second["met"]) == ("0.6666", "0.8", False)
        last = await indicator(registry, "exited", year=2018)
        assert (last["numerator"], last["denominator"], last["target"]["value"], last["met"]) == (4, 8, "1", False)
        able = await indicator(registry, "exited_able_to_work", year=2018)
        assert (able["numerator"], able["denominator"]) == (2, 4)
        missing = (
            await registry.get(f"{INDICATORS}/exited/missing", params={"division": TOWNSHIP, "year": 2018})
        ).json()
        assert {one["household_code"] for one in missing["items"]} == {"E-3", "E-4"}
        assert {one["detail"]["state"] for one in missing["items"]} == {"registered"}
        for area, year in (("210403", 2018), ("411103", 2020)):
            elsewhere = await indicator(registry, "exited", division=area, year=year)
            assert (elsewhere["denominator"], elsewhere["target"]["value"]) == (0, "1")

    @pytest.mark.req("M06", "D04", "D05", "Y103")
    async def test_who_fell_back_and_who_is_newly_poor(self, registry: httpx.AsyncClient, homes: list[Json]) -> None:
        kept = await indicator(registry, "not_returned", year=2018)
        assert (kept["numerator"], kept["denominator"], kept["met"]) == (2, 2, True)
        back = await indicator(registry, "not_returned", year=2019)
        assert (back["numerator"], back["denominator"], back["met"]) == (1, 2, False)
        missing = await registry.get(f"{INDICATORS}/not_returned/missing", params={"year": 2019, "division": TOWNSHIP})
        assert [one["household_code"] for one in missing.json()["items"]] == ["E-2"]
        # E-2 has been poor all the year after, so that it can neither have stayed out nor have fallen back in it.
        after = await indicator(registry, "not_returned", year=2020)
        assert (after["numerator"], after["denominator"]) == (1, 1)
        new = {year: (await indicator(registry, "newly_poor", year=year))["numerator"] for year in (2016, 2017, 2018)}
        assert new == {2016: 6, 2017: 0, 2018: 2}


class TestIncome:
    @pytest.mark.req("M44", "H13", "H15")
    async def test_two_years_of_one_concept(self, registry: httpx.AsyncClient, homes: list[Json]) -> None:
        rows = [("E-1", 8000, 9000), ("E-2", 8000, 8400), ("E-3", 8000, 7000), ("E-4", 26000, 30000)]
        for code, before, now in rows:
            for year, amount in ((2017, before), (2018, now)):
                body = {
                    "household_code": code,
                    "year": year,
                    "concept": "disposable",
                    "recorded_on": f"{year}-12-01",
                    "wage_work": f"{amount}.00",
                }
                answer = await registry.post("/api/v1/registry/income-years", json=body)
                assert answer.status_code == 201, answer.text
        rose = await indicator(registry, "income_increased", year=2018)
        assert (rose["numerator"], rose["denominator"], rose["met"]) == (3, 4, False)
        outgrew = await indicator(registry, "income_outgrows_average", year=2018)
        assert (outgrew["numerator"], outgrew["parameters"][0]["value"]) == (2, "0.088")
        missing = await registry.get(f"{INDICATORS}/income_outgrows_average/missing", params={"year": 2018})
        assert {one["household_code"]: one["detail"]["income"] for one in missing.json()["items"]} == {
            "E-2": "4200.00",
            "E-3": "3500.00",
        }
        near = await indicator(registry, "income_near_average", year=2018)
        assert (near["numerator"], near["denominator"]) == (1, 4)

    @pytest.mark.req("M44", "H13")
    async def test_a_concept_known_of_one_year_alone_hides_no_other(
        self, registry: httpx.AsyncClient, homes: list[Json]
    ) -> None:
        """E-1: net income of 2018 only, disposable of both. E-3: both of both, and they differ."""
        rows = [
            ("E-1", 2017, "disposable", 8000),
            ("E-1", 2018, "disposable", 9000),
            ("E-1", 2018, "net", 7000),
            ("E-3", 2017, "disposable", 8000),
            ("E-3", 2018, "disposable", 9000),
            ("E-3", 2017, "net", 8000),
            ("E-3", 2018, "net", 7000),
        ]
        for code, year, concept, amount in rows:
            body = {"household_code": code, "year": year, "concept": concept, "recorded_on": f"{year}-12-01"}
            answer = await registry.post("/api/v1/registry/income-years", json={**body, "wage_work": f"{amount}.00"})
            assert answer.status_code == 201, answer.text
        rose = await indicator(registry, "income_increased", year=2018)
        assert (rose["numerator"], rose["denominator"]) == (1, 2)
        missing = await registry.get(f"{INDICATORS}/income_increased/missing", params={"year": 2018})
        assert [(one["household_code"], one["detail"]["concept"]) for one in missing.json()["items"]] == [
            ("E-3", "net")
        ]
        # The average is one of disposable income: that of E-3 counts here.
        outgrew = await indicator(registry, "income_outgrows_average", year=2018)
        assert (outgrew["numerator"], outgrew["denominator"]) == (2, 2)


class TestRegrouped:
    """Who leaves a household takes along when it was poor and when it left poverty."""

    @pytest.mark.req("D10", "H11")
    async def test_a_household_split_while_monitored_still_counts_as_out_of_poverty(
        self, registry: httpx.AsyncClient, homes: list[Json]
    ) -> None:
        await move(registry, homes[0], ("monitored", "2018-05-01"))
        before = await indicator(registry, "exited", year=2020)
        spouse = homes[0]["members"][1]["member_id"]
        body = {"kind": "split", "code": "E-9", "occurred_on": "2020-05-20"}
        split = await registry.post(
            f"/api/v1/households/{homes[0]['household_id']}/changes",
            json={**body, "members": [{"member_id": spouse, "relation": "head"}]},
        )
        assert split.status_code == 201, split.text
        after = await indicator(registry, "exited", year=2020)
        assert (after["numerator"], after["denominator"]) == (before["numerator"], before["denominator"]) == (2, 8)
        founded = next(one for one in split.json()["households"] if one["code"] == "E-9")
        states = (await registry.get(f"/api/v1/households/{founded['household_id']}/states")).json()["states"]
        assert [(one["state"], one["since"]) for one in states] == [
            ("registered", "2016-01-01"),
            ("proposed_exit", "2016-10-01"),
            ("exited", "2016-12-01"),
            ("monitored", "2018-05-01"),
        ]
        assert {one["decided_by"] for one in states[1:]} == {"official-1"}
        # A year in which it was not there yet has it once, not twice.
        kept = {year: (await indicator(registry, "not_returned", year=year))["denominator"] for year in (2018, 2020)}
        assert kept == {2018: 2, 2020: 2}

        path = f"/api/v1/households/{homes[0]['household_id']}/changes/{split.json()['change_id']}:revoke"
        revoked = await registry.post(path, json={"reason": "误登"})
        assert revoked.status_code == 200, revoked.text
        left = (await registry.get(f"/api/v1/households/{founded['household_id']}/states")).json()["states"]
        assert [one["state"] for one in left if one["until"] != one["since"]] == ["closed"]
        assert (await indicator(registry, "not_returned", year=2020))["denominator"] == 1

    @pytest.mark.req("H11", "SYS06")
    async def test_an_exit_counts_in_its_own_year_however_often_the_household_was_watched_since(
        self, registry: httpx.AsyncClient, homes: list[Json]
    ) -> None:
        await move(registry, homes[0], ("monitored", "2018-05-01"), ("exited", "2019-05-01"))
        await move(registry, homes[1], ("proposed_exit", "2019-10-01"), ("exited", "2020-02-01"))
        plan = (await registry.get("/api/v1/registry/exit-plan", params={"division": TOWNSHIP})).json()
        left = {one["year"]: one["persons_left"] for one in plan["years"] if one["persons_left"]}
        assert left == {2016: 2, 2020: 2}


@pytest.mark.req("H11", "SYS06", "H50")
async def test_the_plan_of_exit_is_divided_between_villages(
    registry: httpx.AsyncClient, homes: list[Json], headers_of: Callable[..., dict[str, str]]
) -> None:
    answer = await registry.get("/api/v1/registry/exit-plan", params={"division": TOWNSHIP})
    assert answer.status_code == 200, answer.text
    plan = answer.json()
    assert (plan["households"], plan["persons"]) == (4, 8)
    years = {one["year"]: one for one in plan["years"]}
    assert {year: one["persons_target"] for year, one in years.items()} == {2016: 2, 2017: 4, 2018: 2}
    assert (years[2016]["persons_left"], years[2016]["persons_met"]) == (2, True)
    assert (years[2017]["persons_left"], years[2017]["persons_met"]) == (0, False)
    assert years[2017]["persons_source"] == {"key": "exit.person_share", "area": "420115010000", "share": "0.5"}
    parts = {area["division"]: {one["year"]: one["persons_target"] for one in area["years"]} for area in plan["areas"]}
    assert parts == {VILLAGE: {2016: 2, 2017: 3, 2018: 2}, OTHER_VILLAGE: {2016: 0, 2017: 1, 2018: 0}}
    bad = await registry.get("/api/v1/registry/exit-plan", params={"division": "4201x"})
    assert bad.status_code == 400
    own = headers_of(divisions=[VILLAGE])
    mine = (await registry.get("/api/v1/registry/exit-plan", headers=own)).json()
    assert (mine["division"], mine["complete"], mine["households"]) == (VILLAGE, True, 3)
    part = (await registry.get("/api/v1/registry/exit-plan", params={"division": TOWNSHIP}, headers=own)).json()
    assert (part["complete"], part["households"]) == (False, 3)

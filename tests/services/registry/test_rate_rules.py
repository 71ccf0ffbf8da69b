"""Who counts in a rate of the registry, and the case next to each rule that does not."""

from typing import Any

import httpx
import pytest

from tests.services.registry.conftest import OTHER_VILLAGE, VILLAGE, Json, People, create
from tests.services.registry.test_changes import change
from tests.services.registry.test_indicators import TOWNSHIP, couple, indicator, move
from tests.services.registry.test_records import HITS, REVIEWS, on_list

THIRD_VILLAGE = "420115010203"
INCOMES = "/api/v1/registry/income-years"
OUT = (("proposed_exit", "2016-10-01"), ("exited", "2016-12-01"))


async def counted(client: httpx.AsyncClient, code: str, *years: int) -> dict[int, tuple[int, int | None]]:
    found = [await indicator(client, code, year=year) for year in years]
    return {one["year"]: (one["numerator"], one["denominator"]) for one in found}


@pytest.fixture
async def lives(registry: httpx.AsyncClient, people: People) -> dict[str, Json]:
    """Households of two, by what became of them."""
    single = people.household("single", members=[people.member(since="2016-01-01")], state_since="2016-01-01")
    homes = {
        "single": await create(registry, single),
        "late": await create(registry, couple(people, "late", since="2018-02-01")),
        "anew": await create(registry, couple(people, "anew", since="2018-02-01")),
        "edge": await create(registry, couple(people, "edge", since="2017-03-01", state="candidate")),
        "found": await create(registry, couple(people, "found", since="2017-03-01", state="candidate")),
        "watched": await create(registry, couple(people, "watched", division=OTHER_VILLAGE)),
    }
    for code in ("proposed", "new_year", "growing", "twice"):
        homes[code] = await create(registry, couple(people, code))
    for code, states in (
        ("proposed", (("proposed_exit", "2018-10-01"),)),
        ("new_year", (("proposed_exit", "2017-10-01"), ("exited", "2017-12-31"))),
        ("single", OUT),
        ("twice", (*OUT, ("returned", "2017-05-01"), ("proposed_exit", "2018-03-01"), ("exited", "2018-06-01"))),
        ("watched", (("proposed_exit", "2017-10-01"), ("exited", "2017-12-01"), ("monitored", "2018-05-01"))),
        ("edge", (("monitored", "2018-01-01"),)),
        ("found", (("registered", "2018-03-01"),)),
        ("late", (("cleared", "2018-09-01"),)),
        ("anew", (("cleared", "2018-09-01"), ("candidate", "2019-02-01"))),
        ("growing", (("proposed_exit", "2018-03-01"), ("registered", "2018-04-01"))),
    ):
        await move(registry, homes[code], *states)
    baby = {"name": "新生", "sex": "2", "relation": "daughter"}
    for code, day, body in (
        ("growing", "2018-06-01", {"kind": "06", "member": baby}),
        ("proposed", "2019-06-01", {"kind": "08", "member_id": homes["proposed"]["members"][1]["member_id"]}),
        ("single", "2019-05-01", {"kind": "01", "member_id": homes["single"]["members"][0]["member_id"]}),
    ):
        answer = await change(registry, homes[code], occurred_on=day, **body)
        assert answer.status_code == 201, answer.text
    return homes


class TestPoverty:
    @pytest.mark.req("Y02", "M06", "H11")
    async def test_who_is_poor_out_of_poverty_fallen_back_and_new_in_each_year(
        self, registry: httpx.AsyncClient, lives: dict[str, Json]
    ) -> None:
        # Poor until the exit is decided; from the day of the exit on out of poverty; who is born or leaves counts so.
        poor = await counted(registry, "poverty_incidence", 2016, 2017, 2018, 2019)
        assert {year: number for year, (number, _) in poor.items()} == {2016: 8, 2017: 6, 2018: 7, 2019: 6}
        # Who was never poor is not out of poverty, whoever is watched; nor is one that has died out, or was cleared.
        assert await counted(registry, "exited", 2018, 2019) == {2018: (7, 14), 2019: (6, 12)}
        # Fallen back counts in the year of the fall alone.
        kept = await counted(registry, "not_returned", 2017, 2018, 2019)
        assert kept == {2017: (3, 4), 2018: (4, 4), 2019: (3, 3)}
        # New from the day of registration; not who was found not to qualify.
        new = await counted(registry, "newly_poor", 2016, 2017, 2018)
        assert {year: number for year, (number, _) in new.items()} == {2016: 11, 2017: 0, 2018: 2}

    @pytest.mark.req("Y02")
    async def test_a_village_sheet_tells_nothing_of_the_years_before_it_and_nothing_once_it_is_counted(
        self, registry: httpx.AsyncClient, lives: dict[str, Json]
    ) -> None:
        sheet = {"village_class": "poor", "rural_population": 50}
        assert (await registry.put(f"/api/v1/villages/{VILLAGE}", json=sheet)).is_success

        async def people_of_village(year: int) -> int | None:
            found: int | None = (await indicator(registry, "poverty_incidence", year=year, division=VILLAGE))[
                "denominator"
            ]
            return found

        assert [await people_of_village(year) for year in (2016, 2100)] == [None, 50]
        count = {"division": VILLAGE, "year": 2016, "kind": "rural", "persons": 40, "counted_on": "2016-12-31"}
        told = await registry.post("/api/v1/registry/population-counts", json=count)
        assert [await people_of_village(year) for year in (2016, 2100)] == [40, 40]
        path = f"/api/v1/registry/population-counts/{told.json()['id']}:void"
        assert (await registry.post(path, json={"reason": "误录"})).is_success
        assert [await people_of_village(year) for year in (2016, 2100)] == [None, 50]

    @pytest.mark.req("H11", "H12", "SYS06")
    async def test_the_plan_counts_who_is_or_was_poor_and_each_exit_in_its_last_year(
        self, registry: httpx.AsyncClient, lives: dict[str, Json]
    ) -> None:
        for code, kind in ((VILLAGE, "poor"), (OTHER_VILLAGE, "poor"), (THIRD_VILLAGE, "other")):
            sheet = {"village_class": kind, "planned_exit_year": 2018}
            assert (await registry.put(f"/api/v1/villages/{code}", json=sheet)).is_success
        plan = (await registry.get("/api/v1/registry/exit-plan", params={"division": TOWNSHIP})).json()
        assert (plan["households"], plan["persons"], plan["villages"]) == (6, 12, 2)
        years = {one["year"]: one for one in plan["years"]}
        left = {year: (one["households_left"], one["persons_left"]) for year, one in years.items()}
        assert left == {2016: (0, 0), 2017: (2, 4), 2018: (1, 2)}
        assert {year: one["villages_planned"] for year, one in years.items()} == {2016: 0, 2017: 0, 2018: 2}
        assert {year: one["villages_target"] for year, one in years.items()} == {2016: 1, 2017: 1, 2018: 0}
        assert {year: one["persons_target"] for year, one in years.items()} == {2016: 4, 2017: 6, 2018: 2}
        for year, one in years.items():
            for target in ("villages_target", "persons_target"):
                parts = [part[target] for area in plan["areas"] for part in area["years"] if part["year"] == year]
                assert sum(parts) == one[target]


class TestIncome:
    @pytest.fixture
    async def earn(self, registry: httpx.AsyncClient) -> Any:
        async def post(code: str, concept: str, year: int, **amounts: Any) -> str:
            body = {"household_code": code, "concept": concept, "year": year, "recorded_on": f"{year}-12-01"}
            answer = await registry.post(INCOMES, json={**body, **amounts})
            assert answer.status_code == 201, answer.text
            found: str = answer.json()["id"]
            return found

        return post

    @pytest.mark.req("M44", "H13", "H15")
    async def test_whose_income_counts_and_what_of_it(
        self, registry: httpx.AsyncClient, people: People, earn: Any
    ) -> None:
        codes = ("costs", "rents", "pays", "more", "same", "void_now", "void_before", "void_net", "line")
        for code in codes:
            await create(registry, couple(people, code))
        await create(registry, couple(people, "candidate", state="candidate"))
        three = [people.member("head", since="2016-01-01"), people.member("son", since="2016-01-01")]
        left = await create(
            registry,
            people.household("left", members=[*three, people.member("daughter", "female", since="2016-01-01")]),
        )
        gone = {"kind": "08", "member_id": left["members"][2]["member_id"]}
        assert (await change(registry, left, **gone)).status_code == 201

        # In every one of the first four the gross income, or that of the household, rises.
        await earn("costs", "net", 2017, operating_crops="9000", operating_expense="1000")
        await earn("costs", "net", 2018, operating_crops="12000", operating_expense="5000")
        await earn("rents", "disposable", 2017, wage_work="8000")
        await earn("rents", "disposable", 2018, property_other="10000", property_expense="2500")
        await earn("pays", "disposable", 2017, wage_work="8000")
        await earn("pays", "disposable", 2018, wage_work="10000", transfers_paid="2500")
        await earn("more", "disposable", 2017, wage_work="8000", persons=2)
        await earn("more", "disposable", 2018, wage_work="9000", persons=3)
        await earn("same", "disposable", 2017, wage_work="8000")
        await earn("same", "disposable", 2018, wage_work="8000")
        voided = []
        for code, concept, void in (
            ("candidate", "disposable", None),
            ("void_now", "disposable", 2018),
            ("void_before", "disposable", 2017),
            ("void_net", "disposable", None),
            ("void_net", "net", 2017),
        ):
            made = {year: await earn(code, concept, year, wage_work=str(4 * year)) for year in (2017, 2018)}
            voided += [made[void]] if void else []
        for one in voided:
            assert (await registry.post(f"{INCOMES}/{one}:void", json={"reason": "误录"})).is_success
        await earn("line", "disposable", 2018, wage_work="20463.80")  # 70 % of 14,617 for each of two
        await earn("left", "disposable", 2018, wage_work="21000")

        rose = await indicator(registry, "income_increased", year=2018)
        assert (rose["numerator"], rose["denominator"]) == (1, 6)
        missing = await registry.get(
            "/api/v1/registry/indicators/income_increased/missing", params={"year": 2018, "division": TOWNSHIP}
        )
        per_head = {one["household_code"]: one["detail"]["income"] for one in missing.json()["items"]}
        assert per_head == {
            "costs": "3500.00",
            "rents": "3750.00",
            "pays": "3750.00",
            "more": "3000.00",
            "same": "4000.00",
        }
        # Of 2018 alone, under the concept of the average: those above less costs, with who has one year only.
        near = await indicator(registry, "income_near_average", year=2018)
        assert (near["numerator"], near["denominator"]) == (2, 8)


@pytest.mark.req("M40", "M46")
async def test_what_was_voided_or_is_of_a_household_that_is_no_more_leaves_the_lists(
    registry: httpx.AsyncClient, lives: dict[str, Json], people: People
) -> None:
    setting = {"area": "420115010000", "year": 2018, "value": ["car"], "source": "x", "reason": "y"}
    put = await registry.put("/api/v1/policy/parameters/screening.excluded_categories", json=setting)
    assert put.status_code == 201, put.text
    alone = people.household("alone", members=[people.member(since="2016-01-01")], state_since="2016-01-01")
    home = await create(registry, alone)
    await move(registry, home, *OUT)
    lives["alone"] = home
    problem = {"year": 2018, "reviewed_on": "2018-06-01", "reviewer": "张三", "result": "problem", "finding": "饮水"}
    reviews = [await registry.post(REVIEWS, json={"household_code": one, **problem}) for one in ("new_year", "alone")]
    hit = {"category": "car", "provider": "公安", "found_on": "2020-05-01"}
    hits = [
        await registry.post(HITS, json={"member_id": lives[one]["members"][0]["member_id"], **hit})
        for one in ("proposed", "alone", "found")
    ]
    assert {answer.status_code for answer in (*reviews, *hits)} == {201}

    async def listed(code: str) -> set[str]:
        return {one["household_code"] for one in await on_list(registry, code)}

    assert await listed("exit_problems_unsolved") == {"new_year", "alone"}
    assert await listed("excluded_still_registered") == {"proposed", "alone", "found"}
    death = {"kind": "01", "member_id": home["members"][0]["member_id"]}
    assert (await change(registry, home, **death)).status_code == 201
    assert await listed("exit_problems_unsolved") == {"new_year"}
    assert await listed("excluded_still_registered") == {"proposed", "found"}
    for path, made in ((REVIEWS, reviews[0]), (HITS, hits[2])):
        assert (await registry.post(f"{path}/{made.json()['id']}:void", json={"reason": "误录"})).is_success
    assert await listed("exit_problems_unsolved") == set()
    assert await listed("excluded_still_registered") == {"proposed"}

"""Records posted again, and many at once: what is answered, what acts, what a bad row does to its neighbours."""

import asyncio

import httpx
import pytest

from shared.testing.department import DepartmentSystem
from tests.departments.checks import check


def codes(response: httpx.Response) -> list[str]:
    return [error["code"] for error in response.json()["errors"]]


class TestIdempotency:
    async def test_a_repeated_request_gets_the_first_answer_and_acts_once(self, water: DepartmentSystem) -> None:
        household = water.make_household(water.person("丁"))
        await water.settle(household)
        body = {"household_code": household.code, **check()}
        first = await water.post("water-checks", body, **{"Idempotency-Key": "k-1"})
        await water.post("water-checks", {"household_code": household.code, **check(litres="25.00")})
        repeat = await water.post("water-checks", body, **{"Idempotency-Key": "k-1"})
        assert (repeat.status_code, repeat.content) == (first.status_code, first.content)
        assert repeat.headers["yihu-version"] == first.headers["yihu-version"]
        reused = await water.post("water-checks", {"household_code": "other", **check()}, **{"Idempotency-Key": "k-1"})
        assert (reused.status_code, reused.json()["code"]) == (409, "idempotency-key-reused")

    async def test_many_at_one_moment_under_one_key_act_once(self, water: DepartmentSystem) -> None:
        household = water.make_household(water.person("戊"))
        await water.settle(household)
        body = {"household_code": household.code, **check()}
        answers = await asyncio.gather(
            *(water.post("water-checks", body, **{"Idempotency-Key": "k-2"}) for _ in range(12))
        )
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.content for answer in answers}) == 1
        record_id = answers[0].json()["id"]
        history = (await water.get(f"water-checks/{record_id}/history")).json()["entries"]
        assert len(history) == 1


class TestBatch:
    async def test_a_bad_row_takes_no_neighbour_along(self, water: DepartmentSystem) -> None:
        households = [water.make_household(water.person(f"户{n}")) for n in range(3)]
        await water.settle(*households)
        rows: list[object] = [{"household_code": one.code, **check()} for one in households]
        rows[1:1] = [
            {"household_code": households[0].code, **check(year=1)},
            {"nonsense": True},
            7,
            {"household_code": households[0].code, **check(litres="1e400")},
            {"household_code": "未知", **check()},
        ]
        response = await water.post("water-checks:batch", {"rows": rows})
        assert response.status_code == 200, response.text
        result = response.json()
        assert (result["accepted"], result["refused"], result["unmatched"]) == (4, 4, 1)
        assert [row["status"] for row in result["results"]] == [201, 422, 422, 422, 422, 201, 201, 201]
        bad = result["results"][1]["problem"]
        assert bad["errors"][0]["pointer"] == "/rows/1/year"
        assert result["results"][6]["version"] >= 1

    async def test_two_rows_on_one_key_apply_in_order(self, water: DepartmentSystem) -> None:
        household = water.make_household(water.person("己"))
        await water.settle(household)
        name = {"household_code": household.code}
        rows = [{**name, **check(litres="10.00")}, {**name, **check(litres="50.00")}]
        response = await water.post("water-checks:batch", {"rows": rows})
        assert [row["status"] for row in response.json()["results"]] == [201, 200]
        listed = (await water.get(f"water-checks?household_id={household.household_id}")).json()["items"]
        assert [item["litres_per_person_day"] for item in listed] == ["50.00"]
        history = (await water.get(f"water-checks/{listed[0]['id']}/history")).json()["entries"]
        assert [entry["action"] for entry in history] == ["create", "correct"]

    async def test_a_batch_is_idempotent_as_a_whole(self, water: DepartmentSystem) -> None:
        household = water.make_household(water.person("庚"))
        await water.settle(household)
        body = {"rows": [{"household_code": household.code, **check()}]}
        first = await water.post("water-checks:batch", body, **{"Idempotency-Key": "b-1"})
        repeat = await water.post("water-checks:batch", body, **{"Idempotency-Key": "b-1"})
        assert repeat.content == first.content

    async def test_sizes_are_limited(self, water: DepartmentSystem) -> None:
        assert codes(await water.post("water-checks:batch", {"rows": []})) == ["batch_empty"]
        too_many = await water.post("water-checks:batch", {"rows": [{}] * 1001})
        assert (too_many.status_code, codes(too_many)) == (413, ["batch_too_long"])
        assert (too_many.json()["code"], "字节" in too_many.text) == ("too-many-rows", False)
        assert codes(await water.post("water-checks:batch", {"row": []})) == ["batch_rows"]

    @pytest.mark.parametrize("header", ["If-Match", "If-None-Match"])
    async def test_a_condition_on_one_revision_is_refused_rather_than_passed_over(
        self, water: DepartmentSystem, header: str
    ) -> None:
        household = water.make_household(water.person("戊"))
        await water.settle(household)
        body = {"rows": [{"household_code": household.code, **check()}]}
        refused = await water.post("water-checks:batch", body, **{header: '"7"'})
        assert (refused.status_code, codes(refused)) == (400, ["batch_precondition"])
        listed = (await water.get(f"water-checks?household_id={household.household_id}")).json()["items"]
        assert listed == []

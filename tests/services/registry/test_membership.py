"""Dated membership: who lived where on a day; nobody in two households at once, and records go with their person."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.services.registry.conftest import FAR_VILLAGE, OTHER_VILLAGE, VILLAGE, Json, People, create
from tests.services.registry.test_changes import DAY, change, family, read

OLD = "2015-01-01"
HITS = "/api/v1/registry/screening-hits"
INCOMES = "/api/v1/registry/income-years"


async def on(client: httpx.AsyncClient, home: Json, day: str | None) -> list[tuple[str, str | None]]:
    params = {"on": day} if day else {}
    answer = await client.get(f"/api/v1/households/{home['household_id']}/members", params=params)
    assert answer.status_code == 200, answer.text
    return [(one["relation"], one["until"]) for one in answer.json()["items"]]


@pytest.mark.req("D10")
class TestOnADay:
    async def test_who_lived_there(self, registry: httpx.AsyncClient, people: People) -> None:
        home = await create(registry, family(people, "M-1", OLD))
        gone = await change(registry, home, kind="08", member_id=home["members"][2]["member_id"])
        assert gone.status_code == 201
        assert await on(registry, home, None) == [("head", None), ("spouse", None)]
        assert await on(registry, home, "2020-05-19") == [("head", None), ("spouse", None), ("son", DAY)]
        assert await on(registry, home, DAY) == [("head", None), ("spouse", None)]
        assert await on(registry, home, "2014-12-31") == []

    async def test_the_day_is_a_day_and_the_household_ones_own(
        self, registry: httpx.AsyncClient, people: People, headers_of: Callable[..., dict[str, str]]
    ) -> None:
        home = await create(registry, people.household("M-1"))
        path = f"/api/v1/households/{home['household_id']}/members"
        for query in ("on=", "on=yesterday", "on=2020-02-30", "at=2020-01-01"):
            assert (await registry.get(f"{path}?{query}")).status_code == 400, query
        far = headers_of(divisions=[FAR_VILLAGE])
        assert (await registry.get(path, params={"on": DAY}, headers=far)).status_code == 404


@pytest.mark.req("D08", "D10")
class TestOneHouseholdAtATime:
    @pytest.mark.parametrize(("since", "status"), [("2020-05-19", 422), (DAY, 201), (None, 201)])
    async def test_a_form_may_not_reach_into_the_time_elsewhere(
        self, registry: httpx.AsyncClient, people: People, since: str | None, status: int
    ) -> None:
        document = family(people, "M-1", OLD)
        home = await create(registry, document)
        await change(registry, home, kind="08", member_id=home["members"][2]["member_id"])
        person = {**document["members"][2], "relation": "other"}
        person.pop("since")
        given = {**person, **({"since": since} if since else {})}
        answer = await registry.post(
            "/api/v1/households", json=people.household("M-2", members=[people.member(), given])
        )
        assert answer.status_code == status, answer.text
        if status == 422:
            (fault,) = answer.json()["errors"]
            assert (fault["pointer"], fault["code"]) == ("/members/1/since", "lived_elsewhere_until")
            assert DAY in fault["message"]

    async def test_nor_may_a_change(self, registry: httpx.AsyncClient, people: People) -> None:
        document = family(people, "M-1", OLD)
        home = await create(registry, document)
        other = await create(registry, people.household("M-2", members=[people.member(since=OLD)]))
        son = home["members"][2]["member_id"]
        await change(registry, home, kind="08", member_id=son)
        form = {name: value for name, value in document["members"][2].items() if name != "since"}
        for body in ({"member_id": son, "relation": "other"}, {"member": {**form, "relation": "other"}}):
            early = await change(registry, other, kind="07", occurred_on="2020-05-19", **body)
            assert (early.status_code, early.json()["errors"][0]["code"]) == (409, "lived_elsewhere_until")
        later = await change(registry, other, kind="07", occurred_on=DAY, member_id=son, relation="other")
        assert later.status_code == 201, later.text

    async def test_a_move_that_was_revoked_stands_in_nobodys_way(
        self, registry: httpx.AsyncClient, people: People
    ) -> None:
        home = await create(registry, family(people, "M-1", OLD))
        other = await create(registry, people.household("M-2", members=[people.member(since=OLD)]))
        third = await create(registry, people.household("M-3", members=[people.member(since=OLD)]))
        son = home["members"][2]["member_id"]
        await change(registry, home, kind="08", occurred_on="2020-03-01", member_id=son)
        moved = await change(registry, other, kind="07", occurred_on=DAY, member_id=son, relation="other")
        path = f"/api/v1/households/{other['household_id']}/changes/{moved.json()['change_id']}:revoke"
        assert (await registry.post(path, json={"reason": "误登"})).status_code == 200
        again = await change(registry, third, kind="07", occurred_on="2020-04-01", member_id=son, relation="other")
        assert again.status_code == 201, again.text

    async def test_a_newborn_with_the_number_of_another_household_is_refused_with_both_named(
        self, registry: httpx.AsyncClient, people: People
    ) -> None:
        home = await create(registry, family(people, "M-1", OLD))
        document = family(people, "M-2", OLD)
        await create(registry, document)
        number = document["members"][2]["id_number"]
        form = {"name": "新生", "relation": "son", "id_number": number, "education": "primary"}
        for kind in ("05", "06", "07"):
            answer = await change(registry, home, kind=kind, member=form)
            assert (answer.status_code, answer.json()["code"]) == (409, "duplicate-person")
            assert answer.json()["params"] == {"household": "M-1", "other": "M-2"}
            assert number not in answer.text


class TestLookups:
    async def test_a_person_is_found_where_he_lives_now(
        self, registry: httpx.AsyncClient, people: People, headers_of: Callable[..., dict[str, str]]
    ) -> None:
        document = family(people, "M-1", OLD)
        home = await create(registry, document)
        other = await create(
            registry, people.household("M-2", members=[people.member(since=OLD)], division=FAR_VILLAGE)
        )
        number, son = document["members"][2]["id_number"], home["members"][2]["member_id"]

        async def found(headers: dict[str, str] | None = None) -> list[Any]:
            body = {"id_number": number}
            household = await registry.post("/api/v1/households:lookup", json=body, headers=headers)
            status = await registry.post("/api/v1/statuses:lookup", json=body, headers=headers)
            assert household.status_code == status.status_code
            if household.status_code != 200:
                return [household.status_code]
            assert household.json()["household"]["household_id"] == status.json()["household_id"]
            return [household.json()["household"]["code"], household.json()["member_id"] == son]

        assert await found() == ["M-1", True]
        await change(registry, other, kind="07", member_id=son, relation="other")
        assert await found() == ["M-2", True]
        assert await found(headers_of(divisions=[VILLAGE])) == [404]
        assert await found(headers_of(divisions=[FAR_VILLAGE])) == ["M-2", True]
        await change(registry, other, kind="08", occurred_on="2020-05-21", member_id=son)
        assert await found() == [404]

    @pytest.mark.parametrize(
        "body",
        [{"code": "M-1", "id_number": "990000196005010018"}, {"code": ""}, {"id_number": ""}, {"id_number": "99"}, []],
    )
    async def test_one_key_and_no_other(self, registry: httpx.AsyncClient, body: Any) -> None:
        answer = await registry.post("/api/v1/households:lookup", json=body)
        assert answer.status_code == 422, answer.text


@pytest.mark.req("D10")
class TestFirstDay:
    """Since when a member belongs to the household is corrected as what else was said of him or her is."""

    async def test_a_day_that_was_left_out_or_wrong_is_corrected(
        self, registry: httpx.AsyncClient, people: People
    ) -> None:
        home = await create(registry, people.household("M-1", members=[people.member(), people.member("son")]))
        path = f"/api/v1/households/{home['household_id']}"
        son = home["members"][1]
        assert son["since"] == "2020-06-01"
        death = {"kind": "01", "member_id": son["member_id"], "occurred_on": "2020-05-20"}
        early = await registry.post(f"{path}/changes", json=death)
        assert early.json()["errors"][0]["code"] == "before_membership"
        named = {"member_id": son["member_id"], "name": son["name"], "relation": "son", "education": "primary"}
        answer = await registry.post(f"{path}/members", json={**named, "since": OLD})
        assert answer.status_code == 200, answer.text
        assert [one["since"] for one in answer.json()["members"]] == ["2020-06-01", OLD]
        entry = (await registry.get(f"{path}/history")).json()["entries"][0]
        assert (entry["action"], entry["before"], entry["after"]) == (
            "member_corrected",
            {"since": "2020-06-01"},
            {"since": OLD},
        )
        again = await registry.post(f"{path}/members", json=named)
        assert again.headers["Yihu-Version"] == answer.headers["Yihu-Version"]
        assert [one["since"] for one in again.json()["members"]] == ["2020-06-01", OLD]
        assert (await registry.post(f"{path}/changes", json=death)).status_code == 201

    async def test_one_that_a_change_tells_or_that_overlaps_is_refused(
        self, registry: httpx.AsyncClient, people: People
    ) -> None:
        one = family(people, "M-1", OLD)
        home = await create(registry, one)
        son = home["members"][2]["member_id"]
        await change(registry, home, kind="08", occurred_on="2020-03-01", member_id=son)
        mover = {**one["members"][2], "since": "2020-04-01"}
        other = await create(registry, people.household("M-2", members=[people.member(since=OLD), mover]))
        baby = {"name": "新生", "sex": "2", "relation": "daughter"}
        await change(registry, other, kind="06", member=baby)
        path = f"/api/v1/households/{other['household_id']}/members"
        named = {"member_id": son, "name": mover["name"], "relation": "son", "education": "primary"}
        born = {**baby, "student_status": "preschool_age"}
        for body, code in (
            ({**named, "since": "2020-02-29"}, "lived_elsewhere_until"),
            ({**named, "since": "2020-06-02"}, "date_ahead"),
            ({**named, "since": "1959-01-01"}, "since_before_birth"),
            ({**born, "since": "2020-05-21"}, "since_by_change"),
        ):
            refused = await registry.post(path, json=body)
            assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, code), refused.text
        for body in ({**named, "since": "2020-03-01"}, {**born, "since": DAY}):
            assert (await registry.post(path, json=body)).status_code == 200


class TestRecordsFollow:
    @pytest.fixture
    async def home(self, registry: httpx.AsyncClient, people: People) -> Json:
        setting = {"area": "420115010000", "year": 2018, "value": ["car"], "source": "x", "reason": "y"}
        put = await registry.put("/api/v1/policy/parameters/screening.excluded_categories", json=setting)
        assert put.status_code == 201, put.text
        home = await create(registry, family(people, "M-1", OLD))
        hit = {"member_id": home["members"][2]["member_id"], "category": "car", "provider": "公安"}
        assert (await registry.post(HITS, json={**hit, "found_on": "2020-05-01"})).status_code == 201
        income = {"household_code": "M-1", "year": 2019, "concept": "net", "recorded_on": "2020-01-10"}
        assert (await registry.post(INCOMES, json={**income, "wage_work": "900"})).status_code == 201
        return home

    async def _seen(self, client: httpx.AsyncClient, path: str, headers: dict[str, str]) -> int:
        answer = await client.get(path, headers=headers)
        assert answer.status_code == 200, answer.text
        return len(answer.json()["items"])

    async def test_a_transfer_takes_all_along(
        self, registry: httpx.AsyncClient, home: Json, headers_of: Callable[..., dict[str, str]]
    ) -> None:
        here, there = headers_of(divisions=[VILLAGE]), headers_of(divisions=[OTHER_VILLAGE])
        for path in (HITS, INCOMES):
            assert [await self._seen(registry, path, one) for one in (here, there)] == [1, 0]
        assert (await change(registry, home, kind="transfer", division=OTHER_VILLAGE)).status_code == 201
        for path in (HITS, INCOMES):
            assert [await self._seen(registry, path, one) for one in (here, there)] == [0, 1]
        for path in ("/api/v1/statuses", "/api/v1/households"):
            assert [await self._seen(registry, path, one) for one in (here, there)] == [0, 1]

    async def test_who_follows_another_area_learns_of_what_came_by_the_household(
        self, registry: httpx.AsyncClient, people: People, home: Json, headers_of: Callable[..., dict[str, str]]
    ) -> None:
        """A record is no newer for having moved, nor is what was said of it: the household that came is."""
        there = headers_of(divisions=[OTHER_VILLAGE])
        other = await create(registry, family(people, "M-9", OLD, division=OTHER_VILLAGE))
        (before,) = (await registry.get(HITS)).json()["items"]

        async def came_since(moment: str) -> list[str]:
            query = {"changed_since": moment}
            page = await registry.get("/api/v1/households", params=query, headers=there)
            return [one["code"] for one in page.json()["items"]]

        for kind, household, body, code in (
            ("07", other, {"member_id": home["members"][2]["member_id"], "relation": "other"}, "M-9"),
            ("transfer", home, {"division": OTHER_VILLAGE}, "M-1"),
        ):
            moment = datetime.now(UTC).isoformat()
            assert await came_since(moment) == []
            assert (await change(registry, household, kind=kind, **body)).status_code == 201
            assert await came_since(moment) == [code]
        for path, household in ((HITS, other), (INCOMES, home)):
            query = {"household_id": household["household_id"]}
            assert len((await registry.get(path, params=query, headers=there)).json()["items"]) == 1
        (after,) = (await registry.get(HITS, headers=there)).json()["items"]
        assert after["household_id"] == other["household_id"]
        assert (after["revision"], after["recorded_at"]) == (before["revision"], before["recorded_at"])

    async def test_a_split_takes_the_persons_records_and_a_merge_brings_them_back(
        self, registry: httpx.AsyncClient, people: People, home: Json
    ) -> None:
        son = home["members"][2]["member_id"]
        split = await change(registry, home, kind="split", code="M-2", members=[{"member_id": son, "relation": "head"}])
        new = next(one for one in split.json()["households"] if one["code"] == "M-2")

        async def holds(household: Json) -> list[int]:
            query = f"?household_id={household['household_id']}"
            return [len((await registry.get(path + query)).json()["items"]) for path in (HITS, INCOMES)]

        assert [await holds(home), await holds(new)] == [[0, 1], [1, 0]]
        status = (await registry.get(f"/api/v1/households/{new['household_id']}/status")).json()
        assert status["income"]["poverty_line"]["reason"] == "no_income_year"
        merged = await change(registry, new, kind="merge", into=home["household_id"], relations={son: "son"})
        assert merged.status_code == 201, merged.text
        assert [await holds(home), await holds(new)] == [[1, 1], [0, 0]]
        assert len((await read(registry, home))["members"]) == 3


class TestPreconditions:
    async def test_a_post_is_guarded_as_a_patch_is(self, registry: httpx.AsyncClient, people: People) -> None:
        document = people.household("M-1")
        early = await registry.post("/api/v1/households", json=document, headers={"If-Match": '"1"'})
        assert (early.status_code, early.json()["code"]) == (412, "outdated")
        made = await registry.post("/api/v1/households", json=document, headers={"If-None-Match": "*"})
        assert made.status_code == 201, made.text
        tag, changed = made.headers["ETag"], {**document, "causes": ["schooling"]}
        again = await registry.post("/api/v1/households", json=changed, headers={"If-None-Match": "*"})
        assert again.status_code == 412
        ok = await registry.post("/api/v1/households", json=changed, headers={"If-Match": tag})
        assert (ok.status_code, ok.json()["causes"]) == (200, ["schooling"])
        path = f"/api/v1/households/{made.json()['household_id']}"
        death = {"kind": "01", "occurred_on": "2020-06-01", "member_id": made.json()["members"][1]["member_id"]}
        for target, body in (
            ("/api/v1/households", document),
            (f"{path}/members", people.member("son")),
            (f"{path}/changes", death),
        ):
            late = await registry.post(target, json=body, headers={"If-Match": tag})
            assert (late.status_code, late.json()["code"]) == (412, "outdated"), target
        fresh = (await registry.get(path)).headers["ETag"]
        assert (await registry.post(f"{path}/changes", json=death, headers={"If-Match": fresh})).status_code == 201

    async def test_a_correction_by_code_is_judged_with_what_is_held(
        self, registry: httpx.AsyncClient, people: People
    ) -> None:
        document = people.household("M-1", risks=["unstable_work"], risk_identified_on="2020-03-01")
        await create(registry, document)
        removed = {**document, "risk_removed": True, "risk_removed_on": "2020-02-01"}
        removed.pop("risk_identified_on")
        answer = await registry.post("/api/v1/households", json=removed)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "risk_removed_before_identified")
        batch = await registry.post("/api/v1/households:batch", json={"rows": [removed]})
        assert batch.json()["results"][0]["status"] == 422

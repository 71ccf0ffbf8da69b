"""A wrong change is taken back: what it did is restored, the history keeps both; what came later stands in the way."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.services.registry.conftest import OTHER_VILLAGE, VILLAGE, Json, People, create
from tests.services.registry.test_changes import change, family, read

OLD = "2015-01-01"


async def revoke(client: httpx.AsyncClient, home: Json, made: httpx.Response, **more: Any) -> httpx.Response:
    assert made.status_code == 201, made.text
    path = f"/api/v1/households/{home['household_id']}/changes/{made.json()['change_id']}:revoke"
    return await client.post(path, json={"reason": "录入错误"}, **more)


def faults(answer: httpx.Response) -> set[str]:
    assert (answer.status_code, answer.json()["code"]) == (409, "change-not-revocable"), answer.text
    return {error["code"] for error in answer.json()["errors"]}


def shape(home: Json) -> Json:
    """What a household is, without what counts its changes."""
    kept = {name: home.get(name) for name in ("state", "state_since", "division", "merged_into", "natural_village")}
    people = [(one["member_id"], one["relation"], one["since"]) for one in home["members"]]
    return {**kept, "members": sorted(people)}


@pytest.mark.req("D10", "Y103")
class TestRestores:
    async def test_a_wrong_death_and_its_new_head(self, registry: httpx.AsyncClient, people: People) -> None:
        home = await create(registry, family(people, "R1", OLD))
        before = shape(await read(registry, home))
        head, spouse, son = (one["member_id"] for one in home["members"])
        died = await change(registry, home, kind="01", member_id=head, relations={son: "head", spouse: "mother"})
        answer = await revoke(registry, home, died)
        assert answer.status_code == 200, answer.text
        assert answer.json()["households"][0]["version"] == 3
        assert shape(await read(registry, home)) == before
        path = f"/api/v1/households/{home['household_id']}"
        (listed,) = (await registry.get(f"{path}/changes")).json()["items"]
        assert (listed["kind"], listed["revoked_by"], listed["revoke_reason"]) == ("01", "test-system", "录入错误")
        history = [one["action"] for one in (await registry.get(f"{path}/history")).json()["entries"]]
        assert {"member_left", "change_revoked"} <= set(history)
        assert faults(await revoke(registry, home, died)) == {"revoked_already"}
        again = await change(registry, home, kind="01", member_id=spouse)
        assert again.status_code == 201

    async def test_who_left_last_reopens_the_household(self, registry: httpx.AsyncClient, people: People) -> None:
        home = await create(registry, people.household("R1", members=[people.member(since=OLD)], state_since=OLD))
        before = shape(await read(registry, home))
        gone = await change(registry, home, kind="08", member_id=home["members"][0]["member_id"])
        assert (await read(registry, home))["state"] == "closed"
        assert (await revoke(registry, home, gone)).status_code == 200
        assert shape(await read(registry, home)) == before
        on = await registry.get(f"/api/v1/households/{home['household_id']}/states", params={"on": "2020-05-25"})
        assert [one["state"] for one in on.json()["states"]] == ["registered"]

    async def test_a_birth_that_was_none(self, registry: httpx.AsyncClient, people: People) -> None:
        home = await create(registry, family(people, "R1", OLD))
        before = shape(await read(registry, home))
        form = {"name": "新生", "sex": "2", "relation": "daughter"}
        born = await change(registry, home, kind="06", member=form)
        assert (await revoke(registry, home, born)).status_code == 200
        assert shape(await read(registry, home)) == before

    async def test_a_bride_goes_back(self, registry: httpx.AsyncClient, people: People) -> None:
        daughter = people.member("daughter", "female", since=OLD)
        parents = await create(registry, people.household("R1", members=[people.member(since=OLD), daughter]))
        home = await create(registry, people.household("R2", members=[people.member(since=OLD)]))
        before = [shape(await read(registry, one)) for one in (parents, home)]
        bride = parents["members"][1]["member_id"]
        married = await change(registry, home, kind="05", member_id=bride, relation="spouse")
        answer = await revoke(registry, home, married)
        assert {one["code"] for one in answer.json()["households"]} == {"R1", "R2"}
        assert [shape(await read(registry, one)) for one in (parents, home)] == before

    async def test_split_merge_and_transfer(self, registry: httpx.AsyncClient, people: People) -> None:
        home = await create(registry, family(people, "R1", OLD))
        other = await create(registry, people.household("R2", members=[people.member(since=OLD)], state_since=OLD))
        before = [shape(await read(registry, one)) for one in (home, other)]
        son = home["members"][2]["member_id"]
        split = await change(registry, home, kind="split", code="R3", members=[{"member_id": son, "relation": "head"}])
        assert (await revoke(registry, home, split)).status_code == 200
        founded = next(one for one in split.json()["households"] if one["code"] == "R3")
        left = await read(registry, founded)
        assert (left["state"], left["members"]) == ("closed", [])
        joined = {other["members"][0]["member_id"]: "other"}
        merged = await change(registry, other, kind="merge", into=home["household_id"], relations=joined)
        assert (await revoke(registry, other, merged)).status_code == 200
        moved = await change(registry, home, kind="transfer", division=OTHER_VILLAGE, natural_village="新湾")
        assert (await revoke(registry, home, moved)).status_code == 200
        assert [shape(await read(registry, one)) for one in (home, other)] == before


class TestStandsInTheWay:
    async def test_what_came_later_is_named(self, registry: httpx.AsyncClient, people: People) -> None:
        home = await create(registry, family(people, "R1", OLD))
        head, spouse, son = (one["member_id"] for one in home["members"])
        form = {"name": "新生", "sex": "2", "relation": "daughter"}
        born = await change(registry, home, kind="06", member=form)
        died = await change(registry, home, kind="01", member_id=born.json()["member_id"])
        assert faults(await revoke(registry, home, born)) == {"left_since"}
        assert (await revoke(registry, home, died)).status_code == 200
        assert (await revoke(registry, home, born)).status_code == 200

        gone = await change(registry, home, kind="08", member_id=head, relations={son: "head", spouse: "mother"})
        other = await create(registry, people.household("R2", members=[people.member(since=OLD)]))
        taken = await change(registry, other, kind="07", member_id=head, relation="other")
        changed = await change(registry, home, kind="08", member_id=son, relations={spouse: "head"})
        assert faults(await revoke(registry, home, gone)) == {"lives_elsewhere_since", "relation_changed_since"}
        assert (await revoke(registry, home, changed)).status_code == 200
        assert (await revoke(registry, other, taken)).status_code == 200
        assert (await revoke(registry, home, gone)).status_code == 200

    async def test_a_life_elsewhere_that_is_over_stands_in_the_way_too(
        self, registry: httpx.AsyncClient, people: People
    ) -> None:
        """Else the person would have lived in two households on the days between."""
        home = await create(registry, family(people, "R1", OLD))
        other = await create(registry, people.household("R2", members=[people.member(since=OLD)]))
        son = home["members"][2]["member_id"]
        gone = await change(registry, home, kind="08", member_id=son, occurred_on="2020-03-01")
        came = await change(registry, other, kind="07", member_id=son, relation="other", occurred_on="2020-04-01")
        left = await change(registry, other, kind="08", member_id=son)
        assert faults(await revoke(registry, home, gone)) == {"lives_elsewhere_since"}
        for household, made in ((other, left), (other, came), (home, gone)):
            assert (await revoke(registry, household, made)).status_code == 200

    async def test_a_household_that_came_back_has_moved_on_too(
        self, registry: httpx.AsyncClient, people: People
    ) -> None:
        home = await create(registry, family(people, "R1", OLD))
        moves = [
            await change(registry, home, kind="transfer", division=place)
            for place in (OTHER_VILLAGE, VILLAGE, OTHER_VILLAGE)
        ]
        assert faults(await revoke(registry, home, moves[0])) == {"moved_since"}
        assert (await read(registry, home))["division"] == OTHER_VILLAGE
        for made in reversed(moves):
            assert (await revoke(registry, home, made)).status_code == 200
        assert (await read(registry, home))["division"] == VILLAGE

    async def test_a_household_moved_on(self, registry: httpx.AsyncClient, people: People) -> None:
        home = await create(registry, family(people, "R1", OLD))
        moved = await change(registry, home, kind="transfer", division=OTHER_VILLAGE)
        again = await change(registry, home, kind="transfer", division=VILLAGE)
        assert faults(await revoke(registry, home, moved)) == {"moved_since"}
        assert (await revoke(registry, home, again)).status_code == 200

    async def test_a_founded_household_with_a_life_of_its_own(
        self, registry: httpx.AsyncClient, people: People
    ) -> None:
        home = await create(registry, family(people, "R1", OLD))
        son = home["members"][2]["member_id"]
        split = await change(registry, home, kind="split", code="R3", members=[{"member_id": son, "relation": "head"}])
        founded = next(one for one in split.json()["households"] if one["code"] == "R3")
        await change(registry, founded, kind="06", member={"name": "新生", "sex": "1", "relation": "son"})
        assert faults(await revoke(registry, home, split)) == {"joined_since"}

    async def test_nobody_goes_back_into_a_closed_household(self, registry: httpx.AsyncClient, people: People) -> None:
        home = await create(registry, family(people, "R1", OLD))
        head, spouse, son = (one["member_id"] for one in home["members"])
        gone = await change(registry, home, kind="08", member_id=son)
        other = await create(registry, people.household("R2", members=[people.member(since=OLD)]))
        relations = {head: "other", spouse: "other"}
        await change(registry, home, kind="merge", into=other["household_id"], relations=relations)
        assert faults(await revoke(registry, home, gone)) == {"state_changed_since"}

    async def test_refusals(
        self, registry: httpx.AsyncClient, people: People, headers_of: Callable[..., dict[str, str]]
    ) -> None:
        home = await create(registry, family(people, "R1", OLD))
        moved = await change(registry, home, kind="transfer", division=OTHER_VILLAGE)
        path = f"/api/v1/households/{home['household_id']}/changes"
        unknown = await registry.post(f"{path}/{home['household_id']}:revoke", json={"reason": "x"})
        assert (unknown.status_code, unknown.json()["code"]) == (404, "change-not-found")
        silent = await registry.post(f"{path}/{moved.json()['change_id']}:revoke", json={})
        assert silent.status_code == 422
        outside = await revoke(registry, home, moved, headers=headers_of(divisions=[OTHER_VILLAGE]))
        assert outside.status_code == 403
        elsewhere = await revoke(registry, home, moved, headers=headers_of(divisions=[VILLAGE]))
        assert elsewhere.status_code == 404
        reader = await revoke(registry, home, moved, headers=headers_of(scopes=["registry:read"]))
        assert reader.status_code == 403

"""What happens to households: natural changes, split, merge, transfer, states."""

from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from shared.clock import MovableClock
from tests.services.registry.conftest import FAR_VILLAGE, OTHER_VILLAGE, VILLAGE, Json, People, create

DAY = "2020-05-20"


@pytest.fixture
def old() -> str:
    """Since when the test members belong to their households."""
    return "2015-01-01"


def family(people: People, code: str, since: str, **fields: Any) -> Json:
    members = [
        people.member("head", "male", since=since),
        people.member("spouse", "female", since=since),
        people.member("son", "male", since=since, name="之子"),
    ]
    return people.household(code, members=members, state_since=since, **fields)


async def change(client: httpx.AsyncClient, household: Json, **body: Any) -> httpx.Response:
    path = f"/api/v1/households/{household['household_id']}/changes"
    return await client.post(path, json={"occurred_on": DAY, **body})


async def read(client: httpx.AsyncClient, household: Json) -> Json:
    found: Json = (await client.get(f"/api/v1/households/{household['household_id']}")).json()
    return found


class TestNaturalChanges:
    @pytest.mark.req("D10", "M33")
    async def test_birth_and_death_keep_history_and_publish_the_roster(
        self, registry: httpx.AsyncClient, people: People, old: str, behind: "asyncpg.Connection[asyncpg.Record]"
    ) -> None:
        home = await create(registry, family(people, "H1", old))
        born = await change(registry, home, kind="06", member={"name": "新生", "sex": "2", "relation": "daughter"})
        assert born.status_code == 201, born.text
        assert born.headers["Yihu-Version"] == "registry=2"
        baby = next(one for one in (await read(registry, home))["members"] if one["name"] == "新生")
        assert (baby["birth_date"], baby["student_status"], baby["since"]) == (DAY, "preschool_age", DAY)
        died = await change(registry, home, kind="01", member_id=home["members"][1]["member_id"])
        assert died.json()["households"][0]["version"] == 3
        after = await read(registry, home)
        assert [one["relation"] for one in after["members"]] == ["head", "son", "daughter"]
        history = (await registry.get(f"/api/v1/households/{home['household_id']}/history")).json()["entries"]
        assert {"member_left", "member_joined", "member_added", "create"} <= {one["action"] for one in history}
        assert all(one["principal"] == "test-system" and one["source_system"] == "test" for one in history)
        active = await behind.fetchval("SELECT count(*) FROM roster_member WHERE active")
        sent = await behind.fetch("SELECT version FROM outbox WHERE subject = 'snapshots.registry' ORDER BY id")
        versions = [row[0] for row in sent]
        assert (active, versions) == (3, [1, 2, 3])

    async def test_the_head_may_leave_only_when_another_is_named(
        self, registry: httpx.AsyncClient, people: People, old: str
    ) -> None:
        home = await create(registry, family(people, "H1", old))
        head, spouse, son = (one["member_id"] for one in home["members"])
        refused = await change(registry, home, kind="08", member_id=head)
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "no_head")
        assert len((await read(registry, home))["members"]) == 3
        accepted = await change(registry, home, kind="08", member_id=head, relations={son: "head", spouse: "mother"})
        assert accepted.status_code == 201
        assert [one["relation"] for one in (await read(registry, home))["members"]] == ["head", "mother"]

    async def test_who_leaves_last_closes_the_household(
        self, registry: httpx.AsyncClient, people: People, old: str
    ) -> None:
        home = await create(registry, people.household("H1", members=[people.member(since=old)], state_since=old))
        await change(registry, home, kind="01", member_id=home["members"][0]["member_id"])
        assert (await read(registry, home))["state"] == "closed"
        again = await change(registry, home, kind="06", member={"name": "新生", "sex": "2", "relation": "daughter"})
        assert (again.status_code, again.json()["code"]) == (409, "household-closed")

    async def test_the_dead_do_not_come_back(self, registry: httpx.AsyncClient, people: People, old: str) -> None:
        document = family(people, "H1", old)
        home = await create(registry, document)
        await change(registry, home, kind="01", member_id=home["members"][2]["member_id"])
        again = people.household("H2", members=[people.member(), {**document["members"][2], "since": None}])
        answer = await registry.post("/api/v1/households", json=again)
        assert answer.json()["errors"][0]["code"] == "person_deceased"

    async def test_a_bride_moves_between_two_registered_households(
        self, registry: httpx.AsyncClient, people: People, old: str
    ) -> None:
        parents = await create(
            registry,
            people.household("H1", members=[people.member(since=old), people.member("daughter", "female", since=old)]),
        )
        home = await create(registry, people.household("H2", members=[people.member(since=old)]))
        bride = parents["members"][1]["member_id"]
        answer = await change(registry, home, kind="05", member_id=bride, relation="spouse")
        assert answer.status_code == 201, answer.text
        assert {one["code"] for one in answer.json()["households"]} == {"H1", "H2"}
        assert [one["member_id"] for one in (await read(registry, home))["members"]][1] == bride
        assert len((await read(registry, parents))["members"]) == 1

    @pytest.mark.req("D10")
    async def test_who_was_reported_already_does_not_join_twice(
        self, registry: httpx.AsyncClient, people: People, old: str
    ) -> None:
        home = await create(registry, family(people, "H1", old))
        baby = {"name": "新生", "sex": "2", "relation": "daughter"}
        bride = people.member("daughter_in_law", "female", name="新妇")
        for kind, newcomer, pointer in (("06", baby, "/member/name"), ("05", bride, "/member/id_number")):
            assert (await change(registry, home, kind=kind, member=newcomer)).status_code == 201
            again = await change(registry, home, kind=kind, member=newcomer)
            fault = again.json()["errors"][0]
            assert (again.status_code, fault["pointer"], fault["code"]) == (409, pointer, "lives_here_already")
        # A twin has another name, and of two people with a number each the name says nothing.
        assert (await change(registry, home, kind="06", member={**baby, "name": "新生二"})).status_code == 201
        namesake = people.member("daughter_in_law", "female", name="新妇")
        assert (await change(registry, home, kind="05", member=namesake)).status_code == 201
        numbered = {**bride, "id_number": None, "sex": "2", "birth_date": "1960-05-01"}
        assert (await change(registry, home, kind="05", member=numbered)).status_code == 409
        assert len((await read(registry, home))["members"]) == 7

    async def test_a_fault_is_named_where_it_stands(
        self, registry: httpx.AsyncClient, people: People, old: str
    ) -> None:
        home = await create(registry, family(people, "H1", old))
        wrong = await change(registry, home, kind="06", member={"name": "新生", "sex": "7"}, relations={"x": "head"})
        assert {one["pointer"] for one in wrong.json()["errors"]} == {
            "/member/sex",
            "/member/relation",
            "/relations/x/[key]",
        }
        nowhere = await change(registry, home, kind="transfer")
        assert [one["pointer"] for one in nowhere.json()["errors"]] == ["/division"]

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ({"kind": "09"}, 422),
            ({"kind": "01"}, 422),
            ({"kind": "06"}, 422),
            ({"kind": "05", "member_id": "00000000-0000-0000-0000-000000000001", "relation": "spouse"}, 404),
            ({"kind": "01", "member_id": "00000000-0000-0000-0000-000000000001"}, 409),
            ({"kind": "merge", "into": "00000000-0000-0000-0000-000000000001"}, 404),
            ({"kind": "transfer", "division": "420115010000"}, 422),
            ({"kind": "transfer", "division": VILLAGE}, 409),
            ({"kind": "06", "occurred_on": "2020-06-02", "member": {"name": "x", "sex": "1", "relation": "son"}}, 422),
        ],
    )
    async def test_what_does_not_fit_is_refused(
        self, registry: httpx.AsyncClient, people: People, old: str, body: Json, status: int
    ) -> None:
        home = await create(registry, family(people, "H1", old))
        answer = await change(registry, home, **body)
        assert answer.status_code == status, answer.text
        assert (await read(registry, home))["version"] == 1


class TestSplitMergeTransfer:
    @pytest.mark.req("D10")
    async def test_split_then_merge_back(
        self, registry: httpx.AsyncClient, people: People, old: str, behind: "asyncpg.Connection[asyncpg.Record]"
    ) -> None:
        home = await create(registry, family(people, "H1", old))
        son = home["members"][2]["member_id"]
        split = await change(registry, home, kind="split", code="H2", members=[{"member_id": son, "relation": "head"}])
        assert split.status_code == 201, split.text
        new = next(one for one in split.json()["households"] if one["code"] == "H2")
        founded = await read(registry, new)
        assert (founded["state"], founded["causes"], len(founded["members"])) == ("registered", ["illness"], 1)
        assert len((await read(registry, home))["members"]) == 2
        merged = await change(registry, founded, kind="merge", into=home["household_id"], relations={son: "son"})
        assert merged.status_code == 201, merged.text
        closed = await read(registry, new)
        assert (closed["state"], closed["merged_into"], closed["members"]) == ("closed", home["household_id"], [])
        assert len((await read(registry, home))["members"]) == 3
        assert await behind.fetchval("SELECT count(*) FROM membership WHERE member_id = $1", son) == 3

    async def test_a_taken_code_and_a_person_of_another_household_refuse_the_split(
        self, registry: httpx.AsyncClient, people: People, old: str
    ) -> None:
        home = await create(registry, family(people, "H1", old))
        other = await create(registry, family(people, "H2", old, division=FAR_VILLAGE))
        son, stranger = home["members"][2]["member_id"], other["members"][2]["member_id"]
        taken = await change(registry, home, kind="split", code="H2", members=[{"member_id": son, "relation": "head"}])
        assert (taken.status_code, taken.json()["code"]) == (409, "household-code-taken")
        strange = await change(
            registry, home, kind="split", code="H3", members=[{"member_id": stranger, "relation": "head"}]
        )
        assert strange.json()["errors"][0]["pointer"] == "/members/0/member_id"

    async def test_transfer_needs_both_villages_in_the_callers_area(
        self, registry: httpx.AsyncClient, people: People, old: str, headers_of: Any
    ) -> None:
        home = await create(registry, family(people, "H1", old))
        path = f"/api/v1/households/{home['household_id']}/changes"
        body = {"kind": "transfer", "occurred_on": DAY, "division": OTHER_VILLAGE}
        refused = await registry.post(path, json=body, headers=headers_of(divisions=[VILLAGE]))
        assert refused.status_code == 403
        accepted = await registry.post(path, json=body, headers=headers_of(divisions=[VILLAGE, OTHER_VILLAGE]))
        assert accepted.status_code == 201, accepted.text
        assert (await read(registry, home))["division"] == OTHER_VILLAGE

    async def test_moves_are_recorded_in_their_order(
        self, registry: httpx.AsyncClient, people: People, old: str
    ) -> None:
        home = await create(registry, family(people, "H1", old))
        moved = await change(registry, home, kind="transfer", division=OTHER_VILLAGE)
        before = await change(registry, home, kind="transfer", division=VILLAGE, occurred_on="2020-05-19")
        fault = before.json()["errors"][0]
        assert (before.status_code, fault["code"], fault["params"]) == (
            409,
            "before_last_transfer",
            {"since": DAY, "household": "H1"},
        )
        same_day = await change(registry, home, kind="transfer", division=VILLAGE)
        assert same_day.status_code == 201, same_day.text
        path = f"/api/v1/households/{home['household_id']}/changes"
        for one in (same_day, moved):
            revoked = await registry.post(f"{path}/{one.json()['change_id']}:revoke", json={"reason": "误报"})
            assert revoked.status_code == 200, revoked.text
        early = await change(registry, home, kind="transfer", division=OTHER_VILLAGE, occurred_on="2020-05-19")
        assert early.status_code == 201, early.text


@pytest.mark.req("D10", "M33")
class TestOrderOfDays:
    """Nothing comes before what it rests on: a birth, a household's first day, its last move."""

    @pytest.mark.parametrize(
        ("born", "day", "code"),
        [
            ("2020-05-19", DAY, ["newborn_on_birth_date"]),
            ("2020-05-21", DAY, ["newborn_on_birth_date"]),
            (DAY, DAY, []),
            (None, "2014-12-31", ["before_household"]),
            (None, "2015-01-01", []),
        ],
    )
    async def test_a_newborn_comes_on_the_day_of_birth(
        self, registry: httpx.AsyncClient, people: People, born: str | None, day: str, code: list[str]
    ) -> None:
        home = await create(registry, family(people, "H1", "2015-01-01"))
        baby = {"name": "新生", "sex": "2", "relation": "daughter", "birth_date": born}
        answer = await change(registry, home, kind="06", member=baby, occurred_on=day)
        assert [one["code"] for one in answer.json().get("errors", [])] == code, answer.text

    async def test_who_is_known_and_grown_up_is_no_newborn(
        self, registry: httpx.AsyncClient, people: People, old: str
    ) -> None:
        parents = await create(registry, family(people, "H1", old))
        home = await create(registry, family(people, "H2", old))
        body = {"member_id": parents["members"][2]["member_id"], "relation": "son"}
        answer = await change(registry, home, kind="06", **body)
        assert answer.json()["errors"][0]["code"] == "newborn_on_birth_date"
        assert (await change(registry, home, kind="07", **body)).status_code == 201

    async def test_before_the_first_day_of_a_household_nobody_joins_it_and_it_does_not_move(
        self, registry: httpx.AsyncClient, people: People, old: str
    ) -> None:
        first = "2020-05-01"
        home = await create(registry, family(people, "H1", first))
        other = await create(registry, family(people, "H2", old))
        leaver = other["members"][2]["member_id"]
        into = {one["member_id"]: "other" for one in other["members"]}
        for household, body in (
            (home, {"kind": "05", "member": people.member("daughter_in_law", "female")}),
            (home, {"kind": "07", "member_id": leaver, "relation": "other"}),
            (home, {"kind": "transfer", "division": OTHER_VILLAGE}),
            (other, {"kind": "merge", "into": home["household_id"], "relations": into}),
        ):
            early = await change(registry, household, occurred_on="2020-04-30", **body)
            fault = early.json()["errors"][0]
            assert (early.status_code, fault["code"]) == (409, "before_household"), body
            assert fault["params"] == {"since": first, "household": "H1"}
            assert (await change(registry, household, occurred_on=first, **body)).status_code == 201, body

    async def test_a_household_is_not_divided_nor_given_up_before_its_last_move(
        self, registry: httpx.AsyncClient, people: People, old: str
    ) -> None:
        home = await create(registry, family(people, "H1", old))
        other = await create(registry, family(people, "H2", old))
        assert (await change(registry, home, kind="transfer", division=OTHER_VILLAGE)).status_code == 201
        son = home["members"][2]["member_id"]
        parents = {one["member_id"]: "other" for one in home["members"][:2]}
        for body in (
            {"kind": "split", "code": "H3", "members": [{"member_id": son, "relation": "head"}]},
            {"kind": "merge", "into": other["household_id"], "relations": parents},
        ):
            early = await change(registry, home, occurred_on="2020-05-19", **body)
            assert (early.status_code, early.json()["errors"][0]["code"]) == (409, "before_last_transfer"), body
            assert (await change(registry, home, **body)).status_code == 201, body
        # A birth that was told late is one all the same: the child has moved with the others.
        baby = {"name": "新生", "sex": "2", "relation": "daughter"}
        await change(registry, other, kind="transfer", division=OTHER_VILLAGE)
        late = await change(registry, other, kind="06", occurred_on="2020-05-19", member=baby)
        assert late.status_code == 201, late.text


class TestStates:
    @pytest.mark.req("D10", "M06", "Y100")
    async def test_states_follow_each_other_with_dates_and_who_decided(
        self, registry: httpx.AsyncClient, people: People, old: str, headers_of: Any, clock: MovableClock
    ) -> None:
        home = await create(registry, family(people, "H1", old))
        path = f"/api/v1/households/{home['household_id']}"
        nobody = await registry.post(f"{path}/state", json={"state": "proposed_exit", "reason": "民主评议"})
        assert nobody.json()["errors"][0]["code"] == "decided_by_required"
        person = headers_of(kind="person", subject="official-1")
        skipped = await registry.post(f"{path}/state", json={"state": "exited", "reason": "x"}, headers=person)
        assert (skipped.status_code, skipped.json()["code"]) == (409, "transition-refused")
        for state in ("proposed_exit", "exited", "returned"):
            clock.advance(timedelta(days=30))
            answer = await registry.post(f"{path}/state", json={"state": state, "reason": "民主评议"}, headers=person)
            assert answer.status_code == 200, answer.text
        states = (await registry.get(f"{path}/states")).json()["states"]
        assert [one["state"] for one in states] == ["registered", "proposed_exit", "exited", "returned"]
        assert states[1]["decided_by"] == "official-1"
        assert states[0]["until"] == states[1]["since"]
        on = (await registry.get(f"{path}/states", params={"on": "2020-08-01"})).json()["states"]
        assert [one["state"] for one in on] == ["exited"]
        assert (await read(registry, home))["state"] == "returned"
        assert len((await read(registry, home))["members"]) == 3

    @pytest.mark.req("M27", "D10")
    @pytest.mark.parametrize(
        ("begins", "path", "allowed"),
        [
            ("candidate", ("monitored",), {"registered", "cleared"}),
            ("registered", ("proposed_exit", "exited", "monitored"), {"exited", "returned", "cleared"}),
            ("monitored", (), {"exited", "returned", "registered", "cleared"}),
        ],
    )
    async def test_who_is_watched_goes_back_to_where_it_stood(
        self, registry: httpx.AsyncClient, people: People, begins: str, path: tuple[str, ...], allowed: set[str]
    ) -> None:
        """A household at the edge of poverty that is watched no more has not left poverty: it was never in it."""
        for wanted in ("exited", "returned", "registered", "cleared"):
            home = await create(registry, people.household(f"H-{wanted}", state=begins))
            route = f"/api/v1/households/{home['household_id']}/state"
            for state in path:
                step = {"state": state, "reason": "民主评议", "decided_by": "y"}
                assert (await registry.post(route, json=step)).status_code == 200
            answer = await registry.post(route, json={"state": wanted, "reason": "风险消除", "decided_by": "y"})
            if wanted in allowed:
                assert answer.status_code == 200, answer.text
            else:
                assert (answer.status_code, answer.json()["code"]) == (409, "transition-refused")
                assert all(name in answer.json()["remedy"] for name in allowed)

    async def test_a_day_ahead_or_before_the_present_state_is_refused(
        self, registry: httpx.AsyncClient, people: People, headers_of: Any
    ) -> None:
        home = await create(registry, people.household("H1", state_since="2020-01-01"))
        path, person = f"/api/v1/households/{home['household_id']}/state", headers_of(kind="person")
        for day in ("2020-06-02", "2019-12-31"):
            body = {"state": "proposed_exit", "reason": "x", "since": day}
            assert (await registry.post(path, json=body, headers=person)).status_code == 422

"""The household's category flows from civil affairs into the roster, and comes to rest."""

from datetime import date
from uuid import UUID, uuid4

import httpx
import orjson
import pytest

from shared.facts.models import Standing, StandingKind
from tests.services.registry.conftest import VILLAGE, People, create
from tests.services.registry.speaking import Departments

ROSTERS = "SELECT version, payload FROM outbox WHERE subject = 'snapshots.registry' AND key = $1 ORDER BY id"
Behind = "asyncpg.Connection[asyncpg.Record]"


def award(*members: str, since: date = date(2020, 3, 1)) -> Standing:
    named = tuple(UUID(member) for member in members)
    return Standing(kind=StandingKind.DIBAO, members=named, since=since, evidence=(uuid4(),))


@pytest.mark.req("D22", "Y56", "SYS03")
async def test_a_category_goes_out_with_the_roster_and_leaves_again(
    registry: httpx.AsyncClient, departments: Departments, people: People, behind: Behind
) -> None:
    home = await create(registry, people.household("D-1", household_type="dibao"))
    household_id, head = home["household_id"], home["members"][0]["member_id"]
    said = await departments.say("civil_affairs", household_id, standings=(award(head),))
    assert said["lifecycle"]["categories"] == [{"kind": "dibao", "members": [head], "since": "2020-03-01"}]
    sent = [orjson.loads(row["payload"])["data"] for row in await behind.fetch(ROSTERS, household_id)]
    assert [one["version"] for one in sent] == [1, 2]
    assert [one["categories"] for one in sent] == [[], said["lifecycle"]["categories"]]

    history = (await registry.get(f"/api/v1/households/{household_id}/history")).json()["entries"]
    (taken_up,) = [entry for entry in history if entry["action"] == "category"]
    assert taken_up["source_system"] == "civil_affairs"
    assert taken_up["before"] == {"categories": []}
    assert taken_up["after"] == {"categories": said["lifecycle"]["categories"]}

    # Civil affairs hears of the new roster and says the same again: nothing more follows.
    await departments.say("civil_affairs", household_id, standings=(award(head),))
    assert len(await behind.fetch(ROSTERS, household_id)) == 2
    listed = (await registry.get("/api/v1/statuses", params={"category": "dibao", "division": VILLAGE})).json()["items"]
    assert [(one["code"], one["categories"]) for one in listed] == [("D-1", ["dibao"])]

    ended = await departments.say("civil_affairs", household_id)
    assert ended["lifecycle"]["categories"] == []
    assert len(await behind.fetch(ROSTERS, household_id)) == 3
    assert (await registry.get("/api/v1/statuses", params={"category": "dibao"})).json()["items"] == []


@pytest.mark.req("SYS03", "Y56")
async def test_another_type_is_a_signal_and_no_overwrite(
    registry: httpx.AsyncClient, departments: Departments, people: People
) -> None:
    home = await create(registry, people.household("D-2"))
    members = [member["member_id"] for member in home["members"]]
    said = await departments.say("civil_affairs", home["household_id"], standings=(award(*members),))
    assert said["lifecycle"]["household_type"] == "general"
    assert said["lifecycle"]["categories"][0]["kind"] == "dibao"
    signal = next(one for one in said["signals"] if one["code"] == "type_and_category_differ")
    assert [side["department"] for side in signal["sides"]] == ["civil_affairs", "registry"]
    assert signal["remedy"] == "type_and_category_differ"

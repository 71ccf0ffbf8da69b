"""Open risks and the guarantee of households without labour go out with the roster."""

import httpx
import orjson

from tests.services.registry.conftest import People, create

ROSTERS = "SELECT payload FROM outbox WHERE subject = 'snapshots.registry' AND key = $1 ORDER BY id"
Behind = "asyncpg.Connection[asyncpg.Record]"


async def test_risks_go_out_until_they_are_removed(registry: httpx.AsyncClient, people: People, behind: Behind) -> None:
    form = people.household("R-1", risks=["unstable_work"], no_labour_guarantee=True, risk_identified_on="2020-01-02")
    home = await create(registry, form)
    path = f"/api/v1/households/{home['household_id']}"
    removed = {"risk_removed": True, "risk_removed_on": "2020-03-01", "risk_removal_mode": "stable"}
    answer = await registry.patch(path, json=removed)
    assert answer.status_code == 200, answer.text
    sent = [orjson.loads(row["payload"])["data"] for row in await behind.fetch(ROSTERS, home["household_id"])]
    assert [(one["risks"], one["no_labour_guarantee"]) for one in sent] == [(["unstable_work"], True), ([], True)]

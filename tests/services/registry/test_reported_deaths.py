"""A death that civil affairs has on record is proposed to the register: a person records it with one call, or not."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from shared.facts.models import Standing, StandingKind
from tests.services.registry.conftest import FAR_VILLAGE, VILLAGE, Json, People, create
from tests.services.registry.speaking import Departments
from tests.services.registry.test_changes import family, read

LIST = "/api/v1/registry/lists/reported_deaths"
OLD = "2015-01-01"
DIED = date(2020, 4, 3)


def death(member_id: str, *, since: date | None = DIED) -> Standing:
    return Standing(kind=StandingKind.DECEASED, members=(UUID(member_id),), since=since, evidence=(uuid4(),))


async def lines(client: httpx.AsyncClient, **params: Any) -> list[Json]:
    answer = await client.get(LIST, params=params)
    assert answer.status_code == 200, answer.text
    found: list[Json] = answer.json()["items"]
    return found


async def confirm(client: httpx.AsyncClient, line: Json, *, headers: Any = None, **body: Any) -> httpx.Response:
    document = {"reason": "火化证明", "decided_by": "村会计", **body}
    return await client.post(f"{LIST}/lines/{line['line_id']}:confirm", json=document, headers=headers)


@pytest.fixture
async def home(registry: httpx.AsyncClient, people: People, departments: Departments) -> Json:
    """A family whose son is dead by civil affairs; another, far away, of which the same is said of the head."""
    home = await create(registry, family(people, "D-1", OLD))
    far = await create(registry, family(people, "D-2", OLD, division=FAR_VILLAGE))
    await departments.say("civil_affairs", home["household_id"], standings=(death(home["members"][2]["member_id"]),))
    await departments.say("civil_affairs", far["household_id"], standings=(death(far["members"][0]["member_id"]),))
    return home


@pytest.mark.req("D10", "D22", "Y90", "Y103")
class TestConfirmed:
    async def test_nothing_happens_by_itself_and_one_call_records_it(
        self, registry: httpx.AsyncClient, home: Json, headers_of: Callable[..., dict[str, str]]
    ) -> None:
        son = home["members"][2]["member_id"]
        (line,) = await lines(registry, division=VILLAGE)
        assert (line["member_id"], line["household_code"], line["state"]) == (son, "D-1", "open")
        assert (line["detail"]["change"], line["detail"]["died_on"]) == ("01", "2020-04-03")
        assert (line["detail"]["department"], len(line["detail"]["evidence"])) == ("civil_affairs", 1)
        assert len((await read(registry, home))["members"]) == 3

        person = headers_of(kind="person", subject="official-7", divisions=[VILLAGE])
        answer = await confirm(registry, line, headers=person, decided_by=None)
        assert answer.status_code == 201, answer.text
        assert answer.headers["Yihu-Version"] == f"registry={answer.json()['households'][0]['version']}"
        assert [one["relation"] for one in (await read(registry, home))["members"]] == ["head", "spouse"]
        path = f"/api/v1/households/{home['household_id']}"
        (change,) = (await registry.get(f"{path}/changes")).json()["items"]
        assert (change["kind"], change["member_id"], change["occurred_on"]) == ("01", son, "2020-04-03")
        assert (change["principal"], change["details"]["decided_by"]) == ("official-7", "official-7")
        signals = [one["code"] for one in (await registry.get(f"{path}/status")).json()["signals"]]
        assert "deceased_still_member" not in signals

        assert await lines(registry, division=VILLAGE) == []
        (gone,) = await lines(registry, division=VILLAGE, state="gone")
        assert (gone["previous_state"], gone["outcome"], gone["changed_by"]) == ("settled", "left", "official-7")
        history = (await registry.get(f"{LIST}/lines/{line['line_id']}/history")).json()["entries"]
        assert [(one["action"], one["principal"]) for one in history] == [("settle", "official-7")]
        assert len(await lines(registry)) == 1

    async def test_a_system_names_who_decided(self, registry: httpx.AsyncClient, home: Json) -> None:
        (line,) = await lines(registry, division=VILLAGE)
        nobody = await confirm(registry, line, decided_by=None)
        assert (nobody.status_code, nobody.json()["errors"][0]["code"]) == (422, "decided_by_required")
        assert len((await read(registry, home))["members"]) == 3

    async def test_what_the_register_refuses_leaves_the_line_open(
        self, registry: httpx.AsyncClient, home: Json
    ) -> None:
        (line,) = await lines(registry, division=FAR_VILLAGE)
        far = (await registry.get("/api/v1/households", params={"code": "D-2"})).json()["items"][0]
        refused = await confirm(registry, line)
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "no_head")
        assert (await lines(registry, division=FAR_VILLAGE))[0]["state"] == "open"
        members = (await read(registry, far))["members"]
        spouse, son = members[1]["member_id"], members[2]["member_id"]
        answer = await confirm(registry, line, relations={spouse: "head", son: "son"}, occurred_on="2020-04-02")
        assert answer.status_code == 201, answer.text
        assert [one["relation"] for one in (await read(registry, far))["members"]] == ["head", "son"]
        (change,) = (await registry.get(f"/api/v1/households/{far['household_id']}/changes")).json()["items"]
        assert change["occurred_on"] == "2020-04-02"

    async def test_a_repeat_acts_once_and_a_late_one_finds_nothing(
        self, registry: httpx.AsyncClient, home: Json
    ) -> None:
        (line,) = await lines(registry, division=VILLAGE)
        key = {"Idempotency-Key": "k"}
        first, again = await confirm(registry, line, headers=key), await confirm(registry, line, headers=key)
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.content == again.content
        assert (await confirm(registry, line)).status_code == 404

    async def test_a_death_without_a_day_needs_one(
        self, registry: httpx.AsyncClient, people: People, departments: Departments
    ) -> None:
        home = await create(registry, family(people, "D-3", OLD))
        said = death(home["members"][2]["member_id"], since=None)
        await departments.say("civil_affairs", home["household_id"], standings=(said,))
        (line,) = await lines(registry)
        missing = await confirm(registry, line)
        assert (missing.status_code, missing.json()["errors"][0]["pointer"]) == (422, "/occurred_on")
        assert (await confirm(registry, line, occurred_on="2020-04-02")).status_code == 201

    @pytest.mark.parametrize("since", [date(1, 1, 1), date(2014, 12, 31), date(9999, 12, 31)])
    async def test_a_day_that_cannot_be_is_refused_and_another_may_be_given(
        self, registry: httpx.AsyncClient, people: People, departments: Departments, since: date
    ) -> None:
        home = await create(registry, family(people, "D-3", OLD))
        said = death(home["members"][2]["member_id"], since=since)
        await departments.say("civil_affairs", home["household_id"], standings=(said,))
        (line,) = await lines(registry)
        refused = await confirm(registry, line)
        assert refused.status_code in (409, 422), refused.text
        assert refused.json()["errors"][0]["pointer"] == "/occurred_on"
        assert (await confirm(registry, line, occurred_on="2020-04-02")).status_code == 201

    async def test_a_revoked_death_is_open_again(self, registry: httpx.AsyncClient, home: Json) -> None:
        (line,) = await lines(registry, division=VILLAGE)
        made = (await confirm(registry, line)).json()
        path = f"/api/v1/households/{home['household_id']}/changes/{made['change_id']}:revoke"
        assert (await registry.post(path, json={"reason": "同名误登"})).status_code == 200
        (back,) = await lines(registry, division=VILLAGE)
        assert (back["line_id"], back["state"], back["previous_state"]) == (line["line_id"], "open", "settled")
        assert back["detail"]["revoked"] == 1


@pytest.mark.req("D22")
class TestRefused:
    async def test_an_official_refuses_and_the_member_stays(self, registry: httpx.AsyncClient, home: Json) -> None:
        (line,) = await lines(registry, division=VILLAGE)
        body = {"outcome": "justified", "remark": "本人健在，已告知民政"}
        settled = await registry.post(f"{LIST}/lines/{line['line_id']}:settle", json=body)
        assert (settled.status_code, settled.json()["state"]) == (200, "settled")
        assert len((await read(registry, home))["members"]) == 3
        assert (await confirm(registry, line)).status_code == 409
        assert len((await read(registry, home))["members"]) == 3

    async def test_nobody_settles_a_death_as_recorded_without_recording_it(
        self, registry: httpx.AsyncClient, home: Json
    ) -> None:
        (line,) = await lines(registry, division=VILLAGE)
        body = {"outcome": "left", "remark": "已故"}
        refused = await registry.post(f"{LIST}/lines/{line['line_id']}:settle", json=body)
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "outcome_reserved")
        rows = {"rows": [{"line_id": line["line_id"], "action": "settle", **body}]}
        (result,) = (await registry.post(f"{LIST}/lines:batch", json=rows)).json()["results"]
        assert (result["status"], result["problem"]["errors"][0]["code"]) == (422, "outcome_reserved")
        (still,) = await lines(registry, division=VILLAGE)
        assert still["state"] == "open"

    async def test_a_report_taken_back_leaves_the_list(
        self, registry: httpx.AsyncClient, home: Json, departments: Departments
    ) -> None:
        await departments.say("civil_affairs", home["household_id"])
        assert await lines(registry, division=VILLAGE) == []
        assert len(await lines(registry)) == 1

    async def test_area_and_scope(
        self, registry: httpx.AsyncClient, home: Json, headers_of: Callable[..., dict[str, str]]
    ) -> None:
        (line,) = await lines(registry, division=VILLAGE)
        far = headers_of(divisions=[FAR_VILLAGE])
        seen = (await registry.get(LIST, headers=far)).json()
        assert [one["household_code"] for one in seen["items"]] == ["D-2"]
        assert (await confirm(registry, line, headers=far)).status_code == 404
        assert (await confirm(registry, line, headers=headers_of(scopes=["registry:read"]))).status_code == 403
        assert (await confirm(registry, {"line_id": str(uuid4())})).status_code == 404
        assert len((await read(registry, home))["members"]) == 3

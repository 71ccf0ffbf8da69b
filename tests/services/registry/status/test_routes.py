"""Reading statuses through the routes: bytes, tags, waiting, scope, refusals."""

import asyncio
from datetime import UTC, date, datetime
from uuid import uuid4

import httpx
import orjson
import pytest

from services.registry.status.views import HouseholdStatusView, MobileStatus
from shared.facts.models import GuaranteeItem, GuaranteeState, Severity
from shared.roster.models import HouseholdState, RosterHousehold
from shared.testing.people import make_id_number
from shared.testing.tokens import TestTokens
from tests.services.registry.status.answers import problem
from tests.services.registry.status.district import EVERYTHING, District
from tests.unit.status import build

UNMET = build.word(GuaranteeItem.BASIC_MEDICAL, GuaranteeState.UNMET, "no_insurance")
HANYANG = "420115010201"


@pytest.fixture
async def home(district: District) -> RosterHousehold:
    home = build.household(income="3000", code="MS-0001", state=HouseholdState.EXITED)
    await district.settle(home)
    said = build.snapshot(
        home,
        version=17,
        guarantees=[UNMET],
        signals=[build.signal(f"s{n}", Severity.WARNING) for n in range(6)],
        benefits=[build.benefit()],
        as_of=datetime(2020, 5, 29, tzinfo=UTC),
        valid_until=date(2021, 1, 1),
    )
    await district.say(said)
    return home


def path(home: RosterHousehold) -> str:
    return f"/api/v1/households/{home.household_id}/status"


class TestReadStatus:
    @pytest.mark.req("M45", "SYS01")
    async def test_the_stored_bytes_go_out_with_the_age_of_each_source(
        self, client: httpx.AsyncClient, district: District, home: RosterHousehold
    ) -> None:
        answer = await client.get(path(home))
        assert answer.status_code == 200
        stored = (await district.row(home.household_id))["body"]
        assert answer.text.startswith(stored[:-1] + ',"sources":')
        assert orjson.loads(answer.content)["sources"] == {
            "health": {
                "version": 17,
                "as_of": "2020-05-29T00:00:00Z",
                "age_days": 3,
                "valid_until": "2021-01-01",
                "stale": False,
            },
            "registry": {"version": 1, "as_of": None, "age_days": None, "valid_until": None, "stale": False},
        }
        HouseholdStatusView.model_validate_json(answer.content)

    async def test_headers_for_caches_and_writers(self, client: httpx.AsyncClient, home: RosterHousehold) -> None:
        headers = (await client.get(path(home))).headers
        assert headers["yihu-version"] == "health=17, registry=1"
        assert headers["yihu-division"] == home.division
        assert headers["yihu-status-version"] == "2"
        assert headers["yihu-household"] == str(home.household_id)

    async def test_an_answer_held_is_not_sent_again(
        self, client: httpx.AsyncClient, district: District, home: RosterHousehold
    ) -> None:
        tag = (await client.get(path(home))).headers["etag"]
        for held in (tag, f'"other", W/{tag}', "*"):
            again = await client.get(path(home), headers={"If-None-Match": held})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert (await client.get(path(home), headers={"If-None-Match": '"other"'})).status_code == 200
        await district.say(build.snapshot(home, version=18))
        assert (await client.get(path(home), headers={"If-None-Match": tag})).status_code == 200

    async def test_the_next_day_has_other_ages_and_another_tag(
        self, client: httpx.AsyncClient, district: District, home: RosterHousehold
    ) -> None:
        today = await client.get(path(home))
        district.clock.set(datetime(2020, 6, 2, 4, tzinfo=UTC))
        tomorrow = await client.get(path(home))
        assert tomorrow.headers["etag"] != today.headers["etag"]
        assert orjson.loads(tomorrow.content)["sources"]["health"]["age_days"] == 4

    async def test_short_form(self, client: httpx.AsyncClient, home: RosterHousehold) -> None:
        answer = await client.get(path(home), params={"view": "mobile"})
        short = orjson.loads(answer.content)
        MobileStatus.model_validate(short)
        assert set(short) == set(MobileStatus.model_fields)
        assert (short["state"], short["income"], short["risk"]) == ("exited", "below", "medium")
        assert short["guarantees"]["basic_medical"] == "unmet"
        assert (len(short["signals"]), short["signal_count"]) == (5, 8)
        assert short["signals"][0]["severity"] == "serious"
        assert short["benefits"] == [{"batch": "dibao", "programmes": ["dibao"], "stale": False}]
        assert short["sources"]["health"] == {"version": 17, "age_days": 3, "stale": False}
        assert "测试" not in answer.text
        whole = (await client.get(path(home))).headers["etag"]
        held = {"If-None-Match": whole}
        assert (await client.get(path(home), params={"view": "mobile"}, headers=held)).status_code == 200
        held = {"If-None-Match": answer.headers["etag"]}
        assert (await client.get(path(home), params={"view": "mobile"}, headers=held)).status_code == 304
        assert (await client.get(path(home), headers=held)).status_code == 200

    async def test_short_form_names_what_concerns_several_members_once(
        self, client: httpx.AsyncClient, district: District
    ) -> None:
        home = build.household(members=[build.member() for _ in range(6)])
        await district.settle(home)
        gaps = [build.signal("insurance_gap", Severity.SERIOUS, one.member_id) for one in home.members]
        oldest = gaps[0].model_copy(update={"since": date(2017, 1, 1)})
        await district.say(build.snapshot(home, signals=[*gaps[1:], oldest, build.signal("job_lost")]))
        short = orjson.loads((await client.get(path(home), params={"view": "mobile"})).content)
        assert [(one["code"], one["since"]) for one in short["signals"]] == [
            ("insurance_gap", "2017-01-01"),
            ("job_lost", "2018-03-01"),
        ]
        assert short["signal_count"] == 7

    async def test_by_code(self, client: httpx.AsyncClient, home: RosterHousehold) -> None:
        answer = await client.get("/api/v1/households/by-code/MS-0001/status")
        assert answer.content == (await client.get(path(home))).content
        problem(await client.get("/api/v1/households/by-code/none/status"), 404, "status-not-found")

    async def test_outside_the_area_is_not_found(
        self, client: httpx.AsyncClient, home: RosterHousehold, tokens: TestTokens
    ) -> None:
        elsewhere = tokens.headers(scopes=["status:read"], divisions=["420115000000"])
        within = tokens.headers(scopes=["status:read"], divisions=["210504100000"])
        nowhere = tokens.headers(scopes=["status:read"], divisions=[])
        for address in (path(home), "/api/v1/households/by-code/MS-0001/status"):
            problem(await client.get(address, headers=elsewhere), 404, "status-not-found")
            problem(await client.get(address, headers=nowhere), 404, "status-not-found")
            assert (await client.get(address, headers=within)).status_code == 200
        body = {"household_code": "MS-0001"}
        problem(await client.post("/api/v1/statuses:lookup", json=body, headers=elsewhere), 404, "status-not-found")
        assert orjson.loads((await client.get("/api/v1/statuses", headers=elsewhere)).content)["items"] == []
        summary = orjson.loads((await client.get("/api/v1/statuses/summary", headers=elsewhere)).content)
        assert summary["households"] == 0

    async def test_the_scope_status_read_is_needed(
        self, client: httpx.AsyncClient, home: RosterHousehold, tokens: TestTokens
    ) -> None:
        other = tokens.headers(scopes=["health:read"])
        for address in (path(home), "/api/v1/statuses", "/api/v1/statuses/summary"):
            problem(await client.get(address, headers=other), 403, "forbidden")
        problem(await client.post("/api/v1/statuses:lookup", json={}, headers=other), 403, "forbidden")


class TestAtLeast:
    async def test_waits_until_the_status_contains_it(
        self, client: httpx.AsyncClient, district: District, home: RosterHousehold
    ) -> None:
        waiting = asyncio.create_task(client.get(path(home), params={"at_least": "health:18,registry:1"}))
        await asyncio.wait({waiting}, timeout=0.05)
        assert not waiting.done()
        await district.say(build.snapshot(home, version=18))
        answer = await waiting
        assert answer.headers["yihu-version"] == "health=18, registry=1"

    async def test_a_commit_elsewhere_is_seen_too(
        self, client: httpx.AsyncClient, district: District, home: RosterHousehold
    ) -> None:
        waiting = asyncio.create_task(client.get(path(home), params={"at_least": "registry:2"}))
        await asyncio.wait({waiting}, timeout=0.05)
        await district.settle(home.model_copy(update={"version": 2, "stamp": 2}))  # notifies nobody
        assert (await waiting).status_code == 200

    async def test_after_a_bounded_time_the_caller_is_told_to_come_again(
        self, client: httpx.AsyncClient, home: RosterHousehold
    ) -> None:
        for wanted in ("health:99", "registry:2", "funds:1"):
            answer = await client.get(path(home), params={"at_least": wanted})
            assert problem(answer, 503, "status-not-yet")["params"] == {"at_least": wanted}
            assert answer.headers["retry-after"] == "1"

    async def test_a_department_that_nobody_knows_is_no_reason_to_come_again(
        self, client: httpx.AsyncClient, district: District, home: RosterHousehold
    ) -> None:
        answer = await client.get(path(home), params={"at_least": "helth:1,health:99"})
        (error,) = problem(answer, 400, "invalid-parameter")["errors"]
        assert (error["pointer"], error["code"], error["params"]["sources"]) == (
            "query:at_least", "at_least_source", "helth",
        )  # fmt: skip
        await district.say(build.snapshot(home, department="water", version=1))
        answer = await client.get(path(home), params={"at_least": "water:2"})
        problem(answer, 503, "status-not-yet")

    @pytest.mark.parametrize(
        "text", ["health", "health:", ":1", "health:-1", "health:x", "health:1,", "health:99999999999999999999", "é:1"]
    )
    async def test_wrong_form(self, client: httpx.AsyncClient, home: RosterHousehold, text: str) -> None:
        problem(await client.get(path(home), params={"at_least": text}), 400, "invalid-parameter")

    async def test_unknown_household_is_not_waited_for(self, client: httpx.AsyncClient) -> None:
        answer = await client.get(f"/api/v1/households/{uuid4()}/status", params={"at_least": "health:1"})
        problem(answer, 404, "status-not-found")


class TestLookup:
    async def test_by_id_number_of_a_member(self, client: httpx.AsyncClient, district: District) -> None:
        number = make_id_number(date(1960, 1, 1), sequence=7)
        person = build.member().model_copy(update={"id_hash": district.vault.index(number)})
        home = build.household(members=[person])
        await district.settle(home)
        answer = await client.post("/api/v1/statuses:lookup", json={"id_number": number}, params={"view": "mobile"})
        assert orjson.loads(answer.content)["household_id"] == str(home.household_id)
        assert number not in answer.text

    async def test_a_person_of_two_households_is_ambiguous(self, client: httpx.AsyncClient, district: District) -> None:
        number = make_id_number(date(1961, 1, 1), sequence=8)
        for code in ("A", "B"):
            person = build.member().model_copy(update={"id_hash": district.vault.index(number)})
            await district.settle(build.household(code=code, members=[person]))
        problem(await client.post("/api/v1/statuses:lookup", json={"id_number": number}), 409, "ambiguous-household")

    async def test_unknown_person(self, client: httpx.AsyncClient) -> None:
        number = make_id_number(date(1962, 1, 1))
        answer = await client.post("/api/v1/statuses:lookup", json={"id_number": number})
        problem(answer, 404, "status-not-found")
        assert number not in answer.text

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            (b"", 400),
            (b"{", 400),
            (b"\xff\xfe", 400),
            (b"[]", 422),
            (b"null", 422),
            (b"{}", 422),
            (b'{"id_number":"990101196001010011"}', 422),
            (b'{"id_number":5}', 422),
            (b'{"id_number":null,"household_code":null}', 422),
            (b'{"household_code":""}', 422),
            (b'{"household_code":"a\\u0000"}', 422),
            (b'{"household_code":"\\ud800"}', 422),
            (b'{"household_code":"a","id_number":"990101196001010011"}', 422),
            (b'{"household_code":"a","other":1}', 422),
            (b"[" * 5000, 400),
            (b"9" * 6000, 400),
        ],
    )
    async def test_bodies_that_are_no_lookup(self, client: httpx.AsyncClient, body: bytes, status: int) -> None:
        answer = await client.post(
            "/api/v1/statuses:lookup", content=body, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert "990101196001010011" not in answer.text


class TestDocuments:
    async def test_the_routes_are_described(self, client: httpx.AsyncClient) -> None:
        paths = orjson.loads((await client.get("/openapi.json")).content)["paths"]
        read = paths["/api/v1/households/{household_id}/status"]["get"]
        assert {one["name"] for one in read["parameters"]} == {"household_id", "view", "at_least", "If-None-Match"}
        assert "application/json" in read["responses"]["200"]["content"]
        assert "requestBody" in paths["/api/v1/statuses:lookup"]["post"]

    async def test_two_writers_and_a_reader_meet(self, client: httpx.AsyncClient, district: District) -> None:
        home = build.household(code="R")
        await district.settle(home)
        reads = [client.get(path(home), params={"at_least": f"d{n}:1"}) for n in range(4)]
        says = [district.say(build.snapshot(home, f"d{n}")) for n in range(4)]
        answers = await asyncio.gather(*reads, *says)
        assert [answer.status_code for answer in answers[:4] if answer is not None] == [200] * 4
        async with district.database.acquire(EVERYTHING) as conn:
            assert await conn.fetchval("SELECT version FROM household_status WHERE code = 'R'") == 5

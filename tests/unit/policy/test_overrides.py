"""The policy interface of a running registry: who may set what where, what is recorded, what every service receives."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import pytest

from shared.policy import parse_snapshot
from shared.snapshots import POLICY_OVERRIDES, Event
from shared.testing.applications import create_application, running, service_settings
from shared.testing.databases import TestDatabase, TestDatabases
from shared.testing.plugin import ServiceApp
from shared.testing.tokens import TestTokens

PARAMETERS = "/api/v1/policy/parameters"
LINE = f"{PARAMETERS}/income.poverty_line"
DISTRICT = "420115000000"
VILLAGE = "420115010201"

Json = dict[str, Any]


def body(**changes: object) -> Json:
    return {
        "area": DISTRICT,
        "year": 2019,
        "value": "4200",
        "concept": "net",
        "reason": "city line of the year",
        "source": "武发[2015]8号",
        **changes,
    }


@pytest.fixture
async def database(service_database: TestDatabases) -> TestDatabase:
    return await service_database("registry")


@pytest.fixture
async def client(service_app: ServiceApp, database: TestDatabase, tokens: TestTokens) -> httpx.AsyncClient:
    """A registry of the test's own."""
    started = await service_app("registry", database=database)
    started.headers.update(_writer(tokens))
    return started


@pytest.fixture(scope="module")
async def untouched(
    service_database: TestDatabases, nats_url: str, tokens: TestTokens
) -> AsyncIterator[httpx.AsyncClient]:
    """A registry that several tests share, because none of them changes anything."""
    settings = service_settings(await service_database("registry"), nats_url=nats_url, tokens=tokens)
    async with running(create_application("registry", settings)) as started:
        started.headers.update(_writer(tokens))
        yield started
        history = await started.get(f"{LINE}/history")
        assert history.json()["items"] == []


def _writer(tokens: TestTokens) -> dict[str, str]:
    return tokens.headers(scopes=["policy:write", "registry:read"], divisions=["420000000000"])


async def fetch(database: TestDatabase, query: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(database.admin_url)
    try:
        return await connection.fetch(query)
    finally:
        await connection.close()


class TestReading:
    @pytest.mark.req("M42")
    async def test_where_a_value_was_found(self, untouched: httpx.AsyncClient) -> None:
        answer = await untouched.get(LINE, params={"area": "210504011201", "year": 2019})
        assert answer.status_code == 200
        found = answer.json()
        assert (found["value"], found["concept"]) == ("3247", "net")
        assert (found["area"], found["year"]) == ("210504000000", 2018)
        assert found["asked_area"] == "210504011201"
        assert found["overridden"] is False
        assert "M42" in found["source"]

    async def test_a_year_before_the_first_value_is_answered_by_that_and_says_so(
        self, untouched: httpx.AsyncClient
    ) -> None:
        key = f"{PARAMETERS}/posting.identification_days"
        found = (await untouched.get(key, params={"area": VILLAGE, "year": 2005})).json()
        assert (found["area"], found["year"], found["overridden"]) == ("000000000000", 2014, False)
        (item,) = (await untouched.get(PARAMETERS, params={"key": "income.poverty_line"})).json()["items"]
        assert item["begins"] is True

    async def test_list_pages_through_all_keys(self, untouched: httpx.AsyncClient) -> None:
        seen: list[str] = []
        cursor: str | None = None
        while True:
            params: Json = {"limit": 7} | ({"cursor": cursor} if cursor else {})
            page = (await untouched.get(PARAMETERS, params=params)).json()
            seen += [item["key"] for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert seen == sorted(set(seen))
        assert {"income.poverty_line", "exit.incidence_target"} <= set(seen)
        assert any(key.startswith("health.") for key in seen), "the parameters of other services are known too"

    async def test_list_by_prefix_place_and_year(self, untouched: httpx.AsyncClient) -> None:
        params = {"key": "income.poverty", "area": "210504000000", "year": 2018}
        (item,) = (await untouched.get(PARAMETERS, params=params)).json()["items"]
        assert {value["area"] for value in item["values"]} == {"000000000000", "210504000000"}
        assert max(value["year"] for value in item["values"]) == 2018
        assert item["resolved"]["value"] == "3247"
        assert item["label"]["zh"]
        assert item["concepts"] == ["net", "disposable"]

    @pytest.mark.parametrize(
        ("path", "status"),
        [
            (f"{PARAMETERS}/no.such.key", 404),
            (f"{LINE}?year=2009", 404),
            (f"{LINE}?area=42", 400),
            (f"{LINE}?area=420000010000", 400),
            (f"{LINE}?year=0", 400),
            (f"{LINE}?year=99999", 400),
            (f"{LINE}?year=", 400),
            (f"{LINE}?place=1", 400),
            (f"{PARAMETERS}?limit=0", 400),
            (f"{PARAMETERS}?limit=-1", 400),
            (f"{PARAMETERS}?cursor=%FF", 400),
            (f"{PARAMETERS}?cursor=x", 400),
            (f"{PARAMETERS}?key=%00", 400),
            (f"{PARAMETERS}/%00", 400),
            (f"{PARAMETERS}/%ED%A0%80", 404),
            (f"{LINE}/history?cursor=x", 400),
        ],
    )
    async def test_odd_questions_get_problems(self, untouched: httpx.AsyncClient, path: str, status: int) -> None:
        answer = await untouched.get(path)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"]


class TestSetting:
    @pytest.mark.req("Y06", "H14")
    async def test_set_is_in_force_recorded_and_sent_whole(
        self, client: httpx.AsyncClient, database: TestDatabase
    ) -> None:
        answer = await client.put(LINE, json=body())
        assert answer.status_code == 201, answer.text
        assert answer.headers["yihu-version"] == "policy=1"
        assert answer.json()["resolved"]["value"] == "4200"
        found = (await client.get(LINE, params={"area": VILLAGE, "year": 2020})).json()
        assert (found["value"], found["area"], found["overridden"], found["version"]) == ("4200", DISTRICT, True, 1)
        (entry,) = (await client.get(f"{LINE}/history")).json()["items"]
        assert entry["action"] == "set"
        assert entry["reason"] == "city line of the year"
        assert entry["before"] is None
        assert entry["after"]["value"] == "4200"
        (row,) = await fetch(database, "SELECT subject, key, version, payload FROM outbox")
        assert (row["subject"], row["key"], row["version"]) == ("policy.overrides", "policy", 1)
        event = Event.parse(row["payload"])
        assert (event.type, event.source) == (POLICY_OVERRIDES, "registry")
        snapshot = parse_snapshot(event.data)
        assert snapshot.version == 1
        assert [one.key for one in snapshot.overrides] == ["income.poverty_line"]
        (stored,) = await fetch(database, "SELECT version, document FROM policy_override")
        assert stored["version"] == 1
        assert parse_snapshot(stored["document"]) == snapshot

    async def test_same_again_changes_nothing(self, client: httpx.AsyncClient, database: TestDatabase) -> None:
        await client.put(LINE, json=body())
        answer = await client.put(LINE, json=body(value=4200))
        assert (answer.status_code, answer.json()["changed"], answer.json()["version"]) == (200, False, 1)
        assert len(await fetch(database, "SELECT FROM policy_history")) == 1
        assert len(await fetch(database, "SELECT FROM outbox")) == 1

    async def test_idempotency_key_answers_the_first_answer(self, client: httpx.AsyncClient) -> None:
        headers = {"Idempotency-Key": "k-1"}
        first = await client.put(LINE, json=body(), headers=headers)
        again = await client.put(LINE, json=body(), headers=headers)
        assert (again.status_code, again.content) == (first.status_code, first.content)
        other = await client.put(LINE, json=body(value="4300"), headers=headers)
        assert other.status_code == 409

    async def test_withdrawn_value_gives_way_to_the_next(self, client: httpx.AsyncClient) -> None:
        await client.put(LINE, json=body())
        form = {"area": DISTRICT, "year": 2019, "reason": "entered by mistake"}
        answer = await client.post(f"{LINE}:withdraw", json=form)
        assert answer.status_code == 200, answer.text
        assert answer.json()["resolved"]["value"] == "3218"
        assert (await client.get(LINE, params={"area": VILLAGE, "year": 2019})).json()["value"] == "3218"
        again = await client.post(f"{LINE}:withdraw", json=form)
        assert (again.status_code, again.json()["code"]) == (404, "no-policy-override")
        actions = [entry["action"] for entry in (await client.get(f"{LINE}/history")).json()["items"]]
        assert actions == ["withdraw", "set"]

    async def test_changes_at_once_get_versions_of_their_own(
        self, client: httpx.AsyncClient, database: TestDatabase
    ) -> None:
        answers = await asyncio.gather(*(client.put(LINE, json=body(year=2000 + n)) for n in range(8)))
        assert sorted(one.json()["version"] for one in answers) == list(range(1, 9))
        (stored,) = await fetch(database, "SELECT document FROM policy_override")
        assert len(parse_snapshot(stored["document"]).overrides) == 8
        assert (await client.get(LINE, params={"area": VILLAGE, "year": 2007})).json()["version"] == 8

    @pytest.mark.parametrize("kind", ["codes", "ratio"])
    async def test_other_types(self, client: httpx.AsyncClient, kind: str) -> None:
        key, value = {
            "codes": ("screening.excluded_categories", ["vehicle", "company"]),
            "ratio": ("exit.incidence_target", 0.03),
        }[kind]
        answer = await client.put(f"{PARAMETERS}/{key}", json=body(value=value, concept=None))
        assert answer.status_code == 201, answer.text
        found = (await client.get(f"{PARAMETERS}/{key}", params={"area": VILLAGE, "year": 2019})).json()
        assert found["value"] == (value if kind == "codes" else "0.03")


class TestRefusals:
    @pytest.mark.parametrize(
        ("change", "pointer", "code"),
        [
            ({"value": "-1"}, "/value", "parameter_too_small"),
            ({"value": "four thousand"}, "/value", "parameter_type"),
            ({"value": True}, "/value", "parameter_type"),
            ({"value": None}, "/value", "parameter_type"),
            ({"value": [1]}, "/value", "parameter_type"),
            ({"value": {"a": {"b": 1}}}, "/value", "parameter_type"),
            ({"value": 10**400}, "/value", "parameter_type"),
            ({"concept": None}, "/concept", "parameter_concept"),
            ({"concept": "gross"}, "/concept", "parameter_concept"),
            ({"area": "4201150"}, "/area", "division_digits"),
            ({"year": 0}, "/year", "greater_than_equal"),
            ({"year": 99999}, "/year", "less_than_equal"),
            ({"year": 10**30}, "/year", "less_than_equal"),
            ({"reason": " "}, "/reason", "text_empty"),
            ({"reason": "a\u0007"}, "/reason", "text_control_character"),
            ({"source": "x" * 501}, "/source", "text_too_long"),
            ({"extra": 1}, "/extra", "extra_forbidden"),
        ],
    )
    async def test_each_fault_names_its_field(
        self, untouched: httpx.AsyncClient, change: Json, pointer: str, code: str
    ) -> None:
        answer = await untouched.put(LINE, json=body(**change))
        assert answer.status_code == 422, answer.text
        (fault,) = answer.json()["errors"]
        assert (fault["pointer"], fault["code"]) == (pointer, code)
        assert fault["message"]
        assert fault["remedy"]

    @pytest.mark.req("Y36", "Y24")
    @pytest.mark.parametrize(
        "key", ["education.aid_items_owed", "housing.renovation_categories", "file.required_items"]
    )
    async def test_codes_are_of_the_list_that_their_unit_names(self, untouched: httpx.AsyncClient, key: str) -> None:
        """A slip of the pen would be in force and do nothing: nobody is owed an item of that name."""
        held = (await untouched.get(f"{PARAMETERS}/{key}", params={"year": 2020})).json()
        answer = await untouched.put(f"{PARAMETERS}/{key}", json=body(value=[*held["value"], "slip"], concept=None))
        assert answer.status_code == 422, answer.text
        (fault,) = answer.json()["errors"]
        assert (fault["pointer"], fault["code"]) == ("/value", "parameter_choice")
        assert set(held["value"]) <= set(fault["params"]["choices"].split(", "))

    @pytest.mark.parametrize(
        "content", [b"", b"{", b"[]", b"null", b"\xff", b'{"area": "\\ud800"}', b'{"value": NaN}', b"[" * 5000]
    )
    async def test_no_body_gives_a_server_error(self, untouched: httpx.AsyncClient, content: bytes) -> None:
        for method, path in (("PUT", LINE), ("POST", f"{LINE}:withdraw")):
            answer = await untouched.request(
                method, path, content=content, headers={"Content-Type": "application/json"}
            )
            assert 400 <= answer.status_code < 500, answer.text

    async def test_only_who_may_and_only_at_home(self, untouched: httpx.AsyncClient, tokens: TestTokens) -> None:
        reader = tokens.headers(scopes=["registry:read"], divisions=["420000000000"])
        answer = await untouched.put(LINE, json=body(), headers=reader)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
        for area in ("210504000000", "000000000000"):
            answer = await untouched.put(LINE, json=body(area=area))
            assert (answer.status_code, answer.json()["code"]) == (403, "out-of-area")
        village = tokens.headers(scopes=["policy:write"], divisions=[VILLAGE])
        answer = await untouched.put(LINE, json=body(), headers=village)
        assert answer.json()["code"] == "out-of-area"

    async def test_unknown_key(self, untouched: httpx.AsyncClient) -> None:
        for answer in (
            await untouched.put(f"{PARAMETERS}/no.such.key", json=body()),
            await untouched.post(f"{PARAMETERS}/x:withdraw", json={"area": DISTRICT, "year": 2019, "reason": "x"}),
        ):
            assert (answer.status_code, answer.json()["code"]) == (404, "unknown-policy-parameter")

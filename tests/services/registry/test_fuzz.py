"""Whatever is sent to a write route, the answer is never a fault of the server."""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import httpx
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.services.registry.conftest import OTHER_VILLAGE, VILLAGE, Json, People, create

ODD: tuple[Any, ...] = (
    None,
    "",
    " ",
    "\0",
    "a\0b",
    "\ud800",
    "\u202e",
    "x" * 5000,
    0,
    -1,
    2**31,
    2**63,
    10**400,
    1e308,
    0.1,
    True,
    [],
    {},
    [[]],
    {"": None},
    "NaN",
    "1e400",
    "-0",
    "00000000-0000-0000-0000-000000000000",
    "0000-00-00",
    "0001-01-01",
    "9999-12-31",
    "99999-01-01",
    "420115010201",
    "000000000000",
    "990101196005010016",
    "99010119600501001x",
    "head",
    "06",
)
EVERY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def bodies(home: Json, other: Json, people: People) -> list[tuple[str, str, Any]]:
    """A right body for every write route of the registry: method, path, body."""
    path = f"/api/v1/households/{home['household_id']}"
    head, spouse = (member["member_id"] for member in home["members"])
    moving = {"occurred_on": "2020-05-20", "reason": "x", "relations": {spouse: "head"}}
    review = {"year": 2019, "reviewed_on": "2020-01-10", "reviewer": "张三", "result": "problem", "finding": "x"}
    hit = {"provider": "公安", "found_on": "2020-05-01", "verdict": "refuted", "checked_on": "2020-05-02"}
    income = {"household_code": "H1", "year": 2019, "concept": "net", "recorded_on": "2020-01-10"}
    return [
        ("POST", "/api/v1/households", people.household("F1", living={"arable_land": "1.5"}, phone="13800001234")),
        ("POST", "/api/v1/households:batch", {"rows": [people.household("F2"), people.household("F3")]}),
        ("POST", "/api/v1/households:lookup", {"code": "H1"}),
        ("PATCH", path, {"causes": ["illness"], "living": {"fuel": None}, "bank_account": "6222020000001234567"}),
        ("POST", f"{path}/members", people.member("son")),
        ("PATCH", f"/api/v1/members/{spouse}", {"labour_skill": "skilled", "phone": "13800001111"}),
        ("POST", f"{path}/state", {"state": "proposed_exit", "reason": "x", "decided_by": "y", "since": "2020-05-01"}),
        ("POST", f"{path}/changes", {"kind": "01", "member_id": head, **moving}),
        ("POST", f"{path}/changes", {"kind": "06", "member": people.member("son"), **moving}),
        (
            "POST",
            f"{path}/changes",
            {"kind": "05", "member_id": head, "relation": "son", "relations_left": {}, **moving},
        ),
        (
            "POST",
            f"{path}/changes",
            {"kind": "split", "code": "F4", "members": [{"member_id": head, "relation": "head"}]},
        ),
        ("POST", f"{path}/changes", {"kind": "merge", "into": other["household_id"], **moving}),
        ("POST", f"{path}/changes", {"kind": "transfer", "division": OTHER_VILLAGE, **moving}),
        ("POST", f"/api/v1/members/{head}:reveal", {"purpose": "核对"}),
        ("POST", f"{path}:reveal", {"purpose": "核对"}),
        ("POST", "/api/v1/registry/income-years", {**income, "wage_work": "1000", "persons": 2}),
        ("POST", "/api/v1/registry/income-years:batch", {"rows": [income]}),
        ("POST", "/api/v1/registry/exit-reviews", {"household_code": "H1", **review}),
        ("POST", "/api/v1/registry/screening-hits", {"member_id": head, "category": "car", **hit}),
        (
            "POST",
            "/api/v1/registry/organisations",
            {"division": VILLAGE, "name": "村委会", "kind": "other", "listed_on": "2020-01-10"},
        ),
        (
            "POST",
            "/api/v1/registry/lists/reported_deaths/lines/00000000-0000-0000-0000-000000000000:confirm",
            {"reason": "x", "decided_by": "y", "occurred_on": "2020-05-20", "relations": {spouse: "head"}},
        ),
        ("PUT", f"/api/v1/villages/{VILLAGE}", {"village_class": "poor", "rural_population": 1200}),
        ("POST", "/api/v1/villages:batch", {"rows": [{"code": VILLAGE, "village_class": "poor"}]}),
        ("POST", "/api/v1/divisions:import", {"rows": [{"code": "430000000000", "name": "某省", "level": "province"}]}),
        ("POST", "/api/v1/statuses:lookup", {"household_code": "H1"}),
        (
            "PUT",
            "/api/v1/policy/parameters/income.poverty_line",
            {"area": "420115010000", "year": 2020, "value": "4000", "concept": "net", "source": "x", "reason": "y"},
        ),
    ]


def places(body: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) within a body."""
    items = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in items:
        yield body, key
        yield from places(value)


def mutated(body: Any, choice: random.Random) -> Any:
    """The body with one to three of its values replaced, removed or added."""
    changed = copy.deepcopy(body)
    for _ in range(choice.randint(1, 3)):
        container, key = choice.choice(list(places(changed)) or [({}, "")])
        match choice.randint(0, 4):
            case 0 if isinstance(container, dict):
                container.pop(key, None)
            case 1 if isinstance(container, dict):
                container[choice.choice(["x", "", "\0", "__proto__", "members", "version"])] = copy.deepcopy(
                    choice.choice(ODD)
                )
            case 2 if isinstance(container, list):
                container.append(copy.deepcopy(choice.choice(ODD)))
            case _ if key in container or isinstance(key, int):
                container[key] = copy.deepcopy(choice.choice(ODD))
    return changed


def encoded(body: Any) -> bytes:
    """By the slower encoder: it writes lone surrogates and huge numbers too."""
    return json.dumps(body).encode()


@pytest.fixture
async def homes(registry: httpx.AsyncClient, people: People) -> tuple[Json, Json]:
    return (
        await create(registry, people.household("H1")),
        await create(registry, people.household("H2")),
    )


class TestWrites:
    @EVERY
    @given(seed=st.integers(0, 2**32))
    async def test_no_body_is_a_fault_of_the_server(
        self, registry: httpx.AsyncClient, people: People, homes: tuple[Json, Json], seed: int
    ) -> None:
        choice = random.Random(seed)  # noqa: S311 - test data
        for method, path, body in bodies(*homes, people):
            content = encoded(mutated(body, choice))
            headers = {"Content-Type": "application/json", "Accept-Language": choice.choice(["zh", "en"])}
            answer = await registry.request(method, path, content=content, headers=headers)
            assert answer.status_code < 500, (method, path, content[:2000], answer.text)
            if answer.status_code >= 400:
                assert answer.headers["Content-Type"].startswith("application/problem+json")
                problem = orjson.loads(answer.content)
                assert problem["title"]
                assert problem["code"]

    @EVERY
    @given(raw=st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
    async def test_no_bytes_are(
        self, registry: httpx.AsyncClient, people: People, homes: tuple[Json, Json], raw: bytes
    ) -> None:
        for method, path, _ in bodies(*homes, people):
            for kind in ("application/json", "text/csv", "text/plain"):
                answer = await registry.request(method, path, content=raw, headers={"Content-Type": kind})
                assert 400 <= answer.status_code < 500 or answer.status_code == 200, (method, path, kind, answer.text)


@EVERY
@given(
    name=st.sampled_from(
        [
            "division",
            "state",
            "cause",
            "code",
            "changed_since",
            "cursor",
            "limit",
            "on",
            "root",
            "at_least",
            "by",
            "year",
        ]
    ),
    value=st.text(max_size=40) | st.sampled_from([str(odd) for odd in ODD if odd != "\ud800"]),
)
async def test_no_query_is(registry: httpx.AsyncClient, homes: tuple[Json, Json], name: str, value: str) -> None:
    path = f"/api/v1/households/{homes[0]['household_id']}"
    pages = [f"{path}/file", f"{path}/members", f"/api/v1/villages/{VILLAGE}/book", "/api/v1/registry/rural-growth"]
    lists = [
        *pages,
        "/api/v1/registry/batches",
        "/api/v1/registry/exit-plan",
        "/api/v1/households",
        "/api/v1/divisions",
        "/api/v1/villages",
        "/api/v1/statuses",
        f"{path}/history",
    ]
    for each in [*lists, f"{path}/states", f"{path}/status", f"{path}/income", "/api/v1/registry/income-years"]:
        try:
            answer = await registry.get(each, params={name: value})
        except UnicodeEncodeError:
            return  # cannot be sent at all
        assert answer.status_code < 500, (each, name, value, answer.text)


async def test_a_row_that_cannot_be_stored_takes_no_other_along(registry: httpx.AsyncClient) -> None:
    village = {"village_class": "poor", "rural_households": 3, "rural_population": 9}
    rows = [{"code": VILLAGE, **village}, {"code": OTHER_VILLAGE, "name\0": "x"}, {"code": 1}]
    answer = await registry.post("/api/v1/villages:batch", json={"rows": rows})
    assert answer.status_code == 200, answer.text
    first, second, third = answer.json()["results"]
    assert first["status"] in (200, 201)
    assert (second["status"], second["problem"]["errors"][0]["code"]) == (422, "nul_character")
    assert second["problem"]["errors"][0]["pointer"].startswith("/rows/1/")
    assert third["status"] == 422
    answer = await registry.post("/api/v1/households:batch", json={"rows": [{"code": "\0"}, 7]})
    assert [one["status"] for one in answer.json()["results"]] == [422, 422], answer.text

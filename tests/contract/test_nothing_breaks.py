"""Whatever is sent to any operation of any service, the answer is no 5xx, and refusals are problems."""

import itertools
import json
import random
from collections.abc import AsyncIterator, Iterator
from urllib.parse import quote
from uuid import UUID

import httpx
import pytest

from ops.topology import ROOT, departments
from shared.testing.plugin import ServiceApp
from shared.testing.tokens import TestTokens

Json = dict[str, object]

PLACES = """x|0|-1|%|..|é|990101199003078519|000000000000|999999999999|420115010001|420000010000|'|null|NaN|🙂
00000000-0000-0000-0000-000000000000|018f3c1e-7a3b-7c11-8a52-0d6f4b2c9e10|99999999999999999999
2020-13-45|9999-12-31|0000-01-01|1e400|-0|１２３|true|[]|{}|a,b""".replace("\n", "|").split("|")
PLACES += ["\0", "a" * 300, " "]

TEXTS = """x|a\u0001b|é\u0301|🙂|2020-02-30
0000-01-01|99999-01-01|9999-12-31|1e400|NaN|Infinity|-0|１２３
420115010001|420000010000|00000000-0000-0000-0000-000000000000|99010119900307856X|2020-06-01T00:00:00+99:00|2020-06-01|-1|0.005"""
NUMBERS: list[object] = [None, True, 0, -1, 1.5, 10**18, 10**30, -(2**63) - 1, 1e308]
SHAPES: list[object] = [[], {}, [[]], [None], [1, "x"], {"": None}, {"a": {"b": []}}]
VALUES = [*NUMBERS, *SHAPES, *TEXTS.replace("\n", "|").split("|"), "", " ", "a" * 3000, "1" * 400]

BODIES = b"""null|[]|1|"x"|{|{}{}|{"a": NaN}
{"rows": []}|{"rows": null}|{"rows": {}}|{"rows": [null, 1, "x", [], {}]}|{"rows": [{}]}
{"\\ud800": 1}|{"a": "\\u0000"}|{"rows": [{"name": "\\u0000"}]}
{"rows": [{"name": "\\ud800"}]}|\xff\xfe|\xef\xbb\xbf{}"""
LONG_BODIES = [b"", b"\0", b"[" * 5000, b'{"rows": [' + b"{}," * 1500 + b"{}]}", b'{"a": ' + b"9" * 5000 + b"}"]

HEADERS = [
    ("If-Match", '"x"'),
    ("If-Match", "*"),
    ("If-Match", 'W/"1"'),
    ("If-None-Match", "???"),
    ("Idempotency-Key", "k"),
    ("Idempotency-Key", "k" * 300),
    ("Content-Type", "text/plain"),
    ("Content-Type", "application/json; charset=x"),
]


@pytest.fixture(scope="module", params=[each.name for each in departments()])
def name(request: pytest.FixtureRequest) -> str:
    service: str = request.param
    return service


@pytest.fixture
async def service(service_app: ServiceApp, tokens: TestTokens, name: str) -> httpx.AsyncClient:
    client = await service_app(name)
    scopes = [
        f"{name}:read",
        f"{name}:write",
        "status:read",
        "changes:read",
        "policy:write",
        "pii:reveal",
        "operations",
    ]
    client.headers.update(tokens.headers(scopes=scopes, divisions=["000000000000"]))
    return client


def operations(document: Json, service: str) -> Iterator[tuple[str, str, Json]]:
    paths = document["paths"]
    assert isinstance(paths, dict)
    for path, item in paths.items():
        for method, operation in item.items():
            if operation["tags"] == [service]:
                yield method.upper(), path, operation


class Sender:
    """Sends requests and keeps those that were answered as they must not be."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.failures: list[str] = []
        self.sent = 0

    async def __call__(
        self, method: str, path: str, *, query: str = "", body: bytes = b"", headers: dict[str, str] | None = None
    ) -> httpx.Response:
        raw = {"content-type": "application/json", **{key.lower(): value for key, value in (headers or {}).items()}}
        url = httpx.URL(path=path.partition("?")[0], query=query.encode()) if query else path
        response = await self.client.request(method, url, content=body, headers=raw)
        self.sent += 1
        refused = response.status_code >= 400
        problem = response.headers.get("content-type") == "application/problem+json"
        if response.status_code >= 500 or (refused and not problem):
            self.failures.append(
                f"{response.status_code} {method} {path}?{query} {body[:200]!r} {headers} {response.text[:200]}"
            )
        return response


def filled(path: str, value: str) -> str:
    head, *rest = path.split("{")
    return head + "".join(quote(value, safe="") + part.partition("}")[2] for part in rest)


def schema_of(operation: Json, document: Json) -> Json | None:
    body = operation.get("requestBody")
    if not isinstance(body, dict):
        return None
    content = body["content"].get("application/json")
    return resolved(content["schema"], document) if content else None


def resolved(schema: object, document: Json) -> Json:
    assert isinstance(schema, dict)
    while "$ref" in schema:
        found: object = document
        for part in str(schema["$ref"]).removeprefix("#/").split("/"):
            assert isinstance(found, dict)
            found = found[part]
        assert isinstance(found, dict)
        schema = found
    return schema


SIMPLE = {"integer": 1, "number": 1, "boolean": True, "null": None}
FORMATS = {"date": "2020-05-01", "date-time": "2020-05-01T08:00:00+08:00", "uuid": str(UUID(int=1))}


def plausible(schema: object, document: Json, depth: int = 0) -> object:
    """A value that has the form which the schema asks for, as far as the form goes."""
    if not isinstance(schema, dict) or depth > 5:
        return None
    schema = resolved(schema, document)
    choices = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
    if isinstance(choices, list):
        return plausible(choices[0], document, depth + 1)
    kind, properties = schema.get("type"), schema.get("properties", {})
    if kind == "object" and isinstance(properties, dict):
        return {key: plausible(one, document, depth + 1) for key, one in properties.items()}
    if kind == "array":
        return [plausible(schema.get("items"), document, depth + 1)]
    named = schema.get("enum") or [schema.get("const")]
    if isinstance(named, list) and named[0] is not None:
        return named[0]
    return SIMPLE.get(str(kind), FORMATS.get(str(schema.get("format")), "420115010001"))


def mutations(value: object, values: list[object]) -> Iterator[object]:
    """The value with one part of it replaced, one after the other."""
    match value:
        case dict():
            for key, item in value.items():
                yield {other: one for other, one in value.items() if other != key}
                for odd in values:
                    yield {**value, key: odd}
                if isinstance(item, dict | list):
                    for changed in mutations(item, values[::4]):
                        yield {**value, key: changed}
        case [item, *_]:
            yield from ([changed] for changed in mutations(item, values))


class TestEveryOperation:
    @pytest.fixture(autouse=True)
    async def _every(self, service: httpx.AsyncClient, name: str) -> AsyncIterator[None]:
        self.document: Json = json.loads((ROOT / "docs/openapi.json").read_text(encoding="utf-8"))
        self.operations = list(operations(self.document, name))
        self.send = Sender(service)
        yield
        failures = self.send.failures
        assert failures == [], f"{len(failures)} of {self.send.sent}:\n" + "\n".join(failures[:20])

    async def test_paths_and_headers(self) -> None:
        chance = random.Random(20200430)  # noqa: S311 - the same requests in each run
        for method, path, operation in self.operations:
            body = b"{}" if "requestBody" in operation else b""
            for place in chance.sample(PLACES, 12) if "{" in path else ():
                await self.send(method, filled(path, place), body=body)
            for header in HEADERS:
                await self.send(method, filled(path, str(UUID(int=7))), body=body, headers=dict([header]))

    async def test_queries(self) -> None:
        chance = random.Random(20200430)  # noqa: S311 - the same requests in each run
        for method, path, operation in self.operations:
            ordinary = filled(path, str(UUID(int=7)))
            body = b"{}" if "requestBody" in operation else b""
            parameters = operation.get("parameters", [])
            assert isinstance(parameters, list)
            named = [one["name"] for one in parameters if one["in"] == "query"]
            for query in [f"{one}={quote(place)}" for one in named for place in chance.sample(PLACES, 9)]:
                await self.send(method, ordinary, query=query, body=body)
            for query in ("%ff=%ff", "a=%00", "&&==", "limit=1&limit=2", "cursor=AAAA", "q" * 4000):
                await self.send(method, ordinary, query=query, body=body)

    async def test_bodies(self) -> None:
        chance = random.Random(20200430)  # noqa: S311 - the same requests in each run
        for method, path, operation in self.operations:
            if "requestBody" not in operation:
                continue
            ordinary = filled(path, str(UUID(int=7)))
            for body in [*BODIES.replace(b"\n", b"|").split(b"|"), *LONG_BODIES]:
                await self.send(method, ordinary, body=body)
            form = plausible(schema_of(operation, self.document), self.document)
            changed = list(itertools.islice(mutations(form, VALUES), 3000))
            for one in [form, *chance.sample(changed, min(len(changed), 40))]:
                await self.send(method, ordinary, body=json.dumps(one).encode())

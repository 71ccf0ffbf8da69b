"""Nothing that is thrown at a service gives a 5xx."""

import json

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PATHS = [
    "/api/v1/sample/people",
    "/api/v1/sample/people/1",
    "/api/v1/sample/people/by-name/x",
    "/plain/1",
    "/nowhere",
    "/metrics",
]
METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"]
TYPES = [
    "application/json",
    "application/json; charset=gbk",
    "text/plain",
    "application/x+json",
    ";;",
    "multipart/form-data",
]
HEADERS = ["accept-language", "traceparent", "x-request-id", "if-match", "content-length", "cookie", "accept"]

junk_text = st.text(st.characters(codec="utf-8"), max_size=40)
header_text = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=60)
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
person = st.fixed_dictionaries({}, optional={"name": any_json, "age": any_json, "amount": any_json, "tags": any_json})
bodies = st.one_of(
    st.binary(max_size=200),
    any_json.map(lambda value: json.dumps(value).encode()),
    person.map(lambda value: json.dumps(value).encode()),
)
quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class TestNothingGivesA5xx:
    @quick
    @given(
        path=st.sampled_from(PATHS),
        method=st.sampled_from(METHODS),
        kind=st.sampled_from(TYPES),
        body=bodies,
        headers=st.dictionaries(st.sampled_from(HEADERS), header_text, max_size=3),
    )
    async def test_bodies_and_headers(
        self, client: httpx.AsyncClient, *, path: str, method: str, kind: str, body: bytes, headers: dict[str, str]
    ) -> None:
        raw = {name: value.encode("latin-1") for name, value in {**headers, "content-type": kind}.items()}
        response = await client.request(method, path, content=body, headers=raw)  # type: ignore[arg-type]  # raw bytes
        assert response.status_code < 500, response.text

    @quick
    @given(
        path=st.sampled_from(PATHS),
        query=st.lists(st.tuples(st.sampled_from(["limit", "tag", ""]) | junk_text, junk_text), max_size=4),
    )
    async def test_queries(self, client: httpx.AsyncClient, path: str, query: list[tuple[str, str]]) -> None:
        response = await client.get(path, params=httpx.QueryParams(query))
        assert response.status_code < 500, response.text

    @quick
    @given(raw=st.binary(max_size=40), segment=junk_text)
    async def test_raw_queries_and_paths(self, client: httpx.AsyncClient, raw: bytes, segment: str) -> None:
        query = "".join(f"%{byte:02x}" for byte in raw)
        for url in (f"/api/v1/sample/people?{query}", f"/api/v1/sample/people/by-name/{query}"):
            assert (await client.get(url)).status_code < 500

    @quick
    @given(token=header_text)
    async def test_tokens(self, client: httpx.AsyncClient, token: str) -> None:
        response = await client.get(
            "/api/v1/sample/people", headers={"authorization": f"Bearer {token}".encode("latin-1")}
        )  # type: ignore[dict-item]  # raw bytes
        assert response.status_code == 401

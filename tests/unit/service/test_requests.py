"""What the kernel does with a request before a route sees it."""

import gzip

import httpx
import pytest

from shared.service.context import continued, sane_request_id


def faults(response: httpx.Response) -> list[tuple[str, str]]:
    return [(fault["pointer"], fault["code"]) for fault in response.json()["errors"]]


class TestQuery:
    async def test_declared_parameters_pass(self, client: httpx.AsyncClient) -> None:
        response = await client.get("/api/v1/sample/people?limit=5&tag=a&tag=b")
        assert response.status_code == 200
        assert response.json() == {"limit": 5, "tag": ["a", "b"], "greeting": "hello"}

    @pytest.mark.parametrize(
        ("query", "code", "pointer"),
        [
            ("limit=5&colour=red", "unknown-filter", "query:colour"),
            ("limit=", "empty-filter", "query:limit"),
            ("tag=%20", "empty-filter", "query:tag"),
            ("tag", "empty-filter", "query:tag"),
            ("limit=abc", "invalid-parameter", "query:limit"),
            ("limit=-1", "invalid-parameter", "query:limit"),
            ("limit=99999999999999999999999", "invalid-parameter", "query:limit"),
            ("limit=1&limit=2", "invalid-parameter", "query:limit"),
            ("tag=a%00b", "invalid-parameter", "query:tag"),
        ],
    )
    async def test_others_are_refused(self, client: httpx.AsyncClient, query: str, code: str, pointer: str) -> None:
        response = await client.get(f"/api/v1/sample/people?{query}")
        assert response.status_code == 400
        assert response.json()["code"] == code
        assert pointer in [place for place, _ in faults(response)]

    async def test_an_unknown_name_that_is_personal_data_is_not_repeated(self, client: httpx.AsyncClient) -> None:
        response = await client.get("/api/v1/sample/people?990101199003078519=1")
        assert response.status_code == 400
        assert "990101199003078519" not in response.text

    async def test_a_route_without_parameters_takes_none(self, client: httpx.AsyncClient) -> None:
        assert (await client.get("/api/v1/sample/people/7?x=1")).status_code == 400

    async def test_path_and_header_faults_are_400(self, client: httpx.AsyncClient) -> None:
        response = await client.get("/api/v1/sample/people/0")
        assert (response.status_code, faults(response)) == (400, [("path:number", "greater_than_equal")])
        response = await client.get("/api/v1/sample/people", headers={"If-Match": "x" * 21})
        assert (response.status_code, faults(response)) == (400, [("header:if-match", "string_too_long")])
        assert (await client.get("/api/v1/sample/people/by-name/a%00b")).status_code == 400


class TestBody:
    URL = "/api/v1/sample/people"

    async def test_a_good_body_passes(self, client: httpx.AsyncClient) -> None:
        response = await client.post(self.URL, json={"name": "王\u0301芳", "amount": "12.50"})
        assert response.status_code == 201
        assert response.headers["x-subject"] == "health-system"

    async def test_each_fault_has_pointer_rule_and_remedy(self, client: httpx.AsyncClient) -> None:
        response = await client.post(self.URL, json={"age": 200, "tags": [1], "amount": "1.234", "a/b~c": 1})
        assert response.status_code == 422
        assert set(faults(response)) == {
            ("/name", "missing"),
            ("/age", "less_than_equal"),
            ("/amount", "decimal_max_places"),
            ("/tags/0", "string_type"),
            ("/a~1b~0c", "extra_forbidden"),
        }
        for fault in response.json()["errors"]:
            assert fault["message"]
            assert fault["remedy"]

    async def test_a_field_name_that_is_personal_data_is_not_repeated(self, client: httpx.AsyncClient) -> None:
        response = await client.post(self.URL, json={"name": "a", "990101199003078519": 1})
        assert response.status_code == 422
        assert "990101199003078519" not in response.text

    @pytest.mark.parametrize(
        "body",
        [
            b"{", b"", b"nul", b'{"name": "a",}', b'{"name": "\xff\xfe"}', b'{"name": "\xed\xa0\x80"}',
            b'{"name": "a\x00"}',
            b"[" * 9000, b'{"age": ' + b"1" * 5000 + b"}", '{"name": "a"}'.encode("utf-16"),
        ],
    )  # fmt: skip
    async def test_what_is_no_json(self, client: httpx.AsyncClient, body: bytes) -> None:
        response = await client.post(self.URL, content=body, headers={"Content-Type": "application/json"})
        assert response.status_code == (422 if body == b"" else 400), response.text

    @pytest.mark.parametrize(
        ("body", "fault"),
        [
            (b'{"name": "a\\u0000"}', ("/name", "nul_character")),
            (b'{"name": "a\\ud800"}', ("/name", "lone_surrogate")),
            (b'{"\\ud800": 1}', ("/?", "lone_surrogate")),
            (b'{"name": "a", "age": NaN}', ("/age", "not_finite")),
            (b'{"name": "a", "age": -Infinity}', ("/age", "not_finite")),
            (b'{"name": "a", "age": 1e999}', ("/age", "not_finite")),
            (b'{"tags": ' + b"[" * 40 + b"]" * 40 + b"}", ("/tags" + "/0" * 31, "too_deep")),
        ],
    )
    async def test_json_that_cannot_be_stored(
        self, client: httpx.AsyncClient, body: bytes, fault: tuple[str, str]
    ) -> None:
        response = await client.post(self.URL, content=body, headers={"Content-Type": "application/json"})
        assert response.status_code == 422
        assert faults(response) == [fault]

    @pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data", "", "nonsense"])
    async def test_other_media_types(self, client: httpx.AsyncClient, kind: str) -> None:
        response = await client.post(self.URL, content=b'{"name": "a"}', headers={"Content-Type": kind})
        assert response.status_code == 415

    async def test_compressed_bodies_are_named(self, client: httpx.AsyncClient) -> None:
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip", "Accept-Language": "en"}
        for path in (self.URL, "/plain/1"):
            refused = await client.post(path, content=gzip.compress(b'{"name": "a"}'), headers=headers)
            assert (refused.status_code, refused.json()["code"]) == (415, "encoded-body")
            assert "gzip" in refused.json()["detail"]
            assert refused.headers["accept-encoding"] == "identity"
        headers["Content-Encoding"] = "identity"
        assert (await client.post(self.URL, content=b'{"name": "a"}', headers=headers)).status_code < 300

    async def test_too_large_by_length_and_while_streaming(self, client: httpx.AsyncClient) -> None:
        async def chunks():  # type: ignore[no-untyped-def]  # an async generator of bytes
            for _ in range(30):
                yield b" " * 1000

        headers = {"Content-Type": "application/json"}
        for path in (self.URL, "/plain/1"):
            by_length = await client.post(path, content=b" " * 20_001, headers=headers)
            streamed = await client.post(path, content=chunks(), headers=headers)
            assert by_length.status_code == streamed.status_code == 413
            assert by_length.json()["code"] == streamed.json()["code"] == "body-too-large"
        absurd = await client.post(self.URL, content=b"{}", headers={**headers, "Content-Length": "9" * 5000})
        assert absurd.status_code == 413


class TestContext:
    TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    async def test_ids_are_taken_over_when_sane(self, client: httpx.AsyncClient) -> None:
        response = await client.get(
            "/api/v1/sample/context", headers={"X-Request-Id": "r.1", "traceparent": self.TRACE}
        )
        here = response.json()
        assert here["id"] == response.headers["x-request-id"] == "r.1"
        assert here["traceparent"].startswith("00-4bf92f3577b34da6a3ce929d0e0e4736-")
        assert here["traceparent"] != self.TRACE
        assert here["language"] == "en"

    async def test_each_request_has_its_own(self, client: httpx.AsyncClient) -> None:
        first, second = [(await client.get("/api/v1/sample/context")).json() for _ in range(2)]
        assert first["id"] != second["id"]
        assert first["traceparent"] != second["traceparent"]

    @pytest.mark.parametrize("text", ["", "a b", "x" * 65, "ä", "a\n", "-a", "990101199003078519", None])
    def test_odd_request_ids_are_replaced(self, text: str | None) -> None:
        assert sane_request_id(text) is None

    @pytest.mark.parametrize(
        "text",
        [None, "", "junk", TRACE.upper(), TRACE.replace("00-4", "ff-4"), "00-" + "0" * 32 + TRACE[35:], TRACE + "-x"],
    )
    def test_odd_traces_begin_anew(self, text: str | None) -> None:
        assert "4bf92f3577b34da6a3ce929d0e0e4736" not in continued(text)


class TestTime:
    async def test_a_slow_answer_is_a_503(self, client: httpx.AsyncClient) -> None:
        response = await client.get("/api/v1/sample/slow")
        assert (response.status_code, response.json()["code"]) == (503, "timeout")
        assert response.headers["retry-after"] == "1"

    async def test_a_stream_that_has_begun_goes_on(self, client: httpx.AsyncClient) -> None:
        response = await client.get("/api/v1/sample/stream")
        assert (response.status_code, response.text) == (200, "onetwo")


class TestAuthentication:
    @pytest.mark.parametrize(
        "value",
        ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer a.b.c", "Bearer " + "x" * 9000, "bearer é", "Bearer a b"],
    )
    async def test_bad_tokens(self, client: httpx.AsyncClient, value: str) -> None:
        response = await client.get("/api/v1/sample/people", headers={"Authorization": value.encode()})  # type: ignore[dict-item]  # raw bytes
        assert response.status_code == 401
        assert response.headers["www-authenticate"].startswith("Bearer")
        assert response.json()["code"] == "unauthenticated"

    async def test_no_token_and_no_route_either(self, client: httpx.AsyncClient) -> None:
        bare = {"Authorization": ""}
        assert (await client.get("/nowhere", headers=bare)).status_code == 401
        assert (await client.get("/healthz/live/", headers=bare)).status_code == 401

    @pytest.mark.parametrize("path", ["/open", "/healthz/live", "/healthz/ready", "/metrics", "/openapi.json"])
    async def test_public_paths(self, client: httpx.AsyncClient, path: str) -> None:
        client_without = {"Authorization": ""}
        assert (await client.get(path, headers=client_without)).status_code == 200

    @pytest.mark.parametrize("path", ["/docs", "/redoc"])
    async def test_no_documentation_pages(self, client: httpx.AsyncClient, path: str) -> None:
        assert (await client.get(path)).status_code == 404

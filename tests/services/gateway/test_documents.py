"""The gateway's own documents: whole, cacheable, and readable where no other network can be reached."""

import re
from pathlib import Path

import orjson
import pytest

from gateway.documents import Documents
from gateway.render import FIELDS
from tests.services.gateway.stage import CODES, Running

DOCS = Path(__file__).parents[3] / "docs"


class TestDocuments:
    @pytest.mark.parametrize("path", ["/api/v1/openapi.json", "/api/v1/codes", "/api/v1/codes/guarantee_state"])
    async def test_they_are_public_and_tagged(self, gateway: Running, path: str) -> None:
        answer = await gateway.client.get(path)
        assert answer.status_code == 200
        again = await gateway.client.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")

    async def test_codes_have_both_languages(self, gateway: Running) -> None:
        assert (await gateway.client.get("/api/v1/codes")).json() == CODES
        one = (await gateway.client.get("/api/v1/codes/guarantee_state")).json()
        assert one["codes"][0] == {"code": "met", "zh": "已保障", "en": "met"}

    async def test_an_unknown_list_and_an_unknown_parameter(self, gateway: Running) -> None:
        assert (await gateway.client.get("/api/v1/codes/nothing")).status_code == 404
        assert (await gateway.client.get("/api/v1/codes?x=1")).status_code == 400
        assert (await gateway.client.post("/api/v1/codes")).status_code == 405
        for path in ("/api/v1/codesx", "/docsx", "/healthz/x", "/.well-known/x", "/api/v1/oauth/x", "/openapi.json"):
            assert (await gateway.client.get(path)).status_code == 404, path

    def test_documents_not_built_yet_do_not_keep_the_gateway_down(self, tmp_path: Path) -> None:
        documents = Documents.read(openapi_path=tmp_path / "none", codes_path=tmp_path / "none")
        assert orjson.loads(documents.openapi.body)["paths"] == {}
        assert documents.code_lists

    def test_every_list_that_the_status_is_rendered_from_exists(self) -> None:
        documents = Documents.read(openapi_path=DOCS / "openapi.json", codes_path=DOCS / "codes.json")
        named = {name for fields in FIELDS.values() for name in fields.values()}
        for name in named:
            if name.startswith("*_"):
                assert any(known.endswith(name[1:]) for known in documents.code_lists), name
            else:
                assert name in documents.code_lists, name


class TestDocsPage:
    async def test_it_needs_nothing_from_elsewhere(self, gateway: Running) -> None:
        page = await gateway.client.get("/docs")
        assert page.status_code == 200
        assert "default-src 'none'" in page.headers["content-security-policy"]
        for reference in re.findall(r'(?:src|href)="([^"]+)"', page.text):
            assert reference.startswith("/"), reference
            assert (await gateway.client.get(reference)).status_code == 200, reference
        assert (await gateway.client.get("/docs/other.js")).status_code == 404


class TestHealth:
    async def test_all_parts_at_one_glance(self, gateway: Running) -> None:
        content = (await gateway.client.get("/healthz")).json()
        assert content["services"] == {"registry": True, "health": True}
        for path in ("/healthz/live", "/healthz/ready"):
            assert (await gateway.client.get(path)).status_code == 200

    async def test_metrics_count_what_went_through(self, gateway: Running) -> None:
        await gateway.client.get("/api/v1/health/x", headers=await gateway.bearer("health-system"))
        text = (await gateway.client.get("/metrics")).text
        assert re.search(r'yihu_gateway_request_seconds_count\{service="health",status="2xx"\} [1-9]', text)

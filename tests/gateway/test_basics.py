"""What every caller may rely on: health, documents, codes, limits, and problems in one form."""

import re
from typing import cast

import pytest

from ops.topology import ROOT
from tests.gateway.families import BILLS, ENROLMENTS, bill, register
from tests.gateway.system import System, body_of, is_problem


class TestDocuments:
    async def test_healthz_needs_no_token(self, system: System) -> None:
        answer = await system.client.get("/healthz")
        assert answer.status_code == 200

    async def test_the_interface_is_served_as_it_is_committed(self, system: System) -> None:
        answer = await system.client.get("/api/v1/openapi.json")
        assert answer.status_code == 200
        assert answer.content.strip() == (ROOT / "docs" / "openapi.json").read_bytes().strip()

    async def test_the_documentation_page_needs_nothing_from_elsewhere(self, system: System) -> None:
        page = await system.client.get("/docs")
        assert page.status_code == 200
        text = page.text
        assert not re.search(r"""(?:src|href)\s*=\s*["'](?:https?:)?//""", text)
        assert not re.search(r"""url\(\s*["']?(?:https?:)?//|@import|cdn\.""", text)
        for path in re.findall(r"""(?:src|href)\s*=\s*["'](/[^"'#?]*)""", text):
            assert (await system.client.get(path)).status_code == 200, path

    async def test_codes_have_names_in_both_languages(self, system: System) -> None:
        answer = await system.client.get("/api/v1/codes")
        assert answer.status_code == 200
        assert {"relation", "ethnicity", "insurance_scheme", "guarantee_item", "batch"} <= set(
            re.findall(r"[a-z_]+", answer.text)
        )
        one = await system.client.get("/api/v1/codes/sex")
        assert one.status_code == 200
        assert "男" in one.text
        assert "Male" in one.text
        assert (await system.client.get("/api/v1/codes/no_such_list")).status_code == 404

    async def test_every_described_read_answers_as_described(self, system: System) -> None:
        """No described GET without a parameter in its path is missing behind the gateway; one that has to be asked for
        something says so."""
        document = body_of(await system.client.get("/api/v1/openapi.json"))
        paths = cast(dict[str, dict[str, object]], document["paths"])
        for path, operations in paths.items():
            if "get" in operations and "{" not in path and path != "/api/v1/changes":
                asked = cast(dict[str, list[dict[str, object]]], operations["get"]).get("parameters", [])
                expected = 400 if any(one["in"] == "query" and one.get("required") for one in asked) else 200
                answer = await system.office.get(path)
                assert answer.status_code == expected, f"{path}: {answer.status_code} {answer.text[:300]}"


class TestProblems:
    async def test_an_unknown_route_is_404(self, system: System) -> None:
        for path in ("/api/v1/nothing", "/api/v2/households", "/api/v1/health/nothing", "/nothing", "/api/v1"):
            answer = await system.office.get(path)
            assert answer.status_code == 404, path
            assert is_problem(answer), path

    async def test_a_method_that_is_not_there_is_405_and_names_those_that_are(self, system: System) -> None:
        for method, path in (("DELETE", "/api/v1/households"), ("PUT", ENROLMENTS), ("PATCH", "/api/v1/changes")):
            answer = await system.office.send(method, path)
            assert answer.status_code == 405, path
            assert answer.headers["allow"]
            assert is_problem(answer)

    async def test_unknown_and_empty_filters_are_refused_never_read_as_all(self, system: System) -> None:
        for path in (
            "/api/v1/households",
            "/api/v1/statuses",
            ENROLMENTS,
            "/api/v1/villages",
            "/api/v1/health/indicators",
        ):
            for query in ("no_such_filter=1", "division=", "limit=0", "limit=-1", "limit=x", "limit=1e3", "cursor=x"):
                answer = await system.office.get(f"{path}?{query}")
                assert answer.status_code == 400, f"{path}?{query}: {answer.status_code} {answer.text[:200]}"
                assert is_problem(answer)

    @pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", "x"])
    async def test_another_content_type_is_415(self, system: System, kind: str) -> None:
        headers = {"Content-Type": kind}
        answer = await system.health.send("POST", BILLS, body=b"{}", headers=headers)
        assert answer.status_code == 415
        assert is_problem(answer)

    async def test_the_language_follows_the_caller(self, system: System) -> None:
        for header, language in (
            ("en", "en"),
            ("zh-CN,zh;q=0.9", "zh"),
            ("fr, en;q=0.5", "en"),
            ("", "zh"),
            ("xx", "zh"),
        ):
            answer = await system.office.get("/api/v1/nothing", headers={"Accept-Language": header})
            assert answer.headers["content-language"] == language, header

    async def test_a_request_can_be_followed_by_its_id(self, system: System) -> None:
        trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        family = await register(system, size=1)
        content = bill(id_number=family.head.id_number)
        answer = await system.health.post(BILLS, content, headers={"traceparent": trace})
        history = body_of(await system.health.get(f"{BILLS}/{answer.json()['id']}/history"))
        (entry,) = cast(list[dict[str, object]], history["entries"])
        assert entry["request_id"] == answer.headers["x-request-id"]

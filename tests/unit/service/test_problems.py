"""Every refusal is problem+json, in two languages, and repeats nothing that was sent."""

import logging

import httpx
import pytest
from pydantic_core._pydantic_core import list_all_errors

from shared.service import Unprocessable
from shared.service import problems as problem_classes
from shared.service.log_lines import JsonLines
from shared.service.messages import GENERIC_FAULT, catalogue, fill
from shared.service.problems import FieldError, Problem


def subclasses(kind: type[Problem]) -> list[type[Problem]]:
    return [kind, *(below for child in kind.__subclasses__() for below in subclasses(child))]


KERNEL_PROBLEMS = [kind for kind in subclasses(Problem) if kind.__module__ == problem_classes.__name__]


class TestTexts:
    @pytest.mark.parametrize("kind", KERNEL_PROBLEMS, ids=lambda kind: kind.__name__)
    def test_each_kernel_problem_has_title_detail_and_remedy(self, kind: type[Problem]) -> None:
        text = catalogue().find(kind.code)
        assert text is not None
        for label in (text.title, text.detail, text.remedy):
            assert label.zh
            assert label.en

    @pytest.mark.parametrize("kind", [error["type"] for error in list_all_errors()])
    def test_each_pydantic_rule_has_a_text_of_its_own(self, kind: str) -> None:
        text = catalogue().find(kind)
        assert text is not None
        assert text.detail.zh
        assert text.remedy.en

    def test_a_missing_parameter_leaves_a_gap_and_braces_stay(self) -> None:
        text = catalogue().find("too_long")
        assert text is not None
        assert fill(text.detail, {}, "en") == "Too many items: at most ."
        braces = catalogue().find("object_required")
        assert braces is not None
        assert "({ })" in fill(braces.detail, {}, "en")

    def test_the_generic_fault_exists(self) -> None:
        assert catalogue().find(GENERIC_FAULT) is not None


class TestDocuments:
    async def test_members_of_the_document(self, client: httpx.AsyncClient) -> None:
        response = await client.get("/api/v1/sample/nowhere", headers={"X-Request-Id": "abc-1"})
        assert response.status_code == 404
        assert response.headers["content-type"] == "application/problem+json"
        assert response.headers["x-request-id"] == "abc-1"
        document = response.json()
        assert document["type"] == "urn:yihu:problem:not-found"
        assert document["status"] == 404
        assert document["instance"] == "abc-1"
        assert document["code"] == "not-found"
        assert document["title"] == "Not found"
        assert document["remedy"]
        assert document["errors"] == []

    @pytest.mark.parametrize(
        ("asked", "title"),
        [
            (None, "没有找到"),
            ("en-GB,en;q=0.8", "Not found"),
            ("zh-CN", "没有找到"),
            ("fr, en;q=0.5, zh;q=0.4", "Not found"),
            ("*", "没有找到"),
            (";;;q=,", "没有找到"),
        ],
    )
    async def test_the_readers_language(self, client: httpx.AsyncClient, asked: str | None, title: str) -> None:
        headers = {"Accept-Language": asked if asked is not None else ""}
        assert (await client.get("/nowhere", headers=headers)).json()["title"] == title

    async def test_a_services_own_refusal_fills_its_text(self, client: httpx.AsyncClient) -> None:
        document = (await client.get("/api/v1/sample/fail/other")).json()
        assert (document["status"], document["code"], document["detail"]) == (409, "sample-busy", "Zhang San is busy.")
        document = (await client.get("/api/v1/sample/fail/other", headers={"Accept-Language": "zh"})).json()
        assert document["detail"] == "张三正忙。"

    async def test_method_not_allowed_names_the_methods(self, client: httpx.AsyncClient) -> None:
        response = await client.delete("/api/v1/sample/people")
        assert response.status_code == 405
        assert response.headers["allow"] == "GET, POST"
        assert response.json()["code"] == "method-not-allowed"


class TestLastResorts:
    @pytest.mark.parametrize(
        ("kind", "method", "status"),
        [
            ("data", "POST", 422),
            ("data", "GET", 400),
            ("nul", "POST", 422),
            ("range", "GET", 400),
            ("group", "GET", 503),
            ("group of refusals", "GET", 409),
            ("division", "GET", 400),
            ("recursion", "POST", 422),
            ("deadlock", "POST", 503),
            ("serialization", "POST", 503),
            ("connections", "GET", 503),
            ("interface", "GET", 503),
            ("refused", "GET", 503),
            ("cancelled", "GET", 503),
            ("unique", "POST", 409),
            ("privilege", "POST", 403),
        ],
    )
    async def test_what_the_database_says(self, client: httpx.AsyncClient, kind: str, method: str, status: int) -> None:
        response = await client.request(method, f"/api/v1/sample/fail/{kind}")
        assert response.status_code == status
        assert response.headers["content-type"] == "application/problem+json"
        assert ("retry-after" in response.headers) == (status == 503)

    async def test_a_bug_is_a_500_that_tells_and_logs_no_payload(
        self, client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.WARNING):
            response = await client.get("/api/v1/sample/fail/bug", headers={"X-Request-Id": "bug-1"})
        assert response.status_code == 500
        assert response.json()["instance"] == "bug-1"
        formatter = JsonLines(service="sample")
        lines = [formatter.format(record) for record in caplog.records]
        assert any("builtins.KeyError" in line and "conftest.py" in line for line in lines)
        assert "990101199003078519" not in response.text + "".join(lines)

    async def test_a_database_message_with_personal_data_stays_inside(
        self, client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        response = await client.post("/api/v1/sample/fail/unique")
        formatter = JsonLines(service="sample")
        assert "990101199003078519" not in response.text + "".join(formatter.format(r) for r in caplog.records)


def test_log_lines_blank_long_digit_runs() -> None:
    record = logging.LogRecord(
        "x", logging.INFO, "f", 1, "member %s phone %s", ("99010119900307856X", "13800000000"), None
    )
    assert "1101011990" not in JsonLines(service="s").format(record)
    assert "13800000000" not in JsonLines(service="s").format(record)


def test_log_lines_keep_the_end_of_a_traceback_and_cut_no_number_in_two() -> None:
    for length in range(400, 520):
        traceback = "Traceback\n" + "-" * length + "99010119900307856X" + " frame" * 2_000 + "\nOSError: the cause"
        line = JsonLines(service="s").format(logging.LogRecord("x", logging.ERROR, "f", 1, traceback, None, None))
        assert "Traceback" in line
        assert "OSError: the cause" in line
        assert "110101" not in line
        assert len(line) < 2_500


def test_problem_keeps_its_faults() -> None:
    assert Unprocessable(errors=[FieldError("/a", "missing")]).errors == (FieldError("/a", "missing"),)

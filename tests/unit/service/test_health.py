"""Health, readiness, metrics, background work."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY

from shared.service import Background, background


class TestReadiness:
    async def test_each_check_is_told_and_bounded_in_time(
        self, app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def good() -> bool:
            return True

        async def hangs() -> bool:
            await asyncio.Event().wait()
            return True

        async def raises() -> bool:
            raise OSError("down")

        readiness = app.state.readiness
        monkeypatch.setitem(readiness, "database", good)
        assert (await client.get("/healthz/ready")).json() == {
            "status": "ready", "service": "sample", "checks": {"database": True},
        }  # fmt: skip
        monkeypatch.setitem(readiness, "nats", hangs)
        monkeypatch.setitem(readiness, "keys", raises)
        response = await client.get("/healthz/ready")
        assert response.status_code == 503
        assert response.json()["checks"] == {"database": True, "nats": False, "keys": False}
        assert (await client.get("/healthz/live")).status_code == 200

    async def test_draining_is_not_ready(
        self, app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(app.state.readiness, "draining", True)
        response = await client.get("/healthz/ready")
        assert (response.status_code, response.json()["status"]) == (503, "draining")


class TestMetrics:
    async def test_labels_are_templates_never_paths(self, client: httpx.AsyncClient) -> None:
        await client.get("/api/v1/sample/people/4711")
        await client.post("/plain/4712", content=b"x")
        await client.get("/nowhere/4713")
        text = (await client.get("/metrics")).text
        assert 'route="/api/v1/sample/people/{number}"' in text
        assert 'route="/plain/{key}"' in text
        assert 'route="(none)"' in text
        assert not any(f"/{number}" in text for number in ("4711", "4712", "4713"))

    async def test_odd_methods_make_no_new_series(self, client: httpx.AsyncClient) -> None:
        await client.request("BREW", "/api/v1/sample/people")
        text = (await client.get("/metrics")).text
        assert 'method="other"' in text
        assert "BREW" not in text


class TestBackground:
    async def test_a_failed_task_starts_again_and_all_stop_at_exit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(background, "FIRST_PAUSE", 0.001)
        attempts = 0
        steady = asyncio.Event()

        async def work() -> None:
            nonlocal attempts
            attempts += 1
            if attempts < 3:
                raise ValueError("not yet")
            steady.set()
            await asyncio.Event().wait()

        before = REGISTRY.get_sample_value("yihu_background_failures_total", {"task": "relay"}) or 0
        async with Background() as tasks:
            tasks.start("relay", work)
            with pytest.raises(ValueError, match="running already"):
                tasks.start("relay", work)
            await asyncio.wait_for(steady.wait(), 5)
            assert tasks.running("relay")
        assert not tasks.running("relay")
        assert REGISTRY.get_sample_value("yihu_background_failures_total", {"task": "relay"}) == before + 2

    async def test_a_task_that_returns_is_done(self) -> None:
        done = asyncio.Event()

        async def work() -> None:
            done.set()

        async with Background() as tasks:
            tasks.start("once", work)
            await asyncio.wait_for(done.wait(), 5)
            await asyncio.sleep(0)
            tasks.start("once", work)

"""`python -m shared.service`: a real process, started, asked, told to stop."""

import asyncio
import json
import os
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from shared.settings import ServiceSettings

ROOT = Path(__file__).resolve().parents[3]

SAMPLE = """
import asyncio, gc
from contextlib import asynccontextmanager
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from shared.codes.label import Label
from shared.service import create_service, json_response

@asynccontextmanager
async def lifespan(app):
    yield {}

async def parts():
    yield b"one"
    await asyncio.sleep(0.5)
    yield b"two"

async def stream(request):
    return StreamingResponse(parts())

async def collector(request):
    return json_response({"threshold": list(gc.get_threshold()), "frozen": gc.get_freeze_count() > 0})

async def fail(request):
    raise KeyError("990101199003078519")

def create_app(settings):
    routes = [Route("/stream", stream), Route("/collector", collector), Route("/fail", fail)]
    return create_service(name="sample", title=Label(zh="样例", en="Sample"), settings=settings, lifespan=lifespan,
                          routes=routes, public_paths=["/stream", "/collector", "/fail"])
"""


@pytest.fixture
async def process(tmp_path: Path, settings: ServiceSettings) -> AsyncIterator[tuple[Process, str]]:
    (tmp_path / "sample_service.py").write_text(SAMPLE, encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}",
        "YIHU_SERVICE_DATABASE_URL": "postgresql://unused",
        "YIHU_PII_KEY": "unused",
        "YIHU_JWKS_URL": settings.jwks_url,
    }
    command = [sys.executable, "-m", "shared.service", "sample_service", "--port", str(port)]
    process = await asyncio.create_subprocess_exec(*command, env=environment, cwd=tmp_path, stdout=PIPE, stderr=PIPE)
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@asynccontextmanager
async def ready(url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client, once the service answers."""
    async with httpx.AsyncClient(base_url=url, timeout=20) as client, asyncio.timeout(30):
        while True:
            try:
                if (await client.get("/healthz/ready")).status_code == 200:
                    break
            except httpx.TransportError:
                await asyncio.sleep(0.05)
        yield client


async def test_a_request_under_way_outlives_the_order_to_stop(process: tuple[Process, str]) -> None:
    running, url = process
    async with ready(url) as client:
        assert (await client.get("/collector")).json() == {"threshold": [50_000, 20, 100], "frozen": True}
        assert (await client.get("/fail", headers={"X-Request-Id": "r-1"})).status_code == 500
        async with client.stream("GET", "/stream") as response:
            chunks = response.aiter_raw()
            assert await anext(chunks) == b"one"
            running.terminate()
            assert await anext(chunks) == b"two"
    out, log = await running.communicate()
    assert running.returncode == 0
    assert out == b""
    lines = [json.loads(line) for line in log.splitlines()]
    assert all({"time", "level", "service", "message"} <= line.keys() for line in lines)
    failures = [line for line in lines if line.get("request_id") == "r-1"]
    assert failures
    assert failures[0]["exceptions"][0]["type"] == "builtins.KeyError"
    assert b"990101199003078519" not in log
    assert not any("/stream" in line["message"] for line in lines)

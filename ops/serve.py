"""Runs one service in this process's place, as a container does: waits for its servers, then becomes the service."""

import asyncio
import os
import sys

from ops.environment import nats_url_for, service_environment
from ops.home import Home
from ops.migrate import installation_secrets, wait_until_migrated
from ops.topology import ROOT, Service

PATIENCE_SECONDS = 600.0
"""Servers and migrations may come late; after this the container's own restart takes over."""


def serve(home: Home, service: Service, *, database_url: str, nats_url: str) -> None:
    """Does not return. Host, port and upstreams come from `YIHU_LISTEN_HOST`, `YIHU_LISTEN_PORT`, `YIHU_UPSTREAMS`."""
    secrets = installation_secrets(home)
    asyncio.run(wait_until_migrated(service, secrets, database_url=database_url, patience=PATIENCE_SECONDS))
    upstreams = dict(pair.split("=", 1) for pair in os.environ.get("YIHU_UPSTREAMS", "").split(",") if "=" in pair)
    environment = service_environment(
        service,
        secrets=secrets,
        database_url=database_url,
        nats_url=nats_url_for(service, nats_url, secrets),
        gateway_address=os.environ.get("YIHU_GATEWAY_ADDRESS", "http://127.0.0.1:8000"),
        host=os.environ.get("YIHU_LISTEN_HOST", "127.0.0.1"),
        port=int(os.environ.get("YIHU_LISTEN_PORT", "8000")),
        upstreams=upstreams,
    )
    os.chdir(ROOT)
    os.execve(sys.executable, [sys.executable, *service.command], environment)  # noqa: S606 - ourselves

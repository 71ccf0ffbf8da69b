"""The environment of each process: the settings of `shared/settings.py` and of the gateway, filled in."""

import os
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

from ops.home import NATS_ADMIN, Secrets
from ops.topology import GATEWAY, Service
from shared.embedded.databases import service_urls

MARK = "YIHU_SUPERVISED_HOME"
"""Names the home in the environment of every process that a supervisor starts, to find those a crash left behind."""

NOT_FOR_SERVICES = ("YIHU_DATABASE_URL", "YIHU_PII_KEY", "YIHU_SIGNING_KEY", "YIHU_LISTEN_HOST")
"""The server's administrator, and what belongs to one process alone."""


def service_environment(
    service: Service,
    *,
    secrets: Secrets,
    database_url: str,
    nats_url: str,
    gateway_address: str,
    host: str,
    port: int,
    upstreams: Mapping[str, str],
) -> dict[str, str]:
    """The whole environment of one service; the caller's own `YIHU_` limits pass through.

    `database_url` is any URL to the server, with or without a user: the service's own role takes its place.
    """
    environment = {name: value for name, value in os.environ.items() if name not in NOT_FOR_SERVICES}
    urls = service_urls(database_url, service.name, passwords=secrets.roles)
    environment |= {
        "YIHU_SERVICE_DATABASE_URL": urls.app_url,
        "YIHU_NATS_URL": nats_url,
        "YIHU_JWKS_URL": f"{gateway_address}/.well-known/jwks.json",
        "YIHU_LISTEN_HOST": host,
        "YIHU_LISTEN_PORT": str(port),
        "PYTHONUNBUFFERED": "1",
    }
    if service.name != GATEWAY:
        environment["YIHU_PII_KEY"] = secrets.pii_key
    else:
        environment["YIHU_SIGNING_KEY"] = secrets.signing_key
        environment["YIHU_UPSTREAMS"] = ",".join(f"{name}={url}" for name, url in upstreams.items())
    return environment


def nats_url_for(service: Service | None, url: str, secrets: Secrets) -> str:
    """`url` with the user of the service (None: the administrator), unless it names a user already."""
    parts = urlsplit(url)
    if "@" in parts.netloc:
        return url
    user = service.name if service else NATS_ADMIN
    return urlunsplit(parts._replace(netloc=f"{user}:{secrets.nats[user]}@{parts.netloc}"))

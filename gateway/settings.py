"""The gateway's settings and limits; read from the environment with the prefix `YIHU_`."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from shared.settings import HttpSettings

_DOCS = Path(__file__).resolve().parent.parent / "docs"
_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_URL = re.compile(r"https?://[^/?#@\s]+", re.ASCII)


class GatewaySettings(HttpSettings):
    """Where the services are, who signs tokens, and every limit by name. Times in seconds, sizes in bytes."""

    upstreams: Annotated[dict[str, str], NoDecode] = Field(default_factory=dict)
    """`registry=http://127.0.0.1:9001,health=http://127.0.0.1:9002`: a new department needs nothing else here."""
    database_url: SecretStr = Field(validation_alias="YIHU_SERVICE_DATABASE_URL")
    pool_min: int = Field(default=1, ge=0)
    pool_max: int = Field(default=4, ge=1)
    nats_url: str = "nats://127.0.0.1:4222"

    signing_key: SecretStr
    """Seed of the Ed25519 key that signs tokens: 32 bytes, base64url."""
    token_seconds: int = Field(default=900, gt=0, le=900)
    secret_threads: int = Field(default=2, ge=1)
    """How many secrets are checked at a time; each check takes tens of milliseconds of one core."""
    secret_queue: int = Field(default=64, ge=1)
    sign_in_failures: int = Field(default=10, ge=1)
    """Wrong secrets for one name from one address before further attempts must wait."""
    sign_in_failure_seconds: float = Field(default=300.0, gt=0)
    sign_in_per_second: float = Field(default=20.0, gt=0)
    sign_in_burst: float = Field(default=100.0, ge=1)

    rate_limit_per_second_system: float = Field(default=20_000.0, gt=0)
    rate_limit_per_second_mobile: float = Field(default=20_000.0, gt=0)
    """A mobile application is one principal for all its phones."""
    rate_limit_per_second_person: float = Field(default=200.0, gt=0)
    rate_limit_burst_seconds: float = Field(default=2.0, ge=1)
    rate_limit_callers: int = Field(default=100_000, ge=1)

    upstream_concurrency: int = Field(default=128, ge=1)
    upstream_queue: int = Field(default=512, ge=0)
    upstream_queue_seconds: float = Field(default=5.0, gt=0)
    status_waits: int = Field(default=32, ge=1)
    """Status reads that wait for a version (`at_least`) at one time; each holds one of the registry's places."""
    upstream_connect_seconds: float = Field(default=2.0, gt=0)
    upstream_keep_alive_seconds: float = Field(default=30.0, gt=0)
    """Shorter than the services keep an idle connection, so that no request is sent on one that is being closed."""
    max_header_count: int = Field(default=100, ge=1)
    max_header_bytes: int = Field(default=32 * 1024, ge=1)
    max_url_bytes: int = Field(default=8 * 1024, ge=1)
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()
    """Addresses whose X-Forwarded-For is believed, comma-separated; all others speak for themselves only."""

    status_cache_bytes: int = Field(default=64 * 1024 * 1024, ge=0)
    status_cache_seconds: float = Field(default=300.0, ge=0)
    status_versions_known: int = Field(default=200_000, ge=1)
    status_settle_seconds: float = Field(default=5.0, ge=0)

    changes_kept: int = Field(default=10_000, ge=1)
    """Changes held in memory; older ones are read from the stream again."""
    changes_queue: int = Field(default=1_000, ge=1)
    """Changes that may wait for one slow reader before it is disconnected."""
    changes_per_principal: int = Field(default=32, ge=1)
    changes_heartbeat_seconds: float = Field(default=15.0, gt=0)
    changes_retry_milliseconds: int = Field(default=1_000, ge=0)

    openapi_path: Path = _DOCS / "openapi.json"
    codes_path: Path = _DOCS / "codes.json"

    @field_validator("upstreams", mode="before")
    @classmethod
    def _split_upstreams(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [part.strip().partition("=") for part in value.split(",") if part.strip()]
        names = [name.strip() for name, _, _ in pairs]
        if len(set(names)) != len(names):
            raise ValueError("an upstream is named twice")
        return {name.strip(): url.strip().rstrip("/") for name, _, url in pairs}

    @field_validator("upstreams")
    @classmethod
    def _check_upstreams(cls, value: dict[str, str]) -> dict[str, str]:
        for name, url in value.items():
            if not _NAME.fullmatch(name) or not _URL.fullmatch(url):
                raise ValueError(f"not name=http://host:port: {name}={url}")
        return value

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _split_proxies(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

"""Every setting and every limit, by name; read from the environment with the prefix `YIHU_`."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class HttpSettings(BaseSettings):
    """What anything that answers HTTP needs: where it listens, whose tokens it trusts, how much it accepts."""

    model_config = SettingsConfigDict(env_prefix="YIHU_", populate_by_name=True, extra="ignore", frozen=True)

    listen_host: str = "127.0.0.1"
    listen_port: int = Field(default=8000, ge=0, le=65535)
    log_level: str = "INFO"

    jwks_url: str = "http://127.0.0.1:8000/.well-known/jwks.json"
    """Where the public keys of the token issuer are: an http(s) URL, `file:` and a path, or the JSON itself."""
    jwks_timeout_seconds: float = Field(default=2.0, gt=0)
    jwks_refresh_seconds: float = Field(default=5.0, ge=0)
    """The shortest time between two fetches of the keys, whatever key ids arrive."""
    jwks_max_age_seconds: float = Field(default=60.0, ge=0)
    """How old the keys may be before they are fetched again, so that a withdrawn key is not trusted for ever."""
    token_issuer: str = "yihu"  # noqa: S105 - a name, no secret
    token_audience: str = "yihu"  # noqa: S105 - a name, no secret
    token_leeway_seconds: int = Field(default=10, ge=0)
    max_token_seconds: int = Field(default=900, gt=0)
    """The longest life of a token that is accepted or issued."""
    token_cache_size: int = Field(default=10_000, gt=0)

    max_body_bytes: int = Field(default=8 * 1024 * 1024, gt=0)
    max_page_rows: int = Field(default=500, gt=0)
    default_page_rows: int = Field(default=50, gt=0)
    request_timeout_seconds: float = Field(default=30.0, gt=0)
    """From the request's first byte to the response's first byte; a stream may then go on."""
    readiness_timeout_seconds: float = Field(default=2.0, gt=0)
    drain_seconds: int = Field(default=10, ge=0)
    """How long requests under way may take to finish once the process has been told to stop."""
    keep_alive_seconds: int = Field(default=75, gt=0)
    """How long an idle connection is kept; longer than callers keep theirs, so that none is closed under a request."""


class ServiceSettings(HttpSettings):
    """What a service with a database needs besides."""

    database_url: SecretStr = Field(validation_alias="YIHU_SERVICE_DATABASE_URL")
    """Of the app role (`yihu_<service>`), which owns nothing; migrations run as the owner role."""
    pool_min: int = Field(default=2, ge=0)
    pool_max: int = Field(default=10, ge=1)
    nats_url: str = "nats://127.0.0.1:4222"
    pii_key: SecretStr
    """32 bytes, base64url; the encryption key and the index key are derived from it."""
    max_batch_rows: int = Field(default=1000, gt=0)
    reevaluation_seconds: float = Field(default=30.0, gt=0)
    """How often to look whether a day has ended, so that what held until then is computed again."""
    idempotency_keep_days: int = Field(default=14, ge=1)
    """How long the answer to a request is kept under its Idempotency-Key."""
    max_wait_seconds: float = Field(default=5.0, gt=0)
    """How long a read may wait for the version that it asks for (`at_least`)."""

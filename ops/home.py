"""The home folder: data, logs, ports, and the secrets that are made once and stay there."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from pydantic import BaseModel, ConfigDict

from ops.topology import ROOT
from shared.auth.issuer import new_signing_key
from shared.embedded.databases import role_names

NATS_ADMIN = "yihu"


class HomeInUseError(RuntimeError):
    """Another supervisor runs on this home."""


class SecretsMissingError(RuntimeError):
    """There is data whose secrets are gone: new ones would open nothing."""


class NoServerError(RuntimeError):
    """The home has no server of its own."""


class Secrets(BaseModel):
    """What only this installation knows. Lost, the encrypted columns cannot be read: back it up with the data."""

    model_config = ConfigDict(extra="forbid")

    postgres_admin: str
    roles: dict[str, str]
    nats: dict[str, str]
    pii_key: str
    signing_key: str
    principals: dict[str, str]


class Home:
    """`YIHU_HOME`; private to its owner but for passing through (PostgreSQL runs as another account under root)."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.secrets_file = self.path / "secrets.json"
        self.credentials_file = self.path / "credentials.json"
        self.pgpass_file = self.path / "pgpass"
        self.demo_mark = self.path / "demo.loaded"
        self.logs = self.path / "logs"
        self._lock: TextIO | None = None

    @classmethod
    def of_environment(cls) -> "Home":
        return cls(Path(os.environ.get("YIHU_HOME") or ROOT / ".yihu"))

    def make(self) -> None:
        self.path.mkdir(mode=0o711, parents=True, exist_ok=True)
        self.logs.mkdir(mode=0o700, exist_ok=True)

    def lock(self) -> None:
        """Keep every other supervisor out as long as this process lives; raises `HomeInUseError`."""
        lock = (self.path / "lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            lock.close()
            raise HomeInUseError(
                f"{self.path} is in use by process {holder}; stop it, or set YIHU_HOME and YIHU_PORT to others"
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        self._lock = lock

    def unlock(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def server_port(self, server: str) -> int:
        """The port of the home's own `postgres` or `nats`; raises `NoServerError` where it was never started."""
        try:
            return int((self.path / f"{server}.port").read_text())
        except FileNotFoundError:
            raise NoServerError(f"{self.path} has no {server} of its own; start with make run") from None

    def secrets(self, services: Iterable[str], principals: Iterable[str] = ()) -> Secrets:
        """The secrets, made where missing: a new department gets its own without a change to the others'.

        `YIHU_PII_KEY` and `YIHU_SIGNING_KEY` in the environment go before those of the file.
        """
        # Containers that share a home may start together: one of them makes the secrets.
        with (self.path / "secrets.lock").open("a") as one_at_a_time:
            fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
            stored = self._complete(list(services), principals)
        return stored.model_copy(
            update={
                name: value
                for name, variable in (("pii_key", "YIHU_PII_KEY"), ("signing_key", "YIHU_SIGNING_KEY"))
                if (value := os.environ.get(variable))
            }
        )

    def _complete(self, services: list[str], principals: Iterable[str]) -> Secrets:
        if self.secrets_file.exists():
            stored = Secrets.model_validate_json(self.secrets_file.read_bytes())
        elif (self.path / "postgres").exists():
            raise SecretsMissingError(f"{self.path} holds data, but {self.secrets_file.name} is gone; restore it")
        else:
            stored = Secrets(
                postgres_admin=_password(),
                roles={},
                nats={},
                pii_key=new_signing_key(),  # 32 random bytes in base64url, as every key here
                signing_key=new_signing_key(),
                principals={},
            )
        before = stored.model_copy(deep=True)
        for role in role_names(services):
            stored.roles.setdefault(role, _password())
        for user in (NATS_ADMIN, *services):
            stored.nats.setdefault(user, _password())
        for principal in principals:
            stored.principals.setdefault(principal, _password())
        if stored != before or not self.secrets_file.exists():
            write_private(self.secrets_file, stored.model_dump_json(indent=2))
        return stored

    def write_pgpass(self, stored: Secrets, *, administrator: str, password: str) -> None:
        """Passwords in PostgreSQL's own format: `PGPASSFILE` for psql, pg_dump and our migrations."""
        lines = (
            f"*:*:*:{role}:{_escaped(secret)}" for role, secret in {**stored.roles, administrator: password}.items()
        )
        write_private(self.pgpass_file, "\n".join(lines))

    def write_credentials(self, *, address: str, principals: Iterable[dict[str, object]]) -> None:
        """Who may sign in to the demo, with what secret."""
        document = {
            "address": address,
            "token_endpoint": f"{address}/api/v1/oauth/token",
            "principals": list(principals),
        }
        write_private(self.credentials_file, json.dumps(document, ensure_ascii=False, indent=2))


def write_private(file: Path, text: str) -> None:
    """Write a file for its owner's eyes, whole or not at all."""
    fresh = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as target:
        target.write(text + "\n")
        target.flush()
        os.fsync(target.fileno())
    fresh.replace(file)


def _escaped(secret: str) -> str:
    return secret.replace("\\", "\\\\").replace(":", "\\:")


def _password() -> str:
    return secrets.token_urlsafe(24)

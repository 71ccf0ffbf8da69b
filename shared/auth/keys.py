"""The issuer's public keys (RFC 7517): from a URL, a file or the settings themselves, kept while the source is down."""

import asyncio
import logging
from pathlib import Path
from time import monotonic

import httpx
import orjson
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

logger = logging.getLogger(__name__)

_FILE = "file:"


class KeySource:
    """Keys by id, fetched when first needed, when an unknown id turns up (at most every few seconds), and when old.

    A key that the issuer has withdrawn is trusted no longer than `max_age_seconds`, unless the source is down.
    """

    def __init__(
        self, location: str, *, timeout_seconds: float, refresh_seconds: float, max_age_seconds: float
    ) -> None:
        self._location = location.strip()
        self._timeout = timeout_seconds
        self._refresh_seconds = refresh_seconds
        self._max_age_seconds = max_age_seconds
        self._keys: dict[str, OKPKey] = {}
        self._tried: float | None = None
        self.withdrawals = 0
        """How often a key has gone or changed: what was verified before is to be verified again."""
        self._lock = asyncio.Lock()

    @property
    def empty(self) -> bool:
        return not self._keys

    async def find(self, key_id: str | None) -> OKPKey | None:
        """The key of this id (None: the only one there is), or None where the source knows no such key."""
        key = self._known(key_id)
        if key is None:
            await self._refresh(key_id)
            key = self._known(key_id)
        return key

    async def renew(self) -> None:
        """Read the keys again if they are old; one caller does, the others go on with those that are there."""
        if self._is_old and not self._lock.locked():
            async with self._lock:
                await self._fetch()

    @property
    def _is_old(self) -> bool:
        if self._tried is None or not self._keys or self._location.startswith("{"):
            return False
        return monotonic() - self._tried >= self._max_age_seconds

    def _known(self, key_id: str | None) -> OKPKey | None:
        if key_id is None:
            return next(iter(self._keys.values())) if len(self._keys) == 1 else None
        return self._keys.get(key_id)

    async def _refresh(self, key_id: str | None) -> None:
        async with self._lock:
            if self._known(key_id) is not None:
                return
            # Unknown key ids cost nothing to make up; they must not become requests to the issuer.
            if self._tried is not None and monotonic() - self._tried < self._refresh_seconds:
                return
            await self._fetch()

    async def _fetch(self) -> None:
        self._tried = monotonic()
        try:
            keys = _ed25519_keys(await self._read())
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, TypeError, JoseError) as error:
            logger.warning("the token issuer's keys could not be read", exc_info=error)
            return
        if not keys:
            return
        if any(
            key_id not in keys or keys[key_id].thumbprint() != key.thumbprint() for key_id, key in self._keys.items()
        ):
            self.withdrawals += 1
        self._keys = keys

    async def _read(self) -> bytes:
        if self._location.startswith("{"):
            return self._location.encode()
        if self._location.startswith(_FILE):
            path = Path(self._location.removeprefix(_FILE).removeprefix("//"))
            return await asyncio.to_thread(path.read_bytes)
        async with httpx.AsyncClient(timeout=self._timeout, trust_env=False) as client:
            response = await client.get(self._location)
            response.raise_for_status()
            return response.content


def _ed25519_keys(document: bytes) -> dict[str, OKPKey]:
    """The Ed25519 signature keys of a JWKS; other keys, which a provider may well publish, are passed over."""
    parsed = orjson.loads(document)
    entries = parsed.get("keys") if isinstance(parsed, dict) else None
    if not isinstance(entries, list):
        raise ValueError("a JWKS has a list of keys")
    keys: dict[str, OKPKey] = {}
    for entry in entries:
        if not isinstance(entry, dict) or entry.get("kty") != "OKP" or entry.get("crv") != "Ed25519":
            continue
        if entry.get("use", "sig") != "sig":
            continue
        public = {name: entry[name] for name in ("kty", "crv", "x") if isinstance(entry.get(name), str)}
        key = OKPKey.import_key(public)
        keys[str(entry.get("kid") or key.thumbprint())] = key
    return keys

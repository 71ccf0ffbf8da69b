"""Access tokens to principals: signature, claims, and a cache that makes the second look nearly free."""

import warnings
from hashlib import sha256
from typing import Self

from joserfc import jws, jwt
from joserfc.errors import JoseError, SecurityWarning

from shared.auth.claims import check_claims, principal_from, refused
from shared.auth.keys import KeySource
from shared.auth.principal import Principal
from shared.clock import Clock, SystemClock
from shared.service.problems import KeysUnavailable
from shared.settings import HttpSettings

ALGORITHMS = ("EdDSA", "Ed25519")
"""Two names of one algorithm: RFC 8037's, and RFC 9864's that replaces it."""


class TokenVerifier:
    """Verifies bearer tokens (Ed25519 only). Used by the kernel's authentication; one for each process is enough."""

    def __init__(self, keys: KeySource, *, settings: HttpSettings, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock
        self._settings = settings
        self._verified: dict[bytes, tuple[float, Principal]] = {}
        self._withdrawals = keys.withdrawals

    @classmethod
    def from_settings(cls, settings: HttpSettings, clock: Clock | None = None) -> Self:
        keys = KeySource(
            settings.jwks_url,
            timeout_seconds=settings.jwks_timeout_seconds,
            refresh_seconds=settings.jwks_refresh_seconds,
            max_age_seconds=settings.jwks_max_age_seconds,
        )
        return cls(keys, settings=settings, clock=clock or SystemClock())

    async def verify(self, token: str) -> Principal:
        """The caller the token stands for.

        Raises `Unauthenticated` (401) for a token that is malformed, forged, expired or meant for others, and
        `KeysUnavailable` (503) while no key has been had to tell.
        """
        digest = sha256(token.encode("utf-8", "replace")).digest()
        now = self._clock.now()
        await self._keys.renew()
        if self._withdrawals != self._keys.withdrawals:
            self._withdrawals = self._keys.withdrawals
            self._verified.clear()
        known = self._verified.get(digest)
        if known is not None:
            expires, principal = known
            if now.timestamp() < expires:
                return principal
            del self._verified[digest]
        claims = await self._claims(token)
        settings = self._settings
        expires = check_claims(
            claims,
            now=now,
            issuer=settings.token_issuer,
            audience=settings.token_audience,
            leeway=settings.token_leeway_seconds,
            max_seconds=settings.max_token_seconds,
        )
        principal = principal_from(claims)
        self._remember(digest, expires, principal)
        return principal

    async def _claims(self, token: str) -> dict[str, object]:
        try:
            header = jws.extract_compact(token.encode("ascii")).headers()
        except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
            raise refused() from error
        key_id = header.get("kid")
        if header.get("alg") not in ALGORITHMS or not (key_id is None or isinstance(key_id, str)):
            raise refused()
        key = await self._keys.find(key_id)
        if key is None:
            raise KeysUnavailable if self._keys.empty else refused()
        try:
            with warnings.catch_warnings():
                # Outside providers still write the older name; for Ed25519 keys it is the same algorithm.
                warnings.simplefilter("ignore", SecurityWarning)
                return dict(jwt.decode(token, key, algorithms=list(ALGORITHMS)).claims)
        except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
            raise refused() from error

    def _remember(self, digest: bytes, expires: float, principal: Principal) -> None:
        if len(self._verified) >= self._settings.token_cache_size:
            # The oldest entry is the one that expires soonest, give or take a lifetime.
            del self._verified[next(iter(self._verified))]
        self._verified[digest] = (expires, principal)

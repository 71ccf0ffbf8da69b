"""An issuer, a principal, tokens of ours with claims changed, verifiers."""

from datetime import UTC, datetime, timedelta

import orjson
from joserfc import jwt
from joserfc.jwk import OKPKey

from shared.auth import Principal, TokenIssuer, TokenVerifier, new_signing_key
from shared.clock import MovableClock
from shared.settings import HttpSettings

NOON = datetime(2020, 4, 30, 4, tzinfo=UTC)
TEN_MINUTES = timedelta(minutes=10)
SEED = new_signing_key()
ISSUER = TokenIssuer(SEED)
KEY = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": ISSUER.jwks()["keys"][0]["x"], "d": SEED})
KEY_ID = ISSUER.jwks()["keys"][0]["kid"]
HELPER = Principal(
    subject="helper-1",
    kind="person",
    department="village",
    roles=frozenset({"helper"}),
    scopes=frozenset({"village:read", "status:read"}),
    divisions=("420115010000", "420115010001"),
    source_system="console",
)


def verifier_for(location: str, clock: MovableClock, **limits: int) -> TokenVerifier:
    return TokenVerifier.from_settings(HttpSettings(jwks_url=location, jwks_refresh_seconds=0, **limits), clock)


def inline(issuer: TokenIssuer = ISSUER) -> str:
    return orjson.dumps(issuer.jwks()).decode()


def signed(header: dict[str, object] | None = None, **changes: object) -> str:
    """A token of ours with some claims changed; a claim changed to None is left out."""
    now = int(NOON.timestamp())
    claims: dict[str, object] = {"iss": "yihu", "aud": "yihu", "sub": "a", "exp": now + 600, "kind": "system"}
    claims = {name: value for name, value in {**claims, **changes}.items() if value is not None}
    return jwt.encode(header or {"alg": "Ed25519", "kid": KEY_ID}, claims, KEY, algorithms=["Ed25519"])

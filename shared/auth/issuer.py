"""Access tokens made: by the gateway's sign-in and by tests."""

import base64
import binascii
import secrets
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jwt
from joserfc.jwk import OKPKey

from shared.auth.principal import Principal

ALGORITHM = "Ed25519"
LONGEST = timedelta(minutes=15)


class TokenIssuer:
    """Signs tokens with one Ed25519 key. The key id is the key's thumbprint (RFC 7638)."""

    def __init__(self, signing_key: str, *, issuer: str = "yihu", audience: str = "yihu") -> None:
        """`signing_key` is the private key's seed: 32 bytes, base64url. Raises ValueError for anything else."""
        private = Ed25519PrivateKey.from_private_bytes(_seed(signing_key))
        self._key = OKPKey.import_key(private)
        self._key_id = self._key.thumbprint()
        self._issuer = issuer
        self._audience = audience

    def issue(self, principal: Principal, lifetime: timedelta, now: datetime) -> str:
        """A signed token of the principal; raises ValueError for a lifetime of none or more than 15 minutes."""
        if not timedelta(0) < lifetime <= LONGEST:
            raise ValueError("a token lives at most 15 minutes")
        issued = int(now.timestamp())
        claims: dict[str, object] = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": principal.subject,
            "iat": issued,
            "nbf": issued,
            "exp": issued + int(lifetime.total_seconds()),
            "jti": secrets.token_urlsafe(16),
            "kind": principal.kind,
            "department": principal.department,
            "roles": sorted(principal.roles),
            "scope": " ".join(sorted(principal.scopes)),
            "divisions": list(principal.divisions),
            "source_system": principal.source_system,
        }
        return jwt.encode(
            {"alg": ALGORITHM, "kid": self._key_id, "typ": "JWT"}, claims, self._key, algorithms=[ALGORITHM]
        )

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """The public key, as /.well-known/jwks.json publishes it."""
        public = self._key.as_dict(private=False)
        entry = {name: str(public[name]) for name in ("kty", "crv", "x")}
        return {"keys": [{**entry, "kid": self._key_id, "use": "sig", "alg": ALGORITHM}]}


def new_signing_key() -> str:
    """A fresh private key's seed, base64url without padding."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")


def _seed(text: str) -> bytes:
    try:
        seed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise ValueError("the signing key is 32 bytes in base64url") from error
    if len(seed) != 32:
        raise ValueError("the signing key is 32 bytes in base64url")
    return seed

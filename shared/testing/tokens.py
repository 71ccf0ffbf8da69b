"""Tokens for tests: a key of their own, whose public half the services under test are given."""

import json
import time
import uuid
from collections.abc import Sequence
from typing import Literal

from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

EVERYWHERE = "000000000000"


class TestTokens:
    """Mints bearer tokens; `jwks` is the JSON that the settings of a service take as `jwks_url`."""

    __test__ = False

    def __init__(self, *, issuer: str = "yihu", audience: str = "yihu") -> None:
        self._key = OKPKey.generate_key("Ed25519", {"use": "sig", "alg": "Ed25519", "kid": uuid.uuid4().hex})
        self._issuer = issuer
        self._audience = audience

    @property
    def jwks(self) -> str:
        """The public keys as a JWKS document."""
        return json.dumps(KeySet([self._key]).as_dict(private=False))

    def issue(
        self,
        *,
        subject: str = "test-system",
        kind: Literal["system", "mobile", "person"] = "system",
        department: str = "",
        roles: Sequence[str] = (),
        scopes: Sequence[str] = (),
        divisions: Sequence[str] = (EVERYWHERE,),
        source_system: str = "test",
        lifetime_seconds: int = 600,
        issued_at: float | None = None,
        issuer: str | None = None,
        audience: str | None = None,
    ) -> str:
        """A signed token with these claims; a negative lifetime gives an expired one."""
        now = int(time.time() if issued_at is None else issued_at)
        claims = {
            "iss": issuer or self._issuer,
            "aud": audience or self._audience,
            "sub": subject,
            "iat": now,
            "nbf": now,
            "exp": now + lifetime_seconds,
            "jti": uuid.uuid4().hex,
            "kind": kind,
            "department": department,
            "roles": list(roles),
            "scope": " ".join(scopes),
            "divisions": list(divisions),
            "source_system": source_system,
        }
        header = {"alg": "Ed25519", "typ": "JWT", "kid": self._key.kid}
        return jwt.encode(header, claims, self._key, algorithms=["Ed25519"])

    def headers(
        self,
        *,
        subject: str = "test-system",
        kind: Literal["system", "mobile", "person"] = "system",
        department: str = "",
        roles: Sequence[str] = (),
        scopes: Sequence[str] = (),
        divisions: Sequence[str] = (EVERYWHERE,),
        source_system: str = "test",
    ) -> dict[str, str]:
        """The `Authorization` header with a fresh token."""
        token = self.issue(
            subject=subject,
            kind=kind,
            department=department,
            roles=roles,
            scopes=scopes,
            divisions=divisions,
            source_system=source_system,
        )
        return {"Authorization": f"Bearer {token}"}

"""Tokens made, verified, refused."""

import base64
import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from shared.auth import TokenIssuer, TokenVerifier, new_signing_key
from shared.clock import MovableClock
from shared.service import Unauthenticated
from tests.unit.auth.build import HELPER, ISSUER, KEY, KEY_ID, NOON, TEN_MINUTES, inline, signed, verifier_for


class TestIssueAndVerify:
    async def test_the_principal_comes_back_whole(self, verifier: TokenVerifier) -> None:
        token = ISSUER.issue(HELPER, TEN_MINUTES, NOON)
        principal = await verifier.verify(token)
        assert principal == HELPER
        assert principal.source_system == "console"
        assert principal.scope.prefixes == ("420115010",)
        assert await verifier.verify(token) is principal

    async def test_the_older_name_of_the_algorithm(self, verifier: TokenVerifier) -> None:
        claims = {"iss": "yihu", "aud": ["other", "yihu"], "sub": "a", "exp": int(NOON.timestamp()) + 60}
        token = _eddsa_token(claims)
        assert (await verifier.verify(token)).subject == "a"

    async def test_it_expires_in_the_cache_too(self, verifier: TokenVerifier, clock: MovableClock) -> None:
        token = ISSUER.issue(HELPER, TEN_MINUTES, NOON)
        await verifier.verify(token)
        clock.advance(timedelta(minutes=10, seconds=11))
        with pytest.raises(Unauthenticated):
            await verifier.verify(token)

    async def test_the_cache_is_bounded(self, clock: MovableClock) -> None:
        verifier = verifier_for(inline(), clock, token_cache_size=2)
        tokens = [ISSUER.issue(HELPER, TEN_MINUTES, NOON) for _ in range(3)]
        first = await verifier.verify(tokens[0])
        for token in tokens[1:]:
            await verifier.verify(token)
        assert await verifier.verify(tokens[0]) is not first

    @pytest.mark.parametrize("lifetime", [timedelta(0), timedelta(seconds=-1), timedelta(minutes=16)])
    def test_lifetimes(self, lifetime: timedelta) -> None:
        with pytest.raises(ValueError, match="15 minutes"):
            ISSUER.issue(HELPER, lifetime, NOON)

    @pytest.mark.parametrize("seed", ["", "short", "!" * 43, "A" * 100, "é"])
    def test_bad_signing_keys(self, seed: str) -> None:
        with pytest.raises(ValueError, match="32 bytes"):
            TokenIssuer(seed)

    def test_the_published_key_has_no_private_part(self) -> None:
        assert set(ISSUER.jwks()["keys"][0]) == {"kty", "crv", "x", "kid", "use", "alg"}


class TestRefusals:
    @pytest.mark.parametrize(
        "changes",
        [
            {"iss": "other"}, {"iss": None}, {"aud": "other"}, {"aud": None}, {"aud": ["other"]},
            {"exp": None}, {"exp": "soon"}, {"exp": True}, {"exp": int(NOON.timestamp()) - 20},
            {"exp": int(NOON.timestamp()) + 3600}, {"exp": 10**30},
            {"nbf": int(NOON.timestamp()) + 60}, {"iat": int(NOON.timestamp()) + 60}, {"nbf": "x"},
            {"sub": None}, {"sub": ""}, {"sub": 7}, {"sub": "a\u0000"}, {"sub": "a" * 200},
            {"kind": "root"}, {"kind": 1}, {"roles": "admin"}, {"roles": [1]}, {"scope": ["a"]},
            {"divisions": ["42"]}, {"divisions": "420000000000"}, {"divisions": [None]}, {"department": 5},
            {"department": "He alth"}, {"source_system": "\n"},
        ],
        ids=str,
    )  # fmt: skip
    async def test_claims_that_do_not_hold(self, verifier: TokenVerifier, changes: dict[str, object]) -> None:
        with pytest.raises(Unauthenticated):
            await verifier.verify(signed(**changes))

    async def test_a_small_difference_of_clocks_is_borne(self, verifier: TokenVerifier) -> None:
        moment = int(NOON.timestamp())
        assert await verifier.verify(signed(nbf=moment + 5, iat=moment + 5))
        assert await verifier.verify(signed(exp=moment - 5))

    async def test_another_issuers_key(self, clock: MovableClock) -> None:
        with pytest.raises(Unauthenticated):
            await verifier_for(inline(TokenIssuer(new_signing_key())), clock).verify(signed())

    async def test_a_forged_signature_under_a_known_key_id(self, verifier: TokenVerifier) -> None:
        head, body, _ = ISSUER.issue(HELPER, TEN_MINUTES, NOON).split(".")
        forged = base64.urlsafe_b64encode(b"x" * 64).decode().rstrip("=")
        with pytest.raises(Unauthenticated):
            await verifier.verify(f"{head}.{body}.{forged}")

    async def test_other_algorithms(self, verifier: TokenVerifier) -> None:
        claims = {"iss": "yihu", "aud": "yihu", "sub": "a", "exp": int(NOON.timestamp()) + 60}
        none = ".".join([_part({"alg": "none"}), _part(claims), ""])
        public = ISSUER.jwks()["keys"][0]["x"].encode()
        hmac = jwt.encode({"alg": "HS256", "kid": KEY_ID}, claims, OctKey.import_key(public), algorithms=["HS256"])
        ec = jwt.encode({"alg": "ES256", "kid": KEY_ID}, claims, ECKey.generate_key("P-256"), algorithms=["ES256"])
        for token in (none, hmac, ec):
            with pytest.raises(Unauthenticated):
                await verifier.verify(token)

    @pytest.mark.parametrize(
        "token",
        ["", ".", "..", "a.b.c", "....", "é.é.é", "\ud800", "\0", "{}", "." * 100, "=" * 50 + ".a.b"],
    )
    async def test_malformed(self, verifier: TokenVerifier, token: str) -> None:
        with pytest.raises(Unauthenticated):
            await verifier.verify(token)

    async def test_odd_headers(self, verifier: TokenVerifier) -> None:
        body = _part({"iss": "yihu"})
        heads = [
            b"[]",
            b"1",
            b'"x"',
            b"{}",
            b'{"alg":5}',
            b'{"alg":"EdDSA","kid":{}}',
            b"[" * 5000,
            b"\xff",
            b'{"alg":"EdDSA","crit":["exp"],"exp":1}',
            b'{"alg":"EdDSA","kid":"' + KEY_ID.encode() + b'","b64":false}',
        ]
        for head in heads:
            with pytest.raises(Unauthenticated):
                await verifier.verify(f"{_b64(head)}.{body}.{_b64(b'x' * 64)}")

    @settings(max_examples=100, deadline=None)
    @given(token=st.text(max_size=80) | st.binary(max_size=80).map(lambda raw: f"{_b64(raw)}.{_b64(raw)}.{_b64(raw)}"))
    async def test_any_text(self, token: str) -> None:
        with pytest.raises(Unauthenticated):
            await verifier_for(inline(), MovableClock(NOON)).verify(token)


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _part(value: object) -> str:
    return _b64(json.dumps(value).encode())


def _eddsa_token(claims: dict[str, object]) -> str:
    message = f"{_part({'alg': 'EdDSA', 'kid': KEY_ID})}.{_part(claims)}"
    signature = KEY.raw_value.sign(message.encode())  # type: ignore[union-attr]  # the key is a private one
    return f"{message}.{_b64(signature)}"

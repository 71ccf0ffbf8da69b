"""Tokens made, verified, refused; keys fetched and kept."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey
from starlette.requests import Request

from shared.auth import Principal, TokenIssuer, TokenVerifier, new_signing_key, principal_of
from shared.clock import MovableClock
from shared.service import Forbidden, KeysUnavailable, Unauthenticated
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


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOON)


@pytest.fixture
def verifier(clock: MovableClock) -> TokenVerifier:
    return verifier_for(inline(), clock)


def signed(header: dict[str, object] | None = None, **changes: object) -> str:
    """A token of ours with some claims changed; a claim changed to None is left out."""
    now = int(NOON.timestamp())
    claims: dict[str, object] = {"iss": "yihu", "aud": "yihu", "sub": "a", "exp": now + 600, "kind": "system"}
    claims = {name: value for name, value in {**claims, **changes}.items() if value is not None}
    return jwt.encode(header or {"alg": "Ed25519", "kid": KEY_ID}, claims, KEY, algorithms=["Ed25519"])


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


class TestKeys:
    async def test_from_a_file_that_changes(self, tmp_path: Path, clock: MovableClock) -> None:
        path = tmp_path / "jwks.json"
        verifier = verifier_for(f"file:{path}", clock)
        token = ISSUER.issue(HELPER, TEN_MINUTES, NOON)
        with pytest.raises(KeysUnavailable):
            await verifier.verify(token)
        path.write_text(inline())
        assert await verifier.verify(token) == HELPER
        later = TokenIssuer(new_signing_key())
        path.write_text(json.dumps({"keys": [*ISSUER.jwks()["keys"], *later.jwks()["keys"]]}))
        assert await verifier.verify(later.issue(HELPER, TEN_MINUTES, NOON)) == HELPER

    async def test_by_url_kept_while_the_source_is_down(self, clock: MovableClock) -> None:
        with served({"/jwks": inline().encode()}) as (url, asked):
            verifier = verifier_for(f"{url}/jwks", clock)
            assert await verifier.verify(ISSUER.issue(HELPER, TEN_MINUTES, NOON)) == HELPER
            assert asked == ["/jwks"]
        assert await verifier.verify(ISSUER.issue(HELPER, TEN_MINUTES, NOON)) == HELPER
        stranger = TokenIssuer(new_signing_key()).issue(HELPER, TEN_MINUTES, NOON)
        with pytest.raises(Unauthenticated):
            await verifier.verify(stranger)

    async def test_a_withdrawn_key_is_trusted_no_more(self, tmp_path: Path, clock: MovableClock) -> None:
        """Also for tokens that were verified while it was there."""
        path, later = tmp_path / "jwks.json", TokenIssuer(new_signing_key())
        path.write_text(json.dumps({"keys": [*ISSUER.jwks()["keys"], *later.jwks()["keys"]]}))
        settings = HttpSettings(jwks_url=f"file:{path}", jwks_max_age_seconds=0)
        verifier = TokenVerifier.from_settings(settings, clock)
        old, new = (one.issue(HELPER, TEN_MINUTES, NOON) for one in (ISSUER, later))
        assert await verifier.verify(old) == await verifier.verify(new) == HELPER
        path.write_text(inline(later))
        assert await verifier.verify(new) == HELPER
        with pytest.raises(Unauthenticated):
            await verifier.verify(old)

    async def test_keys_are_not_fetched_for_every_token(self, clock: MovableClock) -> None:
        with served({"/jwks": inline().encode()}) as (url, asked):
            verifier = TokenVerifier.from_settings(HttpSettings(jwks_url=f"{url}/jwks"), clock)
            for _ in range(5):
                await verifier.verify(ISSUER.issue(HELPER, TEN_MINUTES, NOON))
            assert asked == ["/jwks"]

    async def test_unknown_key_ids_do_not_become_requests(self, clock: MovableClock) -> None:
        with served({"/jwks": inline().encode()}) as (url, asked):
            settings = HttpSettings(jwks_url=f"{url}/jwks", jwks_refresh_seconds=60)
            verifier = TokenVerifier.from_settings(settings, clock)
            for _ in range(5):
                stranger = TokenIssuer(new_signing_key()).issue(HELPER, TEN_MINUTES, NOON)
                with pytest.raises(Unauthenticated):
                    await verifier.verify(stranger)
            assert asked == ["/jwks"]

    @pytest.mark.parametrize(
        "location",
        ["http://127.0.0.1:1/jwks", "{", "{}", '{"keys": 1}', '{"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "!"}]}',
         "file:/nowhere/at/all", "gopher://x", "http://", '{"keys": [{"kty": "RSA"}, 5]}'],
    )  # fmt: skip
    async def test_a_source_that_gives_nothing_is_a_503(self, location: str, clock: MovableClock) -> None:
        with pytest.raises(KeysUnavailable):
            await verifier_for(location, clock).verify(ISSUER.issue(HELPER, TEN_MINUTES, NOON))

    async def test_a_token_without_key_id_and_one_key(self, verifier: TokenVerifier) -> None:
        assert (await verifier.verify(signed(header={"alg": "Ed25519"}))).subject == "a"


class TestPrincipal:
    def test_require_names_what_is_missing(self) -> None:
        HELPER.require("village:read", "status:read")
        with pytest.raises(Forbidden) as refusal:
            HELPER.require("village:read", "pii:reveal", "operations")
        assert refusal.value.params == {"scopes": "pii:reveal operations"}

    @pytest.mark.parametrize(
        ("divisions", "place", "covered"),
        [
            (("420115010000",), "420115010007", True),
            (("420115010000",), "420115011001", False),
            (("000000000000",), "110101001001", True),
            (("000000000000",), None, True),
            (("420115010000",), None, False),
            ((), "420115010001", False),
            (("420115010001", "210400000000"), "210411001002", True),
        ],
    )
    def test_covers(self, divisions: tuple[str, ...], place: str | None, covered: bool) -> None:
        assert Principal(subject="a", kind="person", divisions=divisions).covers(place) is covered

    def test_principal_of_a_request_without_one(self) -> None:
        with pytest.raises(Unauthenticated):
            principal_of(Request({"type": "http", "headers": []}))


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _part(value: object) -> str:
    return _b64(json.dumps(value).encode())


def _eddsa_token(claims: dict[str, object]) -> str:
    message = f"{_part({'alg': 'EdDSA', 'kid': KEY_ID})}.{_part(claims)}"
    signature = KEY.raw_value.sign(message.encode())  # type: ignore[union-attr]  # the key is a private one
    return f"{message}.{_b64(signature)}"


@contextmanager
def served(files: dict[str, bytes]) -> Iterator[tuple[str, list[str]]]:
    """A small web server, and the paths that it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = files[self.path]
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

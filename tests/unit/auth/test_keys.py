"""The keys that tokens are verified with: from a file, by URL, kept, changed, withdrawn."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from shared.auth import TokenIssuer, TokenVerifier, new_signing_key
from shared.clock import MovableClock
from shared.service import KeysUnavailable, Unauthenticated
from shared.settings import HttpSettings
from tests.unit.auth.build import HELPER, ISSUER, NOON, TEN_MINUTES, inline, signed, verifier_for


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

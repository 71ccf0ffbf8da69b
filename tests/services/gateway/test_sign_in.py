"""Sign-in: RFC 6749 in its letter, no hint to who guesses, no way around the limits."""

import base64
from time import perf_counter

import httpx
import pytest

from gateway.sign_in import is_usable_name
from shared.auth.verifier import TokenVerifier
from tests.services.gateway.stage import SECRETS, Running, StartGateway


def basic(name: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()}


async def ask(gateway: Running, *, headers: dict[str, str] | None = None, **form: str) -> httpx.Response:
    return await gateway.client.post("/api/v1/oauth/token", data=form, headers=headers)


class TestClientCredentials:
    async def test_a_system_gets_a_token_with_its_rights(self, gateway: Running) -> None:
        answer = await ask(
            gateway, grant_type="client_credentials", headers=basic("health-system", SECRETS["health-system"])
        )
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        content = answer.json()
        assert content["token_type"] == "Bearer"
        assert 0 < content["expires_in"] <= 900
        assert content["scope"] == "health:read health:write status:read"
        jwks = (await gateway.client.get("/.well-known/jwks.json")).text
        assert '"d"' not in jwks
        settings = gateway.settings.model_copy(update={"jwks_url": jwks})
        principal = await TokenVerifier.from_settings(settings).verify(content["access_token"])
        assert principal.subject == "health-system"
        assert principal.department == "health"
        assert principal.divisions == ("000000000000",)
        assert principal.source_system == "his"

    async def test_the_secret_may_stand_in_the_body(self, gateway: Running) -> None:
        answer = await ask(
            gateway,
            grant_type="client_credentials",
            client_id="health-system",
            client_secret=SECRETS["health-system"],
        )
        assert answer.status_code == 200

    async def test_scope_can_be_narrowed_but_not_widened(self, gateway: Running) -> None:
        headers = basic("health-system", SECRETS["health-system"])
        narrow = await ask(gateway, headers=headers, grant_type="client_credentials", scope="health:read")
        assert narrow.json()["scope"] == "health:read"
        wide = await ask(gateway, headers=headers, grant_type="client_credentials", scope="health:read policy:write")
        assert (wide.status_code, wide.json()["error"]) == (400, "invalid_scope")

    async def test_a_person_cannot_use_this_grant(self, gateway: Running) -> None:
        answer = await ask(
            gateway, grant_type="client_credentials", headers=basic("village-auditor", SECRETS["village-auditor"])
        )
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


class TestPassword:
    async def test_a_person_signs_in(self, gateway: Running) -> None:
        answer = await ask(
            gateway, grant_type="password", username="village-auditor", password=SECRETS["village-auditor"]
        )
        assert answer.status_code == 200

    async def test_a_system_cannot_use_this_grant(self, gateway: Running) -> None:
        answer = await ask(gateway, grant_type="password", username="health-system", password=SECRETS["health-system"])
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


class TestRefusals:
    @pytest.mark.parametrize(
        ("form", "status", "error"),
        [
            ({}, 400, "invalid_request"),
            ({"grant_type": "magic"}, 400, "unsupported_grant_type"),
            ({"grant_type": "client_credentials"}, 401, "invalid_client"),
            ({"grant_type": "password", "username": "x"}, 400, "invalid_request"),
            ({"grant_type": "client_credentials", "client_id": "a\0b", "client_secret": "x"}, 401, "invalid_client"),
            ({"grant_type": "client_credentials", "client_id": "名", "client_secret": "密"}, 401, "invalid_client"),
            (
                {"grant_type": "client_credentials", "client_id": "x" * 5000, "client_secret": "y"},
                401,
                "invalid_client",
            ),
            ({"grant_type": "password", "username": "x", "password": "y" * 50_000}, 400, "invalid_grant"),
        ],
    )
    async def test_each_has_its_error_code(
        self, gateway: Running, form: dict[str, str], status: int, error: str
    ) -> None:
        answer = await gateway.client.post("/api/v1/oauth/token", data=form)
        assert (answer.status_code, answer.json()["error"]) == (status, error)
        assert answer.headers["cache-control"] == "no-store"

    async def test_wrong_unknown_and_disabled_look_the_same(self, gateway: Running) -> None:
        answers = [
            await ask(gateway, grant_type="client_credentials", client_id=name, client_secret=secret)
            for name, secret in [
                ("health-system", "wrong"),
                ("nobody", "wrong"),
                ("gone-system", SECRETS["gone-system"]),
            ]
        ]
        assert {answer.status_code for answer in answers} == {401}
        assert len({answer.content for answer in answers}) == 1

    async def test_basic_is_answered_with_a_challenge(self, gateway: Running) -> None:
        for headers in (basic("health-system", "wrong"), {"Authorization": "Basic %%%"}, {"Authorization": "Bearer x"}):
            answer = await ask(gateway, grant_type="client_credentials", headers=headers)
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"].startswith("Basic")

    @pytest.mark.parametrize(
        ("content_type", "body"),
        [
            ("application/json", b'{"grant_type":"client_credentials"}'),
            ("application/x-www-form-urlencoded", b"grant_type=password&grant_type=client_credentials"),
            ("application/x-www-form-urlencoded", b"\xff\xfe\x00"),
            ("application/x-www-form-urlencoded", b"grant_type=%ff%fe"),
            ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(100))),
            ("", b""),
        ],
    )
    async def test_what_is_no_form_is_refused(self, gateway: Running, content_type: str, body: bytes) -> None:
        answer = await gateway.client.post("/api/v1/oauth/token", content=body, headers={"Content-Type": content_type})
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")

    async def test_other_methods_and_query_parameters(self, gateway: Running) -> None:
        assert (await gateway.client.get("/api/v1/oauth/token")).status_code == 405
        assert (await gateway.client.post("/api/v1/oauth/token?x=1")).status_code == 400


class TestGuessing:
    async def test_unknown_names_take_as_long_as_known_ones(self, start_gateway: StartGateway) -> None:
        gateway = await start_gateway(sign_in_failures=1000)

        async def seconds(name: str) -> float:
            began = perf_counter()
            await ask(gateway, grant_type="client_credentials", client_id=name, client_secret="wrong-secret")
            return perf_counter() - began

        # The shortest of many, taken in turns: what a busy machine adds is in none of them.
        pairs = [(await seconds("health-system"), await seconds("nobody")) for _ in range(12)]
        known, unknown = (min(times) for times in zip(*pairs, strict=True))
        # scrypt takes tens of milliseconds; without it a name would be answered in one or two.
        assert unknown > known / 3
        assert known > unknown / 3

    async def test_failures_lock_the_name_for_this_address_only(self, start_gateway: StartGateway) -> None:
        gateway = await start_gateway(sign_in_failures=3, trusted_proxies=("127.0.0.1",))
        attempt = {"grant_type": "client_credentials", "client_id": "health-system"}
        here, there = {"X-Forwarded-For": "192.0.2.1"}, {"X-Forwarded-For": "192.0.2.2"}
        for _ in range(3):
            assert (await ask(gateway, client_secret="wrong", headers=here, **attempt)).status_code == 401
        locked = await ask(gateway, client_secret=SECRETS["health-system"], headers=here, **attempt)
        assert locked.status_code == 429
        assert int(locked.headers["retry-after"]) > 60
        elsewhere = await ask(gateway, client_secret=SECRETS["health-system"], headers=there, **attempt)
        assert elsewhere.status_code == 200

    async def test_an_untrusted_peer_cannot_choose_its_address(self, start_gateway: StartGateway) -> None:
        gateway = await start_gateway(sign_in_failures=2)
        attempt = {"grant_type": "client_credentials", "client_id": "mobile-app", "client_secret": "wrong"}
        statuses = [
            (await ask(gateway, headers={"X-Forwarded-For": f"192.0.2.{n}"}, **attempt)).status_code for n in range(4)
        ]
        assert statuses == [401, 401, 429, 429]

    def test_long_names_take_no_room(self) -> None:
        """Whoever makes up names of a megabyte must not fill the gateway's memory with them."""
        assert is_usable_name("health-system")
        for name in ("", "n" * 101, "名", "a\0b"):
            assert not is_usable_name(name)

    async def test_made_up_names_count_as_one(self, start_gateway: StartGateway) -> None:
        gateway = await start_gateway(sign_in_failures=2)
        statuses = [
            (await ask(gateway, grant_type="password", username="n" * (1000 + n), password="p")).status_code
            for n in range(3)
        ]
        assert statuses == [400, 400, 429]

    async def test_requests_of_one_address_are_limited(self, start_gateway: StartGateway) -> None:
        gateway = await start_gateway(sign_in_per_second=0.01, sign_in_burst=2)
        statuses = []
        for _ in range(3):
            answer = await ask(gateway, grant_type="password", username="u", password="p")
            statuses.append(answer.status_code)
        assert statuses == [400, 400, 429]

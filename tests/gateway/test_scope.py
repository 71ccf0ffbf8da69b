"""Who may see what: area, scopes and tokens."""

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import cast

import pytest

from shared.testing.tokens import TestTokens
from shared.testing.waiting import wait_until
from tests.gateway.conftest import Demo
from tests.gateway.families import (
    ENROLMENTS,
    enrolment,
    family_in,
    household,
    member,
    new_id_number,
    register,
    status_of,
    today,
    version_of,
)
from tests.gateway.system import System, body_of

GUANGMING = "420115010200"


class TestArea:
    @pytest.mark.req("M45")
    async def test_lists_hold_only_the_callers_village(self, demo: Demo) -> None:
        system = demo.system
        await register(system, size=1)
        for path in ("/api/v1/households", "/api/v1/statuses", "/api/v1/villages", ENROLMENTS):
            name = "code" if path.endswith("villages") else "division"
            places = {one[name] for one in await system.auditor.pages(path, limit="100")}
            assert places == {GUANGMING}, path

    async def test_a_division_elsewhere_or_above_shows_no_more(self, demo: Demo) -> None:
        system = demo.system
        for division in ("000000000000", "420000000000", "420115010000", "420115010201", "420115010221"):
            for path in ("/api/v1/households", "/api/v1/statuses"):
                answer = await system.auditor.get(path, params={"division": division, "limit": "500"})
                if answer.status_code == 200:
                    assert {one["division"] for one in answer.json()["items"]} <= {GUANGMING}, (path, division)
                else:
                    assert answer.status_code in {403, 404}

    async def test_counts_are_those_of_the_callers_village(self, demo: Demo) -> None:
        system = demo.system
        summary = body_of(await system.auditor.get("/api/v1/statuses/summary", params={"by": "division"}))
        listed = await system.auditor.pages("/api/v1/statuses", limit="200")
        assert summary["households"] == len(listed)
        outside = await system.auditor.get("/api/v1/statuses/summary", params={"division": "420115010221"})
        assert outside.status_code in {403, 404} or outside.json()["households"] == 0

    async def test_a_household_elsewhere_does_not_exist_for_the_caller(self, system: System) -> None:
        family = await register(system, size=1)
        # What others have just read stands in the cache, which must not give it out.
        assert (await system.mobile.get(family.status_path)).status_code == 200
        auditor, own = system.auditor, f"/api/v1/households/{family.household_id}"
        for path in (
            family.status_path,
            f"{family.status_path}?view=mobile",
            f"{family.status_path}?at_least=health:1",
            f"/api/v1/households/by-code/{family.code}/status",
            own,
            f"{own}/members",
            f"{own}/history",
            f"{own}/changes",
            f"{own}/states",
            f"{own}/income",
            f"/api/v1/members/{family.head.member_id}",
        ):
            answer = await auditor.get(path)
            assert answer.status_code == 404, f"{path}: {answer.status_code}"
            assert family.code not in answer.text.replace(path, "")
        for lookup, body in (
            ("/api/v1/statuses:lookup", {"id_number": family.head.id_number}),
            ("/api/v1/statuses:lookup", {"household_code": family.code}),
            ("/api/v1/households:lookup", {"id_number": family.head.id_number}),
            ("/api/v1/households:lookup", {"code": family.code}),
        ):
            answer = await auditor.post(lookup, body)
            assert answer.status_code == 404, f"{lookup} {body}: {answer.status_code}"

    async def test_unknown_and_elsewhere_are_told_apart_by_nothing(self, system: System) -> None:
        family = await register(system, size=1)
        elsewhere = await system.auditor.post("/api/v1/statuses:lookup", {"id_number": family.head.id_number})
        unknown = await system.auditor.post("/api/v1/statuses:lookup", {"id_number": new_id_number()})
        assert {**elsewhere.json(), "instance": ""} == {**unknown.json(), "instance": ""}

    async def test_a_record_elsewhere_does_not_exist_for_the_caller(self, demo: Demo) -> None:
        system = demo.system
        family = await register(system, size=1)
        made = body_of(await system.health.post(ENROLMENTS, enrolment(id_number=family.head.id_number)), 201)
        for path in (f"{ENROLMENTS}/{made['id']}", f"{ENROLMENTS}/{made['id']}/history"):
            assert (await system.auditor.get(path)).status_code == 404
        found = await system.auditor.post(f"{ENROLMENTS}:search", {"id_number": family.head.id_number})
        assert found.status_code == 404 or found.json()["items"] == []
        inside = await family_in(system.auditor, GUANGMING)
        assert (await system.auditor.get(inside.status_path)).status_code == 200

    async def test_a_household_that_moves_away_is_gone_for_its_old_township(self, system: System) -> None:
        family = await register(system, size=1)
        assert (await system.mobile.get(family.status_path)).status_code == 200
        change = {"kind": "transfer", "occurred_on": today().isoformat(), "division": "420115014200"}
        path = f"/api/v1/households/{family.household_id}/changes"
        moved = await system.registry.post(path, change)
        body_of(moved, 201)
        there = await status_of(system.office, family, at_least=f"registry:{version_of(moved, 'registry')}")
        assert cast(dict[str, str], there["place"])["division"] == "420115014200"

        async def is_gone() -> bool:
            return (await system.mobile.get(family.status_path)).status_code == 404

        await wait_until(is_gone, seconds=30)


class TestScopes:
    async def test_a_scope_that_is_not_held_is_403(self, system: System) -> None:
        family = await register(system, size=1)
        path = f"/api/v1/households/{family.household_id}"
        refused = [
            await system.mobile.get(ENROLMENTS),
            await system.mobile.post(ENROLMENTS, enrolment(member_id=family.head.member_id)),
            await system.registry.post(ENROLMENTS, enrolment(member_id=family.head.member_id)),
            await system.health.post("/api/v1/households", household([member(new_id_number())])),
            await system.health.send("PATCH", path, body={"village_group": "1组"}),
            await system.mobile.post("/api/v1/health/operations/republish", {}),
            await system.registry.post(f"/api/v1/members/{family.head.member_id}:reveal", {"purpose": "看看"}),
            await system.mobile.send(
                "PUT", "/api/v1/policy/parameters/income.poverty_line", body=_line(family.division)
            ),
        ]
        for answer in refused:
            assert answer.status_code == 403, f"{answer.request.url.path}: {answer.status_code} {answer.text}"
            assert answer.json()["code"] == "forbidden" or answer.json()["remedy"]


def _line(area: str) -> dict[str, object]:
    return {"area": area, "year": 2026, "value": "1", "concept": "net", "reason": "试", "source": "试"}


class TestBearerTokens:
    async def test_without_a_token_nothing_is_answered(self, system: System) -> None:
        for path in ("/api/v1/households", "/api/v1/changes", ENROLMENTS, "/api/v1/statuses"):
            answer = await system.client.get(path)
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"].lower().startswith("bearer")

    async def test_expired_foreign_and_garbled_tokens_are_401(self, system: System) -> None:
        good = await system.mobile.token()
        head, claims, signature = good.split(".")
        other = json.loads(urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        wider = urlsafe_b64encode(json.dumps({**other, "divisions": ["000000000000"]}).encode()).decode().rstrip("=")
        foreign = TestTokens()
        none = urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
        tokens = [
            foreign.issue(scopes=["status:read"]),
            foreign.issue(scopes=["status:read"], lifetime_seconds=-60),
            f"{head}.{wider}.{signature}",
            f"{none}.{claims}.",
            f"{none}.{claims}.{signature}",
            good[:-4],
            "x",
            "a.b.c",
            "." * 50,
            "A" * 9000,
            json.dumps(other),
        ]
        for token in tokens:
            answer = await system.client.get("/api/v1/statuses", headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == 401, f"{token[:60]}: {answer.status_code}"
        for value in ("", "Bearer", "Basic YTpi", f"Token {good}", f"Bearer {good} {good}"):
            answer = await system.client.get("/api/v1/statuses", headers={"Authorization": value})
            assert answer.status_code == 401, f"{value[:30]}: {answer.status_code}"

    async def test_a_token_lives_a_quarter_of_an_hour_at_most(self, system: System) -> None:
        claims = (await system.mobile.token()).split(".")[1]
        told = json.loads(urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        assert told["exp"] - time.time() <= 900
        assert "id_number" not in told

    async def test_a_wrong_secret_gives_no_token(self, system: System) -> None:
        form = {"grant_type": "client_credentials", "client_id": "mobile-app", "client_secret": "wrong"}
        answer = await system.client.post("/api/v1/oauth/token", data=form)
        assert answer.status_code == 401
        assert answer.json()["error"] == "invalid_client"

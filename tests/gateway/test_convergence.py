"""However often and in whatever order snapshots arrive, and however a status is made: the same bytes."""

import contextlib
import random
from collections.abc import AsyncIterator
from typing import cast
from uuid import UUID

import httpx
import orjson
import pytest

from ops.home import Home
from ops.migrate import installation_secrets
from services.registry.policy.catalogue import all_defaults
from services.registry.status.engine import StatusEngine
from services.registry.status.rebuild import rebuild, verify
from shared.clock import SystemClock
from shared.database import Database, Scope
from shared.embedded.databases import service_urls
from shared.policy import PolicyStore
from shared.testing.waiting import wait_until
from tests.gateway.families import BILLS, ENROLMENTS, Family, bill, enrolment, register, status_answer, version_of
from tests.gateway.streams import all_consumed, jetstream, messages_of, postgres_admin_url, unpublished
from tests.gateway.system import System, body_of


async def well_known_family(system: System) -> tuple[Family, str]:
    """A household with several versions of facts and roster behind it; what a read has to contain."""
    family = await register(system, size=2)
    for person in family.people:
        await system.health.post(ENROLMENTS, enrolment(member_id=person.member_id))
    for amount in ("10.00", "20.00", "5000.00"):
        content = bill(self_paid=amount, kind="inpatient", member_id=family.head.member_id)
        written = await system.health.post(BILLS, content)
    path = f"/api/v1/households/{family.household_id}"
    body_of(await system.registry.send("PATCH", path, body={"causes": ["illness"]}))
    patched = await system.registry.send("PATCH", path, body={"causes": ["illness", "disability"]})
    at_least = f"health:{version_of(written)},registry:{version_of(patched, 'registry')}"
    await status_answer(system.mobile, family, at_least=at_least)
    return family, at_least


async def read_now(system: System, family: Family, at_least: str) -> httpx.Response:
    """The status as the registry has it: a read that asks for a version does not come from the cache alone."""
    answer = await status_answer(system.mobile, family, at_least=at_least)
    assert answer.status_code == 200
    return answer


def same(one: httpx.Response, other: httpx.Response) -> bool:
    names = ("etag", "yihu-version", "yihu-status-version")
    return one.content == other.content and all(one.headers[name] == other.headers[name] for name in names)


class TestDuplicates:
    @pytest.mark.req("M45", "SYS01")
    async def test_old_doubled_and_shuffled_snapshots_change_no_byte(self, system: System) -> None:
        family, at_least = await well_known_family(system)
        before = await read_now(system, family, at_least)
        async with jetstream(system) as stream:
            await all_consumed(system, stream)
            before = await read_now(system, family, at_least)
            told = [
                (subject, data)
                async for subject, data in messages_of(stream, "SNAPSHOTS")
                if family.household_id in data.decode(errors="replace")
            ]
            assert len({subject for subject, _ in told}) >= 2, "roster and facts"
            assert len(told) >= 6
            again = told * 3
            random.Random(7).shuffle(again)  # noqa: S311 - repeatable, not secret
            for subject, data in again:
                await stream.publish(subject, data)
            await all_consumed(system, stream)
        assert same(before, await read_now(system, family, at_least))
        record = await system.health.post(BILLS, bill(self_paid="1.00", member_id=family.head.member_id))
        after = await read_now(system, family, f"health:{version_of(record)}")
        assert not same(before, after), "the household still follows what is new"

    @pytest.mark.req("M45")
    async def test_published_again_by_the_department_nothing_changes(self, system: System) -> None:
        family, at_least = await well_known_family(system)
        async with jetstream(system) as stream:
            await all_consumed(system, stream)
            before = await read_now(system, family, at_least)
            counted = await system.office.post("/api/v1/health/operations/republish", {})
            assert int(str(body_of(counted)["snapshots"])) >= 1
            statuses = (await stream.stream_info("STATUS")).state.messages

            async def all_published() -> bool:
                return await unpublished(system, "health") == 0

            await wait_until(all_published, seconds=90)
            await all_consumed(system, stream)
            assert same(before, await read_now(system, family, at_least))
            assert (await stream.stream_info("STATUS")).state.messages == statuses, "no change was announced"

    @pytest.mark.req("M45")
    async def test_the_registry_can_be_told_to_publish_again_too(self, system: System) -> None:
        """A department whose copy of the roster is lost has no other way to it."""
        answer = await system.office.post("/api/v1/registry/operations/republish", {})
        assert answer.status_code == 200, f"{answer.status_code} {answer.text}"


@contextlib.asynccontextmanager
async def registry_engine(system: System) -> AsyncIterator[tuple[Database, StatusEngine]]:
    """The registry's own database with an engine beside the running one, as a rebuild has it."""
    roles = installation_secrets(Home(system.home)).roles
    url = service_urls(postgres_admin_url(system.home), "registry", passwords=roles).app_url
    database = await Database.open(url, name="rebuild", min_size=1, max_size=2)
    try:
        policies = PolicyStore(all_defaults())
        async with database.acquire(Scope.everything()) as connection:
            await policies.load(connection)
        yield database, StatusEngine(policies, SystemClock())
    finally:
        await database.close()


class TestRebuild:
    @pytest.mark.req("M45", "SYS01")
    async def test_what_is_stored_is_what_roster_and_facts_give(self, system: System) -> None:
        await well_known_family(system)
        async with jetstream(system) as stream, registry_engine(system) as (database, engine):
            await all_consumed(system, stream)
            drift = await verify(database, engine, clock=SystemClock())
        assert drift.checked >= 1
        assert drift.clean, drift

    @pytest.mark.req("M45", "SYS01")
    async def test_a_damaged_status_is_found_and_made_anew_byte_for_byte(self, system: System) -> None:
        family, at_least = await well_known_family(system)
        household_id = UUID(family.household_id)
        async with registry_engine(system) as (database, engine):
            before = await read_now(system, family, at_least)
            async with database.transaction(Scope.everything()) as connection:
                sql = "SELECT body FROM household_status WHERE household_id = $1"
                damaged = orjson.loads(await connection.fetchval(sql, household_id))
                damaged["risk"]["level"] = "none" if damaged["risk"]["level"] != "none" else "high"
                await connection.execute(
                    "UPDATE household_status SET body = $2, etag = 'x' WHERE household_id = $1",
                    household_id,
                    orjson.dumps(damaged).decode(),
                )
            drift = await verify(database, engine, clock=SystemClock())
            assert drift.different == (household_id,)
            assert await rebuild(database, engine) == 1
            assert (await verify(database, engine, clock=SystemClock())).clean
        after = await read_now(system, family, at_least)
        told, expected = cast(dict[str, object], after.json()), before.json()
        assert told == expected

"""NATS and PostgreSQL die and come back: what was accepted is delivered, what is stale is not served."""

import asyncio
import os
import signal

import httpx
import psutil
import pytest

from shared.testing.waiting import wait_until
from tests.chaos.writing import Ledger, assert_nothing_lost_nothing_doubled, kept_writing, write_one
from tests.gateway.families import BILLS, register, version_of
from tests.gateway.streams import unpublished
from tests.gateway.system import System


async def another_runs(system: System, name: str, old: int) -> bool:
    try:
        return system.pid_of(name) != old
    except LookupError:
        return False


async def all_published(system: System, service: str) -> bool:
    return await unpublished(system, service) == 0


class TestNatsDown:
    @pytest.mark.req("M45", "SYS01")
    async def test_writes_are_accepted_meanwhile_and_all_delivered_after(self, shaken: System) -> None:
        families = [await register(shaken, size=1) for _ in range(4)]
        for family in families:
            assert (await shaken.mobile.get(family.status_path)).status_code == 200
        old = shaken.pid_of("nats-server")
        os.kill(old, signal.SIGKILL)
        ledger = Ledger()
        await asyncio.gather(*(write_one(shaken, family, ledger) for family in families for _ in range(10)))
        assert not ledger.refusals, f"a write was refused: {ledger.refusals[0].text}"

        await wait_until(lambda: another_runs(shaken, "nats-server", old), seconds=60)
        await assert_nothing_lost_nothing_doubled(shaken, families, ledger)

    @pytest.mark.req("SYS01")
    async def test_with_its_streams_lost_a_rebuild_tells_everybody_what_they_missed(self, shaken: System) -> None:
        families = [await register(shaken, size=1) for _ in range(2)]
        ledger = Ledger()
        for family in families:
            await write_one(shaken, family, ledger)
        await assert_nothing_lost_nothing_doubled(shaken, families, ledger)
        registry = shaken.pid_of("registry")
        os.kill(registry, signal.SIGSTOP)
        try:
            # Published, not consumed (or in the registry's memory alone), and gone with the stream.
            for family in families:
                await write_one(shaken, family, ledger)
            await wait_until(lambda: all_published(shaken, "health"), seconds=30)
            (shaken.home / "nats" / "jetstream").rename(shaken.home / "nats" / "lost")
            old = shaken.pid_of("nats-server")
            os.kill(old, signal.SIGKILL)
        finally:
            os.kill(registry, signal.SIGKILL)
        await wait_until(lambda: another_runs(shaken, "nats-server", old), seconds=60)
        await shaken.ready()
        rebuilt = await shaken.command("rebuild")
        assert rebuilt.returncode == 0, rebuilt.stdout + rebuilt.stderr
        await assert_nothing_lost_nothing_doubled(shaken, families, ledger)

    async def test_while_the_feed_is_down_the_cache_serves_nothing(self, shaken: System) -> None:
        family = await register(shaken, size=1)

        async def is_cached() -> bool:
            return bool((await shaken.mobile.get(family.status_path)).headers.get("yihu-cache") == "hit")

        await wait_until(is_cached, seconds=30)
        shaken.kill("nats-server")

        async def feed_is_down() -> bool:
            return bool((await shaken.mobile.get(family.status_path)).headers.get("yihu-cache") != "hit")

        await wait_until(feed_is_down, seconds=30)
        ledger = Ledger()
        await write_one(shaken, family, ledger)
        await wait_until(is_cached, seconds=60)
        await assert_nothing_lost_nothing_doubled(shaken, [family], ledger)

    async def test_the_live_feed_says_that_it_is_down_and_resumes(self, shaken: System) -> None:
        shaken.kill("nats-server")

        async def feed_answers() -> int:
            headers = {"Authorization": f"Bearer {await shaken.mobile.token()}"}
            async with shaken.client.stream("GET", "/api/v1/changes", headers=headers) as answer:
                return answer.status_code

        async def is_down() -> bool:
            return await feed_answers() == 503

        async def is_up() -> bool:
            return await feed_answers() == 200

        await wait_until(is_down, seconds=30)
        await wait_until(is_up, seconds=60)


class TestPostgresDown:
    @pytest.mark.req("M45")
    async def test_killed_under_load_it_comes_back_with_everything_accepted(self, shaken: System) -> None:
        families = [await register(shaken, size=1) for _ in range(3)]
        async with kept_writing(shaken, families) as ledger:

            async def some_written() -> bool:
                return ledger.count > 20

            await wait_until(some_written, seconds=60)
            os.kill(shaken.pid_of("postgres"), signal.SIGKILL)
            before = ledger.count

            async def more_written() -> bool:
                return ledger.count > before + 20

            await wait_until(more_written, seconds=90)
        assert {answer.status_code for answer in ledger.refusals} <= {503}
        await assert_nothing_lost_nothing_doubled(shaken, families, ledger)

    async def test_a_single_backend_that_dies_costs_no_accepted_write(self, shaken: System) -> None:
        """PostgreSQL restarts all its backends when one is killed; its postmaster stays."""
        families = [await register(shaken, size=1) for _ in range(2)]
        async with kept_writing(shaken, families) as ledger:

            async def some_written() -> bool:
                return ledger.count > 10

            await wait_until(some_written, seconds=60)
            backends = [
                child
                for child in psutil.Process(shaken.pid_of("postgres")).children()
                if "yihu_health" in " ".join(child.cmdline())
            ]
            assert backends
            backends[0].kill()
            before = ledger.count

            async def more_written() -> bool:
                return ledger.count > before + 10

            await wait_until(more_written, seconds=90)
        await assert_nothing_lost_nothing_doubled(shaken, families, ledger)


class TestEverythingAtOnce:
    async def test_one_kill_after_the_other_under_load(self, shaken: System) -> None:
        families = [await register(shaken, size=1) for _ in range(4)]
        async with kept_writing(shaken, families) as ledger:
            for name in ("health", "nats-server", "registry", "postgres", "gateway"):
                before = ledger.count

                async def some_written(before: int = before) -> bool:
                    return ledger.count > before + 5

                await wait_until(some_written, seconds=90)
                shaken.kill(name)

            async def is_back() -> bool:
                try:
                    return (await shaken.health.get(f"{BILLS}?limit=1")).status_code == httpx.codes.OK
                except httpx.TransportError:
                    return False

            await wait_until(is_back, seconds=120)
        await shaken.ready()
        await assert_nothing_lost_nothing_doubled(shaken, families, ledger)
        assert version_of(await shaken.mobile.get(families[0].status_path)) > 0

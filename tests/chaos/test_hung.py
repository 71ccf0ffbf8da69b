"""A process that hangs, which no exit code tells of: others go on, and what is stale is not served."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Iterator

import pytest

from shared.testing.waiting import wait_until
from tests.chaos.writing import Ledger, assert_nothing_lost_nothing_doubled, write_one
from tests.gateway.families import BILLS, register, version_of
from tests.gateway.system import System, body_of, is_problem


@contextlib.contextmanager
def stopped(system: System, name: str) -> Iterator[None]:
    """The process does nothing while the block runs, and goes on after it."""
    pid = system.pid_of(name)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


class TestHung:
    @pytest.mark.req("M45")
    async def test_a_hung_department_holds_up_nobody_else(self, shaken: System) -> None:
        family = await register(shaken, size=1)
        with stopped(shaken, "health"):
            began = time.monotonic()
            asked = asyncio.create_task(shaken.health.get(f"{BILLS}?limit=1"))
            assert (await shaken.mobile.get("/api/v1/statuses?limit=1")).status_code == 200
            assert (await shaken.mobile.get(family.status_path)).status_code == 200
            assert time.monotonic() - began < 20
            answer = await asked
            assert time.monotonic() - began < 60
        assert answer.status_code in {503, 504}
        assert is_problem(answer)
        problem = answer.json()
        assert "  " not in problem["detail"], f"a gap in the text: {problem['detail']}"
        assert "retry-after" in answer.headers
        ledger = Ledger()
        await write_one(shaken, family, ledger)
        await assert_nothing_lost_nothing_doubled(shaken, [family], ledger)

    @pytest.mark.req("M45")
    async def test_with_a_hung_nats_no_stale_status_is_served_for_long(self, shaken: System) -> None:
        family = await register(shaken, size=1)

        async def is_cached() -> bool:
            return bool((await shaken.mobile.get(family.status_path)).headers.get("yihu-cache") == "hit")

        await wait_until(is_cached, seconds=60)
        with stopped(shaken, "nats-server"):
            path = f"/api/v1/households/{family.household_id}"
            changed = await shaken.registry.send("PATCH", path, body={"causes": ["illness"]})
            body_of(changed)

            async def shows_the_change() -> bool:
                answer = await shaken.mobile.get(family.status_path)
                return version_of(answer, "registry") >= version_of(changed, "registry")

            await wait_until(shows_the_change, seconds=20)
            ledger = Ledger()
            await write_one(shaken, family, ledger)
        await assert_nothing_lost_nothing_doubled(shaken, [family], ledger)

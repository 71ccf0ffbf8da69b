"""The supervisor ends cleanly when told to, leaves nobody behind when killed, and starts again with the data kept."""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys

import pytest

from ops.topology import ROOT
from shared.testing.waiting import wait_until
from tests.chaos.writing import Ledger, assert_nothing_lost_nothing_doubled, write_one
from tests.gateway.families import register
from tests.gateway.system import System


class TestSupervisor:
    @pytest.mark.req("SYS01")
    async def test_killed_it_leaves_nobody_behind_and_starts_again_with_the_data(self, shaken: System) -> None:
        families = [await register(shaken, size=1) for _ in range(2)]
        ledger = Ledger()
        for family in families:
            await write_one(shaken, family, ledger)
        processes = shaken.processes()
        assert len(processes) > 5
        assert shaken.process is not None
        shaken.process.send_signal(signal.SIGKILL)
        shaken.process.wait()
        await shaken.all_gone(processes)
        await shaken.start()
        assert "| migrating health" in shaken.console.read_text(errors="replace"), "what takes long is seen to go on"
        await assert_nothing_lost_nothing_doubled(shaken, families, ledger)

    async def test_everything_killed_at_once_starts_again_with_the_data(self, shaken: System) -> None:
        family = await register(shaken, size=1)
        ledger = Ledger()
        for _ in range(5):
            await write_one(shaken, family, ledger)
        for process in shaken.processes():
            with contextlib.suppress(ProcessLookupError):  # a session of PostgreSQL goes with its postmaster
                os.kill(process.pid, signal.SIGKILL)
        assert shaken.process is not None
        shaken.process.wait()
        await shaken.start()
        await assert_nothing_lost_nothing_doubled(shaken, [family], ledger)

    async def test_a_second_one_on_the_same_home_is_refused_and_harms_nothing(self, shaken: System) -> None:
        environment = {**os.environ, "YIHU_HOME": str(shaken.home), "YIHU_PORT": "1"}
        second = subprocess.run(  # noqa: ASYNC221 - it ends at once
            [sys.executable, "-m", "ops", "up"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert second.returncode != 0
        assert "in use" in second.stderr + second.stdout
        assert await shaken.is_ready()

    async def test_who_may_sign_in_is_what_the_operator_said_also_after_a_start(self, shaken: System) -> None:
        known = json.loads((shaken.home / "credentials.json").read_bytes())["principals"]
        auditor = next(one for one in known if one["id"] == "village-auditor")
        clerk = {**auditor, "id": "new-clerk", "name": "某乡 Clerk", "secret": secrets.token_urlsafe(16)}
        file = shaken.home / "people.json"
        file.write_text(json.dumps({"principals": [{**auditor, "disabled": True}, clerk]}))
        done = await shaken.command("principals", str(file))
        assert (done.returncode, done.stdout) == (0, "principals changed: 2\n"), done.stderr
        await shaken.stop()
        await shaken.start()
        statuses = []
        for one in (clerk, auditor):
            form = {"grant_type": "password", "username": one["id"], "password": one["secret"]}
            statuses.append((await shaken.client.post("/api/v1/oauth/token", data=form)).status_code)
        assert statuses == [200, 400]
        file.write_text(json.dumps({"principals": [{**auditor, "disabled": False}]}))
        assert (await shaken.command("principals", str(file))).returncode == 0

    async def test_told_to_end_it_ends_with_0_and_takes_everybody_along(self, shaken: System) -> None:
        family = await register(shaken, size=1)
        ledger = Ledger()
        await write_one(shaken, family, ledger)
        processes = shaken.processes()
        assert shaken.process is not None
        shaken.process.send_signal(signal.SIGTERM)

        async def has_ended() -> bool:
            return shaken.process is not None and shaken.process.poll() is not None

        await wait_until(has_ended, seconds=90)
        assert shaken.process.returncode == 0
        await shaken.all_gone(processes)
        await shaken.start()
        await assert_nothing_lost_nothing_doubled(shaken, [family], ledger)

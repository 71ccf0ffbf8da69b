"""A copy of the running system opens in a home of its own, with everything that had been accepted before it."""

import shutil
from collections.abc import AsyncIterator

import pytest

from tests.chaos.writing import Ledger, assert_nothing_lost_nothing_doubled, kept_writing, write_one
from tests.gateway.families import register
from tests.gateway.system import System, body_of


@pytest.fixture
async def restored(shaken: System) -> AsyncIterator[System]:
    """Another home, not yet made."""
    folder = shaken.home.parent
    system = System(folder / "restored")
    try:
        yield system
    finally:
        await system.close()
        shutil.rmtree(system.home, ignore_errors=True)
        shutil.rmtree(folder / "backup", ignore_errors=True)


@pytest.mark.req("SYS01")
async def test_a_copy_made_under_load_holds_all_that_was_accepted_before(shaken: System, restored: System) -> None:
    folder = str(shaken.home.parent / "backup")
    families = [await register(shaken, size=1) for _ in range(2)]
    reveal = f"/api/v1/members/{families[0].head.member_id}:reveal"
    revealed = body_of(await shaken.office.post(reveal, {"purpose": "核对"}))
    ledger = Ledger()
    for family in families:
        await write_one(shaken, family, ledger)
    async with kept_writing(shaken, families):
        copied = await shaken.command("backup", folder)
    assert copied.returncode == 0, copied.stderr
    assert (await shaken.command("backup", folder)).returncode == 2, "a folder that is there is not written to"
    assert (await shaken.command("restore", folder)).returncode == 2, "a home that is in use is not written to"

    made = await restored.command("restore", folder)
    assert made.returncode == 0, made.stderr
    assert (await restored.command("restore", folder)).returncode == 2, "nor is one that holds data"
    await restored.start()
    rebuilt = await restored.command("rebuild")
    assert rebuilt.returncode == 0, rebuilt.stdout + rebuilt.stderr
    for family in families:
        # Its answer names the version that holds all bills of the copy, also those written while it was made.
        await write_one(restored, family, ledger)
    await assert_nothing_lost_nothing_doubled(restored, families, ledger)
    assert body_of(await restored.office.post(reveal, {"purpose": "核对"})) == revealed
    log = await restored.command("verify-log")
    assert log.returncode == 0, log.stdout
    entries = {line.split()[0]: int(line.split()[1].replace(",", "")) for line in log.stdout.splitlines()}
    assert entries["yihu_registry"] >= 2

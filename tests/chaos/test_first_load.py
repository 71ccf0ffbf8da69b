"""The first load of the demo is cut off: nothing of it is left behind."""

import shutil
import signal
from collections.abc import AsyncIterator

import pytest

from shared.testing.waiting import wait_until
from tests.gateway.conftest import make_folder
from tests.gateway.system import System


@pytest.fixture
async def loading() -> AsyncIterator[System]:
    """A system whose demo has begun to be loaded."""
    folder = make_folder()
    running = System(folder / "home")
    try:
        await running.start(demo=True)
        await wait_until(lambda: "] villages: 21 rows" in running.console.read_text(), seconds=120)
        yield running
    finally:
        running.kill_left_over()
        await running.close()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.req("SYS01")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
async def test_the_loader_goes_with_its_supervisor(loading: System, number: signal.Signals) -> None:
    processes = loading.processes()
    assert any("demo" in one.cmdline() for one in processes)
    assert loading.process is not None
    loading.process.send_signal(number)
    await loading.all_gone(processes)
    assert not (loading.home / "demo.loaded").exists()

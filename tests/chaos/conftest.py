"""One system of its own for all kills, one after the other; each test starts on a system that is well again."""

import shutil
from collections.abc import AsyncIterator

import pytest

from tests.gateway.conftest import make_folder
from tests.gateway.system import System


@pytest.fixture(scope="package")
async def shaken_system() -> AsyncIterator[System]:
    folder = make_folder()
    running = System(folder / "home")
    try:
        await running.start()
        yield running
    finally:
        await running.close()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def shaken(shaken_system: System) -> System:
    """The system, ready; started again where a failed test has left it stopped."""
    if shaken_system.process is None or shaken_system.process.poll() is not None:
        shaken_system.kill_left_over()
        await shaken_system.start()
    await shaken_system.ready()
    return shaken_system

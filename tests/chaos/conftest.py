"""One system of its own for all kills, one after the other; each test starts on a system that is well again."""

import shutil
from collections.abc import AsyncIterator

import pytest

from tests.gateway.conftest import make_folder
from tests.gateway.system import System


@pytest.fixture(scope="session")
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
async def shaken(shaken_system: System) -> AsyncIterator[System]:
    """The system, ready before and ready again after the test."""
    await shaken_system.ready()
    yield shaken_system
    if shaken_system.process is not None and shaken_system.process.poll() is None:
        await shaken_system.ready()

"""One system for all ordinary stories of a session; the demo is loaded into it when a test asks for it."""

import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.gateway.system import System

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The search for personal data comes last of this folder, over what all its other stories have left behind."""
    here = [place for place, item in enumerate(items) if item.path.parent == HERE]
    ordered = sorted((items[place] for place in here), key=lambda item: item.path.name == "test_privacy.py")
    for place, item in zip(here, ordered, strict=True):
        items[place] = item


def make_folder() -> Path:
    """A temporary folder through which PostgreSQL's account can pass when root runs the tests."""
    folder = Path(tempfile.mkdtemp(prefix="yihu-e2e-"))
    folder.chmod(0o711)
    return folder


@pytest.fixture(scope="package")
async def system() -> AsyncIterator[System]:
    folder = make_folder()
    running = System(folder / "home")
    try:
        await running.start()
        yield running
    finally:
        await running.close()
        shutil.rmtree(folder, ignore_errors=True)


async def load_demo(system: System, profile: str = "hanyang") -> tuple[int, str]:
    """Load a profile as `make demo` does; its exit code and what it said."""
    done = await system.command("demo", "--profile", profile)
    return done.returncode, done.stderr


@dataclass(frozen=True)
class Demo:
    """The system with Hanyang's district in it, and how the loader ended."""

    system: System
    exit_code: int
    said: str


@pytest.fixture(scope="package")
async def demo(system: System) -> Demo:
    exit_code, said = await load_demo(system)
    return Demo(system, exit_code, said)

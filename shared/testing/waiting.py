"""Waiting for what other processes and tasks bring about: a condition looked at often, with an end."""

import asyncio
import time
from collections.abc import Awaitable, Callable

PAUSE_SECONDS = 0.01
WAIT_SECONDS = 20.0


async def wait_until(condition: Callable[[], Awaitable[bool]], *, seconds: float = WAIT_SECONDS) -> None:
    """Return when the condition holds. Raises TimeoutError naming it when it does not come to hold."""
    deadline = time.monotonic() + seconds
    while not await condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{condition.__qualname__} did not come to hold within {seconds:g} s")
        await asyncio.sleep(PAUSE_SECONDS)

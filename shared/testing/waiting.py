"""Waiting for what other processes and tasks bring about: a condition looked at often, with an end."""

import asyncio
from collections.abc import Awaitable, Callable

PAUSE_SECONDS = 0.01
WAIT_SECONDS = 40.0
"""Long, for a busy machine: only a test that fails waits so long."""


async def wait_until(condition: Callable[[], bool | Awaitable[bool]], *, seconds: float = WAIT_SECONDS) -> None:
    """Return when the condition holds. Raises TimeoutError naming it when it does not come to hold."""
    try:
        async with asyncio.timeout(seconds):
            while True:
                held = condition()
                if held if isinstance(held, bool) else await held:
                    return
                await asyncio.sleep(PAUSE_SECONDS)
    except TimeoutError as error:
        raise TimeoutError(f"{condition.__qualname__} did not come to hold within {seconds:g} s") from error

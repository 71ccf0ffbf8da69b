"""Ending tasks for certain."""

import asyncio
from collections.abc import Iterable
from typing import TypeVar

Result = TypeVar("Result")

CANCEL_AGAIN_SECONDS = 0.5


async def end(tasks: Iterable["asyncio.Task[Result]"]) -> None:
    """Cancel the tasks until each has ended, also when the caller is cancelled meanwhile; what they raise is dropped.

    Once is not enough: on Python 3.11 `asyncio.wait_for`, which the NATS client uses, loses a cancellation that comes
    in the same moment as its result, and the task goes on.
    """
    ending = list(tasks)
    interruption: asyncio.CancelledError | None = None
    while pending := [task for task in ending if not task.done()]:
        for task in pending:
            task.cancel()
        try:
            await asyncio.wait(pending, timeout=CANCEL_AGAIN_SECONDS)
        except asyncio.CancelledError as error:
            interruption = error
    for task in ending:
        if not task.cancelled():
            task.exception()
    if interruption is not None:
        raise interruption

"""Work that goes on beside the requests: restarted when it fails, stopped when the service stops."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Self

from prometheus_client import Counter

from shared.cancellation import end

FAILURES = Counter("yihu_background_failures_total", "Background tasks that failed and were started again", ["task"])

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0
"""A task that ran this long before it failed starts again with the first pause."""

logger = logging.getLogger(__name__)

Work = Callable[[], Coroutine[object, object, None]]


class Background:
    """Runs named tasks until the block is left; a task that returns is done, one that fails is started again."""

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def start(self, name: str, work: Work) -> None:
        """Start a task; raises ValueError when one of that name is running."""
        running = self._tasks.get(name)
        if running is not None and not running.done():
            raise ValueError(f"background task {name} is running already")
        self._tasks[name] = asyncio.create_task(_keep_running(name, work), name=name)

    def running(self, name: str) -> bool:
        task = self._tasks.get(name)
        return task is not None and not task.done()

    async def stop(self) -> None:
        """Cancel all tasks and wait until each has ended."""
        await end(self._tasks.values())


async def _keep_running(name: str, work: Work) -> None:
    pause = FIRST_PAUSE
    loop = asyncio.get_running_loop()
    while True:
        started = loop.time()
        try:
            await work()
        except Exception:
            FAILURES.labels(task=name).inc()
            logger.exception("background task %s failed, starting it again", name)
        else:
            return
        if loop.time() - started >= STEADY_SECONDS:
            pause = FIRST_PAUSE
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)

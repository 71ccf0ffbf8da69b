"""Requests that arrive together are written together.

While one transaction is under way the next requests gather; they are then written in one. Under load a commit is shared
by many requests, and an idle service still writes each at once.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

from shared.records.commands import Submission
from shared.records.idempotency import StoredResponse
from shared.records.writer import RecordWriter
from shared.service.problems import Problem, Unavailable

_Waiting = tuple[Submission, "asyncio.Future[StoredResponse | Problem]"]

_LANES = 1
"""Transactions under way at once. One: what arrives meanwhile is written together, which costs far less than apart."""


class GroupCommit:
    """Gathers submissions for a `RecordWriter`; `max_group` rows at most a transaction, `max_waiting` in the queue."""

    def __init__(
        self,
        writer: RecordWriter,
        *,
        written: Callable[[], None],
        max_group: int = 64,
        max_waiting: int = 5_000,
    ) -> None:
        """`written` is called after each commit: it wakes the relay."""
        self._writer = writer
        self._written = written
        self._max_group = max_group
        self._max_waiting = max_waiting
        self._waiting: deque[_Waiting] = deque()
        self._running: set[asyncio.Task[None]] = set()

    async def submit(self, submission: Submission) -> StoredResponse:
        """Write the submission and give its answer. Raises the Problem that refused it; Unavailable when overloaded."""
        if len(self._waiting) >= self._max_waiting:
            raise Unavailable(retry_after=1)
        answered: asyncio.Future[StoredResponse | Problem] = asyncio.get_running_loop().create_future()
        self._waiting.append((submission, answered))
        if len(self._running) < _LANES:
            self._running.add(asyncio.create_task(self._drain()))
        # Shielded: a caller who hangs up must not cancel what others wait for.
        answer = await asyncio.shield(answered)
        if isinstance(answer, Problem):
            raise answer
        return answer

    async def _drain(self) -> None:
        try:
            while self._waiting:
                await self._write(self._next_group())
        finally:
            # Not by a callback, which runs later: in between a submission would count on a lane that has ended.
            task = asyncio.current_task()
            if task is not None:
                self._running.discard(task)

    async def _write(self, group: Sequence[_Waiting]) -> None:
        try:
            answers: Sequence[StoredResponse | Problem] = await self._writer.write([one for one, _ in group])
        except Exception as error:  # noqa: BLE001 - handed to every caller of the group, who raise it
            for _, answered in group:
                if not answered.done():
                    answered.set_exception(error)
            return
        self._written()
        for (_, answered), answer in zip(group, answers, strict=True):
            if not answered.done():
                answered.set_result(answer)

    def _next_group(self) -> list[_Waiting]:
        group = [self._waiting.popleft()]
        rows = len(group[0][0].commands)
        while self._waiting and rows + len(self._waiting[0][0].commands) <= self._max_group:
            group.append(self._waiting.popleft())
            rows += len(group[-1][0].commands)
        return group

    async def close(self) -> None:
        """Wait until all that was submitted is written."""
        while self._running:
            await asyncio.gather(*self._running, return_exceptions=True)

"""Requests written together: nobody is forgotten, nobody answers for another."""

import asyncio
from collections.abc import Sequence
from typing import cast

import pytest

from shared.records.commands import Submission
from shared.records.group_commit import GroupCommit
from shared.records.idempotency import StoredResponse
from shared.records.writer import RecordWriter
from shared.service.problems import Unavailable


class Instant:
    """Stands where the writer stands; it may be held, and it may fail."""

    def __init__(self) -> None:
        self.groups: list[int] = []
        self.free = asyncio.Event()
        self.free.set()
        self.fault: Exception | None = None

    async def write(self, submissions: Sequence[Submission]) -> list[StoredResponse]:
        if not self.free.is_set():
            await self.free.wait()
        if self.fault is not None:
            raise self.fault
        self.groups.append(len(submissions))
        return [StoredResponse(200, b"{}") for _ in submissions]


def group_of(writer: Instant, *, max_waiting: int = 100) -> GroupCommit:
    return GroupCommit(cast(RecordWriter, writer), written=lambda: None, max_waiting=max_waiting)


def submission() -> Submission:
    return Submission([], render=lambda _: StoredResponse(200, b"{}"))


async def test_a_submission_that_comes_as_the_lanes_end_is_written() -> None:
    group = group_of(Instant())

    async def a_moment_later() -> StoredResponse:
        # Runs in the round of the loop in which both lanes end.
        await asyncio.sleep(0)
        return await group.submit(submission())

    async with asyncio.timeout(5):
        answers = await asyncio.gather(group.submit(submission()), group.submit(submission()), a_moment_later())
    assert [one.status for one in answers] == [200, 200, 200]


async def test_a_caller_who_hangs_up_takes_no_other_with_it() -> None:
    writer = Instant()
    writer.free.clear()
    group = group_of(writer)
    tasks = [asyncio.create_task(group.submit(submission())) for _ in range(6)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    tasks[4].cancel()
    await asyncio.sleep(0)
    writer.free.set()
    async with asyncio.timeout(5):
        answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(one, asyncio.CancelledError) for one in answers] == [True, False, False, False, True, False]
    assert sum(writer.groups) == 6


async def test_after_a_failure_the_next_is_written() -> None:
    writer = Instant()
    writer.fault = ConnectionError("away")
    group = group_of(writer)
    with pytest.raises(ConnectionError):
        await group.submit(submission())
    writer.fault = None
    assert (await group.submit(submission())).status == 200


async def test_too_many_waiting_is_said_at_once() -> None:
    writer = Instant()
    writer.free.clear()
    group = group_of(writer, max_waiting=1)
    tasks = [asyncio.create_task(group.submit(submission())) for _ in range(1)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    more = [asyncio.create_task(group.submit(submission())) for _ in range(4)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    writer.free.set()
    async with asyncio.timeout(5):
        answers = await asyncio.gather(*tasks, *more, return_exceptions=True)
    assert any(isinstance(one, Unavailable) for one in answers)
    assert sum(isinstance(one, StoredResponse) for one in answers) == sum(writer.groups) >= 2


async def test_close_waits_for_what_was_submitted() -> None:
    writer = Instant()
    writer.free.clear()
    group = group_of(writer)
    tasks = [asyncio.create_task(group.submit(submission())) for _ in range(5)]
    await asyncio.sleep(0)
    closing = asyncio.create_task(group.close())
    await asyncio.sleep(0)
    assert not closing.done()
    writer.free.set()
    async with asyncio.timeout(5):
        await closing
        assert all(one.status == 200 for one in await asyncio.gather(*tasks))

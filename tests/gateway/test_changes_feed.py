"""The live feed: every change once, resumable, limited to the caller's area."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from tests.gateway.conftest import Demo
from tests.gateway.families import BILLS, bill, family_in, register, version_of
from tests.gateway.system import Caller, System

PATH = "/api/v1/changes"


@dataclass(frozen=True)
class ServerSentEvent:
    id: str
    type: str
    data: dict[str, object]


@contextlib.asynccontextmanager
async def feed(caller: Caller, *, last_event_id: str | None = None) -> AsyncIterator[AsyncIterator[ServerSentEvent]]:
    """The events of an open feed; those that only move the id are given too, with the type empty."""
    headers = {"Authorization": f"Bearer {await caller.token()}"}
    if last_event_id is not None:
        headers["Last-Event-ID"] = last_event_id
    async with caller.client.stream("GET", PATH, headers=headers) as answer:
        assert answer.status_code == 200, await answer.aread()
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield _events(answer.aiter_lines())


async def _events(lines: AsyncIterator[str]) -> AsyncIterator[ServerSentEvent]:
    place, kind, data = "", "", ""
    async for line in lines:
        if line == "":
            if place:
                yield ServerSentEvent(place, kind, json.loads(data) if data else {})
            kind, data = "", ""
        elif line.startswith("id:"):
            place = line[3:].strip()
        elif line.startswith("event:"):
            kind = line[6:].strip()
        elif line.startswith("data:"):
            data += line[5:].strip()


async def until_seen(
    events: AsyncIterator[ServerSentEvent], wanted: set[str], *, seconds: float = 60.0
) -> list[ServerSentEvent]:
    """The changes up to the moment when all wanted households have been among them."""
    seen: list[ServerSentEvent] = []
    missing = set(wanted)
    async with asyncio.timeout(seconds):
        async for event in events:
            if event.type == "status.changed":
                seen.append(event)
                missing.discard(str(event.data["household_id"]))
            if not missing:
                return seen
    raise AssertionError(f"the feed ended without {missing}")


class TestFeed:
    @pytest.mark.req("M45", "SYS01")
    async def test_a_change_is_told_with_household_and_version(self, system: System) -> None:
        family = await register(system, size=1)
        async with feed(system.mobile) as events:
            start = await anext(events)
            written = await system.health.post(BILLS, bill(id_number=family.head.id_number))
            assert written.status_code == 201
            change = (await until_seen(events, {family.household_id}))[-1]
        assert int(change.id) > int(start.id)
        told = await system.mobile.get(family.status_path, params={"at_least": f"health:{version_of(written)}"})
        assert int(told.headers["yihu-status-version"]) >= int(str(change.data["version"]))

    async def test_a_reader_that_comes_again_misses_nothing_and_gets_nothing_twice(self, system: System) -> None:
        families = [await register(system, size=1) for _ in range(3)]
        async with feed(system.mobile) as events:
            start = await anext(events)
            await system.health.post(BILLS, bill(id_number=families[0].head.id_number))
            last = (await until_seen(events, {families[0].household_id}))[-1]
        for family in families:
            for _ in range(3):
                answer = await system.health.post(BILLS, bill(id_number=family.head.id_number))
            await system.mobile.get(family.status_path, params={"at_least": f"health:{version_of(answer)}"})
        wanted = {family.household_id for family in families}
        async with feed(system.mobile, last_event_id=last.id) as events:
            resumed = await until_seen(events, wanted)
        ids = [int(event.id) for event in resumed]
        assert ids == sorted(set(ids))
        assert ids[0] > int(last.id)
        async with feed(system.mobile, last_event_id=start.id) as events:
            again = await until_seen(events, wanted)
        after = [(event.id, event.data) for event in again if int(event.id) > int(last.id)]
        common = min(len(after), len(resumed))
        assert common
        assert after[:common] == [(event.id, event.data) for event in resumed][:common]

    @pytest.mark.req("M45")
    async def test_a_caller_hears_only_of_its_own_area(self, demo: Demo) -> None:
        system = demo.system
        inside = await family_in(system.auditor, "420115010200")
        outside = await register(system, size=1)
        async with feed(system.auditor) as mine, feed(system.mobile) as all_of_township:
            await anext(mine)
            await anext(all_of_township)
            await system.health.post(BILLS, bill(id_number=outside.head.id_number))
            await until_seen(all_of_township, {outside.household_id})
            await system.health.post(BILLS, bill(member_id=inside.head.member_id))
            heard = await until_seen(mine, {inside.household_id})
        assert {event.data["household_id"] for event in heard} == {inside.household_id}

    async def test_without_the_scope_or_a_token_there_is_no_feed(self, system: System) -> None:
        assert (await system.health.get(PATH)).status_code == 403
        assert (await system.client.get(PATH)).status_code == 401

    @pytest.mark.parametrize("wrong", ["x", "-1", "1e9", "9" * 40, "1 2"])
    async def test_a_garbled_place_is_refused(self, system: System, wrong: str) -> None:
        answer = await system.mobile.get(PATH, headers={"Last-Event-ID": wrong})
        assert answer.status_code == 400, answer.text

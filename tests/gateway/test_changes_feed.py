"""The live feed: every change once, resumable, limited to the caller's area."""

import contextlib
from collections.abc import AsyncIterator

import pytest

from tests.feeds import PATH, Received, Stream
from tests.gateway.conftest import Demo
from tests.gateway.families import BILLS, bill, family_in, register, version_of
from tests.gateway.system import Caller, System


@contextlib.asynccontextmanager
async def feed(caller: Caller, *, last_event_id: int | None = None) -> AsyncIterator[Stream]:
    """An open feed; with the id, from there on."""
    headers = {"Authorization": f"Bearer {await caller.token()}"}
    if last_event_id is not None:
        headers["Last-Event-ID"] = str(last_event_id)
    async with caller.client.stream("GET", PATH, headers=headers) as answer:
        assert answer.status_code == 200, await answer.aread()
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield Stream(answer)


async def until_seen(stream: Stream, wanted: set[str]) -> list[Received]:
    """The changes up to the moment when all wanted households have been among them."""
    seen: list[Received] = []
    while wanted - {str(each.data["household_id"]) for each in seen}:
        received = await stream.next()
        if received.event == "status.changed":
            seen.append(received)
    return seen


class TestFeed:
    @pytest.mark.req("M45", "SYS01")
    async def test_a_change_is_told_with_household_and_version(self, system: System) -> None:
        family = await register(system, size=1)
        async with feed(system.mobile) as stream:
            start = await stream.opened()
            written = await system.health.post(BILLS, bill(id_number=family.head.id_number))
            assert written.status_code == 201
            change = (await until_seen(stream, {family.household_id}))[-1]
        assert change.id > start
        told = await system.mobile.get(family.status_path, params={"at_least": f"health:{version_of(written)}"})
        assert int(told.headers["yihu-status-version"]) >= int(str(change.data["version"]))

    async def test_a_reader_that_comes_again_misses_nothing_and_gets_nothing_twice(self, system: System) -> None:
        families = [await register(system, size=1) for _ in range(3)]
        async with feed(system.mobile) as stream:
            start = await stream.opened()
            await system.health.post(BILLS, bill(id_number=families[0].head.id_number))
            last = (await until_seen(stream, {families[0].household_id}))[-1]
        for family in families:
            for _ in range(3):
                answer = await system.health.post(BILLS, bill(id_number=family.head.id_number))
            await system.mobile.get(family.status_path, params={"at_least": f"health:{version_of(answer)}"})
        wanted = {family.household_id for family in families}
        async with feed(system.mobile, last_event_id=last.id) as stream:
            resumed = await until_seen(stream, wanted)
        ids = [event.id for event in resumed]
        assert ids == sorted(set(ids))
        assert ids[0] > last.id
        async with feed(system.mobile, last_event_id=start) as stream:
            again = await until_seen(stream, wanted)
        after = [(event.id, event.data) for event in again if event.id > last.id]
        common = min(len(after), len(resumed))
        assert common
        assert after[:common] == [(event.id, event.data) for event in resumed][:common]

    @pytest.mark.req("M45")
    async def test_a_caller_hears_only_of_its_own_area(self, demo: Demo) -> None:
        system = demo.system
        inside = await family_in(system.auditor, "420115010200")
        outside = await register(system, size=1)
        async with feed(system.auditor) as mine, feed(system.mobile) as all_of_township:
            await mine.opened()
            await all_of_township.opened()
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

"""Statuses in the database: brought up to date, announced, never left old by a race."""

import asyncio
from dataclasses import replace
from datetime import date
from uuid import uuid4

import orjson
import pytest

from services.registry.status.parameters import DEFAULTS
from services.registry.status.rebuild import rebuild, verify
from shared.database import Scope
from shared.facts.models import GuaranteeItem, GuaranteeState
from shared.policy import NATIONAL, PolicySnapshot, PolicyStore, load_defaults
from shared.roster.models import HouseholdState
from shared.snapshots import MalformedEvent
from tests.services.registry.status.district import EVERYTHING, District, event
from tests.unit.status import build

UNMET = build.word(GuaranteeItem.BASIC_MEDICAL, GuaranteeState.UNMET, "no_insurance")
MET = build.word(GuaranteeItem.BASIC_MEDICAL, GuaranteeState.MET)


class TestRecompute:
    async def test_a_new_household_has_a_status_at_once(self, district: District) -> None:
        home = build.household(income="3000")
        await district.settle(home)
        row = await district.row(home.household_id)
        assert (row["state"], row["income_state"], row["version"]) == ("registered", "below", 1)
        assert orjson.loads(row["body"])["members"]["items"][0]["name"] == "测试甲"

    @pytest.mark.req("SYS01", "M45")
    async def test_facts_change_the_status_and_one_event_tells_of_it(self, district: District) -> None:
        home = build.household()
        await district.settle(home)
        await district.say(build.snapshot(home, version=17, guarantees=[UNMET], signals=[build.signal()]))
        row = await district.row(home.household_id)
        assert (row["unmet"], row["signals"], row["version"]) == (["basic_medical"], ["insurance_gap"], 2)
        appeared, changed = await district.events()
        assert (appeared["version"], changed["subject"], changed["version"]) == (1, "status.changed", 2)
        envelope = orjson.loads(changed["payload"])
        assert envelope["type"] == "yihu.household.status-changed.v1"
        data = envelope["data"]
        assert data["sources"] == {"health": 17, "registry": 1}
        assert {"five", "guarantees", "signals", "risk"} <= set(data["changed"])
        assert not {"income", "members", "place", "lifecycle"} & set(data["changed"])
        assert (data["etag"], data["division"], data["risk_level"]) == (row["etag"], home.division, "medium")
        assert "测试甲" not in changed["payload"].decode()
        assert len(district.nudges) == 1

    async def test_a_newer_version_with_nothing_new_changes_the_sources_alone(self, district: District) -> None:
        home = build.household()
        await district.settle(home)
        await district.say(build.snapshot(home, version=1, guarantees=[MET]))
        await district.say(build.snapshot(home, version=2, guarantees=[MET]))
        last = (await district.events())[-1]
        assert orjson.loads(last["payload"])["data"]["changed"] == ["sources"]
        assert orjson.loads((await district.row(home.household_id))["source_versions"])["health"]["version"] == 2

    async def test_the_same_again_changes_nothing(self, district: District) -> None:
        home = build.household()
        await district.settle(home)
        async with district.database.transaction(EVERYTHING) as conn:
            assert await district.status.engine.recompute(conn, [home.household_id, uuid4()]) == ()
        assert len(await district.events()) == 1

    async def test_a_move_tells_where_from(self, district: District) -> None:
        home = build.household()
        await district.settle(home)
        await district.settle(home.model_copy(update={"version": 2, "stamp": 2, "division": "210504100202"}))
        data = orjson.loads((await district.events())[-1]["payload"])["data"]
        assert (data["division"], data["previous_division"]) == ("210504100202", home.division)

    async def test_facts_that_came_first_are_taken_in_when_the_household_appears(self, district: District) -> None:
        home = build.household()
        await district.say(build.snapshot(home, version=3, guarantees=[UNMET]))
        assert await district.bodies() == {}
        await district.settle(home)
        assert (await district.row(home.household_id))["unmet"] == ["basic_medical"]

    async def test_facts_and_appearance_at_the_same_moment_miss_nothing(self, district: District) -> None:
        for _ in range(10):
            home = build.household(code=str(uuid4()))
            async with district.database.transaction(EVERYTHING) as conn:
                await district.settle_in(conn, [home])
                # The department's word arrives while the household's own transaction is still open.
                said = asyncio.create_task(district.say(build.snapshot(home, guarantees=[UNMET])))
                await asyncio.wait({said}, timeout=0.02)
            await said
            assert (await district.row(home.household_id))["unmet"] == ["basic_medical"]

    async def test_departments_that_speak_at_once_are_all_heard(self, district: District) -> None:
        home = build.household()
        await district.settle(home)
        departments = [f"department_{number}" for number in range(8)]
        await asyncio.gather(
            *(district.say(build.snapshot(home, one, signals=[build.signal(one)])) for one in departments)
        )
        assert sorted((await district.row(home.household_id))["signals"]) == departments

    async def test_odd_texts_are_stored_as_they_are(self, district: District) -> None:
        home = build.household()
        await district.settle(home)
        odd = 'a"b\\c,{d}\n单'
        await district.say(build.snapshot(home, signals=[build.signal(odd)]))
        assert (await district.row(home.household_id))["signals"] == [odd]


class TestRowScope:
    async def test_another_area_sees_neither_status_nor_facts(self, district: District) -> None:
        home = build.household()
        await district.settle(home)
        await district.say(build.snapshot(home))
        for table in ("household_status", "department_facts"):
            for prefixes, seen in ((("210504",), 1), (("420115",), 0), ((), 0)):
                async with district.database.acquire(Scope(prefixes=prefixes)) as conn:
                    assert await conn.fetchval(f"SELECT count(*) FROM {table}") == seen


class TestReevaluation:
    async def test_an_expired_word_turns_unknown_on_its_day(self, district: District) -> None:
        home = build.household()
        await district.settle(home)
        await district.say(build.snapshot(home, guarantees=[MET], valid_until=date(2020, 6, 2)))
        job = district.status.reevaluation
        assert await job.expired() == 0
        district.clock.set(district.clock.now().replace(day=1, hour=16))  # midnight in China
        assert await job.expired() == 1
        states = orjson.loads((await district.row(home.household_id))["guarantees"])
        assert states["basic_medical"] == "unknown"
        assert await job.expired() == 0

    async def test_a_new_policy_recomputes_everything_once(self, district: District) -> None:
        homes = [build.household(income="3300", code=str(number)) for number in range(7)]
        await district.settle(*homes)
        job = district.status.reevaluation
        assert await job.policy_changed() == 0
        async with district.database.transaction(EVERYTHING) as conn:
            override = build.override("income.poverty_line", "3400", concept="net")
            await district.policy.apply(conn, PolicySnapshot(version=5, overrides=(override,)))
        assert await job.policy_changed() == 7
        assert await job.policy_changed() == 0
        assert (await district.row(homes[0].household_id))["income_state"] == "below"

    async def test_a_policy_that_another_replica_received_is_followed(self, district: District) -> None:
        await district.settle(build.household(income="3300"))
        other = PolicyStore(load_defaults(NATIONAL, DEFAULTS))
        async with district.database.transaction(EVERYTHING) as conn:
            override = build.override("income.poverty_line", "3400", concept="net")
            await other.apply(conn, PolicySnapshot(version=6, overrides=(override,)))
        async with district.database.acquire(EVERYTHING) as conn:
            assert await district.policy.load(conn)
            assert not await district.policy.load(conn)
        assert await district.status.reevaluation.policy_changed() == 1

    async def test_an_interrupted_run_goes_on_where_it_stopped(self, district: District) -> None:
        homes = [build.household(income="3300", code=str(number)) for number in range(5)]
        await district.settle(*homes)
        await district.status.reevaluation.policy_changed()
        ids = sorted(home.household_id for home in homes)
        async with district.database.transaction(EVERYTHING) as conn:
            await conn.execute("UPDATE household_status SET etag = 'old'")
            await conn.execute("UPDATE status_evaluation SET finished = false, position = $1", ids[2])
        assert await district.status.reevaluation.policy_changed() == 2


class TestRebuild:
    async def test_live_equals_rebuilt_and_drift_is_found_and_mended(self, district: District) -> None:
        homes = [build.household(code=str(number)) for number in range(12)]
        await district.settle(*homes)
        await district.say(*(build.snapshot(home, guarantees=[MET]) for home in homes))
        live = await district.bodies()
        engine, clock = district.status.engine, district.clock
        assert (await verify(district.database, engine, clock=clock, chunk=5)).clean
        async with district.database.transaction(EVERYTHING) as conn:
            await conn.execute("UPDATE household_status SET body = '{}', etag = 'x' WHERE code = '3'")
            await conn.execute("DELETE FROM household_status WHERE code = '4'")
            await conn.execute("UPDATE household_status SET household_id = gen_random_uuid() WHERE code = '5'")
        drift = await verify(district.database, engine, clock=clock, chunk=5)
        assert drift.different == (homes[3].household_id,)
        assert set(drift.missing) == {homes[4].household_id, homes[5].household_id}
        assert len(drift.orphaned) == 1
        assert await rebuild(district.database, engine, chunk=5) == 3
        assert {key: value for key, value in (await district.bodies()).items() if key in live} == live


class TestState:
    @pytest.mark.req("Y100")
    async def test_exit_keeps_the_benefits(self, district: District) -> None:
        home = build.household()
        await district.settle(home)
        await district.say(build.snapshot(home, "civil_affairs", benefits=[build.benefit()]))
        await district.settle(home.model_copy(update={"version": 2, "stamp": 2, "state": HouseholdState.EXITED}))
        row = await district.row(home.household_id)
        assert (row["state"], row["batches"]) == ("exited", ["dibao"])
        assert len(await district.events()) == 3

    async def test_event_of_the_wrong_department_is_refused(self, district: District) -> None:
        home = build.household()
        await district.settle(home)
        right = event(build.snapshot(home))
        for wrong in (
            replace(right, source="education"),
            replace(right, key=str(uuid4())),
            replace(right, version=9),
            replace(right, data=b'{"household_id":1}'),
            replace(right, type="yihu.household.roster.v1"),
            replace(right, data=right.data.replace(b'"department":"health"', b'"department":"health\\u0000"')),
        ):
            with pytest.raises(MalformedEvent):
                await district.status.projector.handle([wrong])
        await district.status.projector.handle([replace(right, source="registry")])
        assert await district.fetch("SELECT FROM department_facts") == []

"""A service dies and comes back: the others go on, nothing accepted is lost, nothing is doubled."""

import asyncio
import uuid

import httpx
import pytest

from shared.testing.waiting import wait_until
from tests.chaos.writing import Ledger, assert_nothing_lost_nothing_doubled, kept_writing, write_one
from tests.gateway.families import BILLS, bill, figure, register, status_of, version_of
from tests.gateway.streams import all_consumed, jetstream, status_version
from tests.gateway.system import System, body_of


def assert_down(answer: httpx.Response) -> None:
    assert answer.status_code == 503, f"{answer.status_code} {answer.text}"
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.json()["remedy"]


async def wait_down(system: System, path: str) -> httpx.Response:
    """The first answer that says that the service behind the path is gone."""
    last: list[httpx.Response] = []

    async def is_down() -> bool:
        last[:] = [await system.health.get(path)]
        return last[0].status_code == 503

    await wait_until(is_down, seconds=30)
    return last[0]


class TestHealthDown:
    @pytest.mark.req("M45", "SYS01")
    async def test_the_rest_goes_on_and_health_comes_back_with_everything(self, shaken: System) -> None:
        families = [await register(shaken, size=1) for _ in range(3)]
        async with kept_writing(shaken, families) as ledger:

            async def some_written() -> bool:
                return ledger.count > 20

            await wait_until(some_written, seconds=60)
            old = shaken.pid_of("health")
            shaken.kill("health")
            assert_down(await wait_down(shaken, f"{BILLS}?limit=1"))
            # The statuses of all households go on being served, from the cache and from the registry.
            for family in families:
                assert (await shaken.mobile.get(family.status_path)).status_code == 200
            assert (await shaken.mobile.get("/api/v1/statuses?limit=1")).status_code == 200
            await register_without_health(shaken)

            async def is_back() -> bool:
                return (await shaken.health.get(f"{BILLS}?limit=1")).status_code == 200

            await wait_until(is_back, seconds=60)
            assert shaken.pid_of("health") != old
            before = ledger.count

            async def more_written() -> bool:
                return ledger.count > before + 10

            await wait_until(more_written, seconds=60)
        await assert_nothing_lost_nothing_doubled(shaken, families, ledger)

    @pytest.mark.req("M45")
    async def test_killed_right_after_the_answers_everything_accepted_is_delivered(self, shaken: System) -> None:
        """The relay dies between commit and publish: the outbox is read again."""
        families = [await register(shaken, size=1) for _ in range(8)]
        for _ in range(3):
            ledger = Ledger()
            await asyncio.gather(*(write_one(shaken, family, ledger) for family in families for _ in range(2)))
            shaken.kill("health")
            await assert_nothing_lost_nothing_doubled_after(shaken, families, ledger)

    async def test_a_key_sent_again_across_a_kill_is_carried_out_once(self, shaken: System) -> None:
        family = await register(shaken, size=1)
        key, content = uuid.uuid4().hex, bill(self_paid="3.00", id_number=family.head.id_number)
        first = await shaken.health.post(BILLS, content, key=key)
        assert first.status_code == 201, first.text
        shaken.kill("health")
        answers: list[httpx.Response] = []

        async def answered() -> bool:
            answers[:] = [await shaken.health.post(BILLS, content, key=key)]
            return answers[0].status_code != 503

        await wait_until(answered, seconds=60)
        assert answers[0].status_code == 201
        assert answers[0].content == first.content
        assert version_of(answers[0]) == version_of(first)
        status = await status_of(shaken.mobile, family, at_least=f"health:{version_of(first)}")
        assert figure(status, "self_paid_medical_cost") == "3.00"
        assert len(await shaken.health.pages(BILLS, member_id=family.head.member_id)) == 1


async def assert_nothing_lost_nothing_doubled_after(system: System, families: list, ledger: Ledger) -> None:  # type: ignore[type-arg]
    async def is_back() -> bool:
        return (await system.health.get(f"{BILLS}?limit=1")).status_code == 200

    await wait_until(is_back, seconds=60)
    await assert_nothing_lost_nothing_doubled(system, families, ledger)


async def register_without_health(system: System) -> None:
    """The registry takes in a household while health is away."""
    from tests.gateway.families import household, member, new_id_number

    body_of(await system.registry.post("/api/v1/households", household([member(new_id_number())])), 201)


class TestRegistryDown:
    @pytest.mark.req("M45")
    async def test_health_goes_on_writing_and_the_statuses_follow(self, shaken: System) -> None:
        families = [await register(shaken, size=1) for _ in range(3)]
        read = await shaken.mobile.get(families[0].status_path)
        assert read.status_code == 200
        shaken.kill("registry")
        ledger = Ledger()
        await asyncio.gather(*(write_one(shaken, family, ledger) for family in families for _ in range(5)))
        served = await shaken.mobile.get(families[0].status_path)
        assert served.status_code in {200, 503}
        if served.status_code == 503:
            assert_down(served)
        assert (await shaken.health.get(f"{BILLS}?limit=1")).status_code == 200

        async def is_back() -> bool:
            return (await shaken.mobile.get("/api/v1/statuses?limit=1")).status_code == 200

        await wait_until(is_back, seconds=60)
        await assert_nothing_lost_nothing_doubled(shaken, families, ledger)

    async def test_a_cached_status_is_served_while_the_registry_is_away(self, shaken: System) -> None:
        family = await register(shaken, size=1)
        async with jetstream(shaken) as stream:
            # Departments speak of a new household too; each word that changes its status empties the cache again.
            await all_consumed(shaken, stream)
        last = str(await status_version(shaken, family.household_id))

        async def is_cached() -> bool:
            headers = (await shaken.mobile.get(family.status_path)).headers
            return bool(headers.get("yihu-cache") == "hit" and headers["yihu-status-version"] == last)

        await wait_until(is_cached, seconds=30)
        shaken.kill("registry")
        served = await shaken.mobile.get(family.status_path)
        assert served.status_code == 200
        assert served.headers["yihu-cache"] == "hit"
        other = await shaken.mobile.get(f"/api/v1/households/{uuid.uuid4()}/status")
        assert other.status_code in {404, 503}


class TestGatewayDown:
    async def test_the_gateway_comes_back_and_everybody_goes_on(self, shaken: System) -> None:
        families = [await register(shaken, size=1) for _ in range(2)]
        async with kept_writing(shaken, families, writers=2) as ledger:

            async def some_written() -> bool:
                return ledger.count > 10

            await wait_until(some_written, seconds=60)
            shaken.kill("gateway")
            await shaken.ready(seconds=60)
            before = ledger.count

            async def more_written() -> bool:
                return ledger.count > before + 5

            await wait_until(more_written, seconds=60)
        await assert_nothing_lost_nothing_doubled(shaken, families, ledger)

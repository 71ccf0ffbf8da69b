"""The streams: made by whoever comes first, the same for all."""

import asyncio

import pytest
from nats.js.api import DiscardPolicy, StorageType

from shared.embedded.nats import EmbeddedNats
from shared.snapshots import POLICY, SNAPSHOTS, StreamLimits, StreamSettings, connect, ensure_streams


class TestEnsureStreams:
    async def test_many_services_may_start_at_once(self, own_nats: EmbeddedNats) -> None:
        connections = [connect(own_nats.url, name=f"service-{n}", streams=None) for n in range(8)]
        contexts = await asyncio.gather(*(each.jetstream() for each in connections))
        await asyncio.gather(*(ensure_streams(context) for context in contexts))
        infos = {info.config.name: info.config for info in await contexts[0].streams_info()}
        assert set(infos) == {"SNAPSHOTS", "STATUS", "POLICY", "DEADLETTERS"}
        for config in infos.values():
            assert (config.storage, config.allow_atomic) == (StorageType.FILE, True)
            expected = DiscardPolicy.OLD if config.name == "STATUS" else DiscardPolicy.NEW
            assert config.discard == expected
            assert config.max_bytes is not None
            assert config.max_bytes > 0
        await asyncio.gather(*(each.close() for each in connections))

    async def test_other_limits_are_taken_over(self, own_nats: EmbeddedNats) -> None:
        async with connect(own_nats.url, name="first") as nats:
            jetstream = await nats.jetstream()
            limits = {**StreamSettings().limits, SNAPSHOTS: StreamLimits(max_bytes=5_000_000, max_age_seconds=60)}
            await ensure_streams(jetstream, StreamSettings(limits=limits))
            config = (await jetstream.stream_info(SNAPSHOTS)).config
            assert (config.max_bytes, config.max_age) == (5_000_000, 60)

    async def test_of_the_policy_only_the_last_few_are_kept(self, own_nats: EmbeddedNats) -> None:
        async with connect(own_nats.url, name="first") as nats:
            jetstream = await nats.jetstream()
            for number in range(20):
                await jetstream.publish("policy.overrides", str(number).encode())
            state = (await jetstream.stream_info(POLICY)).state
            assert (state.messages, state.last_seq) == (8, 20)


class TestConnection:
    async def test_comes_back_after_the_client_library_gave_up(self, own_nats: EmbeddedNats) -> None:
        """An error of the protocol makes the library close for good; a new client takes its place."""
        async with connect(own_nats.url, name="test") as nats:
            first = await nats.client()
            await first.close()
            second = await asyncio.wait_for(nats.client(), 10)
            assert second is not first
            await ensure_streams(second.jetstream())

    async def test_waits_for_a_server_that_is_not_there(self, own_nats: EmbeddedNats) -> None:
        own_nats.stop()
        async with connect(own_nats.url, name="test") as nats:
            with pytest.raises(ConnectionError):
                nats.client_now()
            own_nats.start()
            await asyncio.wait_for(nats.client(), 10)

"""The envelope: CloudEvents 1.0, and nothing else gets in."""

from datetime import UTC, datetime
from uuid import uuid4

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.snapshots import FACTS, Event, MalformedEvent, cloud_event, newest

NOW = datetime(2020, 5, 1, 8, 30, tzinfo=UTC)
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def event(key: str, version: int, source: str = "health") -> Event:
    payload = cloud_event(source=source, type=FACTS, subject=key, version=version, data=b"{}", time=NOW)
    return Event.parse(payload)


@pytest.mark.req("SYS01", "SYS24")
class TestCloudEvent:
    def test_has_the_attributes_of_the_contract(self) -> None:
        event_id = uuid4()
        payload = cloud_event(
            source="health",
            type=FACTS,
            subject="household-1",
            version=17,
            data=b'{"figures":{"self_paid":"120.50"}}',
            time=NOW,
            traceparent=TRACE,
            event_id=event_id,
        )
        assert orjson.loads(payload) == {
            "specversion": "1.0",
            "id": str(event_id),
            "source": "/yihu/health",
            "type": "yihu.household.facts.v1",
            "subject": "household-1",
            "time": "2020-05-01T08:30:00Z",
            "datacontenttype": "application/json",
            "dataschema": "urn:yihu:schema:yihu.household.facts.v1",
            "partitionkey": "household-1",
            "sequence": "00000000000000000017",
            "traceparent": TRACE,
            "data": {"figures": {"self_paid": "120.50"}},
        }

    def test_is_read_back_as_it_was_sent(self) -> None:
        payload = cloud_event(
            source="health", type=FACTS, subject="k", version=3, data=b'{"a":[1]}', time=NOW, traceparent=TRACE
        )
        read = Event.parse(payload, sequence=9)
        assert (read.source, read.type, read.key, read.version) == ("health", FACTS, "k", 3)
        assert (read.data, read.time, read.traceparent, read.sequence) == (b'{"a":[1]}', NOW, TRACE, 9)

    def test_sequences_sort_as_text(self) -> None:
        texts = [
            orjson.loads(cloud_event(source="h", type=FACTS, subject="k", version=version, data=b"0", time=NOW))[
                "sequence"
            ]
            for version in (2, 10, 9_000_000_000)
        ]
        assert texts == sorted(texts)


class TestMalformed:
    GOOD = orjson.loads(cloud_event(source="health", type=FACTS, subject="k", version=1, data=b"{}", time=NOW))

    @pytest.mark.parametrize(
        "change",
        [
            {"specversion": "0.3"},
            {"source": "/elsewhere/health"},
            {"source": 3},
            {"subject": ""},
            {"subject": None},
            {"type": ["x"]},
            {"id": {}},
            {"sequence": "-1"},
            {"sequence": "x"},
            {"sequence": "٣"},
            {"sequence": "99999999999999999999"},
            {"sequence": 5},
            {"time": "yesterday"},
            {"time": "2020-05-01T08:30:00"},
        ],
    )
    def test_an_attribute_that_is_wrong(self, change: dict[str, object]) -> None:
        with pytest.raises(MalformedEvent):
            Event.parse(orjson.dumps(self.GOOD | change))

    @pytest.mark.parametrize(
        "attribute", ["specversion", "id", "source", "type", "subject", "sequence", "time", "data"]
    )
    def test_an_attribute_that_is_missing(self, attribute: str) -> None:
        with pytest.raises(MalformedEvent):
            Event.parse(orjson.dumps({name: value for name, value in self.GOOD.items() if name != attribute}))

    @given(st.binary(max_size=200))
    def test_any_bytes(self, payload: bytes) -> None:
        with pytest.raises(MalformedEvent):
            Event.parse(payload)

    @pytest.mark.parametrize("payload", [b"", b"[]", b"null", b"[" * 5000, b'{"data":"\\ud800"}', b"1e999", b"\xff"])
    def test_json_that_is_no_event(self, payload: bytes) -> None:
        with pytest.raises(MalformedEvent):
            Event.parse(payload)


class TestNewest:
    def test_keeps_the_highest_version_of_each_source_and_key(self) -> None:
        events = [event("a", 2), event("b", 1), event("a", 5), event("a", 3), event("a", 1, "housing")]
        kept = newest(events)
        assert {(each.source, each.key, each.version) for each in kept} == {
            ("health", "a", 5),
            ("health", "b", 1),
            ("housing", "a", 1),
        }

    @given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 5)), max_size=30), st.randoms())
    def test_does_not_depend_on_order_or_repetition(self, pairs: list[tuple[str, int]], randomness: object) -> None:
        events = [event(key, version) for key, version in pairs]
        shuffled = [*events, *events]
        randomness.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
        assert {(e.key, e.version) for e in newest(events)} == {(e.key, e.version) for e in newest(shuffled)}

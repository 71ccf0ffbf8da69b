"""The parts that need no network: paths, routes, places, buckets, texts, settings."""

import asyncio
from urllib.parse import quote

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue, SecretStr, ValidationError

from gateway.paths import is_plain_path
from gateway.rate_limit import Bucket, Buckets, Rate
from gateway.render import Texts, render_status
from gateway.routes import RouteTable
from gateway.settings import GatewaySettings
from gateway.slots import NoSlotError, Slots
from gateway.status_query import StatusQuery, parse_status_query, parse_versions
from shared.codes import code_lists_document


class TestPaths:
    @given(st.binary(max_size=60))
    def test_whatever_comes_has_an_answer(self, junk: bytes) -> None:
        assert is_plain_path(junk) in {True, False}

    @given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=10), min_size=1))
    def test_encoded_words_are_plain_unless_they_hide_something(self, segments: list[str]) -> None:
        path = "".join("/" + quote(segment, safe="") for segment in segments).encode()
        hides = any(segment in {".", ".."} or "/" in segment or "\\" in segment for segment in segments)
        assert is_plain_path(path) is not hides


class TestRoutes:
    def test_two_services_cannot_answer_the_same(self) -> None:
        with pytest.raises(ValueError, match="members"):
            RouteTable(["registry", "members"])

    def test_a_prefix_is_a_whole_segment(self) -> None:
        table = RouteTable(["health", "registry"])
        assert table.find("/api/v1/health/x") == "health"
        assert table.find("/api/v1/healthy") is None
        assert table.find("/api/v1/households:batch") == "registry"
        assert table.find("/api/v1/:batch") is None


class TestSlots:
    async def test_places_go_to_those_who_waited_longest(self) -> None:
        slots = Slots(1, queue_limit=2)
        await slots.take(wait_seconds=1)
        order: list[int] = []

        async def wait(number: int) -> None:
            await slots.take(wait_seconds=5)
            order.append(number)
            slots.give()

        waiting = [asyncio.create_task(wait(number)) for number in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(NoSlotError):
            await slots.take(wait_seconds=5)
        slots.give()
        await asyncio.gather(*waiting)
        assert order == [0, 1]
        assert (slots.active, slots.waiting) == (0, 0)

    async def test_who_gives_up_leaves_no_place_taken(self) -> None:
        slots = Slots(1, queue_limit=5)
        assert slots.take_now()
        with pytest.raises(NoSlotError):
            await slots.take(wait_seconds=0.01)
        cancelled = asyncio.create_task(slots.take(wait_seconds=5))
        await asyncio.sleep(0)
        cancelled.cancel()
        await asyncio.wait([cancelled])
        handed_over = asyncio.create_task(slots.take(wait_seconds=5))
        await asyncio.sleep(0)
        # The place is given in the same moment in which the waiter is cancelled.
        slots.give()
        handed_over.cancel()
        await asyncio.wait([handed_over])
        assert (slots.active, slots.waiting) == (0, 0)
        assert slots.take_now()


class TestBuckets:
    def test_burst_then_pace(self) -> None:
        bucket = Bucket(Rate(2.0, 4.0), now=0.0)
        assert [bucket.take(now=0.0) for _ in range(5)] == [True] * 4 + [False]
        assert bucket.retry_after == 1
        assert bucket.take(now=0.5)
        assert not bucket.take(now=0.5)
        assert [bucket.take(now=100.0) for _ in range(5)] == [True] * 4 + [False]

    def test_memory_is_bounded(self) -> None:
        buckets = Buckets(limit=2)
        first = buckets.of("a", Rate(1, 1), now=0)
        buckets.of("b", Rate(1, 1), now=0)
        assert buckets.of("a", Rate(1, 1), now=0) is first
        buckets.of("c", Rate(1, 1), now=0)
        assert buckets.of("a", Rate(1, 1), now=0) is first


class TestStatusQuery:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            (b"", StatusQuery()),
            (b"view=mobile", StatusQuery(view="mobile")),
            (b"at_least=health:17&view=mobile", StatusQuery("mobile", {"health": 17})),
            (b"at_least=health%3A17%2Cregistry%3A2", StatusQuery("", {"health": 17, "registry": 2})),
            (b"at_least=health:1&at_least=health:3", None),
            (b"at_least=health:1,health:3", StatusQuery("", {"health": 3})),
            (b"view=full", StatusQuery()),
            (b"view=desk", None),
            (b"at_least=health:-1", None),
            (b"at_least=health:" + b"9" * 30, None),
            (b"at_least", None),
            (b"\xff", None),
            (b"other=1", None),
        ],
    )
    def test_what_the_cache_understands(self, query: bytes, expected: StatusQuery | None) -> None:
        assert parse_status_query(query) == expected

    @given(st.binary(max_size=80))
    def test_junk_is_not_understood_but_harmless(self, query: bytes) -> None:
        parse_status_query(query)

    def test_versions(self) -> None:
        assert parse_versions("registry=3, health=17, x=, =2, y=\u0663") == {"registry": 3, "health": 17}


class TestTexts:
    def texts(self) -> Texts:
        lists: list[JsonValue] = [
            {"name": "health_reason", "codes": [{"code": "due", "zh": "{item}到期", "en": "{item} is due"}]},
            {"name": "status_reason", "codes": [{"code": "not_said", "zh": "无人提供", "en": "nobody said"}]},
            {"name": "guarantee_item", "codes": [{"code": "food", "zh": "不愁吃", "en": "food"}]},
            {"name": "guarantee_state", "codes": [{"code": "met", "zh": "已保障", "en": "met"}]},
            {"name": "cause", "codes": [{"code": "illness", "zh": "因病", "en": "illness"}]},
        ]
        return Texts({"lists": lists})

    def test_the_departments_own_list_comes_first_and_params_are_filled(self) -> None:
        body = orjson.dumps(
            {
                "guarantees": [
                    {
                        "item": "food",
                        "state": "met",
                        "reasons": [
                            {"code": "due", "department": "health", "params": {"item": "A"}},
                            {"code": "not_said", "department": "health"},
                            {"code": "unheard_of", "department": "health"},
                        ],
                    }
                ],
                "causes": {"codes": ["illness", "other"]},
            }
        )
        rendered = orjson.loads(render_status(body, self.texts(), language="en"))
        guarantee = rendered["guarantees"][0]
        assert (guarantee["item_text"], guarantee["state_text"]) == ("food", "met")
        assert [reason.get("text") for reason in guarantee["reasons"]] == ["A is due", "nobody said", None]
        assert rendered["causes"]["texts"] == ["illness", "other"]

    def test_the_short_form(self) -> None:
        body = orjson.dumps({"guarantees": {"food": "met"}})
        rendered = orjson.loads(render_status(body, self.texts(), language="zh"))
        assert rendered["guarantees"] == {"food": "met"}
        assert rendered["guarantees_text"] == {"food": {"item": "不愁吃", "state": "已保障"}}

    @pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b'{"guarantees": 3, "signals": [1, null, []]}'])
    def test_other_documents_go_through(self, body: bytes) -> None:
        assert render_status(body, self.texts(), language="zh")[:1] == body[:1]

    def test_numbers_keep_their_text(self) -> None:
        texts = Texts(orjson.loads(code_lists_document()))
        body = b'{"income":{"per_capita":"4000.00","state":"above"}}'
        assert b'"per_capita":"4000.00"' in render_status(body, texts, language="zh")


class TestSettings:
    def settings(self, **given: object) -> GatewaySettings:
        return GatewaySettings.model_validate(
            {"database_url": SecretStr("postgresql://x"), "signing_key": SecretStr("x"), **given}
        )

    def test_upstreams_from_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("YIHU_UPSTREAMS", "registry=http://127.0.0.1:9001, health=http://[::1]:9002/")
        monkeypatch.setenv("YIHU_TRUSTED_PROXIES", "10.0.0.1, 10.0.0.2")
        settings = self.settings()
        assert settings.upstreams == {"registry": "http://127.0.0.1:9001", "health": "http://[::1]:9002"}
        assert settings.trusted_proxies == ("10.0.0.1", "10.0.0.2")

    @pytest.mark.parametrize(
        "text", ["registry", "registry=ftp://x", "Registry=http://x", "a=http://x,a=http://y", "a=http://x/path", "=x"]
    )
    def test_upstreams_of_another_form(self, text: str) -> None:
        with pytest.raises(ValidationError):
            self.settings(upstreams=text)

    def test_tokens_are_short_lived(self) -> None:
        with pytest.raises(ValidationError):
            self.settings(token_seconds=901)

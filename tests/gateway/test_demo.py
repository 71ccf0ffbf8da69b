"""The figures of the demo districts, proved from the interface alone."""

from collections import Counter
from typing import cast

import pytest

from tests.gateway.conftest import Demo, load_demo
from tests.gateway.system import Caller, body_of

HANYANG = {"dibao": (536, 892), "tekun": (46, 46), "general": (515, 1531)}
MINGSHAN = {"dibao": (60, 98), "tekun": (12, 12), "general": (41, 104)}
TOWNSHIP, MINGSHAN_DISTRICT = "420115010000", "210504000000"


async def villages_of(caller: Caller, division: str) -> set[str]:
    return {str(one["code"]) for one in await caller.pages("/api/v1/villages", division=division, limit="50")}


async def counted_by_paging(caller: Caller, path: str, division: str, villages: set[str]) -> dict[str, tuple[int, int]]:
    """Households and persons by type, from the whole list."""
    households: Counter[str] = Counter()
    persons: Counter[str] = Counter()
    for one in await caller.pages(path, division=division, limit="200"):
        if one["division"] in villages:
            households[str(one["household_type"])] += 1
            persons[str(one["household_type"])] += int(str(one["member_count"]))
    return {kind: (households[kind], persons[kind]) for kind in households}


async def counted_by_summary(caller: Caller, villages: set[str]) -> dict[str, tuple[int, int]]:
    counted: dict[str, tuple[int, int]] = {}
    for village in sorted(villages):
        params = {"division": village, "by": "household_type"}
        summary = body_of(await caller.get("/api/v1/statuses/summary", params=params))
        rows = cast(list[dict[str, object]], summary["rows"])
        assert sum(int(str(row["households"])) for row in rows) == summary["households"]
        for row in rows:
            households, persons = counted.get(str(row["household_type"]), (0, 0))
            counted[str(row["household_type"])] = (
                households + int(str(row["households"])),
                persons + int(str(row["members"])),
            )
    return counted


class TestHanyang:
    async def test_the_loader_takes_every_row(self, demo: Demo) -> None:
        assert demo.exit_code == 0, demo.said
        assert "refused" not in demo.said

    @pytest.mark.req("H06")
    async def test_21_poor_villages(self, demo: Demo) -> None:
        villages = await demo.system.mobile.pages("/api/v1/villages", division=TOWNSHIP, limit="50")
        assert len(villages) == 21
        assert {str(one["village_class"]) for one in villages} == {"poor"}

    @pytest.mark.req("H06", "H07", "H08", "H09")
    @pytest.mark.parametrize("path", ["/api/v1/households", "/api/v1/statuses"])
    async def test_households_and_persons_by_type_from_the_lists(self, demo: Demo, path: str) -> None:
        mobile = demo.system.mobile
        counted = await counted_by_paging(mobile, path, TOWNSHIP, await villages_of(mobile, TOWNSHIP))
        assert counted == HANYANG
        assert sum(households for households, _ in counted.values()) == 1097
        assert sum(persons for _, persons in counted.values()) == 2469

    @pytest.mark.req("H06", "H07", "H08", "H09")
    async def test_households_and_persons_by_type_from_the_summary(self, demo: Demo) -> None:
        mobile = demo.system.mobile
        assert await counted_by_summary(mobile, await villages_of(mobile, TOWNSHIP)) == HANYANG

    async def test_people_are_nobody_and_their_numbers_masked(self, demo: Demo) -> None:
        system = demo.system
        (first,) = body_of(await system.auditor.get("/api/v1/households", params={"limit": "1"}))["items"]  # type: ignore[misc]  # a list
        path = f"/api/v1/households/{first['household_id']}"  # type: ignore[has-type]
        for one in cast(list[dict[str, object]], body_of(await system.auditor.get(path))["members"]):
            shown = str(one["id_number"])
            assert shown.startswith("99")
            assert "****" in shown
            reveal = f"/api/v1/members/{one['member_id']}:reveal"
            whole = body_of(await system.office.post(reveal, {"purpose": "核对演示数据"}))
            assert len(str(whole["id_number"])) == 18
            assert str(whole["id_number"]).startswith("99")

    async def test_loaded_again_it_changes_nothing(self, demo: Demo) -> None:
        mobile = demo.system.mobile
        before = await mobile.pages("/api/v1/statuses", division="420115010203", limit="200")
        exit_code, said = await load_demo(demo.system)
        assert exit_code == 0, said
        after = await mobile.pages("/api/v1/statuses", division="420115010203", limit="200")
        assert after == before


class TestMingshan:
    @pytest.mark.req("M02", "M41")
    async def test_113_households_and_214_persons_in_25_villages(self, demo: Demo) -> None:
        office = demo.system.office
        exit_code, said = await load_demo(demo.system, "mingshan")
        assert exit_code == 0, said
        villages = await villages_of(office, MINGSHAN_DISTRICT)
        assert len(villages) == 25
        counted = await counted_by_paging(office, "/api/v1/households", MINGSHAN_DISTRICT, villages)
        assert counted == MINGSHAN
        assert sum(households for households, _ in counted.values()) == 113
        assert sum(persons for _, persons in counted.values()) == 214
        params = {"division": MINGSHAN_DISTRICT}
        summary = body_of(await office.get("/api/v1/statuses/summary", params=params))
        assert (summary["households"], summary["members"]) == (113, 214)

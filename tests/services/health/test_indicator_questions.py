"""Questions to the indicators: places, breakdown, the list of those missing, wrong questions."""

from decimal import Decimal

import pytest

from services.health.indicators import INDICATORS
from shared.testing.department import DepartmentSystem
from tests.services.health.planted import counts, home_of, people


class TestQuestions:
    async def test_breakdown_by_division_adds_up(self, health: DepartmentSystem) -> None:
        first, second = "420115031201", "420115031202"
        (one, two), (three,) = await home_of(health, first, "甲", "乙"), await home_of(health, second, "丙")
        for person in (one, three):
            await health.accept("doctor-contracts", person, year=2020, signed_on="2020-02-01")
        value = await health.indicator("doctor_contract", division="420115031000", by="division")
        assert counts(value)[:2] == (2, 3)
        parts = value["by_division"]
        assert isinstance(parts, list)
        assert [(part["division"], part["numerator"], part["denominator"]) for part in parts] == [
            (first, 1, 2),
            (second, 1, 1),
        ]
        assert people(await health.missing("doctor_contract", division="420115031000")) == {two.id}

    async def test_a_caller_sees_its_own_area_only(self, health: DepartmentSystem) -> None:
        own, hidden = "420115032201", "420115032202"
        await home_of(health, own, "甲")
        await home_of(health, hidden, "乙")
        value = await health.indicator("doctor_contract", own, division="420115032000")
        assert (value["denominator"], value["complete"]) == (1, False)
        assert len(await health.missing("doctor_contract", own, division="420115032000")) == 1
        assert (await health.get("indicators", own, division=hidden)).status_code == 403
        assert (await health.indicator("doctor_contract", own))["division"] == own

    async def test_the_missing_list_has_pages(self, health: DepartmentSystem) -> None:
        where = "420115033201"
        persons = await home_of(health, where, *"甲乙丙丁戊")
        seen: list[object] = []
        cursor: str | None = None
        while True:
            query = {"division": where, "limit": 2} | ({"cursor": cursor} if cursor else {})
            page = (await health.get("indicators/health_card/missing", **query)).json()
            seen += [one["member_id"] for one in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert sorted(map(str, seen)) == sorted(person.id for person in persons)
        page = (await health.get("indicators/health_card/missing", division=where, limit=2)).json()
        for code, division, status in (
            ("health_card", where, 200),
            ("health_card", "420115033000", 400),
            ("doctor_contract", where, 400),
        ):
            query = {"division": division, "cursor": page["next_cursor"]}
            assert (await health.get(f"indicators/{code}/missing", **query)).status_code == status, query

    async def test_nothing_due_is_no_verdict(self, health: DepartmentSystem) -> None:
        value = await health.indicator("one_stop_settlement", division="420115034201")
        assert counts(value) == (0, 0, None, None)

    async def test_the_list_holds_every_indicator(self, health: DepartmentSystem) -> None:
        answer = await health.get("indicators", division="420115000000", year=2020)
        items = answer.json()["items"]
        assert [one["code"] for one in items] == [one.code for one in INDICATORS]
        for one in items:
            assert one["label"]["zh"]
            assert one["label"]["en"]
            assert one["ratio"] is None or Decimal(one["ratio"]) <= 1

    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("indicators?year=1999", 400),
            ("indicators?year=2101", 400),
            ("indicators?year=abc", 400),
            ("indicators?year=", 400),
            ("indicators/serious_illness_filing?year=2005", 400),
            ("indicators?division=12345", 400),
            ("indicators?division=4201150102011", 400),
            ("indicators?division=%EF%BC%94%EF%BC%92", 400),
            ("indicators?colour=red", 400),
            ("indicators?by=village", 400),
            ("indicators?division=110000000000", 403),
            ("indicators/no_such_indicator", 404),
            ("indicators/%00", 400),
            ("indicators/health_card/missing?limit=0", 400),
            ("indicators/health_card/missing?limit=-1", 400),
            ("indicators/health_card/missing?limit=100000", 400),
            ("indicators/health_card/missing?cursor=!!!", 400),
            ("indicators/health_card/missing?cursor=W10", 400),
            ("indicators/health_card/missing?cursor=WyIwIiwiXHUwMDAwIl0", 400),
            ("indicators/health_card/missing?cursor=" + "A" * 5000, 400),
        ],
    )
    async def test_a_wrong_question_is_refused(self, health: DepartmentSystem, path: str, status: int) -> None:
        answer = await health.client.get(f"/api/v1/health/{path}", headers=health.headers())
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"].startswith("application/problem+json")

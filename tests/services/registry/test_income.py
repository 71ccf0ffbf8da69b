"""Income years: totals, per head, the line they are held against."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import asyncpg
import httpx
import pytest

from shared.clock import MovableClock
from tests.services.registry.conftest import People, create


class TestIncome:
    async def test_totals_are_computed_and_the_newest_year_goes_out(
        self, registry: httpx.AsyncClient, people: People, behind: "asyncpg.Connection[asyncpg.Record]"
    ) -> None:
        home = await create(registry, people.household("H1"))
        record = {
            "household_code": "H1",
            "year": 2019,
            "concept": "net",
            "recorded_on": "2020-01-10",
            "wage_work": "4000",
            "operating_crops": "3000.50",
            "transfer_dibao": "500",
            "operating_expense": "1000.50",
        }
        answer = await registry.post("/api/v1/registry/income-years", json=record)
        assert answer.status_code == 201, answer.text
        assert answer.headers["Yihu-Version"] == "registry=2"
        await registry.post("/api/v1/registry/income-years", json={**record, "year": 2018, "wage_work": "1000"})
        years = (await registry.get(f"/api/v1/households/{home['household_id']}/income")).json()["items"]
        assert [one["year"] for one in years] == [2019, 2018]
        assert (years[0]["gross_income"], years[0]["net_income"]) == ("7500.50", "6500.00")
        assert Decimal(years[0]["per_capita"]) == Decimal("3250.00")
        published = await behind.fetchval("SELECT snapshot->'income'->>'per_capita' FROM roster_household")
        assert published == "3250.00"
        typed = await registry.post("/api/v1/registry/income-years", json={**record, "net_income": "9"})
        assert typed.status_code == 422

    @pytest.mark.req("M42")
    @pytest.mark.parametrize(
        ("year", "operating", "concept", "proposed"),
        [
            (2018, "6493.98", "net", True),  # 3246.99 a person, a cent below
            (2018, "6494.00", "net", False),  # 3247.00 a person: the line is reached
            (2019, "6494.00", "net", True),  # enough for 2018, not for the line of 2019
            (2018, "2000.00", "disposable", False),  # another concept is not compared
        ],
    )
    async def test_below_the_line_of_its_area_and_year_a_household_is_proposed_for_inclusion(
        self,
        registry: httpx.AsyncClient,
        people: People,
        *,
        year: int,
        operating: str,
        concept: str,
        proposed: bool,
    ) -> None:
        line = {"year": 2018, "value": "3247", "concept": "net", "source": "明扶办发〔2018〕4号", "reason": "当地标准"}
        for later in ({}, {"year": 2019, "value": "3400"}):
            setting = {"area": "420115010000", **line, **later}
            put = await registry.put("/api/v1/policy/parameters/income.poverty_line", json=setting)
            assert put.status_code in (200, 201), put.text
        home = await create(registry, people.household("H1", state="candidate"))
        record = {"household_code": "H1", "year": year, "concept": concept, "recorded_on": f"{year}-12-10"}
        # 9000 gross and a cost that leaves what is wanted: the gross income must not count.
        amounts = {"operating_crops": "9000.00", "operating_expense": str(Decimal(9000) - Decimal(operating))}
        posted = await registry.post("/api/v1/registry/income-years", json={**record, **amounts})
        assert posted.status_code == 201, posted.text
        status = (await registry.get(f"/api/v1/households/{home['household_id']}/status")).json()
        proposals = [one["code"] for one in status["proposals"]]
        signals = [one["code"] for one in status["signals"]]
        assert ("consider_registration" in proposals) is proposed
        assert ("income_below_line_not_registered" in signals) is proposed
        listed = await registry.get("/api/v1/statuses", params={"proposal": "consider_registration"})
        assert [one["code"] for one in listed.json()["items"]] == (["H1"] if proposed else [])
        if proposed:
            reason = status["proposals"][0]["reasons"][0]
            assert (reason["params"]["year"], reason["params"]["concept"]) == (str(year), "net")

    async def test_the_smallest_wage_is_a_parameter(self, registry: httpx.AsyncClient, people: People) -> None:
        await create(registry, people.household("H1"))
        record = {"household_code": "H1", "year": 2019, "concept": "net", "recorded_on": "2020-01-10"}
        wage = {**record, "wage_work": "400"}
        assert (await registry.post("/api/v1/registry/income-years", json=wage)).status_code == 201
        setting = {"area": "420115000000", "year": 2020, "value": "500", "source": "x", "reason": "y"}
        put = await registry.put("/api/v1/policy/parameters/income.smallest_wage", json=setting)
        assert put.status_code == 201, put.text
        refused = await registry.post("/api/v1/registry/income-years", json=wage)
        assert (refused.status_code, refused.json()["errors"][0]["params"]) == (422, {"smallest": "500"})

    async def test_implausible_figures_are_refused(self, registry: httpx.AsyncClient, people: People) -> None:
        await create(registry, people.household("H1"))
        record = {"household_code": "H1", "year": 2019, "concept": "net", "recorded_on": "2020-01-10"}
        for change, code in (
            ({"wage_work": "99"}, "wage_implausible"),
            ({"wage_work": "-1"}, None),
            ({"year": 2021}, "year_ahead"),
            ({"concept": "gross"}, None),
            ({"recorded_on": "2018-09-30"}, "before_accounting_period"),
        ):
            answer = await registry.post("/api/v1/registry/income-years", json={**record, **change})
            assert answer.status_code == 422, change
            if code is not None:
                assert answer.json()["errors"][0]["code"] == code
        first = await registry.post("/api/v1/registry/income-years", json={**record, "recorded_on": "2018-10-01"})
        assert first.status_code == 201, first.text

    async def test_income_posted_before_its_household_finds_it(
        self, registry: httpx.AsyncClient, people: People
    ) -> None:
        record: dict[str, Any] = {"household_code": "H1", "year": 2019, "concept": "net", "recorded_on": "2020-01-10"}
        record |= {"wage_work": "800"}
        early = await registry.post("/api/v1/registry/income-years", json=record)
        assert early.json()["state"] == "unmatched"
        home = await create(registry, people.household("H1"))
        years = (await registry.get(f"/api/v1/households/{home['household_id']}/income")).json()["items"]
        assert years[0]["per_capita"] == "400.00"


class TestYears:
    @pytest.mark.req("M42")
    async def test_a_year_begins_at_midnight_in_china(
        self, registry: httpx.AsyncClient, people: People, clock: MovableClock
    ) -> None:
        await create(registry, people.household("H1"))
        record = {"household_code": "H1", "year": 2021, "concept": "net", "wage_work": "9000"}
        clock.set(datetime(2020, 12, 31, 15, 59, 59, tzinfo=UTC))
        early = await registry.post("/api/v1/registry/income-years", json={**record, "recorded_on": "2020-12-31"})
        assert [one["code"] for one in early.json()["errors"]] == ["year_ahead"]
        clock.set(datetime(2020, 12, 31, 16, 0, tzinfo=UTC))
        answer = await registry.post("/api/v1/registry/income-years", json={**record, "recorded_on": "2021-01-01"})
        assert answer.status_code == 201, answer.text

    @pytest.mark.req("M42")
    async def test_of_two_concepts_and_two_years_one_is_held_against_the_line(
        self, registry: httpx.AsyncClient, people: People
    ) -> None:
        """The newest year; of one year the concept of the registration line; a voided record counts no more."""
        line = {"area": "420115010000", "year": 2018, "value": "3247", "concept": "net", "source": "x", "reason": "y"}
        assert (await registry.put("/api/v1/policy/parameters/income.poverty_line", json=line)).status_code == 201
        home = await create(registry, people.household("H1"))
        ids = {}
        for year, concept, wage in (
            (2018, "net", "20000"),
            (2019, "disposable", "6000"),
            (2019, "net", "5000"),
        ):
            body = {"household_code": "H1", "year": year, "concept": concept, "recorded_on": "2020-01-10"}
            answer = await registry.post("/api/v1/registry/income-years", json={**body, "wage_work": wage})
            assert answer.status_code == 201, answer.text
            ids[year, concept] = answer.json()["id"]

        async def income() -> tuple[Any, ...]:
            status = (await registry.get(f"/api/v1/households/{home['household_id']}/status")).json()["income"]
            return status["year"], status["concept"], status["per_capita"], status["state"]

        async def void(year: int, concept: str) -> None:
            path = f"/api/v1/registry/income-years/{ids[year, concept]}:void"
            assert (await registry.post(path, json={"reason": "误录"})).status_code == 200

        assert await income() == (2019, "net", "2500.00", "below")
        await void(2019, "net")
        assert await income() == (2019, "disposable", "3000.00", "unknown")
        await void(2019, "disposable")
        assert await income() == (2018, "net", "10000.00", "above")
        await void(2018, "net")
        assert await income() == (None, None, None, "unknown")

    @pytest.mark.req("M42", "H14")
    @pytest.mark.parametrize(
        ("concept", "held", "state"), [("net", "2500.00", "below"), ("disposable", "3500.00", "above")]
    )
    async def test_of_two_concepts_the_line_names_the_one_held_against_it(
        self, registry: httpx.AsyncClient, people: People, concept: str, held: str, state: str
    ) -> None:
        line = {"area": "420115010000", "year": 2019, "value": "3247", "source": "x", "reason": "y", "concept": concept}
        assert (await registry.put("/api/v1/policy/parameters/income.poverty_line", json=line)).status_code == 201
        home = await create(registry, people.household("H1"))
        for own, wage in (("net", "5000"), ("disposable", "7000")):
            body = {"household_code": "H1", "year": 2019, "concept": own, "recorded_on": "2020-01-10"}
            answer = await registry.post("/api/v1/registry/income-years", json={**body, "wage_work": wage})
            assert answer.status_code == 201, answer.text
        income = (await registry.get(f"/api/v1/households/{home['household_id']}/status")).json()["income"]
        assert (income["concept"], income["per_capita"], income["state"]) == (concept, held, state)
        against = income["poverty_line"]
        assert (against["concept"], against["per_capita"], against["comparable"]) == (concept, held, True)


@pytest.mark.req("M05")
async def test_growth_of_the_district_against_that_of_its_city(
    registry: httpx.AsyncClient, headers_of: Callable[..., dict[str, str]]
) -> None:
    entered = [("210504000000", 2018, "0.068"), ("210500000000", 2018, "0.064"), ("210504000000", 2019, "0.090")]
    entered += [("210500000000", 2020, "0.080"), ("210504000000", 2020, "0.080")]
    for area, year, value in entered:
        body = {"area": area, "year": year, "value": value, "source": "统计公报", "reason": "年度数据"}
        put = await registry.put("/api/v1/policy/parameters/income.rural_growth", json=body)
        assert put.status_code == 201, put.text
    path = "/api/v1/registry/rural-growth"
    answer = await registry.get(path, params={"division": "210504"})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["division"], found["above"]) == ("210504000000", "210500000000")
    assert [(one["year"], one["growth"], one["growth_above"], one["higher"]) for one in found["years"]] == [
        (2018, "0.068", "0.064", True),
        (2019, "0.09", None, None),
        (2020, "0.08", "0.08", False),
    ]
    own = await registry.get(path, headers=headers_of(divisions=["210504000000"]))
    assert own.json() == found
    assert (await registry.get(path, params={"division": "2105x"})).status_code == 400

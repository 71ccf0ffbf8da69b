"""A place sets its own line, and every service judges by it at once; the answer names what it was judged by."""

import contextlib
from collections.abc import AsyncIterator
from typing import cast

import pytest

from shared.testing.waiting import wait_until
from tests.gateway.families import BILLS, Family, bill, register, signals, status_of, today, version_of
from tests.gateway.system import System, body_of

INPATIENT_LINE = "health.self_paid_inpatient_registered"
POVERTY_LINE = "income.poverty_line"
COUNTY = "420115000000"
FAR_TOWNSHIP = "420115014000"
"""A township whose households no other story looks at: the override must not disturb the others."""
FAR_VILLAGE = "420115014201"


@contextlib.asynccontextmanager
async def override(
    system: System, key: str, value: str, *, year: int, area: str = FAR_TOWNSHIP, concept: str | None = None
) -> AsyncIterator[dict[str, object]]:
    """The parameter set for the area, and taken back afterwards."""
    form: dict[str, object] = {
        "area": area,
        "year": year,
        "value": value,
        "reason": "地方标准",
        "source": "试〔2026〕1号",
    }
    if concept is not None:
        form["concept"] = concept
    path = f"/api/v1/policy/parameters/{key}"
    try:
        yield body_of(await system.office.send("PUT", path, body=form), [200, 201])
    finally:
        taken_back = await system.office.post(f"{path}:withdraw", {"area": area, "year": year, "reason": "试毕"})
        assert taken_back.status_code in {200, 404}


async def wait_for_signal(system: System, family: Family, code: str, *, present: bool) -> None:
    async def as_wanted() -> bool:
        return (code in signals(await status_of(system.office, family))) is present

    await wait_until(as_wanted, seconds=90)


class TestOverride:
    @pytest.mark.req("Y06", "M45", "Y43")
    async def test_a_health_threshold_changes_statuses_without_a_restart(self, system: System) -> None:
        family = await register(system, size=1, division=FAR_VILLAGE)
        content = bill(self_paid="3000.00", kind="inpatient", id_number=family.head.id_number)
        written = await system.health.post(BILLS, content)
        before = await status_of(system.office, family, at_least=f"health:{version_of(written)}")
        assert "self_paid_inpatient_high" not in signals(before)
        async with override(system, INPATIENT_LINE, "2000", year=today().year):
            await wait_for_signal(system, family, "self_paid_inpatient_high", present=True)
            status = await status_of(system.office, family)
            found = cast(list[dict[str, object]], status["signals"])
            (signal,) = [one for one in found if one["code"] == "self_paid_inpatient_high"]
            assert cast(dict[str, str], signal["params"])["line"] == "2000.00"
        await wait_for_signal(system, family, "self_paid_inpatient_high", present=False)

    @pytest.mark.req("Y06")
    async def test_the_status_names_the_department_s_parameters_it_was_judged_by(self, system: System) -> None:
        family = await register(system, size=1, division=FAR_VILLAGE)
        content = bill(self_paid="9000.00", kind="inpatient", id_number=family.head.id_number)
        written = await system.health.post(BILLS, content)
        status = await status_of(system.office, family, at_least=f"health:{version_of(written)}")
        assert "self_paid_inpatient_high" in signals(status)
        used = {str(one["key"]) for one in cast(list[dict[str, object]], status["parameters"])}
        assert INPATIENT_LINE in used, used

    @pytest.mark.req("M42", "Y06")
    async def test_the_poverty_line_of_a_place_judges_the_income_there(self, system: System) -> None:
        family = await register(system, size=1, division=FAR_VILLAGE)
        year = today().year
        written = await system.registry.post("/api/v1/registry/income-years", income_year(family, year, "5000.00"))
        version = version_of(written, "registry")
        assert written.status_code == 201, written.text
        before = await status_of(system.office, family, at_least=f"registry:{version}")
        assert cast(dict[str, object], before["income"])["state"] == "above"
        async with override(system, POVERTY_LINE, "6000", year=year, concept="net"):

            async def is_below() -> bool:
                status = await status_of(system.office, family)
                return cast(dict[str, object], status["income"])["state"] == "below"

            await wait_until(is_below, seconds=90)
            status = await status_of(system.office, family)
            used = {
                (str(one["key"]), str(one["area"]), str(one["year"]), str(one["value"]))
                for one in cast(list[dict[str, object]], status["parameters"])
            }
            assert (POVERTY_LINE, FAR_TOWNSHIP, str(year), "6000") in used, used

        async def is_above_again() -> bool:
            status = await status_of(system.office, family)
            return cast(dict[str, object], status["income"])["state"] == "above"

        await wait_until(is_above_again, seconds=90)

    @pytest.mark.req("M42")
    async def test_a_value_below_a_minimum_or_without_a_reason_is_refused(self, system: System) -> None:
        path = f"/api/v1/policy/parameters/{POVERTY_LINE}"
        good: dict[str, object] = {
            "area": COUNTY,
            "year": 2026,
            "value": "4000",
            "concept": "net",
            "reason": "试",
            "source": "试",
        }
        wrongs: list[dict[str, object]] = [
            {**good, "value": "-1"},
            {**good, "value": "NaN"},
            {**good, "value": {"a": 1}},
            {**good, "concept": "gross"},
            {**good, "reason": ""},
            {**good, "area": "999999999999"},
            {**good, "year": 99999},
            {name: value for name, value in good.items() if name != "source"},
        ]
        for wrong in wrongs:
            answer = await system.office.send("PUT", path, body=wrong)
            assert answer.status_code in {400, 404, 422}, f"{wrong}: {answer.status_code} {answer.text}"
            assert answer.json()["remedy"]

    async def test_who_set_what_and_why_is_kept(self, system: System) -> None:
        async with override(system, INPATIENT_LINE, "2500", year=2019):
            pass
        history = body_of(await system.office.get(f"/api/v1/policy/parameters/{INPATIENT_LINE}/history"))
        newest, before = cast(list[dict[str, object]], history["items"])[:2]
        assert (newest["action"], before["action"]) == ("withdraw", "set")
        assert before["principal"] == "district-office"
        assert before["reason"] == "地方标准"


def income_year(family: Family, year: int, wages: str) -> dict[str, object]:
    return {
        "household_code": family.code,
        "year": year,
        "concept": "net",
        "recorded_on": today().isoformat(),
        "wage_work": wages,
    }

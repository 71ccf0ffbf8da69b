"""Health centres and clinics that reach their standards."""

import pytest

from shared.testing.department import DepartmentSystem
from tests.services.health.planted import counts, village


async def institution(health: DepartmentSystem, where: str, code: str, kind: str, **flags: bool) -> None:
    body = {
        "division": where,
        "institution_code": code,
        "institution_name": f"{code}号",
        "kind": kind,
        "assessed_on": "2020-01-01",
        **flags,
    }
    answer = await health.post("institutions", body)
    assert answer.status_code == 201, answer.text


class TestInstitutions:
    @pytest.mark.req("D34", "D35")
    async def test_dongzhou_counts_the_institutions_that_its_plan_names(self, health: DepartmentSystem) -> None:
        await institution(health, "210403103000", "ZD", "health_centre", standard=True)
        await institution(health, "210403105000", "OTHER", "health_centre", standard=True)
        await institution(health, "210403103217", "WZ", "village_clinic", standard=True, integrated_management=True)
        await institution(health, "210403104202", "AJ", "village_clinic", standard=True)
        value = await health.indicator("standard_health_centre", division="210403000000", year=2020)
        assert counts(value) == (1, 2, "0.5000", False)
        (missing,) = await health.missing("standard_health_centre", division="210403000000", year=2020)
        assert (missing["subject"], missing["detail"]) == ("210403104000", {"institution_name": None})
        assert counts(await health.indicator("standard_clinic", division="210403000000", year=2020))[:2] == (1, 2)
        (clinic,) = await health.missing("standard_clinic", division="210403000000", year=2020)
        assert (clinic["division"], clinic["detail"]) == ("210403104202", {"institution_name": "AJ号"})

    @pytest.mark.req("H36", "Y52", "SYS28")
    async def test_elsewhere_all_recorded_ones_count(self, health: DepartmentSystem) -> None:
        await institution(health, "420115020000", "SP", "health_centre", standard=True)
        await institution(health, "420115020000", "SP2", "hospital")
        await institution(health, "420115021000", "SP3", "health_centre")
        value = await health.indicator("standard_health_centre", division="420115000000", year=2020)
        assert counts(value) == (1, 2, "0.5000", False)
        (missing,) = await health.missing("standard_health_centre", division="420115000000", year=2020)
        assert missing["subject"] == "420115021000"

    @pytest.mark.req("H36")
    async def test_each_poor_village_needs_a_clinic_with_all_five(self, health: DepartmentSystem) -> None:
        complete, partial, without, other = (village(20 + number) for number in range(4))
        for where, kind in ((complete, "poor"), (partial, "poor"), (without, "poor"), (other, "other")):
            await health.household(health.person("甲"), division=where, village_class=kind)
        five = dict.fromkeys(
            ("publicly_owned", "standard_building", "regular_service", "information_system", "integrated_management"),
            True,
        )
        await institution(health, complete, "V1", "village_clinic", **five)
        await institution(health, partial, "V2", "village_clinic", **{**five, "information_system": False})
        missing = await health.missing("five_isation_clinic", division="420115010000", limit=1000)
        found = {one["division"] for one in missing}
        assert {partial, without} <= found
        assert not {complete, other} & found

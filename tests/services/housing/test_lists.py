"""Standing lists against planted cases: who is on each, why, and what officials do about a line."""

from collections.abc import Mapping

import pytest

from services.housing.lists import LISTS
from shared.roster.models import HouseholdState, RosterHousehold
from shared.testing.department import Body, DepartmentSystem
from tests.services.housing.officials import headers, open_case, taken_over

EXITED = {"state": HouseholdState.EXITED}
FARMER = {"state": HouseholdState.CANDIDATE, "household_type": "farmer"}


async def lines(housing: DepartmentSystem, code: str, where: str) -> list[Body]:
    found: list[Body] = (await housing.read(f"lists/{code}", division=where))["items"]  # type: ignore[assignment]
    return found


async def plant(
    housing: DepartmentSystem, where: str, *records: tuple[str, Mapping[str, object]], **more: object
) -> RosterHousehold:
    couple = housing.person("户"), housing.person("妇", relation="spouse")
    home = await housing.household(*couple, division=where, **more)
    for record_type, content in records:
        await housing.accept_row(record_type, {"household_code": home.code, **content})
    return home


def appraised(grade: str, on: str = "2020-03-01", number: int = 1) -> tuple[str, dict[str, object]]:
    content = {"grade": grade, "appraised_on": on, "appraiser": "鉴定站", "dwelling_number": number}
    return "appraisals", content


def paid(project: str, amount: str, day: str, **more: object) -> tuple[str, dict[str, object]]:
    content = {"payment_number": f"F{project}{day}", "project_number": project, "fund": "central", "allotted_on": day}
    return "subsidy-payments", {**content, "amount": amount, "paid_on": day, "received": amount, **more}


def only(found: list[Body], *homes: RosterHousehold) -> None:
    assert sorted(str(one["household_id"]) for one in found) == sorted(str(home.household_id) for home in homes)


class TestDwellings:
    @pytest.mark.req("D24", "M25", "M26", "Y20")
    async def test_appraisal_and_danger(self, housing: DepartmentSystem) -> None:
        where = "420115010401"
        none = await plant(housing, where)
        stale = await plant(housing, where, appraised("B", "2016-01-01"))
        danger = await plant(housing, where, appraised("D"))
        applied = await plant(housing, where, appraised("C"))
        farmer = await plant(housing, where, appraised("D"), **FARMER)
        await open_case(housing, applied, "township")
        only(await lines(housing, "housing_not_appraised", where), none)
        only(await lines(housing, "appraisal_stale", where), stale)
        only(await lines(housing, "dangerous_dwelling", where), danger, applied, farmer)
        found = await lines(housing, "dangerous_without_renovation", where)
        only(found, danger)
        assert found[0]["detail"] == {
            "grade": "D", "dwelling_number": "1", "renovation": "none", "since": "2020-03-01",
        }  # fmt: skip

    @pytest.mark.req("D25", "M25")
    async def test_census_and_exited_households(self, housing: DepartmentSystem) -> None:
        where = "420115010402"
        check = {"checked_on": "2020-01-10", "problems": ["poor_sanitation"]}
        overdue = await plant(housing, where, ("house-checks", check), village_class="other")
        missing = await plant(housing, where, village_class="other")
        old = await plant(housing, where, appraised("B", "2019-05-01"), **EXITED)
        never = await plant(housing, where, **EXITED)
        only(await lines(housing, "housing_rectification_overdue", where), overdue)
        only(await lines(housing, "housing_census_missing", where), missing)
        only(await lines(housing, "exited_housing_not_current", where), old, never)


class TestRenovation:
    @pytest.mark.req("Y20", "Y21", "Y22", "Y24")
    async def test_who_should_not_be_among_them(self, housing: DepartmentSystem) -> None:
        where = "420115010403"
        second = ("dwellings", {"dwelling_number": 2, "surveyed_on": "2020-01-01", "lived_in": False})
        other = await plant(housing, where, appraised("D"), second, appraised("A", number=2))
        safe = await plant(housing, where, appraised("B"))
        late = await plant(housing, where, appraised("D", "2019-01-01"))
        repeated = await plant(housing, where)
        for home in (other, safe):
            await open_case(housing, home, "township")
        await taken_over(housing, late, "L1", started_on="2019-05-01")
        paid_off = {"started_on": "2019-05-01", "accepted_on": "2019-09-01", "paid_on": "2019-09-20", "paid": "28000"}
        await taken_over(housing, repeated, "L2", **paid_off)
        await open_case(housing, repeated, "township")
        costly = await plant(housing, where)
        await taken_over(
            housing,
            costly,
            "L3",
            granted="30000",
            approved_on="2020-02-01",
            **{"applied_on": "2020-01-15", "identified_on": "2020-01-20"},
        )
        only(await lines(housing, "renovation_not_only_dwelling", where), other)
        only(await lines(housing, "renovation_of_safe_house", where), safe)
        only(await lines(housing, "renovation_repeated", where), repeated)
        only(await lines(housing, "grant_above_standard", where), costly)
        assert str(late.household_id) in {one["household_id"] for one in await lines(housing, "renovation_late", where)}
        gone = await housing.household(
            *(), division=where, household_id=safe.household_id, version=2, code=safe.code, members=safe.members,
            state=HouseholdState.CLEARED,
        )  # fmt: skip
        only(await lines(housing, "renovation_not_entitled", where), gone)


class TestSubsidy:
    @pytest.mark.req("Y23")
    async def test_each_irregularity_has_its_list(self, housing: DepartmentSystem) -> None:
        where = "420115010404"
        done = {"started_on": "2019-05-01", "accepted_on": "2020-03-01"}
        homes = {
            "subsidy_late": await plant(housing, where),
            "subsidy_above_grant": await plant(housing, where, paid("T1", "28001", "2020-03-10")),
            "subsidy_before_acceptance": await plant(housing, where, paid("T2", "28000", "2020-02-10")),
            "subsidy_kept_back": await plant(
                housing, where, paid("T3", "28000", "2020-03-10"), paid("T3", "500", "2020-03-11", received="400")
            ),
        }
        for number, home in enumerate(homes.values()):
            granted = "28400" if number == 3 else "28000"
            await taken_over(housing, home, f"T{number}", **done, granted=granted)
        homes["subsidy_without_renovation"] = await plant(housing, where, paid("T9", "100", "2020-03-10"))
        for code, home in homes.items():
            only(await lines(housing, code, where), home)

    @pytest.mark.req("Y23")
    async def test_a_line_is_checked_and_settled_by_an_official(self, housing: DepartmentSystem) -> None:
        where = "420115010405"
        await plant(housing, where, paid("U1", "100", "2020-03-10"))
        (line,) = await lines(housing, "subsidy_without_renovation", where)
        assert line["state"] == "open"
        base = f"/api/v1/housing/lists/subsidy_without_renovation/lines/{line['line_id']}"
        checked = await housing.client.post(
            f"{base}:check", json={"remark": "正在核实"}, headers=headers(housing, "district")
        )
        assert checked.status_code == 200, checked.text
        settled = await housing.client.post(
            f"{base}:settle", json={"outcome": "recovered", "remark": "已追回"}, headers=headers(housing, "district")
        )
        assert settled.status_code == 200, settled.text
        (after,) = await lines(housing, "subsidy_without_renovation", where)
        assert (after["state"], after["outcome"], after["changed_by"]) == ("settled", "recovered", "district")


def test_codes_are_unique_and_kinds_cover_both_ways() -> None:
    assert len({one.code for one in LISTS}) == len(LISTS)
    assert {"should_be_in", "should_not_be_in", "overdue", "irregular", "duplicate"} <= {one.kind for one in LISTS}

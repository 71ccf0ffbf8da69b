"""The department takes its records in."""

from shared.testing.department import DepartmentSystem


async def test_a_profile_of_a_member(employment: DepartmentSystem) -> None:
    one = employment.person("甲")
    await employment.household(one)
    profile = {"year": 2020, "surveyed_on": "2020-03-01", "ability": "ordinary", "willing_to_work": True}
    record = await employment.accept("labour-profiles", one, **profile)
    assert record["state"] == "matched"

"""A dangerous house, from its appraisal to the accepted works and the subsidy, as the status tells of it."""

from typing import cast

import pytest

from tests.gateway.families import Body, guarantee, register, says, signals, status_of, today, version_of
from tests.gateway.system import Json, System, body_of

HOUSING = "/api/v1/housing"


@pytest.mark.req("D24", "M26", "Y20", "Y21", "Y22", "Y23", "M45", "SYS01")
async def test_from_a_dangerous_house_to_a_safe_one(system: System) -> None:
    housing, day = system.as_("housing-system"), today().isoformat()
    family = await register(system)

    async def tell(path: str, body: Json) -> tuple[Body, Body]:
        return await says(system, family, "housing", path, body)

    home: Body = {"household_code": family.code}
    found, status = await tell("appraisals", {**home, "appraised_on": day, "grade": "D", "appraiser": "区鉴定站"})
    part = guarantee(status, "safe_housing")
    assert (part["state"], part["evidence"]) == ("unmet", [found["id"]])
    assert "dangerous_dwelling" in signals(status)

    official = {"on_behalf_of": {"official": "王某", "role": "township_officer"}, "taken_on": day}
    applied = {**home, **official, "category": "registered", "only_dwelling": True}
    case, status = await tell("renovations", applied)
    reasons = cast(list[Body], guarantee(status, "safe_housing")["reasons"])
    assert {"dangerous_dwelling", "renovation_under_way"} <= {one["code"] for one in reasons}
    queue = body_of(await housing.get(f"{HOUSING}/renovation-queue", params={"division": family.division}))
    (place,) = [one for one in cast(list[Body], queue["items"]) if one["renovation_id"] == case["id"]]
    assert (place["category"], cast(list[Body], place["reasons"])[0]["code"]) == ("registered", "priority_group")

    other = await register(system, division=family.division)
    file = {
        "household_code": other.code, "step": "take_over", "taken_on": day, "year": today().year, "applied_on": day,
        "identified_on": day, "category": "registered", "grade": "D", "project_number": f"WG{other.code}",
        "approved_on": day, "granted": "28000", "started_on": day,
    }  # fmt: skip
    taken = await housing.post_patiently(f"{HOUSING}/renovations", file)
    assert taken.status_code == 201, taken.text
    case = taken.json()
    district = {"official": "李某", "role": "district_officer"}
    works = {"taken_on": day, "on_behalf_of": district, "passed": True}
    path, accepted = f"{HOUSING}/renovations/{case['id']}", {**works, "basic_sanitation": True}
    body_of(await housing.post_patiently(f"{path}:inspect", works))
    own = await housing.post(f"{path}:accept", accepted)
    assert (own.status_code, own.json()["code"]) == (403, "four-eyes"), own.text
    body_of(
        await housing.post_patiently(f"{path}:accept", {**accepted, "on_behalf_of": {**district, "official": "赵某"}})
    )
    payment = {
        "household_code": other.code, "payment_number": f"BZ{other.code}", "project_number": f"WG{other.code}",
        "fund": "central", "allotted_on": day, "amount": "28000", "paid_on": day, "received": "27000",
    }  # fmt: skip
    paid = await housing.post_patiently(f"{HOUSING}/subsidy-payments", payment)
    status = await status_of(system.mobile, other, at_least=f"housing:{version_of(paid, 'housing')}")
    assert guarantee(status, "safe_housing")["state"] == "met"
    assert "subsidy_kept_back" in signals(status)
    (batch,) = [one for one in cast(list[Body], status["benefits"]) if one["batch"] == "housing"]
    (benefit,) = cast(list[Body], batch["benefits"])
    assert (benefit["programme"], benefit["amount"]) == ("renovation_subsidy", "27000.00")
    lines = body_of(await housing.get(f"{HOUSING}/lists/subsidy_kept_back", params={"division": other.division}))
    assert other.household_id in {one["household_id"] for one in cast(list[Body], lines["items"])}

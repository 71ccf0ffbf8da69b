"""A child drops out, is visited and comes back, and its aid is owed, posted, paid: as the status tells of it."""

from datetime import date
from typing import cast

import pytest

from tests.gateway.families import (
    Body,
    family_of,
    guarantee,
    household,
    member,
    new_id_number,
    says,
    signals,
    status_of,
    this_term,
    today,
)
from tests.gateway.system import Caller, Json, System, body_of

EDUCATION = "/api/v1/education"


async def lines_of(education: Caller, code: str, household_id: str, **query: str) -> list[Body]:
    page = body_of(await education.get(f"{EDUCATION}/lists/{code}", params={"household_id": household_id, **query}))
    return cast(list[Body], page["items"])


@pytest.mark.req("D26", "D27", "M08", "M21", "M22", "H22", "Y37", "Y40", "M45", "SYS01")
async def test_from_the_drop_out_to_the_return_and_the_aid(system: System) -> None:
    education, day = system.as_("education-system"), today().isoformat()
    numbers = [new_id_number(), new_id_number(born=date(today().year - 10, 2, 3))]
    child = member(numbers[1], relation="son", education=None, student_status="primary")
    form = household([member(numbers[0]), child])
    family = family_of(body_of(await system.registry.post_patiently("/api/v1/households", form), 201), numbers)
    status = await status_of(system.mobile, family, at_least="education:1", seconds=90.0)
    part = guarantee(status, "compulsory_education")
    (reason,) = cast(list[Body], part["reasons"])
    assert part["state"] == "unknown"
    assert reason["code"] in ("no_enrolment", "enrolment_awaited")

    async def tell(path: str, body: Json) -> tuple[Body, Body]:
        return await says(system, family, "education", path, {"id_number": numbers[1], **body})

    running = this_term()
    term = {"year": running.year, "term": running.name}
    schooling = {"stage": "primary", "grade": 4, "status": "in_school", "school_code": "XX1", "boarding": True}
    enrolled, status = await tell("enrolments", {**term, **schooling, "registered_on": day})
    part = guarantee(status, "compulsory_education")
    assert (part["state"], part["reasons"], part["evidence"]) == ("met", [], [enrolled["id"]])

    found: Body = {"found_on": day, "reason": "poverty"}
    case, status = await tell("dropout-cases", found)
    part = guarantee(status, "compulsory_education")
    (reason,) = cast(list[Body], part["reasons"])
    assert (part["state"], reason["code"], reason["department"]) == ("unmet", "found_out_of_class", "education")
    assert "out_of_school" in signals(status)
    (line,) = await lines_of(education, "dropout_for_poverty", family.household_id)
    assert cast(Body, line["detail"])["reason"] == "poverty"
    checked = f"{EDUCATION}/lists/dropout_for_poverty/lines/{line['line_id']}:check"
    assert body_of(await education.post(checked, {"remark": "已家访"}))["state"] == "checked"

    visit = {"visited_on": day, "visitor": "王老师", "measures": "落实寄宿补助"}
    back, status = await tell("dropout-cases", {**found, **visit, "returned_on": day})
    assert (back["id"], guarantee(status, "compulsory_education")["state"]) == (case["id"], "met")
    assert "out_of_school" not in signals(status)
    assert await lines_of(education, "dropout_for_poverty", family.household_id) == []

    missing = await lines_of(education, "education_aid_missing", family.household_id, year=str(running.year))
    owed = {cast(Body, one["detail"])["item"]: cast(Body, one["detail"])["amount"] for one in missing}
    assert owed["boarding_subsidy"] == "625.00"
    award: Body = {**term, "item": "boarding_subsidy", "award_number": "ZZ-1", "stage": "primary", "amount": "625"}
    refused = await education.post(
        f"{EDUCATION}/aid-awards", {"id_number": numbers[1], **award, "applied_on": day, "paid_on": day}
    )
    assert [one["code"] for one in cast(list[Body], body_of(refused, 422)["errors"])] == ["posting_required"]
    _, status = await tell("aid-awards", {**award, "applied_on": day, "posted_on": day, "paid_on": day})
    batch = next(one for one in cast(list[Body], status["benefits"]) if one["batch"] == "education")
    (benefit,) = cast(list[Body], batch["benefits"])
    assert (benefit["programme"], benefit["amount"]) == ("boarding_subsidy", "625.00")
    assert numbers[1] not in str(status)

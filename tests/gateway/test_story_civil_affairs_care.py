"""A person whom the survey finds disabled: subsidies, guardian, contacts and danger, as the status tells of them."""

from datetime import timedelta
from typing import cast

import pytest

from tests.gateway.families import Body, register, says, signals, today
from tests.gateway.system import Json, System, body_of

CIVIL_AFFAIRS = "/api/v1/civil_affairs"


@pytest.mark.req("Y66", "Y69", "Y70", "SYS07", "SYS22", "M45", "SYS01")
async def test_from_the_survey_to_the_end_of_danger(system: System) -> None:
    civil, day = system.as_("civil-affairs-system"), today()
    family = await register(system, household_type="dibao")
    head = family.head

    async def tell(path: str, body: Json) -> tuple[Body, Body]:
        return await says(system, family, "civil_affairs", path, body)

    def ago(days: int) -> str:
        return (day - timedelta(days=days)).isoformat()

    certificate = {"certificate_number": f"{head.id_number}62", "surveyed_on": ago(40), "issued_on": ago(400)}
    found, status = await tell("disabled-persons", certificate)
    assert (found["member_id"], found["disability_type"], found["disability_grade"]) == (head.member_id, "6", "2")
    assert {"disability_subsidy_not_applied", "disabled_without_guardian"} <= signals(status)

    async def line() -> Body:
        path = f"{CIVIL_AFFAIRS}/lists/disability_nursing_subsidy_missing"
        answer = body_of(await civil.get(path, params={"division": family.division}))
        (own,) = [one for one in cast(list[Body], answer["items"]) if one["member_id"] == head.member_id]
        return own

    path = f"{CIVIL_AFFAIRS}/lists/disability_nursing_subsidy_missing/lines/{(await line())['line_id']}:check"
    assert (await civil.post(path, {"remark": "已通知本人申请"})).status_code == 200
    assert (await line())["state"] == "checked"

    granted = {"decision": "granted", "decided_on": ago(1), "monthly_amount": "100", "starts_on": ago(0)}
    for kind in ("living", "nursing"):
        _, status = await tell(
            "disability-subsidies", {"id_number": head.id_number, "kind": kind, "applied_on": ago(20), **granted}
        )
    assert "disability_subsidy_not_applied" not in signals(status)
    (batch,) = [one for one in cast(list[Body], status["benefits"]) if one["batch"] == "dibao"]
    programmes = {one["programme"] for one in cast(list[Body], batch["benefits"])}
    assert {"disability_living_subsidy", "disability_nursing_subsidy"} <= programmes

    who = {"member_id": head.member_id}
    signed = {"guardian": family.people[1].name, "guardian_kind": "spouse", "signed_on": ago(1)}
    _, status = await tell("guardianships", {**who, **signed})
    assert "disabled_without_guardian" not in signals(status)

    contact = {
        "contacted_on": ago(0),
        "contacted_by": "王五",
        "means": "home_visit",
        "finding": "danger",
        "note": "被锁在屋内",
    }
    _, status = await tell("care-contacts", {**who, **contact})
    assert "person_found_in_danger" in signals(status)
    official = {"taken_on": ago(0), "on_behalf_of": {"official": "王某", "role": "township_officer"}}
    report = {**who, **official, "danger": "abuse", "reporter": "care_contact"}
    case, status = await tell("protection-cases", report)
    assert "person_found_in_danger" not in signals(status)
    for name, evidence in (
        ("respond", {"measure": "police_case"}),
        ("assess", {"risk": "high"}),
        ("close", {"outcome": "danger_over"}),
    ):
        answer = await civil.post_patiently(
            f"{CIVIL_AFFAIRS}/protection-cases/{case['id']}:{name}", {**official, **evidence}
        )
        assert answer.status_code == 200, answer.text
    assert answer.json()["stage"] == "closed"
    assert head.id_number not in str(status)

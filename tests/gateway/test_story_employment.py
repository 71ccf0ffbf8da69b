"""A person is asked, trained, recommended, hired and out of work again; the status tells of each step."""

from datetime import date, timedelta
from typing import cast

import pytest

from tests.gateway.families import VILLAGE, figure, register, signals, status_of, today, version_of
from tests.gateway.system import Caller, Json, System, body_of

BASE = "/api/v1/employment"


async def take_in(caller: Caller, records: str, body: Json) -> tuple[dict[str, object], str]:
    """The record, and the version to ask the status for."""
    answer = await caller.post_patiently(f"{BASE}/{records}", body)
    return body_of(answer, [200, 201]), f"employment:{version_of(answer, 'employment')}"


def programmes(status: Json) -> set[str]:
    """Of the employment batch."""
    batches = {one["batch"]: one for one in cast(list[dict[str, object]], status["benefits"])}
    found = cast(list[dict[str, str]], batches.get("employment", {}).get("benefits", []))
    return {one["programme"] for one in found}


@pytest.mark.req("D18", "D19", "M13", "M14", "M45", "SYS20", "H18")
async def test_from_a_wish_to_work_to_work_and_out_of_it(system: System) -> None:
    office = system.as_("employment-system")
    family = await register(system, size=1)
    head, number, day = family.head, f"GW-{family.code}", today()
    await status_of(system.office, family, at_least="employment:1", seconds=90.0)
    known = {"id_number": head.id_number}
    asked = {"year": day.year, "surveyed_on": day.replace(day=1).isoformat(), "ability": "ordinary"}
    wishes = {"willing_to_work": True, "needs_training": True, "least_monthly_wage": "2500"}
    _, version = await take_in(office, "labour-profiles", {**known, **asked, **wishes})
    before = await status_of(system.mobile, family, at_least=version)
    assert "labour_household_without_work" in signals(before)

    offer = {"division": VILLAGE, "vacancy_number": number, "employer_name": "服装厂", "occupation": "garment"}
    conditions = {"posts": 1, "opened_on": day.isoformat(), "place": "township", "skill": "sewing"}
    vacancy, _ = await take_in(office, "vacancies", {**offer, **conditions, "monthly_wage": "3000"})
    matching = f"{BASE}/matching/members/{head.member_id}/vacancies"

    async def reasons_against() -> dict[str, int]:
        answer = body_of(await office.get(matching, params={"division": VILLAGE}))
        return cast(dict[str, int], answer["exclusions"])

    assert "skill_not_met" in await reasons_against()
    first = day - timedelta(days=20)
    course = {
        "session_number": f"PX-{family.code}",
        "kind": "vocational",
        "skill": "sewing",
        "started_on": first.isoformat(),
    }
    await take_in(
        office, "training-attendances", {**known, **course, "outcome": "completed", "completed_on": day.isoformat()}
    )
    candidates = f"{BASE}/matching/vacancies/{vacancy['id']}/candidates"
    ranked = body_of(await office.get(candidates, params={"division": VILLAGE}))
    best = {str(one["member_id"]): one for one in cast(list[dict[str, object]], ranked["candidates"])}[head.member_id]
    assert [one["code"] for one in cast(list[dict[str, str]], best["reasons"])][:2] == ["registered", "without_work"]
    assert cast(list[dict[str, str]], best["reasons"])[0]["text"].startswith("Of a registered household")

    hired = {"vacancy_number": number, "referred_on": day.isoformat(), "result": "hired", "result_on": day.isoformat()}
    await take_in(office, "referrals", {**known, **hired})
    work = {"employer_name": "服装厂", "started_on": day.isoformat(), "place": "township", "monthly_wage": "3000"}
    placed, version = await take_in(office, "placements", {**known, **work, "vacancy_number": number})
    status = await status_of(system.mobile, family, at_least=version)
    assert programmes(status) == {"job_placement", "skill_training", "job_referral"}
    assert "labour_household_without_work" not in signals(status)
    assert (figure(status, "work_months"), figure(status, "work_wages")) == ("1", "3000.00")
    source = cast(dict[str, dict[str, object]], status["sources"])["employment"]
    assert (source["age_days"], source["version"]) == (0, int(version.partition(":")[2]))

    lost = {"ended_on": day.isoformat(), "end_reason": "employer_closed"}
    await take_in(office, "placements", {**known, **work, "vacancy_number": number, **lost})
    history = body_of(await office.get(f"{BASE}/placements/{placed['id']}/history"))
    assert [one["action"] for one in cast(list[dict[str, str]], history["entries"])] == ["create", "correct"]
    earlier = {"employer_name": "工地", "started_on": date(day.year - 1, 1, 5).isoformat(), "place": "county"}
    over = {"ended_on": (day - timedelta(days=1)).isoformat(), "end_reason": "dismissed"}
    await office.post(f"{BASE}/placements/{placed['id']}:void", {"reason": "登记有误"})
    _, version = await take_in(office, "placements", {**known, **earlier, **over})
    status = await status_of(system.mobile, family, at_least=version)
    assert {"job_lost", "labour_household_without_work"} <= signals(status)
    assert "job_placement" not in programmes(status)

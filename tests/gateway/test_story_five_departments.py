"""One household through all five departments: a life that holds, then work lost, illness, a child out of school."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

import pytest

from tests.gateway.families import (
    Family,
    bill,
    enrolment,
    family_of,
    figure,
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
from tests.gateway.system import System, body_of

Status = dict[str, object]


@dataclass
class Home:
    """Father, mother and a child of twelve; what the departments say arrives in the status one after the other."""

    system: System
    family: Family

    async def says(self, department: str, records: str, body: Mapping[str, object]) -> Status:
        """The department posts a record; the status that contains it, and the part of that department in it."""
        _, status = await says(self.system, self.family, department, records, body)
        source = cast(dict[str, dict[str, object]], status["sources"])[department]
        assert (source["age_days"], source["stale"]) == (0, False)
        return status

    @property
    def father(self) -> str:
        return self.family.people[0].member_id

    @property
    def child(self) -> str:
        return self.family.people[2].member_id


async def make_home(system: System) -> Home:
    born = (date(1985, 3, 1), date(1986, 4, 1), today() - timedelta(days=12 * 365 + 100))
    numbers = [new_id_number(sex, born=day) for sex, day in zip(("male", "female", "male"), born, strict=True)]
    people = [
        member(numbers[0], labour_skill="ordinary"),
        member(numbers[1], relation="spouse", labour_skill="ordinary"),
        member(numbers[2], relation="son", labour_skill="none"),
    ]
    answer = await system.registry.post_patiently("/api/v1/households", household(people, household_type="dibao"))
    home = Home(system, family_of(body_of(answer, 201), numbers))
    await status_of(system.office, home.family, at_least="health:1,housing:1,education:1,employment:1,civil_affairs:1")
    return home


def schooling(stage: str, grade: int, **fields: object) -> dict[str, object]:
    term = this_term()
    return {
        "year": term.year,
        "term": term.name,
        "stage": stage,
        "grade": grade,
        "status": "in_school",
        "registered_on": min(today(), term.start + timedelta(days=1)).isoformat(),
        "school_code": f"S{grade:02d}",
        **fields,
    }


def state(status: Status, item: str) -> object:
    return guarantee(status, item)["state"]


def risk(status: Status) -> object:
    return cast(dict[str, object], status["risk"])["level"]


def batches(status: Status) -> set[object]:
    return {benefit["batch"] for benefit in cast(list[dict[str, object]], status["benefits"])}


@pytest.mark.req("M45", "M04", "M08", "D41", "Y03", "Y05", "Y09")
async def test_five_departments_make_one_status(system: System) -> None:
    home = await make_home(system)
    this_year, monthly = today().year, "900.00"

    # Each department says its part, and the status holds no more than what was said.
    for person in home.family.people:
        status = await home.says("health", "insurance-enrolments", enrolment(member_id=person.member_id))
    assert state(status, "basic_medical") == "met"
    assert state(status, "compulsory_education") == state(status, "safe_housing") == "unknown"

    status = await home.says("education", "enrolments", {"member_id": home.child, **schooling("primary", 6)})
    assert state(status, "compulsory_education") == "met"

    named = {"household_id": home.family.household_id}
    await home.says("housing", "dwellings", {**named, "surveyed_on": f"{this_year - 1}-05-01"})
    appraisal = {"appraised_on": f"{this_year - 1}-06-01", "grade": "B", "appraiser": "区住建局鉴定组"}
    status = await home.says("housing", "appraisals", {**named, **appraisal})
    assert state(status, "safe_housing") == "met"

    work = {"employer_name": "光明农机厂", "started_on": f"{this_year - 1}-02-01", "place": "county"}
    status = await home.says("employment", "placements", {"member_id": home.father, **work, "monthly_wage": "3200.00"})
    assert "job_lost" not in signals(status)

    case = {
        "step": "take_over",
        "taken_on": today().isoformat(),
        "persons": 3,
        "per_capita_income": "4000.00",
        "dibao_class": "b",
        "method": "difference",
        "monthly_amount": monthly,
        "certificate_number": f"DB{home.family.code}",
        "granted_on": f"{this_year - 1}-01-01",
        "reviewed_on": (today() - timedelta(days=20)).isoformat(),
        "on_behalf_of": {"official": "经办员", "role": "district_officer"},
    }
    status = await home.says("civil_affairs", "dibao-cases", {**named, **case})
    assert {"dibao", "employment"} <= batches(status)
    assert not [item for item in cast(list[Status], status["guarantees"]) if item["state"] == "unmet"]
    calm = risk(status)
    assert calm in ("none", "low")

    # The father loses his work.
    end = {"ended_on": today().replace(day=1).isoformat(), "end_reason": "employer_closed"}
    status = await home.says("employment", "placements", {"member_id": home.father, **work, **end})
    assert "job_lost" in signals(status)
    assert risk(status) == "medium"

    # The mother has been seriously ill for months, and nobody has filed her case.
    mother = home.family.people[1].member_id
    illness = {"member_id": mother, "disease": "end_stage_renal_disease"}
    found = {"diagnosed_on": (today() - timedelta(days=120)).isoformat()}
    status = await home.says("health", "serious-illness-cases", {**illness, **found})
    assert state(status, "basic_medical") == "unmet"
    assert "serious_illness_without_case" in signals(status)
    assert risk(status) == "high"
    status = await home.says("health", "serious-illness-cases", {**illness, **found, "filed_on": today().isoformat()})
    assert state(status, "basic_medical") == "met"

    # Her bill is more than the family can bear.
    heavy = bill(self_paid="52000.00", kind="inpatient", member_id=mother)
    heavy |= {"admitted_on": (today() - timedelta(days=9)).isoformat()}
    status = await home.says("health", "settlement-bills", heavy)
    assert "self_paid_inpatient_high" in signals(status)
    assert figure(status, "self_paid_medical_cost") == "52000.00"
    assert risk(status) == "high"

    # The child goes on to junior high school: the guarantee stands, on another record.
    before = guarantee(status, "compulsory_education")["evidence"]
    moved = schooling("primary", 6, status="transferred_out", left_on=today().isoformat())
    await home.says("education", "enrolments", {"member_id": home.child, **moved})
    status = await home.says("education", "enrolments", {"member_id": home.child, **schooling("junior", 7)})
    assert state(status, "compulsory_education") == "met"
    assert guarantee(status, "compulsory_education")["evidence"] != before

    # And drops out of it, to work.
    out = schooling("junior", 7, status="dropped_out", reason="poverty", left_on=today().isoformat())
    status = await home.says("education", "enrolments", {"member_id": home.child, **out})
    lost = guarantee(status, "compulsory_education")
    assert lost["state"] == "unmet"
    assert {reason["department"] for reason in cast(list[Status], lost["reasons"])} == {"education"}
    assert "out_of_school" in signals(status)
    assert risk(status) == "high"
    assert state(status, "safe_housing") == state(status, "basic_medical") == "met"

    sources = cast(dict[str, Status], status["sources"])
    assert set(sources) >= {"registry", "civil_affairs", "employment", "health", "education", "housing"}
    for part in cast(list[Status], status["signals"]):
        assert cast(Status, part["source"])["department"] in sources, part

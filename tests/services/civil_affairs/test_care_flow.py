"""Care from end to end in the service: the certificate's number, signals that open and close, protection, batches."""

from datetime import date, timedelta

import pytest

from services.civil_affairs.records.care import CARE_RECORD_TYPES
from shared.identity import check_digit
from shared.records.subjects import Subject
from shared.testing.department import HANYANG_PAIRED_VILLAGE, Body, DepartmentSystem
from tests.services.civil_affairs.office import Office

SURVEYED = {"surveyed_on": "2020-03-01", "issued_on": "2018-05-01"}


async def signals(civil_affairs: DepartmentSystem, household: object) -> list[str]:
    return sorted(one.code for one in (await civil_affairs.facts(household)).signals)  # type: ignore[arg-type]  # a RosterHousehold


@pytest.mark.req("Y66", "SYS07")
async def test_the_number_of_a_certificate_names_and_is_not_kept(civil_affairs: DepartmentSystem) -> None:
    one, other = civil_affairs.person("甲"), civil_affairs.person("乙")
    early = await civil_affairs.accept_row("disabled-persons", {"certificate_number": one.id_number + "42", **SURVEYED})
    assert early["state"] == "unmatched"
    household = await civil_affairs.household(one, other)
    (held,) = (await civil_affairs.read("disabled-persons", household_id=household.household_id))["items"]  # type: ignore[misc]  # JSON
    assert (held["member_id"], held["disability_type"], held["disability_grade"]) == (one.id, "4", "2")
    again = await civil_affairs.post("disabled-persons", {"certificate_number": one.id_number + "42B1", **SURVEYED})
    assert (again.status_code, again.json()["reissue"]) == (200, "B1")
    for body in (
        {"certificate_number": one.id_number + "49", **SURVEYED},
        {"certificate_number": one.id_number + "42", "id_number": other.id_number, **SURVEYED},
        {"certificate_number": one.id_number + "42", "member_id": one.id, **SURVEYED},
    ):
        answer = await civil_affairs.post("disabled-persons", body)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/certificate_number"
        assert one.id_number not in answer.text
    for body in ({"certificate_number": []}, {"certificate_number": {}}, ["certificate_number"]):
        assert (await civil_affairs.post("disabled-persons", body)).status_code == 422


@pytest.mark.req("Y66", "Y67", "SYS07")
async def test_a_signal_opens_with_the_record_and_closes_with_the_next(civil_affairs: DepartmentSystem) -> None:
    child = civil_affairs.person("留守", birth=date(2010, 5, 1), relation="son")
    household = await civil_affairs.household(child)
    left = {"left_behind_group": "child", "absence": "both_parents", "since": "2020-01-10", "surveyed_on": "2020-01-10"}
    await civil_affairs.accept("left-behind-persons", child, **left)
    assert await signals(civil_affairs, household) == ["care_contact_overdue", "left_behind_child_without_guardian"]
    contact = {"contacted_on": "2020-05-30", "contacted_by": "王五", "means": "home_visit", "finding": "well"}
    await civil_affairs.accept("care-contacts", child, **contact)
    assert await signals(civil_affairs, household) == ["left_behind_child_without_guardian"]
    signed = {"guardian": "李四", "guardian_kind": "grandparent", "signed_on": "2020-05-30"}
    await civil_affairs.accept("guardianships", child, **signed)
    assert await signals(civil_affairs, household) == []


class TestProtection:
    async def test_no_case_before_birth_or_under_another_name(self, civil_affairs: DepartmentSystem) -> None:
        office = Office(civil_affairs)
        child = civil_affairs.person("童", birth=date(2019, 5, 2))
        late = civil_affairs.person("迟", birth=date(2019, 5, 2))
        await civil_affairs.household(child)
        report = {"danger": "abuse", "reporter": "school", "taken_on": "2019-05-01"}
        for named, fault in (
            ({"id_number": child.id_number}, ("/taken_on", "day_before_birth")),
            ({"id_number": child.id_number, "name": "别"}, ("/name", "name_of_another")),
        ):
            answer = await office.post("protection-cases", {**named, **report})
            assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [fault], answer.text
        home = civil_affairs.make_household(late)
        named = {"household_code": home.code, "name": "迟"}
        waiting = await office.open("protection-cases", {**named, **report})
        await civil_affairs.settle(home)
        assert (await office.get(f"protection-cases/{waiting['id']}", "village"))["state"] == "unmatched"

    @pytest.mark.req("Y69", "SYS22")
    async def test_from_report_to_the_end(self, civil_affairs: DepartmentSystem) -> None:
        office = Office(civil_affairs)
        child = civil_affairs.person("遇险", birth=date(2010, 5, 1), relation="son")
        household = await civil_affairs.household(child)
        contact = {"contacted_by": "王五", "means": "home_visit", "finding": "danger", "note": "独自在家"}
        await civil_affairs.accept("care-contacts", child, contacted_on="2020-06-01", **contact)
        assert await signals(civil_affairs, household) == ["person_found_in_danger"]
        found: Body = {"member_id": child.id, "danger": "unattended", "reporter": "care_contact"}
        case = await office.open("protection-cases", found)
        assert (case["stage"], case["due_on"]) == ("reported", "2020-06-02")
        assert await signals(civil_affairs, household) == []
        bare = await office.try_step(case, "respond", measure="temporary_care")
        assert bare.json()["errors"][0]["pointer"] == "/facility_code"
        too_soon = await office.try_step(case, "assess", risk="high")
        assert too_soon.status_code == 409
        assert (await office.try_step(case, "respond", "village", measure="none_needed")).status_code == 403
        case = await office.step(case, "respond", measure="temporary_care", facility_code="F1")
        assert (case["stage"], case["responded_on"], case["due_on"]) == ("handled", "2020-06-01", "2020-06-08")
        case = await office.step(case, "assess", risk="high")
        assert (case["stage"], case["due_on"]) == ("helping", "2020-06-08")
        case = await office.step(case, "help", help="guardian_entrusted", risk="low")
        assert (case["stage"], case["due_on"]) == ("helping", "2020-07-01")
        wrong = await office.try_step(case, "help", help="psychological", risk="unfounded")
        assert wrong.json()["errors"][0]["code"] == "unfounded_is_closed"
        case = await office.step(case, "close", outcome="new_guardian")
        assert (case["stage"], case["closed_on"]) == ("closed", "2020-06-01")
        rate = await civil_affairs.indicator("protection_response", division=HANYANG_PAIRED_VILLAGE, year=2020)
        assert (rate["numerator"], rate["denominator"], rate["met"]) == (1, 1, True)

    @pytest.mark.req("Y69", "SYS22")
    async def test_an_unfounded_report_ends(self, civil_affairs: DepartmentSystem) -> None:
        office = Office(civil_affairs)
        person = civil_affairs.person("误报")
        await civil_affairs.household(person)
        case = await office.open("protection-cases", {"member_id": person.id, "danger": "abuse", "reporter": "school"})
        await office.step(case, "respond", measure="none_needed")
        case = await office.step(case, "assess", risk="unfounded")
        assert case["stage"] == "unfounded"


def row_of(record_type: str, number: int, birth: date) -> Body:
    """One row that every rule accepts, of a person nobody knows yet."""
    first17 = f"990200{birth:%Y%m%d}{number:03d}"
    contents: dict[str, Body] = {
        "disabled-persons": {**SURVEYED, "disability_type": "4", "disability_grade": "2"},
        "disability-subsidies": {"kind": "nursing", "applied_on": "2020-03-01"},
        "distressed-children": {"child_class": "guardianship_failing", "identified_on": "2020-03-01"},
        "left-behind-persons": {
            "left_behind_group": "child",
            "absence": "both_parents",
            "since": "2020-01-10",
            "surveyed_on": "2020-01-10",
        },
        "guardianships": {"guardian": "李四", "guardian_kind": "grandparent", "signed_on": "2020-05-30"},
        "care-contacts": {
            "contacted_on": "2020-05-30",
            "contacted_by": "王五",
            "means": "telephone",
            "finding": "well",
        },
        "care-partners": {"party": "school", "partner": "赵六", "since": "2020-03-01"},
        "care-facilities": {
            "facility_code": f"F{number}",
            "facility_name": "敬老院",
            "kind": "day_care",
            "assessed_on": "2020-03-01",
        },
        "facility-stays": {"facility_code": "F1", "basis": "orphan", "admitted_on": "2020-03-01"},
        "legal-aid-cases": {"matter": "wages", "applied_on": "2020-03-01"},
    }
    named = (
        {"division": "420115010201"}
        if record_type == "care-facilities"
        else {"id_number": first17 + check_digit(first17)}
    )
    return {**named, **contents[record_type]}


@pytest.mark.parametrize("record_type", CARE_RECORD_TYPES, ids=lambda one: one.name)
async def test_a_batch_of_a_thousand_rows(civil_affairs: DepartmentSystem, record_type: object) -> None:
    name: str = record_type.name  # type: ignore[attr-defined]  # a RecordType
    birth = date(2010, 5, 1)
    rows = [row_of(name, number, birth) for number in range(1000)]
    answer = await civil_affairs.post(f"{name}:batch", {"rows": rows})
    assert answer.status_code == 200, answer.text
    document = answer.json()
    assert (document["accepted"], document["refused"]) == (1000, 0), document["results"][0]
    expected = 0 if record_type.subject is Subject.VILLAGE else 1000  # type: ignore[attr-defined]  # the same
    assert document["unmatched"] == expected


async def test_the_turn_of_the_day_opens_a_signal(civil_affairs: DepartmentSystem) -> None:
    old = civil_affairs.person("老人", birth=date(1950, 5, 1))
    household = await civil_affairs.household(old)
    left = {
        "left_behind_group": "elderly",
        "absence": "all_children",
        "since": "2020-05-20",
        "surveyed_on": "2020-05-20",
    }
    await civil_affairs.accept("left-behind-persons", old, **left)
    facts = await civil_affairs.facts(household)
    assert (facts.signals, facts.valid_until) == ((), date(2020, 5, 20) + timedelta(days=32))

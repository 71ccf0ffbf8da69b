"""Rates and lists of care against planted cases: who is counted, who is covered, who is on which list and why."""

from datetime import date

import pytest

from shared.roster.models import Sex
from shared.testing.department import Body, DepartmentSystem, Person
from tests.services.civil_affairs.office import Office

SURVEYED = {"surveyed_on": "2020-03-01"}
SINCE = {"since": "2020-01-10", **SURVEYED}
CHILD = {"left_behind_group": "child", "absence": "both_parents", **SINCE}
SIGNED = {"guardian": "李四", "guardian_kind": "grandparent", "signed_on": "2020-01-20"}
CONTACT = {"contacted_by": "王五", "means": "home_visit", "finding": "well"}
GRANTED = {
    "applied_on": "2019-01-05",
    "decision": "granted",
    "decided_on": "2019-01-20",
    "monthly_amount": "60",
    "starts_on": "2019-02-01",
}

TEKUN = {
    "step": "take_over",
    "on_behalf_of": {"official": "王主任", "role": "district_officer"},
    "labour_ground": "elderly",
    "basic_amount": "650.00",
    "care_amount": "60.00",
    "certificate_number": "TK1",
    "granted_on": "2019-01-01",
    "reviewed_on": "2020-01-15",
}

TOWNSHIP = "420115012000"


def village(number: int) -> str:
    """A village of its own for each test, so that counts are exact."""
    return f"420115012{number:03d}"


def counts(value: Body) -> tuple[object, object, object]:
    return value["numerator"], value["denominator"], value["met"]


def items(answer: Body) -> list[Body]:
    found: list[Body] = answer["items"]  # type: ignore[assignment]  # a JSON array
    return found


async def lines(civil_affairs: DepartmentSystem, code: str, where: str) -> list[Body]:
    return items(await civil_affairs.read(f"lists/{code}", division=where))


async def people_on(civil_affairs: DepartmentSystem, code: str, where: str) -> set[object]:
    return {line["member_id"] for line in await lines(civil_affairs, code, where)}


async def missing(civil_affairs: DepartmentSystem, code: str, where: str) -> set[object]:
    return {one["member_id"] for one in await civil_affairs.missing(code, division=where)}


async def certify(civil_affairs: DepartmentSystem, person: Person, code: str = "42", **more: object) -> Body:
    """By the number of the certificate alone."""
    body = {"certificate_number": person.id_number + code, "issued_on": "2018-05-01", **SURVEYED}
    return await civil_affairs.accept_row("disabled-persons", {**body, **more})


async def test_every_rate_and_list_can_be_read_of_nobody(civil_affairs: DepartmentSystem) -> None:
    for indicator in items(await civil_affairs.read("indicators", division=village(0))):
        assert indicator["denominator"] == 0, indicator
    for one in items(await civil_affairs.read("lists")):
        assert await lines(civil_affairs, str(one["code"]), village(0)) == []


@pytest.mark.req("Y70", "Y57")
async def test_the_two_subsidies(civil_affairs: DepartmentSystem) -> None:
    where = village(1)
    paid, without, light, expired, twice = (civil_affairs.person(name) for name in "甲乙丙丁戊")
    await civil_affairs.household(paid, without, light, expired, twice, division=where, household_type="dibao")
    for person, code in ((paid, "42"), (without, "61"), (light, "43"), (twice, "11")):
        await certify(civil_affairs, person, code)
    await certify(civil_affairs, expired, "41", expires_on="2020-05-01")
    for person in (paid, light, expired, twice):
        await civil_affairs.accept("disability-subsidies", person, kind="nursing", **GRANTED)
    again = {**GRANTED, "applied_on": "2019-03-01", "decided_on": "2019-03-10", "monthly_amount": "40"}
    await civil_affairs.accept("disability-subsidies", twice, kind="nursing", **again)
    await civil_affairs.accept("disability-subsidies", without, kind="living", applied_on="2020-04-01")
    nursing = await civil_affairs.indicator("disability_nursing_subsidy", division=where, year=2020)
    assert counts(nursing) == (2, 3, False)
    assert nursing["target"]["key"] == "civil_affairs.disability_subsidy_coverage_target"  # type: ignore[index]  # JSON
    assert await missing(civil_affairs, "disability_nursing_subsidy", where) == {without.id}
    assert counts(await civil_affairs.indicator("disability_living_subsidy", division=where, year=2020)) == (
        0,
        4,
        False,
    )
    assert await people_on(civil_affairs, "disability_nursing_subsidy_missing", where) == {without.id}
    by_person = {
        one["member_id"]: one["detail"]
        for one in await lines(civil_affairs, "disability_living_subsidy_missing", where)
    }
    assert by_person[without.id] == {"disability": "6-1", "last_decision": "pending"}
    assert set(by_person) == {paid.id, without.id, light.id, twice.id}
    assert await people_on(civil_affairs, "disability_subsidy_undue", where) == {light.id, expired.id}
    assert await people_on(civil_affairs, "disability_subsidy_duplicate", where) == {twice.id}
    assert await people_on(civil_affairs, "disability_subsidy_below_standard", where) == {twice.id}
    assert await people_on(civil_affairs, "disability_subsidy_late", where) == {without.id}
    assert await people_on(civil_affairs, "disability_certificates_expired", where) == {expired.id}


@pytest.mark.req("Y55", "Y66", "SYS07", "SYS03")
async def test_the_register_of_the_disabled(civil_affairs: DepartmentSystem) -> None:
    where = village(2)
    told = {"disability_type": "4", "disability_grade": "1", "health_status": ["disabled"]}
    same, differs, unknown = (civil_affairs.person(name, **told) for name in "甲乙丙")
    await civil_affairs.household(same, differs, unknown, division=where)
    need = {"self_care": "unable", "depends_on_family": True}
    await certify(civil_affairs, same, "41", **need)
    await certify(civil_affairs, differs, "43", surveyed_on="2019-11-01", **need)
    assert counts(await civil_affairs.indicator("disabled_register", division=where, year=2020)) == (1, 3, False)
    assert await people_on(civil_affairs, "disabled_unregistered", where) == {differs.id, unknown.id}
    (line,) = await lines(civil_affairs, "disability_differs", where)
    assert (line["member_id"], line["detail"]) == (differs.id, {"register": "4-3", "roster": "4-1"})
    assert await people_on(civil_affairs, "severely_disabled_without_dibao", where) == {same.id}
    (entry,) = items(await civil_affairs.read("disabled-persons", member_id=same.id))
    assert same.id_number not in str(entry)
    rows = await civil_affairs.rows("SELECT to_jsonb(d)::text AS stored FROM disabled_person d")
    history = await civil_affairs.rows("SELECT to_jsonb(h)::text AS stored FROM record_history h")
    assert not [row for row in (*rows, *history) if same.id_number in str(row["stored"])]


@pytest.mark.req("Y66", "Y67", "SYS07", "SYS21")
async def test_left_behind_children(civil_affairs: DepartmentSystem) -> None:
    where = village(3)
    cared, alone, grown = (
        civil_affairs.person(name, birth=born, relation="son")
        for name, born in (("甲", date(2010, 5, 1)), ("乙", date(2011, 5, 1)), ("丙", date(2004, 5, 20)))
    )
    await civil_affairs.household(cared, alone, grown, division=where)
    for person in (cared, alone, grown):
        await civil_affairs.accept("left-behind-persons", person, **CHILD)
    await civil_affairs.accept("guardianships", cared, **SIGNED)
    await civil_affairs.accept("guardianships", alone, **SIGNED, capable=False)
    for party in ("family", "school", "grass_roots", "government", "society"):
        await civil_affairs.accept("care-partners", cared, party=party, partner="赵六", since="2020-02-01")
    await civil_affairs.accept("care-partners", alone, party="school", partner="赵六", since="2020-02-01")
    await civil_affairs.accept("care-contacts", cared, contacted_on="2020-05-10", **CONTACT)
    await civil_affairs.accept("care-contacts", alone, contacted_on="2020-04-10", **CONTACT)
    for code in ("left_behind_child_guardianship", "care_network", "care_contact_left_behind_child"):
        assert counts(await civil_affairs.indicator(code, division=where, year=2020)) == (1, 2, False), code
        assert await missing(civil_affairs, code, where) == {alone.id}
    for code in ("left_behind_children_without_guardian", "care_networks_incomplete", "care_contacts_overdue"):
        assert await people_on(civil_affairs, code, where) == {alone.id}, code
    (overdue,) = await lines(civil_affairs, "care_contacts_overdue", where)
    assert overdue["detail"] == {"class": "left_behind_child", "due": "2020-05-11"}
    assert await people_on(civil_affairs, "children_outgrown", where) == {grown.id}


@pytest.mark.req("Y66", "SYS07")
async def test_women_and_the_elderly(civil_affairs: DepartmentSystem) -> None:
    where = village(4)
    woman = civil_affairs.person("甲", sex=Sex.FEMALE)
    old = civil_affairs.person("乙", birth=date(1950, 1, 1))
    await civil_affairs.household(woman, old, division=where)
    await civil_affairs.accept("left-behind-persons", woman, left_behind_group="woman", absence="husband", **SINCE)
    elderly = {"left_behind_group": "elderly", "absence": "all_children", "since": "2019-01-10"}
    await civil_affairs.accept("left-behind-persons", old, **elderly, surveyed_on="2019-05-01")
    assert counts(await civil_affairs.indicator("left_behind_surveyed", division=where, year=2020)) == (1, 2, False)
    await civil_affairs.accept("care-contacts", woman, contacted_on="2020-03-05", **CONTACT)
    soon = {**CONTACT, "contacted_on": "2020-05-25", "next_due_on": "2020-05-28"}
    await civil_affairs.accept("care-contacts", old, **soon)
    assert counts(await civil_affairs.indicator("care_contact_left_behind_woman", division=where))[:2] == (1, 1)
    assert counts(await civil_affairs.indicator("care_contact_left_behind_elderly", division=where))[:2] == (0, 1)
    stay = {"facility_code": "F4", "basis": "paying", "admitted_on": "2020-05-30"}
    await civil_affairs.accept("facility-stays", old, **stay)
    assert counts(await civil_affairs.indicator("care_contact_left_behind_elderly", division=where))[:2] == (0, 0)
    assert await people_on(civil_affairs, "left_behind_not_surveyed", where) == {old.id}


@pytest.mark.req("Y68", "Y57")
async def test_distressed_children(civil_affairs: DepartmentSystem) -> None:
    where = village(5)
    born = date(2010, 5, 1)
    paid, short, unpaid = (civil_affairs.person(name, birth=born, relation="son") for name in "甲乙丙")
    await civil_affairs.household(paid, short, unpaid, division=where)
    orphan = {"child_class": "orphan", "identified_on": "2020-01-10", "father": "died", "mother": "died"}
    allowance = {"allowance_from": "2020-02-01", "monthly_allowance": "900"}
    await civil_affairs.accept("distressed-children", paid, **orphan, **allowance)
    await civil_affairs.accept("distressed-children", short, **orphan, **{**allowance, "monthly_allowance": "599.99"})
    unsupported = {**orphan, "child_class": "de_facto_unsupported", "mother": "lost_contact"}
    await civil_affairs.accept("distressed-children", unpaid, **unsupported)
    assert counts(await civil_affairs.indicator("child_living_allowance", division=where, year=2020)) == (2, 3, False)
    assert await people_on(civil_affairs, "child_allowances_missing", where) == {unpaid.id}
    assert await people_on(civil_affairs, "child_allowance_below_standard", where) == {short.id}
    assert len(await people_on(civil_affairs, "distressed_children_without_guardian", where)) == 3


@pytest.mark.req("Y58")
async def test_facilities(civil_affairs: DepartmentSystem) -> None:
    where = village(6)
    await civil_affairs.household(civil_affairs.person("甲"), division=where)
    assert await missing(civil_affairs, "village_care_facilities", where) == {None}
    home = {"facility_name": "幸福院", "kind": "happiness_home", "assessed_on": "2020-03-01"}
    aged = {"facility_name": "敬老院", "kind": "home_for_aged", "assessed_on": "2020-03-01", "beds": 10, "occupied": 7}
    await civil_affairs.accept_row(
        "care-facilities", {"division": where, "facility_code": "F1", **home, "standard": True}
    )
    await civil_affairs.accept_row("care-facilities", {"division": where, "facility_code": "F2", **aged})
    assert counts(await civil_affairs.indicator("village_care_facilities", division=where))[:2] == (1, 1)
    assert counts(await civil_affairs.indicator("care_facility_standard", division=where)) == (1, 2, False)
    assert counts(await civil_affairs.indicator("care_beds_in_use", division=where))[:2] == (7, 10)
    small = {**aged, "facility_code": "F3", "kind": "foster_care", "beds": 1, "occupied": 1}
    await civil_affairs.accept_row("care-facilities", {"division": where, **small})
    full, second = civil_affairs.person("乙"), civil_affairs.person("丙")
    await civil_affairs.household(full, second, division=where)
    stay = {"facility_code": "F3", "basis": "disabled", "admitted_on": "2020-05-30"}
    for person in (full, second):
        assert await lines(civil_affairs, "care_facilities_overfull", where) == []
        await civil_affairs.accept("facility-stays", person, **stay)
    (overfull,) = await lines(civil_affairs, "care_facilities_overfull", where)
    assert overfull["detail"] == {"facility_name": "敬老院", "beds": 1, "stays": 2}
    kinds = await civil_affairs.missing("care_facility_kinds", division="420115000000")
    absent = {one["detail"]["kind"] for one in kinds}  # type: ignore[index]  # a JSON object
    assert "home_for_aged" not in absent
    assert {"child_welfare", "rescue", "rehabilitation"} <= absent


@pytest.mark.req("Y58")
async def test_two_facilities_of_one_code(civil_affairs: DepartmentSystem) -> None:
    """A stay is in the one that it names by its place; in neither while it does not say which."""
    here, there = village(9), village(10)
    home = {"facility_code": "F7", "facility_name": "敬老院", "kind": "home_for_aged", "assessed_on": "2020-03-01"}
    for where in (here, there):
        await civil_affairs.accept_row("care-facilities", {"division": where, **home, "beds": 1, "occupied": 0})
    people = [civil_affairs.person(name) for name in "甲乙丙"]
    await civil_affairs.household(*people, division=here)
    stay = {"facility_code": "F7", "basis": "paying", "admitted_on": "2020-05-30"}
    for person in people:
        await civil_affairs.accept("facility-stays", person, **stay)

    async def overfull() -> list[Body]:
        return await lines(civil_affairs, "care_facilities_overfull", TOWNSHIP)

    assert not {here, there} & {one["division"] for one in await overfull()}
    assert await people_on(civil_affairs, "facility_stays_ambiguous", here) == {one.id for one in people}
    for person, where in zip(people, (there, there, here), strict=True):
        await civil_affairs.accept("facility-stays", person, **stay, facility_division=where)
    (full,) = [one for one in await overfull() if one["division"] in (here, there)]
    assert (full["division"], full["detail"]["stays"]) == (there, 2)  # type: ignore[index]  # a JSON object
    assert await people_on(civil_affairs, "facility_stays_ambiguous", here) == set()
    missed = await civil_affairs.missing("care_facility_standard", division=TOWNSHIP, year=2020)
    assert {here, there} <= {one["division"] for one in missed}


@pytest.mark.req("Y58", "H08")
async def test_the_way_of_tekun_support_is_where_the_person_lives(civil_affairs: DepartmentSystem) -> None:
    where = village(8)
    inside, outside, agreed = (civil_affairs.person(name, birth=date(1945, 1, 1)) for name in "甲乙丙")
    for person in (inside, outside, agreed):
        await civil_affairs.household(person, division=where, household_type="tekun")
    office = Office(civil_affairs)
    for person, mode in ((inside, "dispersed"), (outside, "centralised"), (agreed, "centralised")):
        facility = {"institution_code": "F9"} if mode == "centralised" else {}
        await office.open("tekun-cases", {**TEKUN, "member_id": person.id, "mode": mode, **facility}, "system")
    for person in (inside, agreed):
        await civil_affairs.accept(
            "facility-stays", person, facility_code="F9", basis="tekun", admitted_on="2020-05-30"
        )
    assert await people_on(civil_affairs, "tekun_mode_differs", where) == {inside.id, outside.id}


@pytest.mark.req("H38")
async def test_legal_aid(civil_affairs: DepartmentSystem) -> None:
    where = village(7)
    aided, late, refused = (civil_affairs.person(name) for name in "甲乙丙")
    await civil_affairs.household(aided, late, refused, division=where)
    case = {"matter": "wages", "applied_on": "2020-04-01"}
    decided = {**case, "decided_on": "2020-04-03"}
    await civil_affairs.accept("legal-aid-cases", aided, **decided, decision="granted")
    await civil_affairs.accept("legal-aid-cases", late, **case)
    await civil_affairs.accept("legal-aid-cases", refused, **decided, decision="refused", refusal="not_in_scope")
    poor = {"id_number": refused.id_number, **decided, "decision": "refused", "refusal": "not_in_difficulty"}
    assert await civil_affairs.refuse("legal-aid-cases", poor) == [("/refusal", "poverty_is_on_record")]
    assert counts(await civil_affairs.indicator("legal_aid", division=where, year=2020)) == (1, 2, False)
    assert await people_on(civil_affairs, "legal_aid_late", where) == {late.id}

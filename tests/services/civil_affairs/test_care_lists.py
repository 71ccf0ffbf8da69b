"""The lists of care say what the signals say of the same people: one rule, in SQL and in Python."""

from datetime import date

import pytest

from shared.roster.models import HouseholdState, RosterHousehold
from shared.testing.department import Body, DepartmentSystem, Person
from tests.services.civil_affairs.office import Office

PAID = {
    "applied_on": "2019-01-05",
    "decision": "granted",
    "decided_on": "2019-01-20",
    "monthly_amount": "60",
    "starts_on": "2019-02-01",
}
SEVERE: Body = {"disability_type": "4", "disability_grade": "1", "issued_on": "2018-05-01", "surveyed_on": "2020-03-01"}
ORPHAN = {"child_class": "orphan", "identified_on": "2020-01-10", "father": "died", "mother": "died"}
CONTACT = {"contacted_by": "王五", "means": "home_visit"}
SIGNED = {"guardian": "李四", "guardian_kind": "grandparent", "signed_on": "2020-01-20"}
BOTH, LIVING, NURSING, NEITHER = {"living", "nursing"}, {"living"}, {"nursing"}, set[str]()
ENTITLED: dict[str, set[str]] = {
    "severe, in dibao": BOTH,
    "light, in dibao": LIVING,
    "needs no care": LIVING,
    "care not assessed": BOTH,
    "certificate lapsed": NEITHER,
    "certificate cancelled": NEITHER,
    "nursing pay of work injury": NEITHER,
    "another nursing allowance": LIVING,
    "another living allowance": NURSING,
    "orphan": NURSING,
    "orphan, adopted since": BOTH,
    "in tekun": NEITHER,
    "in tekun by the register": NEITHER,
    "tekun stopped": NURSING,
    "not in dibao": NURSING,
    "dibao of the wife alone": NURSING,
    "dibao stopped": NURSING,
    "died": NEITHER,
    "death entered by mistake": BOTH,
}
"""To which of the two subsidies each is entitled (国发〔2015〕52号)."""
MORE: dict[str, Body] = {
    "light, in dibao": {"disability_grade": "3"},
    "needs no care": {"long_term_care": False},
    "care not assessed": {"long_term_care": None},
    "certificate lapsed": {"expires_on": "2020-06-01"},
    "certificate cancelled": {"certificate_state": "cancelled"},
    "nursing pay of work injury": {"barring_allowance": "work_injury_nursing"},
    "another nursing allowance": {"barring_allowance": "elderly_nursing"},
    "another living allowance": {"barring_allowance": "elderly_living"},
}


async def listed(civil_affairs: DepartmentSystem, code: str, where: str) -> set[object]:
    lines: list[Body] = (await civil_affairs.read(f"lists/{code}", division=where, limit=200))["items"]  # type: ignore[assignment]  # JSON
    return {(line["member_id"], line["detail"].get("kind")) for line in lines}  # type: ignore[attr-defined]  # JSON


async def signalled(civil_affairs: DepartmentSystem, household: RosterHousehold, code: str) -> set[object]:
    found = (await civil_affairs.facts(household)).signals
    return {(str(member), one.params.get("kind")) for one in found if one.code == code for member in one.members}


async def plant(office: Office, case: str, where: str) -> tuple[Person, RosterHousehold]:
    """A disabled person as `case` says, and the household."""
    service = office.service
    born = date(2010, 5, 1) if case.startswith("orphan") else date(1945 if "tekun" in case else 1970, 5, 1)
    person, wife = service.person("甲", birth=born), service.person("乙", relation="spouse")
    kind = {"not in dibao": "general", "in tekun by the register": "tekun", "tekun stopped": "tekun"}.get(case, "dibao")
    household = await service.household(person, wife, division=where, household_type=kind)
    await service.accept("disabled-persons", person, **{**SEVERE, **MORE.get(case, {})})
    if case.startswith("orphan"):
        adopted = {} if case == "orphan" else {"ended_on": "2020-05-01", "end_reason": "adopted"}
        await service.accept("distressed-children", person, **ORPHAN, **adopted)
    if case in ("died", "death entered by mistake"):
        death = await service.accept("deaths", person, died_on="2020-05-01", registered_on="2020-05-03")
        if case != "died":
            await service.post(f"deaths/{death['id']}:void", {"reason": "登记有误"})
    if case in ("in tekun", "tekun stopped"):
        support = {"basic_amount": "650.00", "care_amount": "60.00", "certificate_number": "TK1"}
        days = {"granted_on": "2019-01-01", "reviewed_on": "2020-01-15"}
        behalf = {"official": "王主任", "role": "district_officer"}
        opening: Body = {"step": "take_over", "member_id": person.id, "on_behalf_of": behalf, **support, **days}
        supported = await office.open("tekun-cases", opening, "system")
        if case == "tekun stopped":
            await office.step(supported, "stop", end_reason="able_again", ended_on="2020-06-01")
    if case == "dibao of the wife alone":
        await office.take_over(household, persons=1, members=[wife.id])
    if case == "dibao stopped":
        award = await office.take_over(household)
        await office.step(award, "stop", end_reason="income_above", ended_on="2020-06-01")
    return person, household


@pytest.mark.req("Y70", "Y57")
@pytest.mark.parametrize("paid", [False, True])
async def test_who_is_entitled_to_which_subsidy(civil_affairs: DepartmentSystem, village: str, paid: bool) -> None:
    """Who is entitled and has none, and who has one and is not entitled: by the lists, and by the signals."""
    office = Office(civil_affairs)
    due: set[object] = set()
    told: set[object] = set()
    code = "disability_subsidy_undue" if paid else "disability_subsidy_not_applied"
    for case, entitled in ENTITLED.items():
        person, household = await plant(office, case, village)
        if paid:
            for kind in BOTH:
                await civil_affairs.accept("disability-subsidies", person, kind=kind, **PAID)
        due |= {(person.id, kind) for kind in (BOTH - entitled if paid else entitled)}
        told |= await signalled(civil_affairs, household, code)
    assert told == due
    if paid:
        assert await listed(civil_affairs, code, village) == due
        return
    for kind in BOTH:
        missing = {(person, None) for person, of in due if of == kind}  # type: ignore[misc]  # pairs
        assert await listed(civil_affairs, f"disability_{kind}_subsidy_missing", village) == missing


@pytest.mark.req("Y70", "Y57")
async def test_a_subsidy_runs_from_its_first_month_to_its_end(civil_affairs: DepartmentSystem, village: str) -> None:
    """On 1 June 2020; one that is paid goes on when its holder has moved out of the household."""
    code, people = "disability_subsidy_undue", {}
    for name, days in {
        "begun": {"starts_on": "2020-06-01"},
        "to come": {"starts_on": "2020-07-01"},
        "ended": {"ended_on": "2020-06-01", "end_reason": "withdrawn"},
        "left": {},
    }.items():
        people[name] = person = civil_affairs.person(name)
        household = await civil_affairs.household(person, civil_affairs.person("乙"), division=village)
        await civil_affairs.accept("disability-subsidies", person, kind="living", **{**PAID, **days})
    kept = {"household_id": household.household_id, "code": household.code, "division": village}
    await civil_affairs.household(civil_affairs.person("丙"), version=2, **kept)
    assert {one for one, _ in await listed(civil_affairs, code, village)} == {people["begun"].id, people["left"].id}  # type: ignore[misc]  # pairs


@pytest.mark.req("Y69", "SYS22")
async def test_who_was_found_in_danger_and_reported_by_nobody(civil_affairs: DepartmentSystem, village: str) -> None:
    office, told = Office(civil_affairs), set[object]()
    alone: set[object] = set()
    findings = {
        "in danger": ("danger",),
        "in danger, then not met": ("danger", "not_met"),
        "in danger, then well": ("danger", "well"),
        "in danger, and by another well on that day": ("danger", "well"),
        "needs help": ("needs_help",),
        "reported": ("danger",),
        "reported before": ("danger",),
    }
    for case, found in findings.items():
        person = civil_affairs.person("甲")
        household = await civil_affairs.household(person, division=village)
        for day, finding in enumerate(found, start=20):
            one_day = "on that day" in case
            note = {"note": "独自在家"} if finding in ("danger", "needs_help") else {}
            told_by = {"contacted_on": f"2020-05-{20 if one_day else day}", "contacted_by": f"王{day}"}
            contact = {**CONTACT, **note, **told_by, "finding": finding}
            await civil_affairs.accept("care-contacts", person, **contact)
        if case.startswith("reported"):
            opened = "2020-05-19" if case == "reported before" else "2020-05-20"
            report: Body = {"member_id": person.id, "danger": "abuse", "reporter": "school", "taken_on": opened}
            await office.open("protection-cases", report, "township")
        if not case.endswith(("then well", "help", "reported")):
            alone.add((person.id, None))
        told |= await signalled(civil_affairs, household, "person_found_in_danger")
    assert told == alone == await listed(civil_affairs, "persons_found_in_danger", village)


@pytest.mark.req("Y66", "Y68", "Y69")
async def test_who_has_a_guardian(civil_affairs: DepartmentSystem, village: str) -> None:
    """A guardianship that has ended, whose agreement is over or whose guardian is unable is none."""
    agreed = {"form": "entrusted", "agreement_number": "X1"}
    held = {
        "none": None,
        "signed": {},
        "unable": {"capable": False},
        "able": {"capable": True},
        "ended today": {"ended_on": "2020-06-01", "end_reason": "guardian_changed"},
        "agreed until today": {**agreed, "agreed_until": "2020-06-01"},
        "agreed until tomorrow": {**agreed, "agreed_until": "2020-06-02"},
    }
    without = {"none", "unable", "ended today", "agreed until today"}
    child = date(2010, 5, 1)
    incapable: Body = {**SEVERE, "disability_type": "6", "disability_grade": "2"}
    wards: dict[str, tuple[str, Body, date]] = {
        "distressed_child": ("distressed-children", {"child_class": "orphan", **ORPHAN}, child),
        "disabled": ("disabled-persons", incapable, date(1970, 5, 1)),
    }
    names = {"distressed_child": "distressed_children_without_guardian", "disabled": "disabled_without_guardian"}
    for ward, (record_type, entry, born) in wards.items():
        told, missing = set[object](), set[object]()
        for case, guardianship in held.items():
            person = civil_affairs.person("甲", birth=born)
            household = await civil_affairs.household(person, division=village)
            await civil_affairs.accept(record_type, person, **entry)
            if guardianship is not None:
                await civil_affairs.accept("guardianships", person, **SIGNED, **guardianship)
            if case in without:
                missing.add((person.id, None))
            told |= await signalled(civil_affairs, household, f"{ward}_without_guardian")
        assert told == missing == await listed(civil_affairs, names[ward], village)
    physical = civil_affairs.person("乙")
    await civil_affairs.household(physical, division=village)
    await civil_affairs.accept("disabled-persons", physical, **SEVERE)
    assert (physical.id, None) not in await listed(civil_affairs, "disabled_without_guardian", village)


@pytest.mark.req("H38")
async def test_legal_aid_of_whom_and_by_when(civil_affairs: DepartmentSystem, village: str) -> None:
    """Seven days from the application; poverty is on record for registered households only."""
    decided = {"matter": "wages", "applied_on": "2020-04-01", "decision": "granted"}
    for day, state in (
        ("2020-04-08", HouseholdState.REGISTERED),
        ("2020-04-09", HouseholdState.REGISTERED),
        ("2020-04-08", HouseholdState.CANDIDATE),
    ):
        person = civil_affairs.person("甲")
        await civil_affairs.household(person, division=village, state=state)
        await civil_affairs.accept("legal-aid-cases", person, **decided, decided_on=day)
    pending = {}
    for day in ("2020-05-24", "2020-05-25"):
        pending[day] = person = civil_affairs.person("乙")
        await civil_affairs.household(person, division=village)
        await civil_affairs.accept("legal-aid-cases", person, matter="wages", applied_on=day)
    rate = await civil_affairs.indicator("legal_aid", division=village, year=2020)
    assert (rate["numerator"], rate["denominator"]) == (1, 3)
    assert await listed(civil_affairs, "legal_aid_late", village) == {(pending["2020-05-24"].id, None)}

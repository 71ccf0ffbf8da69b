"""The rates and lists of care from year to year: what has not begun, is over or was voided counts no more."""

from datetime import date

import pytest

from shared.testing.department import Body, DepartmentSystem, Person

BORN = date(2012, 5, 1)
LEFT: Body = {"left_behind_group": "child", "absence": "both_parents", "surveyed_on": "2019-04-01"}
ORPHAN: Body = {"child_class": "orphan", "father": "died", "mother": "died"}
CONTACT: Body = {"contacted_by": "王五", "means": "home_visit", "finding": "well"}


class Children:
    """Children of one village, each in a household of its own."""

    def __init__(self, civil_affairs: DepartmentSystem, village: str) -> None:
        self._service = civil_affairs
        self._village = village

    async def child(self, record_type: str, **entry: object) -> Person:
        person = self._service.person("童", birth=BORN, relation="son")
        await self._service.household(person, division=self._village)
        await self._service.accept(record_type, person, **entry)
        return person

    async def void(self, record_type: str, person: Person) -> None:
        held: list[Body] = (await self._service.read(record_type, member_id=person.id))["items"]  # type: ignore[assignment]  # JSON
        for one in held:
            answer = await self._service.post(f"{record_type}/{one['id']}:void", {"reason": "登记有误"})
            assert answer.status_code == 200, answer.text

    async def rate(self, code: str, year: int) -> tuple[object, object]:
        value = await self._service.indicator(code, division=self._village, year=year)
        return value["numerator"], value["denominator"]

    async def years(self, code: str) -> list[tuple[object, object]]:
        """Of 2018, 2019 and 2020, numerator and denominator."""
        return [await self.rate(code, year) for year in (2018, 2019, 2020)]

    async def listed(self, code: str) -> set[object]:
        answer = await self._service.read(f"lists/{code}", division=self._village)
        return {line["member_id"] for line in answer["items"]}  # type: ignore[attr-defined]  # JSON


@pytest.fixture
def children(civil_affairs: DepartmentSystem, village: str) -> Children:
    return Children(civil_affairs, village)


@pytest.mark.req("Y66", "Y67", "SYS07")
async def test_left_behind_children(civil_affairs: DepartmentSystem, children: Children) -> None:
    kept = await children.child("left-behind-persons", **LEFT, since="2019-03-01")
    ended = {"ended_on": "2020-06-01", "end_reason": "returned"}
    over = await children.child("left-behind-persons", **LEFT, since="2019-03-01", **ended)
    await children.void("left-behind-persons", await children.child("left-behind-persons", **LEFT, since="2019-03-01"))
    signed = {"guardian": "李四", "guardian_kind": "grandparent"}
    await civil_affairs.accept("guardianships", kept, **signed, signed_on="2020-01-20")
    await civil_affairs.accept("guardianships", over, **signed, signed_on="2019-03-10")
    assert await children.years("left_behind_child_guardianship") == [(0, 0), (1, 2), (1, 1)]
    assert await children.years("left_behind_surveyed") == [(0, 0), (2, 2), (0, 1)]
    assert await children.listed("left_behind_not_surveyed") == {kept.id}
    await children.void("guardianships", kept)
    assert await children.rate("left_behind_child_guardianship", 2020) == (0, 1)


@pytest.mark.req("Y67")
async def test_the_care_network_of_the_day(civil_affairs: DepartmentSystem, children: Children) -> None:
    kept = await children.child("left-behind-persons", **LEFT, since="2019-03-01")
    for party in ("family", "school", "grass_roots", "government", "society"):
        days = {"since": "2019-05-01", "until": "2020-06-01"} if party == "school" else {"since": "2019-05-01"}
        await civil_affairs.accept("care-partners", kept, party=party, partner="赵六", **days)
    assert await children.years("care_network") == [(0, 0), (1, 1), (0, 1)]
    await civil_affairs.accept("care-partners", kept, party="school", partner="钱七", since="2020-06-01")
    assert await children.rate("care_network", 2020) == (1, 1)
    await children.void("care-partners", kept)
    assert await children.rate("care_network", 2019) == (0, 1)


@pytest.mark.req("Y66", "Y67", "SYS07")
async def test_a_contact_is_due_by_the_interval_or_sooner(civil_affairs: DepartmentSystem, children: Children) -> None:
    """31 days for a left-behind child: on 1 June 2020 that of 1 May is due, and not late."""
    people = {}
    for case, contacts in {
        "due": [{"contacted_on": "2020-05-01"}],
        "late": [{"contacted_on": "2020-04-30"}],
        "due sooner": [{"contacted_on": "2020-05-20", "next_due_on": "2020-05-31"}],
        "not met": [{"contacted_on": "2020-04-30"}, {"contacted_on": "2020-05-20", "finding": "not_met"}],
        "in a facility": [],
        "back from a facility": [],
    }.items():
        people[case] = person = await children.child("left-behind-persons", **LEFT, since="2019-03-01")
        for contact in contacts:
            await civil_affairs.accept("care-contacts", person, **{**CONTACT, **contact})
    stay = {"facility_code": "F1", "basis": "paying", "admitted_on": "2019-04-01"}
    await civil_affairs.accept("facility-stays", people["in a facility"], **stay)
    left = {"ended_on": "2020-06-01", "end_reason": "went_home"}
    await civil_affairs.accept("facility-stays", people["back from a facility"], **stay, **left)
    late = {people[case].id for case in ("late", "due sooner", "not met", "back from a facility")}
    assert await children.listed("care_contacts_overdue") == late
    assert await children.rate("care_contact_left_behind_child", 2020) == (1, 5)


@pytest.mark.req("Y68", "Y57", "Y66")
async def test_distressed_children(civil_affairs: DepartmentSystem, children: Children, village: str) -> None:
    """Those under eighteen, though a left-behind child is one to sixteen only."""
    paid = {"allowance_from": "2020-02-01", "monthly_allowance": "900"}
    await children.child("distressed-children", **ORPHAN, identified_on="2019-05-01", **paid)
    ended = {"ended_on": "2020-06-01", "end_reason": "adopted"}
    await children.child("distressed-children", **ORPHAN, identified_on="2019-05-01", **ended)
    await children.void(
        "distressed-children", await children.child("distressed-children", **ORPHAN, identified_on="2019-05-01")
    )
    assert await children.years("child_living_allowance") == [(0, 0), (0, 2), (1, 1)]
    grown = {}
    for case, birth in {"seventeen": date(2002, 6, 2), "eighteen": date(2002, 6, 1), "out": date(2002, 6, 1)}.items():
        grown[case] = person = civil_affairs.person("甲", birth=birth)
        await civil_affairs.household(person, division=village)
        more = ended if case == "out" else {}
        await civil_affairs.accept("distressed-children", person, **ORPHAN, identified_on="2019-05-01", **more)
    assert await children.listed("children_outgrown") == {grown["eighteen"].id}


@pytest.mark.req("Y70", "Y66")
async def test_terms_end_on_their_day(civil_affairs: DepartmentSystem, children: Children, village: str) -> None:
    """30 days for a subsidy; ten years for a certificate that does not say; both on 1 June 2020."""
    held: dict[str, Person] = {}
    certificate = {"disability_type": "4", "disability_grade": "1", "surveyed_on": "2020-03-01"}
    for issued, applied in (("2010-06-02", "2020-05-02"), ("2010-06-01", "2020-05-01")):
        held[issued] = held[applied] = person = civil_affairs.person("甲")
        await civil_affairs.household(person, division=village)
        await civil_affairs.accept("disabled-persons", person, **certificate, issued_on=issued)
        await civil_affairs.accept("disability-subsidies", person, kind="nursing", applied_on=applied)
    assert await children.listed("disability_certificates_expired") == {held["2010-06-01"].id}
    assert await children.listed("disability_subsidy_late") == {held["2020-05-01"].id}
    assert await children.rate("disability_nursing_subsidy", 2020) == (0, 1)
    granted = {"decision": "granted", "decided_on": "2020-05-10", "starts_on": "2020-06-01", "monthly_amount": "50"}
    body = {"kind": "nursing", "applied_on": "2020-05-02", **granted}
    await civil_affairs.accept("disability-subsidies", held["2020-05-02"], **body)
    assert await children.rate("disability_nursing_subsidy", 2020) == (1, 1)
    assert await children.listed("disability_subsidy_below_standard") == set(), "50 yuan is the standard"


@pytest.mark.req("Y58")
async def test_facilities(civil_affairs: DepartmentSystem, children: Children, village: str) -> None:
    """Those assessed by the year; as many people as beds is not too many, and who has left has left."""
    home = {"division": village, "facility_code": "F5", "facility_name": "敬老院", "kind": "home_for_aged"}
    await civil_affairs.accept_row(
        "care-facilities", {**home, "assessed_on": "2020-03-01", "beds": 1, "occupied": 1, "standard": True}
    )
    assert await children.years("care_facility_standard") == [(0, 0), (0, 0), (1, 1)]
    stay = {"facility_code": "F5", "basis": "paying", "admitted_on": "2019-04-01", "facility_division": village}
    for left in ({}, {"ended_on": "2020-06-01", "end_reason": "went_home"}):
        person = civil_affairs.person("甲")
        await civil_affairs.household(person, division=village)
        await civil_affairs.accept("facility-stays", person, **stay, **left)
    answer = await civil_affairs.read("lists/care_facilities_overfull", division=village)
    assert answer["items"] == []

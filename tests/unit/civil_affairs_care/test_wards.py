"""Children and those left behind: guardians, contacts, allowances, legal aid, and when each turns (Y66–Y69, H38)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from services.civil_affairs.records.care_contacts import CARE_CONTACTS
from services.civil_affairs.records.distressed_children import DISTRESSED_CHILDREN
from services.civil_affairs.records.facility_stays import FACILITY_STAYS
from services.civil_affairs.records.guardianships import GUARDIANSHIPS
from services.civil_affairs.records.left_behind_persons import LEFT_BEHIND_PERSONS
from services.civil_affairs.records.legal_aid_cases import LEGAL_AID_CASES
from services.civil_affairs.records.protection_cases import PROTECTION_CASES
from shared.codes import code_list
from shared.facts.models import Facts, Severity, StandingKind
from shared.roster.models import RosterMember
from tests.unit.civil_affairs_care.factories import Held, household, member, row, said, signals

SINCE = date(2020, 5, 1)


def child(born: date = date(2010, 1, 1)) -> RosterMember:
    return member(born, relation="son")


def left(of: RosterMember, group: str = "child", absence: str = "both_parents", **more: object) -> Held:
    fields = {"left_behind_group": group, "absence": absence, "since": SINCE.isoformat(), "surveyed_on": "2020-05-01"}
    return row(LEFT_BEHIND_PERSONS, of, **{**fields, **more})


def guardian(of: RosterMember, signed_on: str = "2020-05-02", **more: object) -> Held:
    return row(GUARDIANSHIPS, of, guardian="李四", guardian_kind="grandparent", signed_on=signed_on, **more)


def contact(of: RosterMember, on: str, **more: object) -> Held:
    fields = {"contacted_on": on, "contacted_by": "王五", "means": "home_visit", "finding": "well"}
    return row(CARE_CONTACTS, of, **{**fields, **more})


def orphan(of: RosterMember, **more: object) -> Held:
    fields = {"child_class": "orphan", "identified_on": SINCE.isoformat(), "father": "died", "mother": "died"}
    return row(DISTRESSED_CHILDREN, of, **{**fields, **more})


def danger_case(of: RosterMember, **more: object) -> Held:
    days = dict.fromkeys(("opened_on", "stage_since", "stage_recorded_on", "last_step_on"), "2020-05-11")
    fields = {"stage": "reported", "danger": "unattended", "reporter": "care_contact"}
    return row(PROTECTION_CASES, of, **{**days, **fields, **more})


def opened(found: Facts, code: str) -> list[date]:
    return [signal.since for signal in found.signals if signal.code == code]


class TestGuardians:
    SIGNAL = "left_behind_child_without_guardian"

    @pytest.mark.req("Y66", "Y67")
    def test_a_left_behind_child_has_a_guardian_within_the_term(self) -> None:
        one = child()
        home = household(one)
        due = SINCE + timedelta(days=30)
        assert opened(said(home, left(one), on=due - timedelta(days=1)), self.SIGNAL) == []
        assert said(home, left(one), on=due - timedelta(days=1)).valid_until == due
        assert opened(said(home, left(one), on=due), self.SIGNAL) == [due]
        assert opened(said(home, left(one), guardian(one), on=due), self.SIGNAL) == []

    @pytest.mark.req("Y66", "Y69")
    @pytest.mark.parametrize(
        ("more", "since"),
        [
            ({"capable": False}, date(2020, 5, 31)),
            ({"capable": True}, None),
            ({"ended_on": "2020-06-10", "end_reason": "died"}, date(2020, 6, 10)),
            ({"form": "entrusted", "agreement_number": "1", "agreed_until": "2020-06-15"}, date(2020, 6, 15)),
            ({"form": "entrusted", "agreement_number": "1", "agreed_until": "2020-07-15"}, None),
        ],
    )
    def test_one_who_is_able_and_still_guards(self, more: dict[str, object], since: date | None) -> None:
        one = child()
        found = said(household(one), left(one), guardian(one, **more), on=date(2020, 6, 20))
        assert opened(found, self.SIGNAL) == ([] if since is None else [since])

    @pytest.mark.req("Y68")
    def test_a_distressed_child_too(self) -> None:
        one = child()
        found = said(household(one), orphan(one), on=date(2020, 6, 20))
        assert "distressed_child_without_guardian" in signals(found)

    @pytest.mark.req("Y66")
    def test_who_outgrows_the_group_needs_none(self) -> None:
        one = child(date(2004, 6, 15))
        home = household(one)
        before, after = said(home, left(one), on=date(2020, 6, 14)), said(home, left(one), on=date(2020, 6, 15))
        assert before.valid_until == date(2020, 6, 15)
        assert opened(before, self.SIGNAL) == [date(2020, 5, 31)]
        assert signals(after) == []
        grown = child(date(2004, 5, 31))
        assert said(household(grown), left(grown), on=SINCE).valid_until == date(2021, 1, 1), "never due"
        assert signals(said(household(grown), left(grown), on=date(2020, 5, 31))) == []

    @pytest.mark.req("Y66")
    def test_each_child_outgrows_the_group_on_its_own_birthday(self) -> None:
        young, grown = child(), child(date(2004, 5, 1))
        found = said(household(young, grown), left(young), left(grown), on=date(2020, 5, 31))
        assert [one.members for one in found.signals if one.code == self.SIGNAL] == [(young.member_id,)]

    @pytest.mark.req("Y66", "Y69")
    def test_the_last_of_several_guardians_counts_and_the_first_end_of_each(self) -> None:
        one = child()
        entrusted = {"form": "entrusted", "agreement_number": "1"}
        first = guardian(one, **entrusted, agreed_until="2020-06-05")
        second = guardian(
            one, "2020-05-03", **entrusted, agreed_until="2020-07-15", ended_on="2020-06-12", end_reason="died"
        )
        home, on = household(one), date(2020, 6, 20)
        assert opened(said(home, left(one), first, second, on=on), self.SIGNAL) == [date(2020, 6, 12)]
        unlimited = guardian(one, "2020-05-04")
        assert opened(said(home, left(one), first, unlimited, on=on), self.SIGNAL) == []


class TestContacts:
    @pytest.mark.req("Y66", "Y67", "SYS07")
    @pytest.mark.parametrize(
        ("group", "absence", "born", "days"),
        [
            ("child", "both_parents", date(2010, 1, 1), 31),
            ("woman", "husband", date(1980, 1, 1), 92),
            ("elderly", "all_children", date(1950, 1, 1), 31),
        ],
    )
    def test_each_class_has_its_interval(self, group: str, absence: str, born: date, days: int) -> None:
        one = member(born, sex="2")
        rows = (left(one, group, absence), guardian(one))
        due = SINCE + timedelta(days=days)
        home = household(one)
        assert signals(said(home, *rows, on=due)) == []
        assert said(home, *rows, on=due).valid_until == due + timedelta(days=1)
        (signal,) = said(home, *rows, on=due + timedelta(days=1)).signals
        assert (signal.code, signal.params["class"]) == ("care_contact_overdue", f"left_behind_{group}")

    @pytest.mark.req("Y66")
    @pytest.mark.parametrize(
        ("more", "due"),
        [
            ({}, date(2020, 6, 21)),
            ({"next_due_on": "2020-05-30"}, date(2020, 5, 30)),
            ({"next_due_on": "2020-09-30"}, date(2020, 6, 21)),
            ({"finding": "not_met"}, date(2020, 6, 1)),
        ],
    )
    def test_the_last_contact_counts_and_may_only_shorten_the_interval(
        self, more: dict[str, object], due: date
    ) -> None:
        one = child()
        rows = (left(one), guardian(one), contact(one, "2020-05-10"), contact(one, "2020-05-21", **more))
        if more.get("finding") == "not_met":
            rows = (left(one), guardian(one), contact(one, "2020-05-21", **more))
        home = household(one)
        assert signals(said(home, *rows, on=due)) == []
        assert signals(said(home, *rows, on=due + timedelta(days=1))) == ["care_contact_overdue"]

    def test_who_lives_in_a_facility_is_looked_after_there(self) -> None:
        one = child()
        stay = row(FACILITY_STAYS, one, facility_code="F1", basis="orphan", admitted_on="2020-05-05")
        found = said(household(one), left(one), guardian(one), stay, on=date(2020, 8, 1))
        assert signals(found) == []
        assert [standing.kind for standing in found.standings] == [StandingKind.RESIDENTIAL_CARE]

    @pytest.mark.req("Y69", "SYS22")
    def test_danger_is_told_until_a_later_contact_finds_otherwise(self) -> None:
        one = child()
        rows = [left(one), guardian(one), contact(one, "2020-05-10", finding="danger", note="无人照看")]
        found = said(household(one), *rows)
        assert signals(found) == ["person_found_in_danger"]
        assert found.signals[0].severity is Severity.SERIOUS
        by_another = contact(one, "2020-05-10")
        assert signals(said(household(one), *rows, by_another)) == ["person_found_in_danger"], "on the same day"
        assert signals(said(household(one), *rows, danger_case(one, due_on="2020-06-03"))) == []
        same_day = contact(one, "2020-05-11", finding="danger", note="无人照看")
        assert signals(said(household(one), *rows[:2], same_day, danger_case(one, due_on="2020-06-03"))) == []
        rows.append(contact(one, "2020-05-12"))
        assert signals(said(household(one), *rows)) == []

    @pytest.mark.req("Y69", "SYS22")
    def test_a_case_that_waits_too_long_is_told_of(self) -> None:
        one = child()
        home = household(one)
        waiting = danger_case(one, due_on="2020-05-12")
        assert said(home, waiting, on=date(2020, 5, 12)).valid_until == date(2020, 5, 13)
        assert signals(said(home, waiting, on=date(2020, 5, 12))) == []
        assert signals(said(home, waiting, on=date(2020, 5, 13))) == ["protection_case_late"]
        closed = danger_case(one, due_on=None, stage="closed", closed_on="2020-05-12")
        assert signals(said(home, closed)) == []


class TestAllowance:
    @pytest.mark.req("Y68", "Y57")
    def test_an_orphan_has_an_allowance_within_the_term(self) -> None:
        one = child()
        rows = (orphan(one), guardian(one), contact(one, "2020-06-10"))
        home = household(one)
        due = SINCE + timedelta(days=45)
        assert signals(said(home, *rows, on=due - timedelta(days=1))) == []
        assert opened(said(home, *rows, on=due), "child_allowance_missing") == [due]
        paid = orphan(one, allowance_from="2020-06-01", monthly_allowance="900")
        found = said(home, paid, *rows[1:], on=due)
        assert signals(found) == []
        (benefit,) = found.benefits
        assert (benefit.programme, benefit.amount) == ("child_living_allowance", Decimal("6300.00"))
        assert found.figures == {"child_allowances": Decimal("6300.00")}

    @pytest.mark.req("Y68")
    def test_other_classes_have_none(self) -> None:
        one = child()
        failing = row(DISTRESSED_CHILDREN, one, child_class="guardianship_failing", identified_on=SINCE.isoformat())
        found = said(household(one), failing, guardian(one), contact(one, "2020-08-01"), on=date(2020, 8, 10))
        assert signals(found) == []


@pytest.mark.req("H38")
def test_legal_aid_is_decided_in_time() -> None:
    one = member()
    pending = row(LEGAL_AID_CASES, one, matter="wages", applied_on="2020-05-24")
    home = household(one)
    assert signals(said(home, pending, on=date(2020, 5, 31))) == []
    assert said(home, pending, on=date(2020, 5, 31)).valid_until == date(2020, 6, 1)
    assert signals(said(home, pending, on=date(2020, 6, 1))) == ["legal_aid_late"]


def test_the_facts_hold_until_they_turn() -> None:
    """On every day before `valid_until` the same records say the same."""
    one, old = child(date(2004, 9, 15)), member(date(1950, 1, 1))
    rows = (
        left(one),
        guardian(one, form="entrusted", agreement_number="1", agreed_until="2020-08-03"),
        contact(one, "2020-05-20", next_due_on="2020-06-05"),
        left(old, "elderly", "all_children"),
        orphan(one, allowance_from="2020-10-01", monthly_allowance="900"),
    )
    home, on = household(one, old), SINCE
    while on.year == 2020:
        found = said(home, *rows, on=on)
        assert found.valid_until is not None
        assert found.valid_until > on
        day = on + timedelta(days=1)
        while day < found.valid_until:
            assert said(home, *rows, on=day) == found, day
            day += timedelta(days=1)
        assert said(home, *rows, on=day) != found, f"nothing turns on {day}"
        on = day


def test_nothing_is_said_of_who_is_not_cared_for() -> None:
    one = member()
    found = said(household(one), guardian(one), contact(one, "2020-05-01"))
    assert (found.signals, found.benefits, found.standings) == ((), (), ())


def test_every_signal_has_a_severity() -> None:
    assert {Severity(one.attributes["severity"]) for one in code_list("civil_affairs_signal").items}

"""Who is disabled, how severely, and what that says of the household (Y55, Y66, Y70)."""

from datetime import date, timedelta

import pytest

from services.civil_affairs.disability import at_highest_differential, disability_of, severely_disabled
from services.civil_affairs.records.disabled_persons import DISABLED_PERSONS
from shared.facts.models import StandingKind
from tests.unit.civil_affairs_care.factories import (
    TODAY,
    VIEW,
    certificate,
    household,
    member,
    row,
    said,
    signals,
    subsidy,
)


class TestSevere:
    @pytest.mark.req("Y55", "Y71")
    @pytest.mark.parametrize(("grade", "severe"), [("1", True), ("2", True), ("3", False), ("4", False)])
    def test_by_the_grades_of_the_policy(self, grade: str, severe: bool) -> None:
        one = member()
        register = {one.member_id: certificate(one, f"6-{grade}")[1]}
        found = severely_disabled([one], register, VIEW, TODAY)  # type: ignore[arg-type]  # rows of one record type
        assert (one.member_id in found) == severe

    def test_the_roster_tells_of_whom_the_register_says_nothing(self) -> None:
        told = member(disability_type="4", disability_grade="1")
        assert severely_disabled([told, member()], {}, VIEW, TODAY) == {told.member_id}
        for half in (member(disability_type="4"), member(disability_grade="1")):
            assert disability_of(half, None, VIEW, TODAY) is None
        cancelled = certificate(told, certificate_state="cancelled")[1].content
        assert disability_of(told, cancelled, VIEW, TODAY) is None

    @pytest.mark.parametrize(
        ("fields", "holds"),
        [
            ({}, True),
            ({"issued_on": "2010-06-02"}, True),
            ({"issued_on": "2010-06-01"}, False),
            ({"expires_on": "2020-06-01"}, False),
            ({"expires_on": "2020-06-02"}, True),
            ({"certificate_state": "none", "issued_on": None}, False),
            ({"certificate_state": "applied", "issued_on": None}, False),
        ],
    )
    def test_a_certificate_holds_its_time(self, fields: dict[str, object], holds: bool) -> None:
        one = member()
        entry = certificate(one, **fields)[1].content
        assert (disability_of(one, entry, VIEW, TODAY) is not None) == holds

    @pytest.mark.req("Y55")
    @pytest.mark.parametrize(
        ("self_care", "depends", "highest"),
        [
            ("unable", True, True),
            ("partly", True, True),
            ("able", True, False),
            (None, True, False),
            ("unable", False, False),
        ],
    )
    def test_the_highest_differential_is_for_who_cannot_care_for_themselves(
        self, self_care: str | None, depends: bool, highest: bool
    ) -> None:
        one = member()
        register = {one.member_id: certificate(one, "4-1", self_care=self_care, depends_on_family=depends)[1]}
        found = at_highest_differential([one], register, VIEW, TODAY)  # type: ignore[arg-type]  # rows of one record type
        assert (one.member_id in found) == highest


class TestRegister:
    @pytest.mark.req("Y66", "SYS07")
    def test_expiry_opens_a_signal_and_ends_the_standing(self) -> None:
        one = member()
        rows = (certificate(one, "4-4", expires_on="2020-07-01"),)
        home = household(one)
        before, after = said(home, *rows), said(home, *rows, on=date(2020, 7, 1))
        assert before.valid_until == date(2020, 7, 1)
        assert signals(before) == []
        assert signals(after) == ["disability_certificate_expired"]
        (standing,) = before.standings
        assert (standing.kind, standing.until) == (StandingKind.DISABLED, date(2020, 6, 30))
        assert standing.params == {"type": "4", "grade": "4"}
        assert after.standings == ()

    @pytest.mark.req("SYS07")
    def test_who_has_no_certificate_is_told_of(self) -> None:
        one = member()
        found = said(household(one), row(DISABLED_PERSONS, one, surveyed_on="2020-03-01", certificate_state="none"))
        assert signals(found) == ["disabled_uncertified"]

    @pytest.mark.req("Y66")
    def test_who_has_no_capacity_needs_a_guardian(self) -> None:
        one = member()
        expected = {"5-2": True, "6-1": True, "4-1": False, "5-3": False}
        for code, needed in expected.items():
            found = said(household(one), certificate(one, code, surveyed_on="2020-05-01"))
            assert ("disabled_without_guardian" in signals(found)) == needed


def test_the_facts_hold_until_they_turn() -> None:
    """On every day before `valid_until` the same records say the same; on that day they say something else."""
    one, other = member(), member(date(1955, 2, 28), disability_type="4", disability_grade="1")
    pending = {"decision": "pending", "decided_on": None, "monthly_amount": None, "starts_on": None}
    rows = (
        certificate(one, "5-2", surveyed_on="2020-01-01", expires_on="2020-09-10"),
        subsidy(one, "nursing", ended_on="2020-07-15", end_reason="withdrawn"),
        subsidy(one, "living", applied_on="2020-04-20", **pending),
        subsidy(other, "nursing", starts_on="2020-05-01"),
    )
    home, on = household(one, other, kind="dibao"), date(2020, 1, 1)
    while on.year == 2020:
        found = said(home, *rows, on=on)
        assert found.valid_until is not None
        day = on + timedelta(days=1)
        while day < found.valid_until:
            assert said(home, *rows, on=day) == found, day
            day += timedelta(days=1)
        assert said(home, *rows, on=day) != found, f"nothing turns on {day}"
        on = day

"""Signals: when they open, when they close, how severe they are."""

from datetime import date

import pytest

from services.health.facts import facts
from services.health.records import (
    CHRONIC_CONTRACTS,
    CHRONIC_PATIENTS,
    CHRONIC_SCREENINGS,
    DOCTOR_CONTRACTS,
    HEALTH_CARDS,
    INSURANCE_ENROLMENTS,
    PHYSICAL_EXAMINATIONS,
    SERIOUS_ILLNESS_CASES,
    SETTLEMENT_BILLS,
)
from shared.codes import code_list
from shared.facts.models import Facts, Severity, Signal
from shared.roster.models import HouseholdState, RosterMember
from tests.unit.health.factories import household, member, policy, records, row, signals_of

JUNE = date(2020, 6, 1)


def bill(of: RosterMember, number: int, settled_on: str, self_paid: str, kind: str = "inpatient"):
    return row(
        SETTLEMENT_BILLS,
        of,
        bill_number=str(number),
        kind=kind,
        settled_on=settled_on,
        total=self_paid,
        self_paid=self_paid,
    )


def card(of: RosterMember):
    """A record that by itself opens no signal."""
    return row(HEALTH_CARDS, of, card_number="1", issued_on="2019-01-01")


def found(said: Facts, code: str) -> list[Signal]:
    return [signal for signal in said.signals if signal.code == code]


class TestInsuranceGap:
    @pytest.mark.req("D29")
    def test_opens_on_the_closing_day(self) -> None:
        one = member()
        assert found(facts(household(one), records(card(one)), policy(), date(2020, 2, 28)), "insurance_gap") == []
        (signal,) = found(facts(household(one), records(card(one)), policy(), JUNE), "insurance_gap")
        assert signal.since == date(2020, 3, 1)
        assert signal.severity is Severity.SERIOUS
        assert signal.members == (one.member_id,)
        assert signal.params["reason"] == "no_enrolment"

    def test_of_a_finding_made_before_the_year_opens_with_the_year(self) -> None:
        one = member()
        lapsed = row(INSURANCE_ENROLMENTS, one, year=2020, enrolled=False, enrolled_on="2019-12-20")
        (signal,) = found(facts(household(one), records(lapsed), policy(), date(2020, 1, 2)), "insurance_gap")
        assert signal.since == date(2020, 1, 1)
        assert signal.evidence == (lapsed[1].id,)


class TestSelfPaid:
    @pytest.mark.req("Y43")
    @pytest.mark.parametrize(
        ("state", "self_paid", "signalled"),
        [
            (HouseholdState.REGISTERED, "4999.99", False),
            (HouseholdState.REGISTERED, "5000.00", True),
            (HouseholdState.EXITED, "5000.00", True),
            (HouseholdState.CANDIDATE, "19999.99", False),
            (HouseholdState.CANDIDATE, "20000.00", True),
        ],
    )
    def test_the_line_depends_on_registration(self, state: HouseholdState, self_paid: str, signalled: bool) -> None:
        one = member()
        said = facts(household(one, state=state), records(bill(one, 1, "2020-04-01", self_paid)), policy(), JUNE)
        assert bool(found(said, "self_paid_inpatient_high")) is signalled

    def test_bills_of_the_year_add_up_and_the_signal_dates_from_the_one_that_reached_the_line(self) -> None:
        one = member()
        rows = records(
            bill(one, 1, "2019-12-31", "9000"),
            bill(one, 2, "2020-02-01", "3000"),
            bill(one, 3, "2020-03-05", "2000"),
            bill(one, 4, "2020-04-01", "100"),
        )
        (signal,) = found(facts(household(one), rows, policy(), JUNE), "self_paid_inpatient_high")
        assert signal.since == date(2020, 3, 5)
        assert signal.params == {"amount": "5100.00", "line": "5000.00", "year": "2020"}
        assert len(signal.evidence) == 3

    def test_members_are_not_added_together(self) -> None:
        one, two = member(), member()
        rows = records(bill(one, 1, "2020-02-01", "3000"), bill(two, 2, "2020-03-05", "3000"))
        assert found(facts(household(one, two), rows, policy(), JUNE), "self_paid_inpatient_high") == []

    def test_outpatient_cost_is_watched_by_month(self) -> None:
        one = member()
        home = household(one)
        rows = records(
            bill(one, 1, "2020-05-02", "300", "outpatient"), bill(one, 2, "2020-05-20", "200", "outpatient_chronic")
        )
        said = facts(home, rows, policy(), JUNE)
        (signal,) = found(said, "self_paid_outpatient_high")
        assert signal.since == date(2020, 5, 20)
        assert signal.params == {"amount": "500.00", "line": "500.00", "month": "2020-05"}
        assert said.valid_until == date(2020, 7, 1)
        assert found(facts(home, rows, policy(), date(2020, 6, 30)), "self_paid_outpatient_high")
        assert not found(facts(home, rows, policy(), date(2020, 7, 1)), "self_paid_outpatient_high")

    def test_outpatient_months_are_not_added_together(self) -> None:
        one = member()
        rows = records(bill(one, 1, "2020-04-30", "300", "outpatient"), bill(one, 2, "2020-05-01", "300", "outpatient"))
        assert found(facts(household(one), rows, policy(), JUNE), "self_paid_outpatient_high") == []

    def test_the_line_is_the_areas_own(self) -> None:
        one = member()
        rows = records(bill(one, 1, "2020-04-01", "1000"))
        lower = policy(self_paid_inpatient_registered=1000)
        said = facts(household(one), rows, lower, JUNE)
        assert found(said, "self_paid_inpatient_high")
        assert [one.area for one in said.parameters if one.key == "health.self_paid_inpatient_registered"] == [
            "420115010201"
        ]


class TestSeriousIllnessWithoutCase:
    @pytest.mark.req("M18")
    def test_the_roster_alone_is_a_signal(self) -> None:
        one = member(health_status=("serious_illness",))
        home = household(one, state_since=date(2018, 3, 4))
        (signal,) = found(facts(home, records(card(one)), policy(), JUNE), "serious_illness_without_case")
        assert signal.since == date(2018, 3, 4)
        assert signal.params == {"reason": "known_to_roster"}
        filed = row(SERIOUS_ILLNESS_CASES, one, disease="stroke", diagnosed_on="2019-05-02", filed_on="2019-05-09")
        assert not found(facts(home, records(card(one), filed), policy(), JUNE), "serious_illness_without_case")


class TestYearlyDuties:
    @pytest.mark.req("D31")
    def test_a_doctor_contract_is_missed_from_the_due_day_on(self) -> None:
        one, two = member(), member()
        home = household(one, two)
        rows = records(row(DOCTOR_CONTRACTS, one, year=2020, signed_on="2020-02-02"))
        assert "doctor_contract_missing" not in signals_of(facts(home, rows, policy(), date(2020, 6, 30)))
        (signal,) = found(facts(home, rows, policy(), date(2020, 7, 1)), "doctor_contract_missing")
        assert signal.members == (two.member_id,)
        assert signal.since == date(2020, 7, 1)

    @pytest.mark.req("D32", "M17")
    def test_an_examination_is_due_from_the_due_day_on(self) -> None:
        one, two = member(), member()
        home = household(one, two)
        rows = records(row(PHYSICAL_EXAMINATIONS, one, year=2020, examined_on="2020-02-02"))
        assert "examination_due" not in signals_of(facts(home, rows, policy(), date(2020, 9, 30)))
        (signal,) = found(facts(home, rows, policy(), date(2020, 10, 1)), "examination_due")
        assert signal.members == (two.member_id,)

    @pytest.mark.req("D31", "D32")
    @pytest.mark.parametrize(
        ("code", "due"),
        [("doctor_contract_missing", date(2020, 7, 1)), ("examination_due", date(2020, 10, 1))],
    )
    def test_who_was_born_after_the_due_day_is_missed_from_birth_on(self, code: str, due: date) -> None:
        old, born = member(), member(birth_date=date(2020, 11, 5))
        home, rows = household(old, born), records(card(old))
        before = facts(home, rows, policy(), date(2020, 11, 4))
        assert [(one.since, one.members) for one in found(before, code)] == [(due, (old.member_id,))]
        assert before.valid_until == date(2020, 11, 5)
        after = facts(home, rows, policy(), date(2020, 11, 5))
        assert [(one.since, one.members) for one in found(after, code)] == [
            (due, (old.member_id,)),
            (date(2020, 11, 5), (born.member_id,)),
        ]

    @pytest.mark.req("M17")
    def test_a_focus_disease_needs_a_contract_of_the_year(self) -> None:
        one = member()
        home, july = household(one), date(2020, 7, 1)
        patient = row(CHRONIC_PATIENTS, one, disease="hypertension", diagnosed_on="2018-05-02")
        (signal,) = found(facts(home, records(patient), policy(), july), "chronic_contract_missing")
        assert signal.params["disease"] == "hypertension"
        assert signal.evidence == (patient[1].id,)
        contract = row(CHRONIC_CONTRACTS, one, year=2020, disease="hypertension", signed_on="2020-03-01")
        assert not found(facts(home, records(patient, contract), policy(), july), "chronic_contract_missing")
        found_since = row(CHRONIC_PATIENTS, one, disease="hypertension", diagnosed_on="2020-08-10")
        (signal,) = found(facts(home, records(found_since), policy(), date(2020, 9, 1)), "chronic_contract_missing")
        assert signal.since == date(2020, 8, 10), "not before it was known"
        other = row(CHRONIC_CONTRACTS, one, year=2020, disease="diabetes", signed_on="2020-03-01")
        assert found(facts(home, records(patient, other), policy(), july), "chronic_contract_missing")

    @pytest.mark.req("D33", "M17")
    def test_a_screening_makes_a_disease_known_unless_the_register_has_ended_it(self) -> None:
        one = member()
        home, july = household(one), date(2020, 7, 1)
        screening = row(
            CHRONIC_SCREENINGS, one, year=2019, screened_on="2019-05-02", diseases=["diabetes", "chronic_hepatitis"]
        )
        (signal,) = found(facts(home, records(screening), policy(), july), "chronic_contract_missing")
        assert signal.params["disease"] == "diabetes"
        withdrawn = row(
            CHRONIC_PATIENTS, one, disease="diabetes", diagnosed_on="2019-05-02", status="ended", ended_on="2019-06-01"
        )
        assert not found(facts(home, records(screening, withdrawn), policy(), july), "chronic_contract_missing")
        for day, again in (("2019-06-01", False), ("2019-06-02", True)):
            later = row(CHRONIC_SCREENINGS, one, year=2019, screened_on=day, diseases=["diabetes"])
            said = facts(home, records(later, withdrawn), policy(), july)
            assert bool(found(said, "chronic_contract_missing")) is again, day

    def test_they_are_owed_to_registered_households(self) -> None:
        one = member()
        home = household(one, state=HouseholdState.CANDIDATE)
        said = facts(home, records(card(one)), policy(), date(2020, 12, 1))
        assert signals_of(said) == ["insurance_gap"]


def test_every_signal_has_a_severity() -> None:
    assert {Severity(one.attributes["severity"]) for one in code_list("health_signal").items}

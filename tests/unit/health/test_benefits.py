"""The medical benefits in force, and the figures of the year."""

from datetime import date
from decimal import Decimal

import pytest

from services.health.facts import facts
from services.health.records import (
    CHRONIC_CONTRACTS,
    DOCTOR_CONTRACTS,
    FREE_SCREENINGS,
    FUND_PAYMENTS,
    HEALTH_CARDS,
    INSURANCE_ENROLMENTS,
    PACKAGE_BENEFITS,
    REHABILITATIONS,
    SERIOUS_ILLNESS_CASES,
    SETTLEMENT_BILLS,
)
from shared.codes import code_list
from shared.facts.models import Batch, Benefit, Facts
from shared.roster.models import RosterHousehold, Sex
from tests.unit.health.factories import household, member, policy, records, row

JUNE = date(2020, 6, 1)


def on_june(home: RosterHousehold, *rows) -> Facts:
    return facts(home, records(*rows), policy(), JUNE)


def only(said: Facts, programme: str) -> Benefit:
    (benefit,) = [one for one in said.benefits if one.programme == programme]
    assert benefit.batch is Batch.MEDICAL
    assert programme in code_list("health_benefit")
    return benefit


@pytest.mark.req("Y42")
def test_subsidies_of_the_year_are_one_benefit_of_all_members() -> None:
    one, two, three = member(), member(), member()
    enrolment = {"year": 2020, "enrolled": True, "enrolled_on": "2019-11-01", "scheme": "resident"}
    subsidised = {**enrolment, "contribution": "280", "subsidy_class": "fixed"}
    said = on_june(
        household(one, two, three),
        row(INSURANCE_ENROLMENTS, one, **subsidised, subsidy="180"),
        row(INSURANCE_ENROLMENTS, two, **subsidised, subsidy="100.50"),
        row(INSURANCE_ENROLMENTS, three, **enrolment),
    )
    benefit = only(said, "insurance_subsidy")
    assert benefit.members == (one.member_id, two.member_id)
    assert (benefit.amount, benefit.period) == (Decimal("280.50"), "2020")


@pytest.mark.req("D30", "Y43", "H26")
def test_the_layers_of_the_years_bills_are_benefits_and_figures() -> None:
    one = member()
    bill = {
        "kind": "inpatient",
        "total": "1000",
        "basic_insurance": "500",
        "serious_illness_insurance": "200",
        "supplementary_insurance": "50",
        "medical_aid": "100",
        "other_aid": "25",
        "self_paid": "125",
    }
    said = on_june(
        household(one),
        row(SETTLEMENT_BILLS, one, bill_number="1", settled_on="2020-01-31", **bill),
        row(SETTLEMENT_BILLS, one, bill_number="2", settled_on="2020-02-28", **bill),
        row(SETTLEMENT_BILLS, one, bill_number="3", settled_on="2019-12-31", **bill),
    )
    amounts = {one.programme: one.amount for one in said.benefits}
    assert amounts == {
        "serious_illness_payment": Decimal("400.00"),
        "supplementary_payment": Decimal("100.00"),
        "medical_aid": Decimal("200.00"),
        "other_medical_aid": Decimal("50.00"),
    }
    assert said.figures == {
        "medical_cost": Decimal("2000.00"),
        "medical_reimbursed": Decimal("1750.00"),
        "self_paid_medical_cost": Decimal("250.00"),
    }


def test_without_a_bill_there_is_no_figure() -> None:
    one = member()
    said = on_june(household(one), row(HEALTH_CARDS, one, card_number="1", issued_on="2019-01-01"))
    assert said.figures == {}


@pytest.mark.req("Y47")
def test_a_health_card_counts_while_it_is_active() -> None:
    one, two = member(), member()
    said = on_june(
        household(one, two),
        row(HEALTH_CARDS, one, card_number="1", issued_on="2019-01-01"),
        row(HEALTH_CARDS, two, card_number="2", issued_on="2019-01-01", status="lost"),
    )
    assert only(said, "health_card").members == (one.member_id,)


@pytest.mark.req("D31", "M17")
def test_contracts_count_in_their_year() -> None:
    one, two = member(), member()
    said = on_june(
        household(one, two),
        row(DOCTOR_CONTRACTS, one, year=2020, signed_on="2020-02-01"),
        row(DOCTOR_CONTRACTS, two, year=2019, signed_on="2019-02-01"),
        row(CHRONIC_CONTRACTS, one, year=2019, disease="diabetes", signed_on="2019-02-01"),
        row(CHRONIC_CONTRACTS, two, year=2020, disease="diabetes", signed_on="2020-02-01"),
    )
    assert only(said, "doctor_contract").members == (one.member_id,)
    assert only(said, "chronic_contract").members == (two.member_id,)


@pytest.mark.req("Y44", "Y48")
def test_treatment_is_in_force_while_the_case_is_open() -> None:
    one = member()
    case = {"diagnosed_on": "2019-03-01", "filed_on": "2019-04-01"}
    opened = row(SERIOUS_ILLNESS_CASES, one, disease="stroke", **case)
    said = on_june(household(one), opened)
    assert only(said, "serious_illness_treatment").period == "2019-04-01/"
    later = row(SERIOUS_ILLNESS_CASES, one, disease="lung_cancer", diagnosed_on="2019-03-01", filed_on="2019-05-01")
    assert only(on_june(household(one), opened, later), "serious_illness_treatment").period == "2019-04-01/"
    closed = row(SERIOUS_ILLNESS_CASES, one, disease="stroke", **case, ended_on="2020-02-01")
    assert "serious_illness_treatment" not in {one.programme for one in on_june(household(one), closed).benefits}


@pytest.mark.req("Y49")
def test_each_fund_is_a_benefit_of_its_own() -> None:
    one = member()
    paid = {"paid_on": "2020-03-01", "amount": "300"}
    said = on_june(
        household(one),
        row(FUND_PAYMENTS, one, payment_number="1", fund="registered_insurance_fund", **paid),
        row(FUND_PAYMENTS, one, payment_number="2", fund="registered_insurance_fund", **paid),
        row(FUND_PAYMENTS, one, payment_number="3", fund="government_backstop", **paid),
    )
    assert only(said, "registered_insurance_fund").amount == Decimal("600.00")
    assert only(said, "government_backstop").amount == Decimal("300.00")


@pytest.mark.req("Y45", "Y50", "Y51")
def test_screening_rehabilitation_and_the_local_package() -> None:
    one, two, three = member(sex=Sex.FEMALE), member(), member(sex=Sex.FEMALE)
    said = on_june(
        household(one, two, three),
        row(FREE_SCREENINGS, one, year=2020, kind="breast_cancer", screened_on="2020-03-01"),
        row(FREE_SCREENINGS, three, year=2019, kind="breast_cancer", screened_on="2019-03-01"),
        row(REHABILITATIONS, two, service="assistive_device", started_on="2019-03-01"),
        row(REHABILITATIONS, one, service="nursing", started_on="2018-03-01", ended_on="2019-03-01"),
        row(REHABILITATIONS, three, service="nursing", started_on="2020-03-01", ended_on="2020-04-01"),
        row(PACKAGE_BENEFITS, two, year=2020, item="free_registration", granted_on="2020-03-01", amount="12"),
        row(PACKAGE_BENEFITS, three, year=2019, item="free_registration", granted_on="2019-03-01", amount="7"),
    )
    assert only(said, "free_screening").members == (one.member_id,)
    assert only(said, "rehabilitation").members == (two.member_id, three.member_id)
    package = only(said, "local_package")
    assert (package.members, package.amount) == ((two.member_id,), Decimal("12.00"))


def test_records_of_who_left_the_household_are_no_benefit_of_it() -> None:
    here, left = member(), member()
    said = on_june(household(here), row(HEALTH_CARDS, left, card_number="1", issued_on="2019-01-01"))
    assert said.benefits == ()

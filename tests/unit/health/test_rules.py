"""The rules of the records: what is refused, at which field, and why."""

import tomllib
from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

from services.health import FOLDER
from services.health.records import (
    CHRONIC_PATIENTS,
    DOCTOR_CONTRACTS,
    FREE_SCREENINGS,
    FUND_PAYMENTS,
    INSURANCE_ENROLMENTS,
    PACKAGE_BENEFITS,
    REHABILITATIONS,
    SERIOUS_ILLNESS_CASES,
    SETTLEMENT_BILLS,
)
from shared.roster.models import HouseholdState, Sex
from tests.unit.health.factories import faults, household, member, policy


class TestInsuranceEnrolment:
    ENROLLED = {"year": 2020, "enrolled": True, "enrolled_on": "2020-01-05", "scheme": "resident"}  # noqa: RUF012
    NOT = {"year": 2020, "enrolled": False, "enrolled_on": "2020-01-05"}  # noqa: RUF012

    @pytest.mark.req("D29", "M16")
    def test_taken_in(self) -> None:
        assert faults(INSURANCE_ENROLMENTS, **self.ENROLLED) == []
        assert faults(INSURANCE_ENROLMENTS, **self.NOT, not_enrolled_reason="unwilling") == []

    def test_who_is_enrolled_is_in_a_scheme(self) -> None:
        assert faults(INSURANCE_ENROLMENTS, **{**self.ENROLLED, "scheme": None}) == [("/scheme", "scheme_required")]

    def test_who_is_not_enrolled_is_in_none(self) -> None:
        found = faults(INSURANCE_ENROLMENTS, **{**self.NOT, "scheme": "resident", "contribution": "280"})
        assert found == [("/scheme", "only_if_enrolled"), ("/contribution", "only_if_enrolled")]

    def test_who_is_enrolled_has_no_reason_for_not_being(self) -> None:
        found = faults(INSURANCE_ENROLMENTS, **self.ENROLLED, not_enrolled_reason="away")
        assert found == [("/not_enrolled_reason", "only_if_not_enrolled")]

    @pytest.mark.req("Y42")
    @pytest.mark.parametrize(
        ("subsidy_class", "contribution", "subsidy", "found"),
        [
            ("fixed", "280", "180", []),
            ("full", "280", "280", []),
            ("full", "280", "180", [("/subsidy", "subsidy_not_full")]),
            ("fixed", "280", "280.01", [("/subsidy", "subsidy_above_contribution")]),
            ("none", "280", "1", [("/subsidy", "subsidy_without_class")]),
            ("none", "280", "0", []),
            ("fixed", None, "180", [("/contribution", "contribution_required")]),
        ],
    )
    def test_a_subsidy_fits_its_class(
        self, subsidy_class: str, contribution: str | None, subsidy: str, found: list[tuple[str, str]]
    ) -> None:
        content = {"subsidy_class": subsidy_class, "contribution": contribution, "subsidy": subsidy}
        assert faults(INSURANCE_ENROLMENTS, **self.ENROLLED, **content) == found

    @pytest.mark.parametrize(
        ("enrolled_on", "found"),
        [
            ("2019-01-01", []),
            ("2018-12-31", [("/enrolled_on", "day_outside_enrolment")]),
            ("2020-06-01", []),
            ("2020-06-02", [("/enrolled_on", "day_in_future")]),
        ],
    )
    def test_enrolment_opens_in_the_year_before(self, enrolled_on: str, found: list[tuple[str, str]]) -> None:
        assert faults(INSURANCE_ENROLMENTS, **{**self.ENROLLED, "enrolled_on": enrolled_on}) == found

    @pytest.mark.parametrize("year", [0, 1999, 2101, 99999, 10**30, "abc", None, 2020.5])
    def test_no_such_year(self, year: object) -> None:
        with pytest.raises(ValidationError):
            faults(INSURANCE_ENROLMENTS, **{**self.ENROLLED, "year": year})

    def test_no_such_scheme(self) -> None:
        with pytest.raises(ValidationError, match="unknown_code"):
            faults(INSURANCE_ENROLMENTS, **{**self.ENROLLED, "scheme": "none"})


class TestSettlementBill:
    BILL = {"bill_number": "B1", "kind": "inpatient", "settled_on": "2020-05-02"}  # noqa: RUF012

    @pytest.mark.req("D30", "Y43")
    def test_the_layers_make_up_the_total_to_the_cent(self) -> None:
        layers = {"basic_insurance": "600.10", "serious_illness_insurance": "100.20", "medical_aid": "99.70"}
        assert faults(SETTLEMENT_BILLS, **self.BILL, total="1000.00", **layers, self_paid="200.00") == []
        assert faults(SETTLEMENT_BILLS, **self.BILL, total="1000.01", **layers, self_paid="200.00") == [
            ("/total", "layers_do_not_add_up")
        ]

    @pytest.mark.parametrize(
        "layer",
        [
            "basic_insurance",
            "serious_illness_insurance",
            "supplementary_insurance",
            "medical_aid",
            "other_aid",
            "self_paid",
        ],
    )
    def test_every_layer_counts(self, layer: str) -> None:
        assert faults(SETTLEMENT_BILLS, **self.BILL, total="10", **{layer: "10"}) == []

    def test_no_layer_is_negative(self) -> None:
        with pytest.raises(ValidationError):
            faults(SETTLEMENT_BILLS, **self.BILL, total="10", basic_insurance="-5", self_paid="15")

    def test_discharge_follows_admission(self) -> None:
        bill = {**self.BILL, "total": "10", "self_paid": "10", "admitted_on": "2020-05-03"}
        assert faults(SETTLEMENT_BILLS, **bill) == [("/settled_on", "days_out_of_order")]


class TestSeriousIllnessCase:
    @pytest.mark.req("Y48")
    @pytest.mark.parametrize(
        ("disease", "filed_on", "listed"),
        [
            ("gastric_cancer", "2017-08-01", True),
            ("lung_cancer", "2017-08-01", False),
            ("lung_cancer", "2018-08-01", True),
            ("stroke", "2018-08-01", False),
            ("stroke", "2019-08-01", True),
            ("bladder_cancer", "2019-08-01", False),
            ("bladder_cancer", "2020-02-01", True),
            ("childhood_atrial_septal_defect", "2017-08-01", True),
            ("childhood_atrial_septal_defect", "2020-02-01", True),
        ],
    )
    def test_the_list_is_that_of_the_year_of_filing(self, disease: str, filed_on: str, listed: bool) -> None:
        one = member()
        content = {"disease": disease, "diagnosed_on": "2016-03-01", "filed_on": filed_on}
        found = faults(SERIOUS_ILLNESS_CASES, of=one, at=household(one), **content)
        assert found == ([] if listed else [("/disease", "disease_not_listed")])

    @pytest.mark.req("Y48")
    def test_yancheng_kept_to_nine_diseases_in_2018(self) -> None:
        one = member()
        content = {"disease": "lung_cancer", "diagnosed_on": "2018-03-01", "filed_on": "2018-03-02"}
        yancheng = household(one, division="411103102201")
        assert faults(SERIOUS_ILLNESS_CASES, of=one, at=yancheng, **content) == [("/disease", "disease_not_listed")]
        assert faults(SERIOUS_ILLNESS_CASES, of=one, at=household(one), **content) == []

    def test_a_diagnosis_may_be_of_any_disease(self) -> None:
        one = member()
        content = {"disease": "lung_cancer", "diagnosed_on": "2017-03-01"}
        assert faults(SERIOUS_ILLNESS_CASES, of=one, at=household(one), **content) == []

    @pytest.mark.parametrize("year", [2017, 2018, 2019, 2020])
    def test_lists_grow(self, year: int) -> None:
        listed = policy().at(area="000000000000", year=year).codes("health.serious_illness_diseases")
        assert len(listed) == {2017: 9, 2018: 21, 2019: 25, 2020: 30}[year]


class TestOtherRecords:
    def test_the_year_is_that_of_the_day(self) -> None:
        assert faults(DOCTOR_CONTRACTS, year=2019, signed_on="2020-01-01") == [("/signed_on", "day_outside_year")]

    @pytest.mark.req("Y46")
    def test_an_ended_entry_has_an_end_day(self) -> None:
        entry = {"disease": "severe_mental_disorder", "diagnosed_on": "2019-01-01"}
        assert faults(CHRONIC_PATIENTS, **entry, status="ended") == [("/ended_on", "end_day_required")]
        assert faults(CHRONIC_PATIENTS, **entry, ended_on="2019-02-01") == [("/ended_on", "only_if_ended")]
        assert faults(CHRONIC_PATIENTS, **entry, status="ended", ended_on="2018-02-01") == [
            ("/ended_on", "days_out_of_order")
        ]

    @pytest.mark.req("Y50")
    def test_a_screening_is_for_whom_it_is_meant(self) -> None:
        man, woman = member(sex=Sex.MALE), member(sex=Sex.FEMALE)
        cancer = {"year": 2020, "kind": "cervical_cancer", "screened_on": "2020-03-01"}
        assert faults(FREE_SCREENINGS, of=man, **cancer) == [("/kind", "screening_not_for_sex")]
        assert faults(FREE_SCREENINGS, of=woman, **cancer) == []
        newborn = {"year": 2020, "kind": "newborn", "screened_on": "2020-03-01"}
        assert faults(FREE_SCREENINGS, of=woman, **newborn) == [("/kind", "screening_not_for_age")]
        assert faults(FREE_SCREENINGS, of=member(born=date(2019, 3, 1)), **newborn) == [], "twelve months old"
        assert faults(FREE_SCREENINGS, of=member(born=date(2019, 2, 28)), **newborn) == [
            ("/kind", "screening_not_for_age")
        ]

    @pytest.mark.req("Y49")
    @pytest.mark.parametrize(
        ("fund", "state", "fits"),
        [
            ("registered_insurance_fund", HouseholdState.REGISTERED, True),
            ("registered_insurance_fund", HouseholdState.EXITED, True),
            ("registered_insurance_fund", HouseholdState.CANDIDATE, False),
            ("serious_patient_rescue_fund", HouseholdState.REGISTERED, False),
            ("serious_patient_rescue_fund", HouseholdState.CANDIDATE, True),
            ("government_backstop", HouseholdState.REGISTERED, True),
            ("government_backstop", HouseholdState.CANDIDATE, True),
        ],
    )
    def test_a_fund_pays_its_own(self, fund: str, state: HouseholdState, fits: bool) -> None:
        one = member()
        payment = {"payment_number": "1", "fund": fund, "paid_on": "2020-01-01", "amount": "5"}
        found = faults(FUND_PAYMENTS, of=one, at=household(one, state=state), **payment)
        assert found == ([] if fits else [("/fund", "fund_not_for_household")])

    @pytest.mark.req("Y49")
    @pytest.mark.parametrize(
        ("fund", "state"),
        [
            ("registered_insurance_fund", HouseholdState.CLEARED),
            ("serious_patient_rescue_fund", HouseholdState.REGISTERED),
        ],
    )
    def test_a_fund_is_judged_by_a_state_that_held_when_it_paid(self, fund: str, state: HouseholdState) -> None:
        one = member()
        home = household(one, state=state, state_since=date(2020, 1, 2))
        payment = {"payment_number": "1", "fund": fund, "amount": "5"}
        assert faults(FUND_PAYMENTS, of=one, at=home, **payment, paid_on="2020-01-01") == []
        found = faults(FUND_PAYMENTS, of=one, at=home, **payment, paid_on="2020-01-02")
        assert found == [("/fund", "fund_not_for_household")]
        candidate = household(one, state=HouseholdState.CANDIDATE, state_since=date(2020, 1, 2))
        payment["fund"] = "registered_insurance_fund"
        found = faults(FUND_PAYMENTS, of=one, at=candidate, **payment, paid_on="2020-01-01")
        assert found == [("/fund", "fund_not_for_household")], "it was in no other state before"

    @pytest.mark.req("Y45")
    def test_the_local_package_is_what_the_place_says(self) -> None:
        one = member()
        benefit = {"year": 2020, "item": "free_registration", "granted_on": "2020-01-01"}
        assert faults(PACKAGE_BENEFITS, of=one, at=household(one), **benefit) == [("/item", "item_not_in_package")]
        own = policy(health_package_items=["free_registration"])
        assert faults(PACKAGE_BENEFITS, of=one, at=household(one), under=own, **benefit) == []

    @pytest.mark.req("Y51")
    def test_rehabilitation_is_paid_within_its_cost(self) -> None:
        service = {"service": "nursing", "started_on": "2020-01-01", "cost": "100", "in_insurance": True}
        assert faults(REHABILITATIONS, **service, paid_by_insurance="60", paid_by_aid="40") == []
        assert faults(REHABILITATIONS, **service, paid_by_insurance="60", paid_by_aid="41") == [
            ("/cost", "paid_above_cost")
        ]
        own_cost = {**service, "in_insurance": False}
        assert faults(REHABILITATIONS, **own_cost, paid_by_insurance="60") == [
            ("/paid_by_insurance", "item_not_in_insurance")
        ]


@pytest.mark.req("H25")
@pytest.mark.parametrize("year", [2010, 2020, 2026])
def test_serious_illness_insurance_favours_the_poor(year: int) -> None:
    """降低起付线，提高报销比例和补偿封顶线, in the shipped values."""
    view = policy().at(area="000000000000", year=year)

    def values(whose: str) -> list[Decimal]:
        return [view.number(f"health.serious_illness_{name}_{whose}") for name in ("deductible", "ratio", "cap")]

    (deductible, ratio, cap), (above, less, below) = values("registered"), values("other")
    assert deductible < above
    assert ratio > less
    assert cap > below


def test_every_rule_has_its_text() -> None:
    """The codes that rules yield, found in their source, are those of the catalogue."""
    catalogue = tomllib.loads((FOLDER / "messages.toml").read_text(encoding="utf-8"))
    sources = "".join(path.read_text(encoding="utf-8") for path in (FOLDER / "records").glob("*.py"))
    for code in catalogue:
        assert f'"{code}"' in sources, f"{code} is a text without a rule"
    yielded = {part.split('"')[1] for part in sources.split("FieldError(")[1:] for part in [part.split(",", 1)[1]]}
    assert yielded <= catalogue.keys()

"""基本医疗有保障: when it is met, unmet, not known."""

from datetime import date, timedelta

import pytest

from services.health.facts import facts
from services.health.records import HEALTH_CARDS, INSURANCE_ENROLMENTS, SERIOUS_ILLNESS_CASES, SETTLEMENT_BILLS
from shared.facts.models import Facts, GuaranteeState
from shared.records import Records
from shared.roster.models import HouseholdState, RosterMember
from tests.unit.health.factories import household, member, policy, reasons_of, records, row, signals_of, state_of

FEBRUARY = date(2020, 2, 28)
CLOSING = date(2020, 3, 1)
JUNE = date(2020, 6, 1)


def insured(of: RosterMember, **more: object):
    content = {"year": 2020, "enrolled": True, "enrolled_on": "2019-11-05", "scheme": "resident", **more}
    return row(INSURANCE_ENROLMENTS, of, **content)


def uninsured(of: RosterMember, **more: object):
    content = {"year": 2020, "enrolled": False, "enrolled_on": "2020-01-20", **more}
    return row(INSURANCE_ENROLMENTS, of, **content)


class TestInsurance:
    @pytest.mark.req("D29", "M16", "H23")
    def test_met_when_every_member_is_insured(self) -> None:
        one, two = member(), member()
        said = facts(household(one, two), records(insured(one), insured(two)), policy(), JUNE)
        assert state_of(said) is GuaranteeState.MET
        assert reasons_of(said) == []
        assert len(said.guarantees[0].evidence) == 2

    @pytest.mark.req("D29")
    def test_one_member_out_of_insurance_leaves_the_household_without_the_guarantee(self) -> None:
        one, two = member(), member()
        rows = records(insured(one), uninsured(two, not_enrolled_reason="unwilling"))
        said = facts(household(one, two), rows, policy(), JUNE)
        assert state_of(said) is GuaranteeState.UNMET
        (reason,) = said.guarantees[0].reasons
        assert (reason.code, reason.member_id) == ("not_enrolled", two.member_id)
        assert reason.params == {"year": "2020", "reason": "unwilling"}

    def test_no_record_of_the_household_says_nothing(self) -> None:
        assert facts(household(member()), Records({}), policy(), JUNE) == Facts()

    @pytest.mark.req("D29")
    def test_a_missing_enrolment_is_not_known_until_the_closing_day_and_a_gap_from_it_on(self) -> None:
        one, two = member(), member()
        home, rows = household(one, two), records(insured(one))
        before = facts(home, rows, policy(), FEBRUARY)
        assert state_of(before) is GuaranteeState.UNKNOWN
        assert reasons_of(before) == ["enrolment_awaited"]
        assert before.valid_until == CLOSING
        after = facts(home, rows, policy(), CLOSING)
        assert state_of(after) is GuaranteeState.UNMET
        assert reasons_of(after) == ["no_enrolment"]

    def test_the_closing_day_is_the_areas_own(self) -> None:
        one = member()
        home, rows = household(one), records(row(HEALTH_CARDS, one, card_number="1", issued_on="2019-01-01"))
        later = policy(enrolment_closing_day="06-30")
        assert state_of(facts(home, rows, later, JUNE)) is GuaranteeState.UNKNOWN
        assert state_of(facts(home, rows, policy(), JUNE)) is GuaranteeState.UNMET

    def test_an_enrolment_of_another_year_does_not_count(self) -> None:
        one = member()
        rows = records(insured(one, year=2019, enrolled_on="2018-12-01"))
        assert state_of(facts(household(one), rows, policy(), JUNE)) is GuaranteeState.UNMET

    def test_a_newborn_has_ninety_days(self) -> None:
        parent, child = member(), member(born=date(2020, 4, 1))
        home, rows = household(parent, child), records(insured(parent))
        said = facts(home, rows, policy(), JUNE)
        assert state_of(said) is GuaranteeState.UNKNOWN
        assert said.valid_until == date(2020, 6, 30)
        assert state_of(facts(home, rows, policy(), date(2020, 6, 30))) is GuaranteeState.UNMET

    @pytest.mark.parametrize(
        ("born", "deadline"),
        [
            (date(2019, 11, 30), CLOSING),
            (date(2019, 12, 20), date(2020, 3, 19)),
            (date(2018, 12, 20), CLOSING),
            (date(2020, 1, 15), date(2020, 4, 14)),
        ],
    )
    def test_the_ninety_days_may_end_in_the_year_after_the_birth(self, born: date, deadline: date) -> None:
        parent, child = member(), member(born=born)
        home, rows = household(parent, child), records(insured(parent))
        before = facts(home, rows, policy(), deadline - timedelta(days=1))
        assert (state_of(before), before.valid_until) == (GuaranteeState.UNKNOWN, deadline)
        assert state_of(facts(home, rows, policy(), deadline)) is GuaranteeState.UNMET

    def test_insurance_of_the_old_year_ends_with_it(self) -> None:
        one = member()
        home, eve, new_year = household(one), date(2020, 12, 31), date(2021, 1, 1)
        rows = records(insured(one))
        assert (state_of(facts(home, rows, policy(), eve)), facts(home, rows, policy(), eve).valid_until) == (
            GuaranteeState.MET,
            new_year,
        )
        assert state_of(facts(home, rows, policy(), new_year)) is GuaranteeState.UNKNOWN
        renewed = records(insured(one), insured(one, year=2021, enrolled_on="2020-11-20"))
        assert state_of(facts(home, renewed, policy(), new_year)) is GuaranteeState.MET

    @pytest.mark.req("Y43", "H25")
    def test_serious_illness_insurance_is_part_of_it_where_the_place_asks_for_it(self) -> None:
        one = member()
        home, rows = household(one), records(insured(one, serious_illness_insurance=False))
        said = facts(home, rows, policy(), JUNE)
        assert reasons_of(said) == ["no_serious_illness_insurance"]
        assert state_of(said) is GuaranteeState.UNMET
        without = policy(serious_illness_insurance_required=False)
        assert state_of(facts(home, rows, without, JUNE)) is GuaranteeState.MET

    def test_a_household_without_members_needs_nothing(self) -> None:
        gone = member()
        said = facts(household(), records(insured(gone)), policy(), JUNE)
        assert state_of(said) is GuaranteeState.NOT_APPLICABLE
        assert said.valid_until is None
        assert said.benefits == ()

    def test_what_is_known_to_be_missing_outweighs_what_is_not_known(self) -> None:
        one, two = member(), member()
        said = facts(household(one, two), records(uninsured(one)), policy(), FEBRUARY)
        assert state_of(said) is GuaranteeState.UNMET
        assert reasons_of(said) == ["not_enrolled", "enrolment_awaited"]


class TestSeriousIllness:
    @pytest.mark.req("M18", "Y44")
    def test_a_diagnosis_without_a_filed_case_leaves_the_guarantee_unmet(self) -> None:
        one = member()
        case = row(SERIOUS_ILLNESS_CASES, one, disease="gastric_cancer", diagnosed_on="2020-05-02")
        said = facts(household(one), records(insured(one), case), policy(), JUNE)
        assert state_of(said) is GuaranteeState.UNMET
        assert reasons_of(said) == ["serious_illness_unfiled"]
        assert "serious_illness_without_case" in signals_of(said)

    @pytest.mark.req("M18", "Y44")
    def test_a_filed_case_meets_it_and_is_a_benefit(self) -> None:
        one = member()
        case = row(
            SERIOUS_ILLNESS_CASES, one, disease="gastric_cancer", diagnosed_on="2020-05-02", filed_on="2020-05-09"
        )
        said = facts(household(one), records(insured(one), case), policy(), JUNE)
        assert state_of(said) is GuaranteeState.MET
        assert [one.programme for one in said.benefits] == ["serious_illness_treatment"]

    @pytest.mark.req("Y44")
    def test_a_bill_tells_of_an_illness_that_nobody_filed(self) -> None:
        one = member()
        bill = {"bill_number": "B1", "kind": "inpatient", "settled_on": "2020-05-02", "total": "10", "self_paid": "10"}
        billed = row(SETTLEMENT_BILLS, one, **bill, serious_illness="childhood_promyelocytic_leukaemia")
        said = facts(household(one), records(insured(one), billed), policy(), JUNE)
        assert reasons_of(said) == ["serious_illness_unfiled"]
        filed = row(
            SERIOUS_ILLNESS_CASES,
            one,
            disease="childhood_leukaemia",
            diagnosed_on="2020-05-02",
            filed_on="2020-05-03",
        )
        assert state_of(facts(household(one), records(insured(one), billed, filed), policy(), JUNE)) == "met"

    @pytest.mark.req("Y44")
    @pytest.mark.parametrize(
        ("filed", "billed", "state"),
        [
            ("lung_cancer", "lung_cancer", GuaranteeState.MET),
            ("childhood_promyelocytic_leukaemia", "childhood_leukaemia", GuaranteeState.MET),
            ("lung_cancer", "stroke", GuaranteeState.UNMET),
        ],
    )
    def test_a_case_is_filed_for_its_own_disease_and_its_forms(
        self, filed: str, billed: str, state: GuaranteeState
    ) -> None:
        one = member()
        bill = {"bill_number": "B1", "kind": "inpatient", "settled_on": "2020-05-02", "total": "10", "self_paid": "10"}
        case = row(SERIOUS_ILLNESS_CASES, one, disease=filed, diagnosed_on="2020-05-02", filed_on="2020-05-03")
        told = row(SETTLEMENT_BILLS, one, **bill, serious_illness=billed)
        assert state_of(facts(household(one), records(insured(one), case, told), policy(), JUNE)) is state

    @pytest.mark.req("M18", "Y44")
    def test_an_illness_told_of_under_two_names_is_one(self) -> None:
        one = member()
        case = {"disease": "childhood_leukaemia", "diagnosed_on": "2020-05-02"}
        form = row(SERIOUS_ILLNESS_CASES, one, disease="childhood_promyelocytic_leukaemia", diagnosed_on="2020-05-01")
        unfiled = facts(
            household(one), records(insured(one), form, row(SERIOUS_ILLNESS_CASES, one, **case)), policy(), JUNE
        )
        assert reasons_of(unfiled) == ["serious_illness_unfiled"]
        filed = row(SERIOUS_ILLNESS_CASES, one, **case, filed_on="2020-05-03")
        assert state_of(facts(household(one), records(insured(one), form, filed), policy(), JUNE)) == "met"
        bill = {"kind": "inpatient", "settled_on": "2020-05-02", "total": "10", "self_paid": "10"}
        bills = [
            row(SETTLEMENT_BILLS, one, bill_number=number, **bill, serious_illness=disease)
            for number, disease in (("1", "childhood_leukaemia"), ("2", "childhood_promyelocytic_leukaemia"))
        ]
        assert reasons_of(facts(household(one), records(insured(one), *bills), policy(), JUNE)) == [
            "serious_illness_unfiled"
        ]

    def test_no_case_can_be_filed_for_a_disease_that_is_not_listed(self) -> None:
        one = member()
        case = row(SERIOUS_ILLNESS_CASES, one, disease="cataract", diagnosed_on="2020-05-02")
        only_cancer = policy(serious_illness_diseases=["gastric_cancer"])
        assert state_of(facts(household(one), records(insured(one), case), only_cancer, JUNE)) is GuaranteeState.MET

    def test_filing_is_owed_to_registered_households(self) -> None:
        one = member()
        case = row(SERIOUS_ILLNESS_CASES, one, disease="gastric_cancer", diagnosed_on="2020-05-02")
        home = household(one, state=HouseholdState.CANDIDATE)
        assert state_of(facts(home, records(insured(one), case), policy(), JUNE)) is GuaranteeState.MET

    @pytest.mark.req("Y100")
    def test_an_exited_household_is_still_owed_it(self) -> None:
        one = member()
        case = row(SERIOUS_ILLNESS_CASES, one, disease="gastric_cancer", diagnosed_on="2020-05-02")
        home = household(one, state=HouseholdState.EXITED)
        assert state_of(facts(home, records(insured(one), case), policy(), JUNE)) is GuaranteeState.UNMET

    def test_a_place_may_give_time_to_file(self) -> None:
        one = member()
        case = row(SERIOUS_ILLNESS_CASES, one, disease="gastric_cancer", diagnosed_on="2020-05-25")
        home, rows, month = household(one), records(insured(one), case), policy(serious_illness_filing_days=30)
        said = facts(home, rows, month, JUNE)
        assert state_of(said) is GuaranteeState.MET
        assert (reasons_of(said), len(said.guarantees[0].evidence)) == ([], 1), "nothing is amiss yet"
        assert said.valid_until == date(2020, 6, 24)
        assert state_of(facts(home, rows, month, date(2020, 6, 24))) is GuaranteeState.UNMET

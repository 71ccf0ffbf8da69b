"""The rules of the records: what is refused, at which field, and why."""

import tomllib
from datetime import date

import pytest

from services.employment import FOLDER
from services.employment.records import (
    ACTIVITY_PARTICIPATIONS,
    EMPLOYER_AWARDS,
    EMPLOYMENT_ACTIVITIES,
    EMPLOYMENT_BASES,
    LABOUR_PROFILES,
    PLACEMENTS,
    REFERRALS,
    START_UP_SUPPORTS,
    TRAINING_ATTENDANCES,
    TRAINING_SESSIONS,
    VACANCIES,
    WORK_YEARS,
)
from shared.codes import code_list
from shared.roster.models import HouseholdState, Sex
from tests.unit.employment.factories import faults, household, member

CHILD = member(born=date(2005, 6, 2))


class TestLabourProfile:
    WILLING = {"year": 2020, "surveyed_on": "2020-03-01", "ability": "ordinary", "willing_to_work": True}  # noqa: RUF012

    @pytest.mark.req("D19", "M14", "H18")
    def test_taken_in(self) -> None:
        wishes = {"wanted_occupations": ["care"], "wanted_places": ["county"], "least_monthly_wage": "2500"}
        trainings = {"needs_training": True, "wanted_trainings": ["vocational"], "skills": ["cooking"]}
        assert faults(LABOUR_PROFILES, **self.WILLING, **wishes, **trainings) == []

    def test_only_the_willing_have_wishes(self) -> None:
        unwilling = {**self.WILLING, "willing_to_work": False}
        found = faults(LABOUR_PROFILES, **unwilling, wanted_places=["county"], least_monthly_wage="1")
        assert found == [("/wanted_places", "only_if_willing"), ("/least_monthly_wage", "only_if_willing")]
        found = faults(LABOUR_PROFILES, **unwilling, wanted_trainings=["vocational"])
        assert found == [("/wanted_trainings", "only_if_training_needed")]

    def test_a_child_is_not_willing_to_work(self) -> None:
        assert faults(LABOUR_PROFILES, of=CHILD, **self.WILLING) == [("/willing_to_work", "below_working_age")]
        assert faults(LABOUR_PROFILES, of=CHILD, **{**self.WILLING, "willing_to_work": False}) == []
        later = {**self.WILLING, "year": 2021, "surveyed_on": "2021-06-02"}
        assert faults(LABOUR_PROFILES, of=CHILD, **later, today=date(2021, 7, 1)) == []

    def test_surveyed_in_its_year_and_not_ahead(self) -> None:
        assert faults(LABOUR_PROFILES, **{**self.WILLING, "year": 2019}) == [("/surveyed_on", "day_outside_year")]
        assert faults(LABOUR_PROFILES, **{**self.WILLING, "surveyed_on": "2020-06-02"}) == [
            ("/surveyed_on", "day_in_future")
        ]


class TestTraining:
    ATTENDS = {"session_number": "P1", "kind": "vocational", "started_on": "2020-03-01"}  # noqa: RUF012
    DONE = {**ATTENDS, "outcome": "completed", "completed_on": "2020-03-20"}  # noqa: RUF012
    PAPER = {"certificate_kind": "training", "certificate_number": "Z1", "certified_on": "2020-04-01"}  # noqa: RUF012

    @pytest.mark.req("D18", "H34")
    def test_taken_in(self) -> None:
        session = {"session_number": "P1", "title": "焊工班", "kind": "vocational"}
        assert faults(TRAINING_SESSIONS, **session, starts_on="2020-07-01", ends_on="2020-07-20") == []
        assert faults(TRAINING_SESSIONS, **session, starts_on="2020-07-21", ends_on="2020-07-20") == [
            ("/ends_on", "days_out_of_order")
        ]
        assert faults(TRAINING_ATTENDANCES, **self.ATTENDS) == []
        assert faults(TRAINING_ATTENDANCES, **self.DONE, **self.PAPER, skill="welding") == []

    def test_completion_has_a_day_and_only_completion_has(self) -> None:
        found = faults(TRAINING_ATTENDANCES, **{**self.DONE, "completed_on": None})
        assert found == [("/completed_on", "completion_day_required")]
        found = faults(TRAINING_ATTENDANCES, **self.ATTENDS, completed_on="2020-03-20", certificate_kind="training")
        assert found == [("/completed_on", "only_if_completed"), ("/certificate_kind", "only_if_completed")]

    @pytest.mark.parametrize("left_out", PAPER)
    def test_a_certificate_is_whole(self, left_out: str) -> None:
        found = faults(TRAINING_ATTENDANCES, **self.DONE, **{**self.PAPER, left_out: None})
        assert found == [(f"/{left_out}", "certificate_incomplete")]

    @pytest.mark.req("Y30", "Y31")
    @pytest.mark.parametrize(
        ("kind", "fits", "does_not"),
        [
            ("women_entrepreneur", member(sex=Sex.FEMALE), member(sex=Sex.MALE)),
            ("disabled_employment", member(disability_type="4"), member()),
            ("disabled_employment", member(health_status=("disabled",)), member(health_status=("healthy",))),
            ("youth_leader", member(born=date(1974, 3, 2)), member(born=date(1974, 3, 1))),
        ],
    )
    def test_special_training_is_for_whom_it_is_meant(self, kind: str, fits, does_not) -> None:
        content = {**self.ATTENDS, "kind": kind}
        assert faults(TRAINING_ATTENDANCES, of=fits, **content) == []
        assert faults(TRAINING_ATTENDANCES, of=does_not, **content) == [("/kind", "training_not_for_person")]
        assert faults(TRAINING_ATTENDANCES, **content) == [], "while the person is not known, nothing can be said"

    @pytest.mark.req("Y31")
    def test_the_kinds_of_the_plans_are_there(self) -> None:
        assert {
            "agro_technical",
            "entrepreneurship",
            "youth_leader",
            "women_entrepreneur",
            "disabled_employment",
            "rain_dew",
            "enterprise_leader",
        } <= set(code_list("labour_training_kind").codes)


class TestVacancy:
    OPEN = {  # noqa: RUF012
        "vacancy_number": "V1",
        "employer_name": "纺织厂",
        "occupation": "garment",
        "posts": 5,
        "opened_on": "2020-03-01",
        "place": "county",
        "monthly_wage": "3200",
    }

    @pytest.mark.req("D19", "M14")
    def test_taken_in(self) -> None:
        conditions = {"youngest": 16, "oldest": 16, "sex": "2", "education_least": "primary", "skill": "sewing"}
        assert faults(VACANCIES, **self.OPEN, **conditions, closes_on="2020-12-31") == []

    def test_conditions_that_nobody_meets(self) -> None:
        assert faults(VACANCIES, **self.OPEN, youngest=15) == [("/youngest", "below_least_working_age")]
        assert faults(VACANCIES, **self.OPEN, youngest=40, oldest=39) == [("/oldest", "ages_out_of_order")]
        assert faults(VACANCIES, **self.OPEN, oldest=15) == [("/oldest", "ages_out_of_order")]
        assert faults(VACANCIES, **self.OPEN, sex="9") == [("/sex", "sex_not_a_condition")]
        assert faults(VACANCIES, **self.OPEN, closes_on="2020-02-01") == [("/closes_on", "days_out_of_order")]


class TestReferral:
    SENT = {"vacancy_number": "V1", "referred_on": "2020-03-01"}  # noqa: RUF012

    @pytest.mark.req("D19")
    def test_a_result_has_a_day_and_a_refusal_a_reason(self) -> None:
        assert faults(REFERRALS, **self.SENT) == []
        hired = {**self.SENT, "result": "hired", "result_on": "2020-03-05"}
        assert faults(REFERRALS, **hired) == []
        assert faults(REFERRALS, **{**hired, "result_on": None}) == [("/result_on", "result_day_required")]
        assert faults(REFERRALS, **hired, reason="other") == [("/reason", "reason_not_wanted")]
        refused = {**hired, "result": "refused_by_employer"}
        assert faults(REFERRALS, **refused) == [("/reason", "reason_required")]
        assert faults(REFERRALS, **refused, reason="conditions_not_met") == []
        assert faults(REFERRALS, **self.SENT, result_on="2020-03-05", reason="other") == [
            ("/result_on", "only_with_result"),
            ("/reason", "only_with_result"),
        ]
        assert faults(REFERRALS, **{**hired, "result_on": "2020-02-01"}) == [("/result_on", "days_out_of_order")]


class TestPlacement:
    WORKS = {"employer_name": "纺织厂", "started_on": "2020-03-01", "place": "county"}  # noqa: RUF012

    @pytest.mark.req("M14")
    def test_an_end_has_a_reason(self) -> None:
        assert faults(PLACEMENTS, **self.WORKS) == []
        assert faults(PLACEMENTS, **self.WORKS, ended_on="2020-03-01", end_reason="dismissed") == []
        assert faults(PLACEMENTS, **self.WORKS, ended_on="2020-03-01") == [("/end_reason", "work_end_reason_required")]
        assert faults(PLACEMENTS, **self.WORKS, end_reason="dismissed") == [("/end_reason", "only_if_work_ended")]
        found = faults(PLACEMENTS, **self.WORKS, ended_on="2020-02-29", end_reason="dismissed")
        assert found == [("/ended_on", "days_out_of_order")]

    def test_work_may_have_begun_long_ago(self) -> None:
        long_ago = {**self.WORKS, "started_on": "1996-05-02"}
        assert faults(PLACEMENTS, of=member(born=date(1980, 5, 2)), **long_ago) == []
        assert faults(PLACEMENTS, of=member(born=date(1980, 5, 3)), **long_ago) == [
            ("/started_on", "below_working_age")
        ]

    def test_nobody_under_sixteen_works(self) -> None:
        assert faults(PLACEMENTS, of=CHILD, **self.WORKS) == [("/started_on", "below_working_age")]


class TestWorkYear:
    YEAR = {"year": 2019, "reported_on": "2020-01-10", "work_months": 8, "place": "county", "wage_income": "100"}  # noqa: RUF012

    @pytest.mark.req("M14", "Y33")
    def test_taken_in(self) -> None:
        assert faults(WORK_YEARS, **self.YEAR, post_months=4, post_income="2000") == []
        assert faults(WORK_YEARS, year=2019, reported_on="2019-12-31", work_months=0) == []

    def test_months_place_and_income_agree(self) -> None:
        assert faults(WORK_YEARS, **{**self.YEAR, "place": None}) == [("/place", "work_place_required")]
        found = faults(WORK_YEARS, **{**self.YEAR, "work_months": 0})
        assert found == [("/place", "only_with_work_months"), ("/wage_income", "only_with_work_months")]
        assert faults(WORK_YEARS, **self.YEAR, post_income="1") == [("/post_income", "only_with_work_months")]
        assert faults(WORK_YEARS, **{**self.YEAR, "wage_income": "99.99"}) == [
            ("/wage_income", "wage_income_implausible")
        ]

    def test_no_month_before_it_has_begun(self) -> None:
        ahead = {**self.YEAR, "year": 2020, "reported_on": "2020-05-31"}
        assert faults(WORK_YEARS, **{**ahead, "work_months": 5}) == []
        assert faults(WORK_YEARS, **{**ahead, "work_months": 6}) == [("/work_months", "months_ahead")]
        assert faults(WORK_YEARS, **{**self.YEAR, "year": 2018}) == [("/reported_on", "day_outside_report")]

    @pytest.mark.parametrize(
        ("born", "kept"),
        [(date(2003, 5, 31), True), (date(2003, 6, 1), False), (date(2004, 1, 1), False), (date(1980, 1, 1), True)],
    )
    def test_no_month_before_the_working_age(self, born: date, *, kept: bool) -> None:
        faulty = [] if kept else [("/work_months", "months_below_working_age")]
        assert faults(WORK_YEARS, of=member(born=born), **self.YEAR) == faulty
        nothing = {"year": 2019, "reported_on": "2020-01-10", "work_months": 0}
        assert faults(WORK_YEARS, of=member(born=born), **nothing) == []


@pytest.mark.req("Y28")
def test_an_employer_is_awarded_for_registered_labourers() -> None:
    award = {
        "employer_code": "E1",
        "employer_name": "厂",
        "kind": "absorption",
        "year": 2020,
        "paid_on": "2020-05-01",
        "amount": "1000",
    }
    one = member()
    assert faults(EMPLOYER_AWARDS, of=one, at=household(one, state=HouseholdState.EXITED), **award) == []
    assert faults(EMPLOYER_AWARDS, of=one, at=household(one, state=HouseholdState.CANDIDATE), **award) == [
        ("/employer_code", "award_not_for_household")
    ]


class TestStartUpSupport:
    LOAN = {"kind": "guaranteed_loan", "business_name": "养蜂场", "granted_on": "2020-03-01"}  # noqa: RUF012

    @pytest.mark.req("Y34")
    def test_a_loan_keeps_within_the_limit_of_the_year(self) -> None:
        home = household(member())
        assert faults(START_UP_SUPPORTS, at=home, **self.LOAN, amount="200000", repay_by="2023-03-01") == []
        assert faults(START_UP_SUPPORTS, at=home, **self.LOAN, amount="200000.01") == [("/amount", "loan_above_limit")]
        earlier = {**self.LOAN, "granted_on": "2019-03-01"}
        assert faults(START_UP_SUPPORTS, at=home, **earlier, amount="200000") == [("/amount", "loan_above_limit")]
        assert faults(START_UP_SUPPORTS, at=home, **self.LOAN) == [("/amount", "loan_amount_required")]

    def test_only_a_loan_is_paid_back(self) -> None:
        subsidy = {**self.LOAN, "kind": "subsidy"}
        assert faults(START_UP_SUPPORTS, **subsidy, repay_by="2023-03-01") == [("/repay_by", "only_for_loans")]
        assert faults(START_UP_SUPPORTS, **subsidy, amount="3000") == []


@pytest.mark.req("M12", "Y34")
def test_activities_and_bases() -> None:
    activity = {"activity_number": "A1", "activity_name": "春风行动", "kind": "spring_breeze", "held_on": "2020-02-20"}
    assert faults(EMPLOYMENT_ACTIVITIES, **activity, employers=20, visitors=400) == []
    assert faults(EMPLOYMENT_ACTIVITIES, **activity, ended_on="2020-02-19") == [("/ended_on", "days_out_of_order")]
    part = {"activity_number": "A1", "kind": "farmer_entrepreneurship", "attended_on": "2020-02-20"}
    assert faults(ACTIVITY_PARTICIPATIONS, **part, result="start_up_guidance") == []
    base = {"base_code": "B1", "base_name": "返乡创业园", "kind": "return_home_park", "level": "county"}
    assert faults(EMPLOYMENT_BASES, **base, recognised_on="2019-01-01") == []
    assert faults(EMPLOYMENT_BASES, **base, recognised_on="2020-06-02") == [("/recognised_on", "day_in_future")]


def test_every_refusal_has_its_texts() -> None:
    texts = tomllib.loads((FOLDER / "messages.toml").read_text(encoding="utf-8"))
    for name, entry in texts.items():
        for part in ("detail", "remedy"):
            assert {"zh", "en"} == set(entry[part]), name

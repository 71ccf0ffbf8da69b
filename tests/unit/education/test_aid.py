"""Aid: who is owed which item, and what a household was paid."""

from datetime import date
from decimal import Decimal

import pytest

from services.education.aid_items import AID_ITEMS
from services.education.facts.aid import aid_owed
from services.education.facts.holdings import Holdings
from services.education.facts.schooling import place_of
from services.education.facts.situation import Situation
from shared.codes import code_list
from shared.facts.models import Batch, StandingKind
from shared.roster.models import HouseholdState, RosterMember
from tests.unit.education.factories import (
    IN_AUTUMN,
    IN_SPRING,
    PAID,
    SHIPPED,
    Record,
    award,
    child,
    enrolled,
    household,
    policy,
    records,
    said,
    signals_of,
)


def owed(
    one: RosterMember,
    *held: Record,
    state: HouseholdState = HouseholdState.REGISTERED,
    household_type: str = "general",
    division: str = "420115010201",
) -> tuple[str, ...]:
    home = household(one, state=state, division=division).model_copy(update={"household_type": household_type})
    situation = Situation(home, Holdings.of(records(*held), home), SHIPPED, IN_SPRING)
    return aid_owed(situation, place_of(situation, one.member_id))


ELSEWHERE = "210504101201"


class TestEntitlement:
    @pytest.mark.req("Y37", "H20", "M20")
    def test_boarders_and_day_students_of_compulsory_school(self) -> None:
        one = child()
        assert owed(one, enrolled(one), division=ELSEWHERE) == ("non_boarding_subsidy",)
        assert owed(one, enrolled(one, boarding=True), division=ELSEWHERE) == ("boarding_subsidy",)
        junior = enrolled(one, stage="junior", grade=7, boarding=True)
        assert owed(one, junior, division=ELSEWHERE) == ("boarding_subsidy",)

    @pytest.mark.req("Y36")
    def test_preschool_aid_is_for_inclusive_kindergartens(self) -> None:
        one = child(date(2015, 12, 1))
        garden = {"stage": "preschool", "grade": 2}
        assert owed(one, enrolled(one, **garden)) == ()
        assert owed(one, enrolled(one, **garden, inclusive_kindergarten=True)) == ("preschool_aid",)

    @pytest.mark.req("Y38", "D28", "Y39", "SYS30")
    def test_beyond_compulsory_school(self) -> None:
        one = child(date(2003, 5, 4))
        for stage, items in (
            ("senior_high", ("senior_tuition_waiver", "senior_grant")),
            ("secondary_vocational", ("vocational_tuition_waiver", "vocational_grant", "yulu")),
            ("higher_vocational", ("yulu", "college_grant")),
            ("undergraduate", ("college_grant",)),
            ("postgraduate", ()),
        ):
            assert owed(one, enrolled(one, stage=stage, grade=1), division=ELSEWHERE) == items

    @pytest.mark.req("H20")
    def test_hanyang_lets_off_tuition_and_accommodation(self) -> None:
        one = child(date(2001, 5, 4))
        student = enrolled(one, stage="higher_vocational", grade=1, boarding=True)
        assert owed(one, student) == ("yulu", "college_tuition_waiver", "college_grant", "accommodation_waiver")

    @pytest.mark.req("M20")
    def test_it_is_for_households_in_need(self) -> None:
        one = child(date(2003, 5, 4))
        student = enrolled(one, stage="secondary_vocational", grade=1)
        candidate = HouseholdState.CANDIDATE
        assert owed(one, student, state=candidate) == ()
        assert owed(one, student, state=HouseholdState.EXITED) == owed(one, student) != ()
        assert owed(one, student, state=candidate, household_type="dibao") == (
            "vocational_tuition_waiver",
            "vocational_grant",
        )

    def test_who_is_not_in_class_is_owed_nothing(self) -> None:
        one = child()
        assert owed(one, enrolled(one, status="suspended", reason="illness", left_on="2020-04-01")) == ()
        assert owed(one, enrolled(one, year=2019, term="autumn", registered_on="2019-09-02")) == ()

    def test_every_item_is_well_declared(self) -> None:
        stages = set(code_list("education_stage").codes)
        for item in AID_ITEMS.values():
            assert item.stages <= stages
        view = SHIPPED.at(area=ELSEWHERE, year=2020)
        assert set(view.codes("education.aid_items_owed")) <= AID_ITEMS.keys()
        for code, item in AID_ITEMS.items():
            if view.has(f"education.{code}"):
                assert view.table(f"education.{code}").keys() == item.stages


class TestWhatTheHouseholdHas:
    @pytest.mark.req("M08", "D27", "Y39", "SYS30")
    def test_benefits_of_the_year_by_item(self) -> None:
        one, two = child(), child()
        rows = (
            award(one, **PAID),
            award(two, **PAID),
            award(one, year=2020, term="autumn", posted_on="2020-10-01", paid_on="2020-10-20", applied_on="2020-09-20"),
            award(one, year=2019, term="autumn", applied_on="2019-09-20", posted_on="2019-10-01", paid_on="2019-10-09"),
            award(two, award_number="9", item="student_loan", stage="undergraduate", amount="8000", **PAID),
            award(one, award_number="8"),
        )
        facts = said(one, two, held=rows, on=IN_AUTUMN)
        subsidy, loan = facts.benefits
        assert (subsidy.programme, subsidy.batch, subsidy.amount) == (
            "boarding_subsidy",
            Batch.EDUCATION,
            Decimal("1875.00"),
        )
        assert (subsidy.members, subsidy.period) == ((one.member_id, two.member_id), "2020")
        assert (loan.programme, loan.amount, len(loan.evidence)) == ("student_loan", Decimal("8000.00"), 1)
        assert facts.figures["education_aid"] == Decimal("1875.00")
        assert facts.figures["student_loan"] == Decimal("8000.00")

    def test_who_is_in_school_stands_for_other_departments(self) -> None:
        one, two, three = child(), child(date(2003, 5, 4)), child(date(2006, 1, 1))
        rows = (
            enrolled(one),
            enrolled(two, stage="secondary_vocational", grade=2),
            enrolled(three, stage="junior", grade=8, status="dropped_out", reason="work", left_on="2020-04-01"),
        )
        facts = said(one, two, three, held=rows)
        assert [(standing.kind, standing.members, standing.params) for standing in facts.standings] == [
            (StandingKind.IN_SCHOOL, (one.member_id,), {"stage": "primary"}),
            (StandingKind.IN_SCHOOL, (two.member_id,), {"stage": "secondary_vocational"}),
        ]
        assert (facts.standings[0].since, facts.standings[0].until) == (date(2020, 3, 2), date(2020, 8, 31))
        assert facts.figures == {"compulsory_age_members": 2, "students": 2}

    def test_parameters_are_those_it_rests_on(self) -> None:
        one = child()
        keys = {used.key for used in said(one, held=(enrolled(one),)).parameters}
        assert {"education.compulsory_age_from", "education.spring_term_start", "education.aid_items_owed"} <= keys
        assert "education.study_cost_warning" not in keys

    def test_a_place_sets_what_is_owed(self) -> None:
        one = child()
        none = policy(aid_items_owed=[])
        assert signals_of(said(one, held=(enrolled(one),), under=none)) == []
        assert signals_of(said(one, held=(enrolled(one),))) == ["education_aid_missing"]

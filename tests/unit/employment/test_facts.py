"""What the department says of a household: benefits, standings, figures."""

from datetime import date
from decimal import Decimal

import pytest

from services.employment.facts import facts
from services.employment.records import (
    ACTIVITY_PARTICIPATIONS,
    EMPLOYER_AWARDS,
    LABOUR_PROFILES,
    PLACEMENTS,
    PUBLIC_WELFARE_POSTS,
    REFERRALS,
    START_UP_SUPPORTS,
    TRAINING_ATTENDANCES,
    WORK_YEARS,
)
from shared.codes import code_list
from shared.facts.models import Batch, Facts, StandingKind
from shared.roster.models import HouseholdState, RosterMember
from tests.unit.employment.factories import benefit, household, member, policy, records, row

JUNE = date(2020, 6, 1)


def work(of: RosterMember, started_on: str, **more: object):
    return row(PLACEMENTS, of, **{"employer_name": "厂", "started_on": started_on, "place": "county", **more})


def post(of: RosterMember, started_on: str, contract_until: str, **more: object):
    content = {"kind": "cleaning", "payer": "village", "monthly_subsidy": "500", **more}
    return row(PUBLIC_WELFARE_POSTS, of, started_on=started_on, contract_until=contract_until, **content)


class TestNothingIsGuessed:
    def test_without_records_nothing_is_said(self) -> None:
        home = household(member(work_months=10))
        said = facts(home, records(), policy(), JUNE)
        assert not said.says_something
        assert said.parameters == ()
        assert said.valid_until == date(2021, 1, 1), "the rules of another year may say something"
        candidate = home.model_copy(update={"state": HouseholdState.CANDIDATE})
        assert facts(candidate, records(), policy(), JUNE) == Facts()

    def test_without_records_a_birthday_may_make_the_register_speak(self) -> None:
        child = member(born=date(2004, 7, 1))
        monitored = {"state": HouseholdState.MONITORED, "state_since": date(2020, 1, 1)}
        home = household(child, **monitored, no_labour_guarantee=True)
        assert not facts(home, records(), policy(), date(2020, 6, 30)).says_something
        assert facts(home, records(), policy(), JUNE).valid_until == date(2020, 7, 1)
        assert [one.code for one in facts(home, records(), policy(), date(2020, 7, 1)).signals] == [
            "monitored_without_measure",
            "labour_without_development_measure",
        ]

    def test_without_members_nothing_is_said_of_anybody(self) -> None:
        left = member()
        said = facts(household(), records(work(left, "2020-01-01", monthly_wage="3000")), policy(), JUNE)
        assert (said.benefits, said.standings, said.signals) == ((), (), ())

    def test_no_work_recorded_is_not_a_wage_of_nothing(self) -> None:
        one = member()
        said = facts(
            household(one),
            records(
                row(LABOUR_PROFILES, one, year=2020, surveyed_on="2020-03-01", ability="ordinary", willing_to_work=True)
            ),
            policy(),
            JUNE,
        )
        assert said.figures == {"labourers": 1}
        assert said.guarantees == ()


class TestWork:
    @pytest.mark.req("M14")
    def test_who_works_is_seen_by_others(self) -> None:
        one, two = member(), member(relation="spouse")
        placed = work(one, "2020-02-10", monthly_wage="3000")
        said = facts(household(one, two), records(placed), policy(), JUNE)
        (standing,) = said.standings
        assert (standing.kind, standing.members, standing.since) == (
            StandingKind.EMPLOYED,
            (one.member_id,),
            date(2020, 2, 10),
        )
        assert (standing.amount, standing.evidence, standing.until) == (Decimal(3000), (placed[1].id,), None)
        found = benefit(said, "job_placement")
        assert (found.batch, found.members, found.period) == (Batch.EMPLOYMENT, (one.member_id,), "2020")
        assert found.amount == Decimal(15000), "February to June"
        assert found.evidence == (placed[1].id,)

    def test_work_that_ended_is_over_on_the_day_after(self) -> None:
        one = member()
        rows = records(work(one, "2020-02-10", ended_on="2020-05-31", end_reason="changed_work"))
        home = household(one)
        assert facts(home, rows, policy(), date(2020, 5, 31)).standings
        assert facts(home, rows, policy(), JUNE).standings == ()
        assert facts(home, rows, policy(), date(2020, 5, 30)).valid_until == JUNE

    def test_work_that_ends_within_a_month_turns_the_facts_on_the_day_after(self) -> None:
        one = member()
        rows = records(work(one, "2020-02-10", ended_on="2020-05-20", end_reason="changed_work"))
        assert facts(household(one), rows, policy(), date(2020, 5, 10)).valid_until == date(2020, 5, 21)
        first_day = facts(household(one), rows, policy(), date(2020, 2, 10))
        assert (len(first_day.standings), first_day.valid_until) == (1, date(2020, 3, 1))

    @pytest.mark.req("Y33")
    @pytest.mark.parametrize(("ended_on", "held"), [("2020-05-31", False), ("2020-06-01", True), ("2021-06-01", False)])
    def test_a_post_is_held_until_it_is_left_or_its_contract_ends(self, ended_on: str, *, held: bool) -> None:
        one = member()
        contract_until = "2020-05-31" if ended_on == "2021-06-01" else "2020-12-31"
        rows = records(post(one, "2020-01-01", contract_until, ended_on=ended_on))
        assert bool(facts(household(one), rows, policy(), JUNE).standings) is held

    def test_of_two_kinds_of_work_each_is_a_benefit_of_its_own(self) -> None:
        one, two = member(), member()
        rows = records(
            work(one, "2020-02-10", monthly_wage="3000"),
            post(one, "2020-03-01", "2020-12-31"),
            post(two, "2020-04-01", "2020-12-31"),
        )
        said = facts(household(one, two), rows, policy(), JUNE)
        assert benefit(said, "job_placement").members == (one.member_id,)
        assert len(benefit(said, "job_placement").evidence) == 1
        assert benefit(said, "public_welfare_post").members == (one.member_id, two.member_id)

    def test_two_posts_at_once_are_one_standing_from_the_first_to_the_last(self) -> None:
        one = member()
        rows = records(post(one, "2020-01-01", "2020-12-31"), post(one, "2020-02-01", "2020-09-30", kind="patrol"))
        (standing,) = facts(household(one), rows, policy(), JUNE).standings
        assert (standing.since, standing.until) == (date(2020, 1, 1), date(2020, 12, 31))
        assert standing.amount == Decimal(1000)

    def test_months_and_wages_of_the_year(self) -> None:
        one, two = member(), member()
        rows = records(
            work(one, "2019-11-01", ended_on="2020-02-10", end_reason="changed_work", monthly_wage="2000"),
            work(one, "2020-02-20", monthly_wage="3000"),
            post(two, "2020-04-01", "2022-03-31"),
        )
        figures = facts(household(one, two), rows, policy(), JUNE).figures
        assert figures == {
            "labourers": 2,
            "labourers_in_work": 2,
            "work_months": 9,
            "work_wages": Decimal(2 * 2000 + 5 * 3000),
            "post_wages": Decimal(3 * 500),
        }

    @pytest.mark.req("M14", "Y33")
    def test_the_report_of_the_year_stands_before_what_is_counted(self) -> None:
        one, two = member(), member()
        report = row(
            WORK_YEARS,
            one,
            year=2020,
            reported_on="2020-05-20",
            work_months=3,
            place="county",
            wage_income="7000",
            post_months=1,
            post_income="400",
        )
        last_year = row(WORK_YEARS, two, year=2019, reported_on="2020-01-10", work_months=12, place="county")
        rows = records(work(one, "2020-01-01", monthly_wage="2000"), report, last_year)
        figures = facts(household(one, two), rows, policy(), JUNE).figures
        assert (figures["work_months"], figures["work_wages"], figures["post_wages"]) == (4, 7000, 400)
        over = work(one, "2019-03-01", ended_on="2019-08-31", end_reason="changed_work", monthly_wage="2000")
        assert facts(household(one), records(over), policy(), JUNE).figures["work_months"] == 0, "of another year"
        first_of_year = work(one, "2020-01-01", ended_on="2020-01-01", end_reason="changed_work", employer_name="日")
        one_day = facts(household(one), records(first_of_year), policy(), date(2020, 1, 1)).figures
        assert one_day["work_months"] == 1, "a month with any work"
        only_last_year = facts(household(two), records(last_year), policy(), JUNE).figures
        assert only_last_year == {"labourers": 1}

    def test_the_next_month_is_another_figure(self) -> None:
        one = member()
        home, rows = household(one), records(work(one, "2020-02-10"))
        assert facts(home, rows, policy(), JUNE).valid_until == date(2020, 7, 1)
        assert facts(home, rows, policy(), date(2020, 12, 31)).valid_until == date(2021, 1, 1)
        assert facts(home, rows, policy(), date(2020, 7, 1)).figures["work_months"] == 6

    def test_who_cannot_work_by_the_profile(self) -> None:
        one = member()
        profile = row(LABOUR_PROFILES, one, year=2020, surveyed_on="2020-03-01", ability="lost", willing_to_work=False)
        (standing,) = facts(household(one), records(profile), policy(), JUNE).standings
        assert (standing.kind, standing.since) == (StandingKind.UNABLE_TO_WORK, date(2020, 3, 1))
        assert standing.params == {"ability": "lost"}

    def test_who_left_is_not_spoken_of(self) -> None:
        one, left = member(), member()
        said = facts(household(one), records(work(left, "2020-01-01", monthly_wage="3000")), policy(), JUNE)
        assert said.benefits == ()
        assert "work_months" not in said.figures


class TestLabourers:
    @pytest.mark.parametrize(
        ("one", "count"),
        [
            (member(), 1),
            (member(labour_skill="weak"), 1),
            (member(labour_skill="lost"), 0),
            (member(labour_skill=None), 0),
            (member(student_status="college_1"), 0),
            (member(born=date(2004, 6, 1)), 1),
            (member(born=date(2004, 6, 2)), 0),
            (member(born=date(2004, 2, 29)), 1),
            (member(born=None), 0),
        ],
    )
    def test_of_working_age_able_and_not_at_school(self, one: RosterMember, count: int) -> None:
        part = row(ACTIVITY_PARTICIPATIONS, one, activity_number="A", kind="job_fair", attended_on="2020-02-01")
        assert facts(household(one), records(part), policy(), JUNE).figures["labourers"] == count

    def test_the_profile_is_newer_than_the_register(self) -> None:
        one = member(labour_skill="none")
        rows = records(
            row(LABOUR_PROFILES, one, year=2019, surveyed_on="2019-03-01", ability="lost", willing_to_work=False),
            row(LABOUR_PROFILES, one, year=2020, surveyed_on="2020-03-01", ability="weak", willing_to_work=True),
        )
        assert facts(household(one), rows, policy(), JUNE).figures["labourers"] == 1

    def test_a_birthday_turns_the_facts(self) -> None:
        one = member(born=date(2004, 6, 20))
        part = row(ACTIVITY_PARTICIPATIONS, one, activity_number="A", kind="job_fair", attended_on="2020-02-01")
        assert facts(household(one), records(part), policy(), JUNE).valid_until == date(2020, 6, 20)


class TestProgrammesOfTheYear:
    @pytest.mark.req("D18", "D19", "M12", "Y28", "Y34", "M08")
    def test_each_is_named_with_its_members_and_records(self) -> None:
        one = member()
        given = (
            row(
                TRAINING_ATTENDANCES,
                one,
                session_number="P",
                kind="vocational",
                started_on="2019-12-01",
                outcome="completed",
                completed_on="2020-01-10",
            ),
            row(REFERRALS, one, vacancy_number="V", referred_on="2020-02-01"),
            row(ACTIVITY_PARTICIPATIONS, one, activity_number="A", kind="spring_breeze", attended_on="2020-02-01"),
            row(
                EMPLOYER_AWARDS,
                one,
                employer_code="E",
                employer_name="厂",
                kind="absorption",
                year=2020,
                paid_on="2020-05-01",
                amount="1000",
            ),
            row(
                START_UP_SUPPORTS,
                one,
                kind="guaranteed_loan",
                business_name="店",
                granted_on="2020-04-01",
                amount="50000",
            ),
        )
        said = facts(household(one), records(*given), policy(), JUNE)
        programmes = {item.programme: (item.amount, item.evidence) for item in said.benefits}
        ids = [item.id for _, item in given]
        assert programmes == {
            "skill_training": (None, (ids[0],)),
            "job_referral": (None, (ids[1],)),
            "employment_activity": (None, (ids[2],)),
            "employer_award": (Decimal(1000), (ids[3],)),
            "start_up_support": (Decimal(50000), (ids[4],)),
        }
        assert set(programmes) <= set(code_list("employment_benefit").codes)
        later = facts(household(one), records(*given), policy(), date(2021, 6, 1))
        assert later.benefits == ()
        assert said.valid_until == date(2021, 1, 1)

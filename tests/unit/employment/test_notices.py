"""Signals of work: when they open, when they close."""

from datetime import date, timedelta

import pytest

from services.employment.facts import facts
from services.employment.records import LABOUR_PROFILES, WORK_YEARS
from shared.codes import code_list
from shared.facts.models import Severity
from shared.roster.models import HouseholdState, Sex
from tests.unit.employment.factories import household, member, policy, records, row, signal, signals_of
from tests.unit.employment.test_facts import post, work

JUNE = date(2020, 6, 1)


def said(home, *rows, on: date = JUNE, under=None):
    return facts(home, records(*rows), under or policy(), on)


class TestJobLost:
    @pytest.mark.req("M14")
    def test_opens_on_the_day_after_and_closes_after_the_watch(self) -> None:
        one = member()
        home, gone = household(one), work(one, "2020-01-01", ended_on="2020-05-10", end_reason="dismissed")
        found = signal(said(home, gone), "job_lost")
        assert (found.since, found.members, found.evidence) == (
            date(2020, 5, 11),
            (one.member_id,),
            (gone[1].id,),
        )
        assert found.severity is Severity.SERIOUS
        closes = date(2020, 5, 11) + timedelta(days=183)
        assert "job_lost" in signals_of(said(home, gone, on=closes - timedelta(days=1)))
        assert "job_lost" not in signals_of(said(home, gone, on=closes))
        assert "job_lost" not in signals_of(said(home, gone, under=policy(job_lost_watch_days=21)))

    def test_new_work_ends_it(self) -> None:
        one = member()
        gone = work(one, "2020-01-01", ended_on="2020-04-10", end_reason="employer_closed")
        assert "job_lost" not in signals_of(said(household(one), gone, work(one, "2020-05-20")))

    def test_of_several_the_last_to_end_decides(self) -> None:
        one = member()
        first = work(one, "2020-01-01", ended_on="2020-04-10", end_reason="dismissed", employer_name="一")
        left = work(one, "2020-02-01", ended_on="2020-05-10", end_reason="changed_work", employer_name="二")
        assert "job_lost" not in signals_of(said(household(one), first, left))
        again = work(one, "2020-05-15", ended_on="2020-05-20", end_reason="contract_ended", employer_name="三")
        assert signal(said(household(one), first, left, again), "job_lost").since == date(2020, 5, 21)
        beside = work(one, "2020-03-01", employer_name="四")
        assert "job_lost" not in signals_of(said(household(one), first, left, again, beside)), "the other job goes on"

    def test_a_shorter_job_within_a_longer_one_does_not_decide(self) -> None:
        one = member()
        long = work(one, "2020-01-01", ended_on="2020-05-10", end_reason="dismissed", employer_name="一")
        short = work(one, "2020-02-01", ended_on="2020-04-10", end_reason="changed_work", employer_name="二")
        assert signal(said(household(one), long, short), "job_lost").since == date(2020, 5, 11)

    def test_a_new_post_ends_it_until_it_runs_out(self) -> None:
        one = member()
        rows = (
            work(one, "2020-01-01", ended_on="2020-04-10", end_reason="dismissed"),
            post(one, "2020-04-20", "2020-06-30"),
        )
        assert "job_lost" in signals_of(said(household(one), rows[0]))
        assert "job_lost" not in signals_of(said(household(one), *rows))
        assert signal(said(household(one), *rows, on=date(2020, 7, 1)), "job_lost").params["work"] == "post"

    @pytest.mark.parametrize("reason", ["changed_work", "retired", "start_up", "died"])
    def test_a_step_to_something_else_is_no_loss(self, reason: str) -> None:
        one = member()
        gone = work(one, "2020-01-01", ended_on="2020-04-10", end_reason=reason)
        assert "job_lost" not in signals_of(said(household(one), gone))

    @pytest.mark.req("Y33")
    def test_a_post_that_ran_out_is_lost_work_too(self) -> None:
        one = member()
        found = signal(said(household(one), post(one, "2019-05-01", "2020-04-30")), "job_lost")
        assert found.params == {"work": "post", "ended_on": "2020-04-30"}


class TestUnstableWork:
    def test_ended_again_and_again(self) -> None:
        one = member()
        rows = (
            work(one, "2019-07-01", ended_on="2019-08-31", end_reason="season_ended"),
            work(one, "2019-10-01", ended_on="2019-12-31", end_reason="resigned", employer_name="二"),
            work(one, "2020-02-01", employer_name="三"),
        )
        found = signal(said(household(one), *rows), "unstable_work")
        assert (found.since, found.params) == (date(2020, 1, 1), {"reason": "ended_often", "times": "2"})
        assert len(found.evidence) == 2
        assert "unstable_work" in signals_of(said(household(one), *rows, on=date(2020, 8, 29)))
        assert "unstable_work" not in signals_of(said(household(one), *rows, on=date(2020, 8, 30)))
        assert "unstable_work" not in signals_of(said(household(one), *rows, under=policy(unstable_work_ends=3)))

    def test_work_that_ends_today_is_not_yet_lost(self) -> None:
        one = member()
        rows = (
            work(one, "2019-07-01", ended_on="2020-01-31", end_reason="season_ended"),
            work(one, "2020-02-10", ended_on="2020-03-31", end_reason="resigned", employer_name="二"),
            work(one, "2020-05-01", ended_on="2020-06-01", end_reason="dismissed", employer_name="三"),
        )
        assert signal(said(household(one), *rows), "unstable_work").since == date(2020, 4, 1)
        tomorrow = said(household(one), *rows, on=date(2020, 6, 2))
        assert signal(tomorrow, "unstable_work").since == date(2020, 6, 2)

    def test_all_of_the_household_live_by_casual_work(self) -> None:
        one, two = member(), member()
        casual = work(one, "2020-02-01", arrangement="casual")
        found = signal(said(household(one, two), casual), "unstable_work")
        assert (found.since, found.members) == (date(2020, 2, 1), (one.member_id,))
        both = said(household(one, two), casual, work(two, "2020-03-01", arrangement="seasonal"))
        assert signal(both, "unstable_work").since == date(2020, 2, 1)
        assert "unstable_work" not in signals_of(said(household(one, two), casual, work(two, "2020-03-01")))
        assert "unstable_work" not in signals_of(said(household(one, two, state=HouseholdState.CANDIDATE), casual))

    def test_it_begins_when_the_last_lasting_work_has_ended(self) -> None:
        one, two = member(), member()
        rows = (
            work(one, "2020-02-01", arrangement="seasonal"),
            work(two, "2020-01-01", ended_on="2020-04-30", end_reason="changed_work"),
        )
        assert signal(said(household(one, two), *rows), "unstable_work").since == date(2020, 5, 1)


class TestNobodyInWork:
    @pytest.mark.req("M14")
    def test_labourers_and_no_work(self) -> None:
        one, two = member(), member(born=date(2010, 1, 1), labour_skill="none")
        asked = row(LABOUR_PROFILES, one, year=2020, surveyed_on="2020-03-01", ability="ordinary", willing_to_work=True)
        found = signal(said(household(one, two), asked), "labour_household_without_work")
        assert (found.since, found.members, found.params) == (date(2020, 3, 1), (one.member_id,), {"labourers": "1"})
        assert found.evidence == (asked[1].id,)
        assert "labour_household_without_work" not in signals_of(
            said(household(one, two), asked, work(one, "2020-05-01"))
        )

    def test_of_several_that_ended_the_last_says_since_when(self) -> None:
        one, two = member(), member()
        rows = (
            work(one, "2020-01-01", ended_on="2020-02-10", end_reason="changed_work"),
            work(two, "2020-01-01", ended_on="2020-04-10", end_reason="changed_work"),
        )
        found = signal(said(household(one, two), *rows), "labour_household_without_work")
        assert found.since == date(2020, 4, 11)

    def test_work_that_only_the_register_knows_is_work(self) -> None:
        one = member(work_months=8)
        asked = row(LABOUR_PROFILES, one, year=2020, surveyed_on="2020-03-01", ability="ordinary", willing_to_work=True)
        assert "labour_household_without_work" not in signals_of(said(household(one), asked))
        assert "labour_household_without_work" not in signals_of(said(household(one, member()), asked)), "one works"
        report = {"year": 2020, "reported_on": "2020-05-31", "place": "county"}
        worked = row(WORK_YEARS, one, **report, work_months=2, post_months=2)
        assert "labour_household_without_work" not in signals_of(said(household(one), asked, worked))
        gone = work(one, "2020-01-01", ended_on="2020-04-10", end_reason="changed_work")
        found = signal(said(household(one), asked, gone), "labour_household_without_work")
        assert found.since == date(2020, 4, 11), "what is recorded here is newer than the yearly figure"

    @pytest.mark.parametrize("ability", ["lost", "none", "weak"])
    def test_nobody_has_full_ability(self, ability: str) -> None:
        one = member(labour_skill=ability)
        gone = work(one, "2018-01-01", ended_on="2018-04-10", end_reason="illness")
        assert "labour_household_without_work" not in signals_of(said(household(one), gone))


@pytest.mark.req("Y33")
class TestPostLimit:
    def test_announced_and_exceeded(self) -> None:
        one = member()
        home, held = household(one), post(one, "2017-06-15", "2021-06-14")
        assert "post_limit_near" not in signals_of(said(home, held, on=date(2020, 3, 15)))
        near = signal(said(home, held, on=date(2020, 3, 16)), "post_limit_near")
        assert near.params["limit"] == "2020-06-14"
        assert "post_limit_exceeded" not in signals_of(said(home, held, on=date(2020, 6, 14)))
        found = said(home, held, on=date(2020, 6, 15))
        assert signal(found, "post_limit_exceeded").since == date(2020, 6, 15)
        assert "post_limit_near" not in signals_of(found)
        assert "post_limit_exceeded" in signals_of(said(home, held, on=date(2021, 6, 14)))
        assert "post_limit_exceeded" not in signals_of(said(home, held, on=date(2021, 6, 15)))

    def test_time_in_earlier_posts_counts(self) -> None:
        one = member()
        earlier = post(one, "2015-01-01", "2016-12-31")
        rows = (earlier, post(one, "2019-06-01", "2021-05-31", kind="patrol"))
        assert "post_limit_exceeded" not in signals_of(said(household(one), *rows, on=date(2020, 5, 30)))
        found = signal(said(household(one), *rows, on=date(2020, 6, 1)), "post_limit_exceeded")
        assert len(found.evidence) == 2

    def test_two_posts_at_once_are_counted_once(self) -> None:
        one = member()
        rows = (
            post(one, "2018-01-01", "2018-12-31"),
            post(one, "2018-01-01", "2018-12-31", kind="greening"),
            post(one, "2019-01-01", "2020-12-31", kind="patrol"),
        )
        assert "post_limit_exceeded" not in signals_of(said(household(one), *rows, on=date(2020, 12, 31)))

    def test_the_last_post_to_end_counts_though_a_shorter_one_began_later(self) -> None:
        one = member()
        rows = (
            post(one, "2015-01-01", "2016-12-31"),
            post(one, "2018-01-01", "2020-12-31", kind="greening"),
            post(one, "2018-06-01", "2018-12-31", kind="patrol"),
        )
        found = signal(said(household(one), *rows), "post_limit_exceeded")
        assert (found.since, found.params["limit"]) == (date(2019, 1, 1), "2018-12-31")
        assert "post_limit_exceeded" not in signals_of(said(household(one), *rows, on=date(2021, 1, 1)))

    def test_months_and_days_of_earlier_posts_add_up(self) -> None:
        one = member()
        rows = (post(one, "2017-01-10", "2018-02-19"), post(one, "2019-01-31", "2020-12-31", kind="patrol"))
        # 13 months and 10 days are served; 23 months from 31 January 2019 end on 30 December 2020, ten days earlier:
        assert "post_limit_exceeded" not in signals_of(said(household(one), *rows, on=date(2020, 12, 20)))
        assert "post_limit_exceeded" in signals_of(said(household(one), *rows, on=date(2020, 12, 21)))

    def test_days_of_a_month_that_is_not_whole_are_days(self) -> None:
        one = member()
        rows = (post(one, "2017-01-20", "2018-02-09"), post(one, "2019-01-31", "2021-12-31", kind="patrol"))
        # 12 months and 21 days are served; 24 months from 31 January 2019 end on 30 January 2021, 21 days earlier:
        assert "post_limit_exceeded" not in signals_of(said(household(one), *rows, on=date(2021, 1, 9)))
        assert "post_limit_exceeded" in signals_of(said(household(one), *rows, on=date(2021, 1, 10)))

    def test_close_to_retirement_at_the_first_appointment(self) -> None:
        man = member(sex=Sex.MALE, born=date(1961, 1, 1))
        rows = (post(man, "2016-06-01", "2018-05-31"), post(man, "2018-06-01", "2020-12-31", kind="patrol"))
        assert "post_limit_exceeded" not in signals_of(said(household(man), *rows, on=date(2020, 12, 31)))
        younger = member(sex=Sex.MALE, born=date(1971, 1, 1))
        rows = (post(younger, "2016-06-01", "2018-05-31"), post(younger, "2018-06-01", "2020-12-31", kind="patrol"))
        assert "post_limit_exceeded" in signals_of(said(household(younger), *rows))


def test_every_signal_has_a_severity() -> None:
    assert {Severity(one.attributes["severity"]) for one in code_list("employment_signal").items} == set(Severity)

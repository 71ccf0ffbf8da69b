"""Rules 15 to 20 of the data-quality practice: what register and records say against each other."""

from datetime import date

import pytest

from services.employment.facts import facts
from services.employment.records import (
    ACTIVITY_PARTICIPATIONS,
    LABOUR_PROFILES,
    REFERRALS,
    START_UP_SUPPORTS,
    TRAINING_ATTENDANCES,
    WORK_YEARS,
)
from shared.facts.models import StandingKind
from shared.roster.models import HouseholdState, RosterMember
from tests.unit.employment.factories import household, member, policy, records, row, signal, signals_of
from tests.unit.employment.test_facts import post, work

JUNE = date(2020, 6, 1)
MONITORED = {"state": HouseholdState.MONITORED, "state_since": date(2020, 4, 1)}


def part(of):
    """A record that is no measure."""
    return row(ACTIVITY_PARTICIPATIONS, of, activity_number="A", kind="job_fair", attended_on="2020-02-01")


def said(home, *rows, on: date = JUNE, under=None):
    return facts(home, records(*rows), under or policy(), on)


class TestMonitored:
    def test_15_no_measure_a_month_after_identification(self) -> None:
        one = member()
        home = household(one, **MONITORED)
        assert "monitored_without_measure" not in signals_of(said(home, part(one), on=date(2020, 5, 1)))
        found = signal(said(home, part(one), on=date(2020, 5, 2)), "monitored_without_measure")
        assert found.params == {"monitored_since": "2020-04-01"}
        referred = row(REFERRALS, one, vacancy_number="V", referred_on="2020-04-20")
        assert "monitored_without_measure" not in signals_of(said(home, part(one), referred))
        earlier = row(REFERRALS, one, vacancy_number="V", referred_on="2020-03-31")
        assert "monitored_without_measure" in signals_of(said(home, part(one), earlier))
        later = policy(monitored_measure_days=90)
        assert "monitored_without_measure" not in signals_of(said(home, part(one), under=later))

    def test_15_work_that_lasts_to_the_identification_is_a_measure(self) -> None:
        one = member()
        home, code = household(one, **MONITORED), "monitored_without_measure"
        assert code not in signals_of(said(home, work(one, "2019-01-01")))
        assert code not in signals_of(said(home, post(one, "2019-05-01", "2020-04-01")))
        assert code in signals_of(said(home, post(one, "2019-05-01", "2020-03-31")))

    def test_15_without_any_record_there_is_no_measure_either(self) -> None:
        home = household(member(), **MONITORED)
        before, after = said(home, on=date(2020, 5, 1)), said(home, on=date(2020, 5, 2))
        assert signals_of(before) == ["labour_without_development_measure"]
        assert before.valid_until == date(2020, 5, 2)
        assert signals_of(after) == ["monitored_without_measure", "labour_without_development_measure"]
        assert (after.benefits, after.standings, after.figures) == ((), (), {})

    def test_15_a_training_is_a_measure_while_it_goes_on_and_if_it_was_ended(self) -> None:
        one = member()
        home, code = household(one, **MONITORED), "monitored_without_measure"
        course = {"session_number": "P", "kind": "vocational", "started_on": "2020-03-01"}
        assert code not in signals_of(said(home, row(TRAINING_ATTENDANCES, one, **course)))
        for completed, seen in (("2020-03-31", True), ("2020-04-01", False)):
            done = row(TRAINING_ATTENDANCES, one, **course, outcome="completed", completed_on=completed)
            assert (code in signals_of(said(home, done))) is seen, completed
        assert code in signals_of(said(home, row(TRAINING_ATTENDANCES, one, **course, outcome="dropped_out")))

    def test_16_labour_and_no_development_measure(self) -> None:
        one = member()
        home = household(one, **MONITORED)
        code = "labour_without_development_measure"
        assert signal(said(home, part(one)), code).since == date(2020, 4, 1)
        referred = row(REFERRALS, one, vacancy_number="V", referred_on="2020-04-20")
        assert code in signals_of(said(home, referred)), "a referral alone earns nothing"
        assert code not in signals_of(said(home, part(one), work(one, "2019-01-01")))
        assert code not in signals_of(said(home, part(one), post(one, "2019-05-01", "2020-04-30")))
        shop = row(START_UP_SUPPORTS, one, kind="subsidy", business_name="店", granted_on="2018-03-01")
        assert code not in signals_of(said(home, part(one), shop))
        ended = work(one, "2019-01-01", ended_on="2020-03-31", end_reason="changed_work")
        assert code in signals_of(said(home, part(one), ended))

    def test_of_households_with_labour_under_monitoring_only(self) -> None:
        one, other = member(labour_skill="lost"), member()
        quiet = {"monitored_without_measure", "labour_without_development_measure"}
        assert not quiet & set(signals_of(said(household(one, **MONITORED), part(one))))
        assert not quiet & set(signals_of(said(household(other), part(other))))


class TestLabour:
    def test_17_unstable_work_where_nobody_can_work_or_has_worked(self) -> None:
        code, risks = "unstable_work_contradicted", ("illness", "unstable_work")
        one, unable = member(), member(labour_skill="lost")
        found = signal(said(household(one, risks=risks), part(one)), code)
        assert found.params == {"reason": "no_work_record"}
        assert code not in signals_of(said(household(one, risks=risks), work(one, "2020-02-01")))
        gone = work(one, "2019-02-01", ended_on="2019-05-01", end_reason="dismissed")
        assert code not in signals_of(said(household(one, risks=risks), gone))
        assert code not in signals_of(said(household(member(work_months=3), risks=risks), part(one)))
        assert code not in signals_of(said(household(member(work_months=3), one, risks=risks), part(one)))
        report = row(WORK_YEARS, one, year=2019, reported_on="2020-01-10", work_months=3, place="county")
        assert code not in signals_of(said(household(one, risks=risks), report)), "work that was reported is work"
        both = {"work_months": 3, "place": "county", "post_months": 3}
        report = row(WORK_YEARS, one, year=2019, reported_on="2020-01-10", **both)
        assert code not in signals_of(said(household(one, risks=risks), report))
        none = row(WORK_YEARS, one, year=2019, reported_on="2020-01-10", work_months=0)
        assert code in signals_of(said(household(one, risks=risks), none))
        unknown = household(member(labour_skill=None), risks=risks)
        assert signal(said(unknown), code).params == {"reason": "no_work_record"}, "not known is not unable"
        found = signal(said(household(unable, risks=risks), work(unable, "2020-02-01")), code)
        assert found.params == {"reason": "nobody_can_work"}
        assert code not in signals_of(said(household(one, risks=("illness",)), part(one)))

    def test_18_lack_of_labour_with_more_than_a_quarter_of_labourers(self) -> None:
        one = member()
        others = [member(labour_skill="none", born=date(1940, 1, 1)) for _ in range(3)]
        quarter = household(one, *others, causes=("illness", "lack_of_labour"))
        assert "lack_of_labour_contradicted" not in signals_of(said(quarter, part(one)))
        more = household(one, *others[:2], causes=("illness", "lack_of_labour"))
        found = signal(said(more, part(one)), "lack_of_labour_contradicted")
        assert found.params == {"labourers": "1", "members": "3"}
        weak = household(member(labour_skill="weak"), causes=("lack_of_labour",))
        assert "lack_of_labour_contradicted" not in signals_of(said(weak, part(weak.members[0])))
        by_risk = household(one, *others[:2], risks=("lack_of_labour",))
        assert "lack_of_labour_contradicted" in signals_of(said(by_risk, part(one)))
        other_cause = household(one, causes=("illness",))
        assert "lack_of_labour_contradicted" not in signals_of(said(other_cause, part(one)))

    @pytest.mark.req("Y53")
    def test_19_nobody_can_work_and_no_backstop(self) -> None:
        one = member(labour_skill="lost")
        code = "no_labour_without_backstop"
        assert code in signals_of(said(household(one), part(one)))
        assert code not in signals_of(said(household(one, household_type="dibao"), part(one)))
        assert code not in signals_of(said(household(one, no_labour_guarantee=True), part(one)))
        category = {"kind": StandingKind.TEKUN, "members": ()}
        assert code not in signals_of(said(household(one, categories=(category,)), part(one)))
        assert code not in signals_of(said(household(one, member()), part(one)))
        assert code not in signals_of(said(household(one, state=HouseholdState.CANDIDATE), part(one)))
        assert code in signals_of(said(household(one))), "the register alone says so"

    @pytest.mark.req("Y53")
    @pytest.mark.parametrize(
        ("other", "seen"),
        [
            (member(born=date(2004, 6, 2), labour_skill=None), True),
            (member(born=date(2004, 6, 1), labour_skill=None), False),
            (member(born=date(2004, 6, 1), labour_skill="none"), True),
            (member(student_status="college_1", labour_skill=None), True),
            (member(born=None, labour_skill=None), False),
            (member(labour_skill=None), False),
            (member(labour_skill="weak"), False),
        ],
    )
    def test_19_children_pupils_and_the_unable_and_nobody_who_is_not_known(
        self, other: RosterMember, *, seen: bool
    ) -> None:
        home = household(member(labour_skill="lost"), other)
        assert ("no_labour_without_backstop" in signals_of(said(home))) is seen

    def test_20_works_though_not_able_to(self) -> None:
        code = "work_without_labour"
        one = member(labour_skill="none")
        placed = work(one, "2020-02-01")
        found = signal(said(household(one), placed), code)
        assert (found.since, found.evidence, found.params) == (
            date(2020, 2, 1),
            (placed[1].id,),
            {"ability": "none"},
        )
        second = work(one, "2020-04-01", employer_name="二")
        assert signal(said(household(one), placed, second), code).since == date(2020, 2, 1)
        by_register = member(labour_skill="lost", work_months=6)
        assert code in signals_of(said(household(by_register), part(by_register)))
        assert code in signals_of(said(household(by_register)))
        stopped = row(WORK_YEARS, by_register, year=2020, reported_on="2020-05-20", work_months=0)
        assert code not in signals_of(said(household(by_register), stopped)), "the year's report is newer"
        unknown = member(labour_skill=None, work_months=6)
        assert code not in signals_of(said(household(unknown)))
        able = row(LABOUR_PROFILES, one, year=2020, surveyed_on="2020-03-01", ability="weak", willing_to_work=True)
        assert code not in signals_of(said(household(one), placed, able))
        gone = work(one, "2020-02-01", ended_on="2020-04-01", end_reason="illness")
        assert code not in signals_of(said(household(one), gone))

"""What social assistance says of a household: categories, benefits, signals, and until when it holds."""

from datetime import date
from decimal import Decimal

import pytest

from services.civil_affairs.records.deaths import DEATHS
from services.civil_affairs.records.disabled_persons import DISABLED_PERSONS
from services.civil_affairs.records.edge_households import EDGE_HOUSEHOLDS
from services.civil_affairs.records.focus_persons import FOCUS_PERSONS
from services.civil_affairs.records.relief_cases import RELIEF_CASES
from shared.facts.models import Batch, StandingKind
from shared.roster.models import RosterMember
from shared.testing.pure import Stored, household, member, row, signals_of
from tests.unit.civil_affairs.build import case, dibao, said, tekun

NEW_YEAR = date(2021, 1, 1)


def disabled(of: RosterMember, **content: object) -> Stored:
    """Severely disabled, unable to care for oneself, living on the family."""
    entry = {
        "surveyed_on": "2020-03-01",
        "disability_type": "4",
        "disability_grade": "1",
        "issued_on": "2015-01-01",
        "self_care": "unable",
        "depends_on_family": True,
    }
    return row(DISABLED_PERSONS, of, **{**entry, **content})


class TestCategories:
    def test_nothing_is_said_without_records(self) -> None:
        facts = said(household(member()))
        assert (facts.standings, facts.benefits, facts.signals, facts.valid_until) == ((), (), (), None)

    @pytest.mark.req("D22", "Y56", "H07")
    def test_dibao_is_a_category_with_its_amount(self) -> None:
        award = dibao()
        facts = said(household(member()), award)
        (standing,) = facts.standings
        assert (standing.kind, standing.members, standing.since) == (StandingKind.DIBAO, (), date(2019, 1, 1))
        assert (standing.amount, standing.evidence) == (Decimal("296.83"), (award[1].id,))
        assert standing.params == {"scope": "household", "class": "a"}
        assert facts.figures == {"dibao_monthly": Decimal("296.83")}
        assert said(household(member()), dibao(dibao_class=None)).standings[0].params == {"scope": "household"}
        phased_out = said(household(member()), dibao(stage="phasing_out")).standings[0]
        assert phased_out.params == {"scope": "household", "class": "a", "stage": "phasing_out"}

    @pytest.mark.req("D22", "H08")
    def test_tekun_edge_and_death(self) -> None:
        person = member(born=date(1950, 1, 1))
        facts = said(
            household(person),
            tekun(person),
            row(EDGE_HOUSEHOLDS, None, recognised_on="2020-01-01", per_capita_income="7000"),
            row(DEATHS, person, died_on="2020-05-30", registered_on="2020-06-01"),
        )
        kinds = [standing.kind for standing in facts.standings]
        assert kinds == [StandingKind.TEKUN, StandingKind.UNABLE_TO_WORK, StandingKind.EDGE, StandingKind.DECEASED]
        support, unable = facts.standings[:2]
        assert (support.amount, support.params) == (Decimal("710.00"), {"mode": "dispersed", "care_level": "able"})
        assert unable.evidence == support.evidence
        unassessed = said(household(person), tekun(person, labour_ground=None, care_level=None))
        assert [(one.kind, one.params) for one in unassessed.standings] == [(StandingKind.TEKUN, {"mode": "dispersed"})]

    @pytest.mark.parametrize(("stage", "held"), [("in_force", 1), ("phasing_out", 1), ("applied", 0), ("stopped", 0)])
    def test_only_what_is_in_force_counts(self, stage: str, held: int) -> None:
        facts = said(household(member()), dibao(stage=stage))
        assert len(facts.standings) == len(facts.benefits) == held
        person = member()
        facts = said(household(person), tekun(person, stage=stage, labour_ground=None))
        expected = 1 if stage == "in_force" else 0
        assert len(facts.standings) == len(facts.benefits) == expected

    def test_an_award_begins_on_its_day(self) -> None:
        home, award = household(member()), dibao(granted_on="2020-07-01")
        before = said(home, award)
        assert (before.standings, before.valid_until) == ((), date(2020, 7, 1))
        begun = said(home, award, on=date(2020, 7, 1))
        assert (len(begun.standings), begun.valid_until) == (1, NEW_YEAR)
        assert said(home, dibao(stage="stopped", granted_on="2020-07-01")).valid_until == NEW_YEAR

    def test_support_begins_on_its_day(self) -> None:
        person = member()
        home, award = household(person), tekun(person, granted_on="2020-07-01", labour_ground=None)
        before = said(home, award)
        assert (before.standings, before.figures, before.valid_until) == ((), {}, date(2020, 7, 1))
        assert len(said(home, award, on=date(2020, 7, 1)).standings) == 1
        assert said(home, tekun(person, stage="stopped", granted_on="2020-07-01")).valid_until == NEW_YEAR
        assert said(home, tekun(person, granted_on=None)).valid_until == NEW_YEAR

    def test_an_edge_that_ends_is_over_on_its_day(self) -> None:
        edge = row(
            EDGE_HOUSEHOLDS,
            None,
            recognised_on="2020-01-01",
            per_capita_income="7000",
            ended_on="2020-06-02",
            end_reason="income_above",
        )
        home = household(member())
        assert len(said(home, edge).standings) == 1
        assert said(home, edge).valid_until == date(2020, 6, 2)
        assert said(home, edge, on=date(2020, 6, 2)).standings == ()


class TestBenefits:
    @pytest.mark.req("M09", "Y53")
    def test_dibao_of_the_year_by_months(self) -> None:
        (whole,) = said(household(member()), dibao()).benefits
        assert (whole.batch, whole.programme, whole.amount) == (Batch.DIBAO, "dibao", Decimal("3561.96"))
        (part,) = said(household(member()), dibao(granted_on="2020-04-10")).benefits
        assert part.amount == Decimal("296.83") * 9
        (later,) = said(household(member()), dibao(granted_on="2019-04-10")).benefits
        assert later.amount == whole.amount

    @pytest.mark.req("H08")
    def test_tekun_pays_for_living_and_for_care(self) -> None:
        person, other = member(), member()
        facts = said(household(person, other), tekun(person), tekun(other, care_amount="0.00"))
        assert facts.figures == {"tekun_monthly": Decimal("1360.00")}
        assert [(one.programme, one.members, one.amount) for one in facts.benefits] == [
            ("tekun_support", (person.member_id,), Decimal("8520.00")),
            ("tekun_support", (other.member_id,), Decimal("7800.00")),
        ]

    @pytest.mark.req("H07")
    def test_an_award_to_some_who_are_not_named_says_how_many(self) -> None:
        """As of a case made before the household was known."""

        def said_of(living: int) -> list[tuple[int, int | None]]:
            facts = said(household(*(member() for _ in range(living))), dibao(persons=2))
            (benefit,), (standing,) = facts.benefits, facts.standings
            return [(len(benefit.members), benefit.persons), (len(standing.members), standing.persons)]

        assert said_of(3) == [(0, 2), (0, 2)]
        assert said_of(2) == [(2, None), (0, None)], "the standing of all names nobody"
        assert said_of(1) == [(1, None), (0, None)]

    @pytest.mark.req("Y55")
    def test_single_person_dibao_is_that_persons(self) -> None:
        ill, other = member(), member()
        award = dibao(scope="single_person", person_id=ill.member_id)
        (benefit,) = said(household(ill, other), award).benefits
        assert (benefit.programme, benefit.members) == ("single_person_dibao", (ill.member_id,))
        gone = said(household(other), award)
        assert (gone.benefits, gone.figures, signals_of(gone)) == ((), {}, ["single_dibao_person_left"])


class TestLateness:
    @pytest.mark.req("M11", "Y57", "Y65")
    @pytest.mark.parametrize(
        ("stage", "code"),
        [
            ("applied", "assistance_decision_late"),
            ("posted", "assistance_decision_late"),
            ("in_force", "assistance_review_late"),
        ],
    )
    def test_late_from_the_day_after(self, stage: str, code: str) -> None:
        home = household(member())
        on_time = said(home, dibao(stage=stage, due_on="2020-06-01"))
        assert (signals_of(on_time), on_time.valid_until) == ([], date(2020, 6, 2))
        late = said(home, dibao(stage=stage, due_on="2020-06-01"), on=date(2020, 6, 2))
        assert signals_of(late) == [code]
        closed = said(home, dibao(stage=stage, due_on="2020-05-01", closed_on="2020-05-20"))
        assert signals_of(closed) == []

    @pytest.mark.req("Y65")
    def test_formalities_of_urgent_relief(self) -> None:
        fire = {"event": "fire", "event_on": "2020-03-01", "persons": 1, "amount": "1500", "helped_on": "2020-03-02"}
        helped = row(RELIEF_CASES, None, **case(stage="helped", due_on="2020-03-16", **fire))
        assert "relief_formalities_late" in signals_of(said(household(member()), helped))

    @pytest.mark.req("Y65")
    def test_a_sudden_event_is_watched_for_half_a_year(self) -> None:
        fire = {"event": "fire", "event_on": "2020-03-10", "persons": 1}
        home, relief = household(member()), row(RELIEF_CASES, None, **case(stage="completed", **fire))
        assert signals_of(said(home, relief)) == ["sudden_event"]
        assert said(home, relief).valid_until == date(2020, 9, 1)
        assert signals_of(said(home, relief, on=date(2020, 9, 1))) == []
        assert signals_of(said(home, row(RELIEF_CASES, None, **case(stage="refused", **fire)))) == []


class TestHighestDifferential:
    @pytest.mark.req("Y55")
    def test_who_should_be_in_and_is_not(self) -> None:
        person = member()
        home = household(person, member())
        entry = disabled(person)
        (signal,) = [one for one in said(home, entry).signals if one.code == "severely_disabled_without_dibao"]
        assert (signal.members, signal.evidence) == ((person.member_id,), (entry[1].id,))
        assert signal.since == date(2020, 3, 1)
        code = "severely_disabled_without_dibao"
        assert code not in signals_of(said(home, disabled(person, self_care="able")))
        assert code not in signals_of(said(home, disabled(person, self_care=None)))
        assert code not in signals_of(said(home, disabled(person, disability_grade="3")))
        assert code not in signals_of(said(home, disabled(person, depends_on_family=False)))
        assert code not in signals_of(said(home, entry, dibao(stage="applied", granted_on=None)))
        assert code not in signals_of(said(home, entry, tekun(person)))
        single = dibao(scope="single_person", person_id=person.member_id)
        assert code not in signals_of(said(home, entry, single))

    @pytest.mark.req("Y55")
    def test_of_several_it_is_open_since_the_last_survey(self) -> None:
        people = (member(), member())
        entries = [
            disabled(one, surveyed_on=day) for one, day in zip(people, ("2020-03-01", "2020-05-01"), strict=True)
        ]
        found = said(household(*people), *entries).signals
        (signal,) = [one for one in found if one.code == "severely_disabled_without_dibao"]
        assert (set(signal.members), signal.since) == ({one.member_id for one in people}, date(2020, 5, 1))

    @pytest.mark.req("Y55")
    def test_who_is_in_gets_the_whole_standard(self) -> None:
        person = member()
        home, entry = household(person, member()), disabled(person)
        code = "dibao_below_highest_differential"
        assert code in signals_of(said(home, entry, dibao(persons=2)))
        assert code not in signals_of(said(home, entry, dibao(persons=2, highest_persons=1)))


class TestKeyPersons:
    @pytest.mark.req("Y71", "H37")
    def test_each_key_person_is_raised(self) -> None:
        old, adult = member(born=date(1960, 6, 1)), member()
        home, code = household(old, adult), "dibao_key_persons_not_raised"
        assert code in signals_of(said(home, dibao(persons=2)))
        assert code not in signals_of(said(home, dibao(persons=2, focus_groups=["elderly"])))
        recorded = row(FOCUS_PERSONS, adult, focus_group="lost_only_child", since="2020-01-01")
        assert code in signals_of(said(home, recorded, dibao(persons=2, focus_groups=["elderly"])))

    @pytest.mark.req("Y71", "H37")
    @pytest.mark.parametrize(
        ("days", "counts"),
        [
            ({"since": "2020-06-01"}, True),
            ({"since": "2020-06-02"}, False),
            ({"since": "2020-01-01", "until": "2020-06-02"}, True),
            ({"since": "2020-01-01", "until": "2020-06-01"}, False),
        ],
    )
    def test_who_is_on_record_is_a_key_person_from_day_to_day(self, days: dict[str, str], counts: bool) -> None:
        adult = member()
        recorded = row(FOCUS_PERSONS, adult, focus_group="lost_only_child", **days)
        assert ("dibao_key_persons_not_raised" in signals_of(said(household(adult), recorded, dibao()))) is counts

    @pytest.mark.req("Y71")
    @pytest.mark.parametrize(
        ("born", "day"), [(date(1960, 9, 1), date(2020, 9, 1)), (date(2002, 9, 1), date(2020, 9, 1))]
    )
    def test_a_birthday_turns_the_facts(self, born: date, day: date) -> None:
        person = member(born=born)
        home = household(person)
        by_age = "dibao_key_persons_not_raised" in signals_of(said(home, dibao()))
        assert said(home, dibao()).valid_until == day
        assert ("dibao_key_persons_not_raised" in signals_of(said(home, dibao(), on=day))) is not by_age

    @pytest.mark.req("Y71")
    def test_a_birthday_turns_the_facts_beside_the_dibao_of_another(self) -> None:
        old, ill = member(born=date(1960, 9, 1)), member()
        single = dibao(scope="single_person", person_id=ill.member_id)
        assert said(household(old, ill), single).valid_until == NEW_YEAR
        award = dibao(members=(old.member_id,))
        assert said(household(old, ill), single, award).valid_until == date(2020, 9, 1)

    @pytest.mark.req("Y71")
    def test_who_was_born_on_29_february_comes_of_age_on_the_28th(self) -> None:
        """As the lists reckon it, in SQL."""
        home, code = household(member(born=date(2004, 2, 29))), "dibao_key_persons_not_raised"
        assert code in signals_of(said(home, dibao(), on=date(2022, 2, 27)))
        assert code not in signals_of(said(home, dibao(), on=date(2022, 2, 28)))

    @pytest.mark.req("Y57")
    def test_no_more_persons_than_the_household_has(self) -> None:
        home = household(member())
        assert signals_of(said(home, dibao(persons=2))) == ["dibao_persons_differ"]
        assert said(home, dibao()).valid_until == NEW_YEAR
        assert signals_of(said(home, dibao())) == []

    @pytest.mark.parametrize(
        ("days", "since"),
        [
            ({}, date(2020, 1, 10)),
            ({"reviewed_on": None}, date(2019, 3, 1)),
        ],
    )
    def test_a_difference_is_open_since_the_last_review_or_the_grant(
        self, days: dict[str, object], since: date
    ) -> None:
        (signal,) = said(household(member()), dibao(persons=2, granted_on="2019-03-01", **days)).signals
        assert signal.since == since

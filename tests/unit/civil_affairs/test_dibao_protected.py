"""Who of a household is awarded: named in the case where not all are, and nobody else in the facts (M10, Y57, H07)."""

from uuid import UUID

import pytest

from services.civil_affairs.records.disabled_persons import DISABLED_PERSONS
from shared.facts.models import StandingKind
from shared.procedures import StepContext
from shared.roster.models import RosterMember
from shared.testing.pure import Stored, household, member, row, signals_of
from tests.unit.civil_affairs.build import context, dibao, faults, outcome, said

MOTHER, SON, UNCLE, STRANGER = member(), member(), member(), member()
HOME = household(MOTHER, SON, UNCLE)
CIRCUMSTANCES = {"per_capita_income": "2400", "property_within_rule": True, "dibao_class": "a"}
STEPS: dict[str, dict[str, object]] = {
    "apply": {"authorised": True},
    "take_over": {
        **CIRCUMSTANCES,
        "monthly_amount": "100",
        "certificate_number": "DB1",
        "granted_on": "2018-01-01",
        "reviewed_on": "2020-01-01",
    },
    "visit_home": {"visitors": ["王", "李"], "per_capita_income": "2400", "property_within_rule": True},
    "assess": {**CIRCUMSTANCES, "decision": "accept"},
    "review": {**CIRCUMSTANCES, "outcome": "keep"},
    "change": {**CIRCUMSTANCES, "note": "增减人员"},
}
OPENINGS = ("apply", "take_over")


def ids(*people: RosterMember) -> tuple[UUID, ...]:
    return tuple(one.member_id for one in people)


def seen(step: str, *named: RosterMember, scope: str = "household") -> StepContext:
    """The case before the step, for the persons named."""
    if step in OPENINGS:
        return context(home=HOME)
    checked = {"visited_on": "2020-05-20", "compared_on": "2020-05-21"}
    before = dibao(scope=scope, persons=max(len(named), 1), members=ids(*named), **checked)
    return context(before, home=HOME)


def broken(step: str, at: StepContext | None = None, **award: object) -> list[tuple[str, str]]:
    return faults("dibao", step, at or seen(step), **{**STEPS[step], **award})


def named(step: str, at: StepContext | None = None, **award: object) -> object:
    return outcome("dibao", step, at or seen(step), **{**STEPS[step], **award})[1].get("members")


@pytest.mark.req("M10", "Y57")
@pytest.mark.parametrize("step", STEPS)
class TestEveryStepThatCountsPersons:
    def test_fewer_than_live_there_are_named(self, step: str) -> None:
        assert broken(step, persons=2) == [("/members", "members_required")]
        assert broken(step, persons=2, members=ids(MOTHER, SON)) == []
        assert named(step, persons=2, members=ids(MOTHER, SON)) == ids(MOTHER, SON)

    def test_as_many_as_are_protected_and_each_once(self, step: str) -> None:
        wrong = [("/members", "members_are_not_persons")]
        assert broken(step, persons=2, members=ids(MOTHER)) == wrong
        assert broken(step, persons=1, members=ids(MOTHER, SON)) == wrong
        assert broken(step, persons=2, members=ids(MOTHER, MOTHER)) == wrong

    def test_nobody_from_elsewhere(self, step: str) -> None:
        assert broken(step, persons=2, members=ids(MOTHER, STRANGER)) == [("/members", "not_of_household")]

    def test_all_who_live_there_need_not_be_named_and_are(self, step: str) -> None:
        assert broken(step, persons=3) == []
        assert named(step, persons=3) == ids(MOTHER, SON, UNCLE)


@pytest.mark.req("Y57")
class TestLaterSteps:
    def test_those_named_before_stay_until_others_are(self) -> None:
        before = seen("review", MOTHER, SON)
        assert broken("review", before, persons=2) == []
        assert named("review", before, persons=2) == ids(MOTHER, SON)
        assert broken("review", before, persons=1) == [("/members", "members_required")]
        assert named("change", before, persons=1, members=ids(UNCLE)) == ids(UNCLE)
        assert named("change", before, persons=3) == ids(MOTHER, SON, UNCLE)

    def test_who_left_is_not_reviewed_as_if_he_stayed(self) -> None:
        before = seen("review", MOTHER, STRANGER)
        assert broken("review", before, persons=2) == [("/members", "not_of_household")]
        assert broken("review", before, persons=2, outcome="stop", end_reason="moved_away") == []
        refused = {"decision": "refuse", "refusal_reason": "other"}
        assert broken("assess", seen("assess"), persons=1, **refused) == []

    @pytest.mark.req("Y55")
    def test_a_single_person_is_not_named_twice(self) -> None:
        single = {"scope": "single_person", "persons": 1, "person_id": MOTHER.member_id}
        assert broken("apply", **single) == []
        assert named("apply", **single) is None
        assert broken("apply", **single, members=ids(MOTHER)) == [("/members", "only_for_household")]
        before = seen("review", scope="single_person")
        assert broken("review", before, persons=1, focus_groups=["severely_ill"]) == []
        assert broken("visit_home", before, persons=2) == [("/persons", "single_person_is_one")]

    def test_of_a_family_that_nobody_knows_those_named_are_taken(self) -> None:
        unknown = StepContext(
            household=None, member=None, policy=context().policy, today=context().today, case=None,
            taken_on=context().today,
        )  # fmt: skip
        placed: dict[str, object] = {"village": HOME.division, "persons": 2}
        assert broken("apply", unknown, **placed) == []
        assert named("apply", unknown, **placed) == ()
        assert named("apply", unknown, **placed, members=ids(MOTHER, SON)) == ids(MOTHER, SON)
        assert broken("apply", unknown, **placed, members=ids(MOTHER)) == [("/members", "members_are_not_persons")]


def disabled(of: RosterMember) -> Stored:
    need = {"self_care": "unable", "depends_on_family": True}
    certificate = {"disability_type": "4", "disability_grade": "1", "issued_on": "2015-01-01"}
    return row(DISABLED_PERSONS, of, surveyed_on="2020-05-20", **certificate, **need)


class TestFacts:
    @pytest.mark.req("D22", "M10", "H07")
    def test_only_those_named_are_in_dibao(self) -> None:
        facts = said(HOME, dibao(persons=2, members=ids(MOTHER, SON)))
        (standing,), (benefit,) = facts.standings, facts.benefits
        assert (standing.kind, standing.members) == (StandingKind.DIBAO, ids(MOTHER, SON))
        assert (benefit.programme, benefit.members) == ("dibao", ids(MOTHER, SON))
        assert signals_of(facts) == []

    @pytest.mark.req("D22", "H07")
    def test_all_of_the_household_is_the_household(self) -> None:
        for members in ((), ids(MOTHER, SON, UNCLE)):
            facts = said(HOME, dibao(persons=3, members=members))
            assert facts.standings[0].members == ()
            assert facts.benefits[0].members == ids(MOTHER, SON, UNCLE)

    @pytest.mark.req("M10", "Y57")
    def test_who_joins_later_is_not_in(self) -> None:
        child = member()
        facts = said(household(MOTHER, SON, UNCLE, child), dibao(persons=3, members=ids(MOTHER, SON, UNCLE)))
        assert facts.benefits[0].members == facts.standings[0].members == ids(MOTHER, SON, UNCLE)

    @pytest.mark.req("M10", "Y57")
    def test_who_left_is_in_no_more_and_somebody_looks(self) -> None:
        award = dibao(persons=2, members=ids(MOTHER, STRANGER))
        facts = said(HOME, award)
        assert facts.benefits[0].members == facts.standings[0].members == ids(MOTHER)
        assert signals_of(facts) == ["dibao_persons_differ"]
        gone = said(household(UNCLE), award)
        assert (gone.standings, gone.benefits, signals_of(gone)) == ((), (), ["dibao_persons_differ"])

    @pytest.mark.req("M10")
    def test_for_whom_is_not_known_names_nobody(self) -> None:
        facts = said(HOME, dibao(persons=2))
        assert (facts.benefits[0].members, facts.standings[0].members) == ((), ())
        assert signals_of(facts) == ["dibao_members_not_named"]

    @pytest.mark.req("Y55")
    def test_the_severely_disabled_whom_the_award_leaves_out(self) -> None:
        entry, without, below = disabled(UNCLE), "severely_disabled_without_dibao", "dibao_below_highest_differential"
        outside = said(HOME, entry, dibao(persons=1, members=ids(SON), highest_persons=1))
        (signal,) = [one for one in outside.signals if one.code == without]
        assert signal.members == ids(UNCLE)
        assert below not in signals_of(outside)
        inside = said(HOME, entry, dibao(persons=1, members=ids(UNCLE), focus_groups=["severely_disabled"]))
        assert signals_of(inside).count(below) == 1
        assert without not in signals_of(inside)

    @pytest.mark.req("Y55")
    def test_each_of_the_severely_disabled_gets_the_whole_standard(self) -> None:
        both, code = (disabled(UNCLE), disabled(SON)), "dibao_below_highest_differential"
        (signal,) = [one for one in said(HOME, *both, dibao(persons=3, highest_persons=1)).signals if one.code == code]
        assert signal.params == {"due": "2", "granted": "1"}
        assert code not in signals_of(said(HOME, *both, dibao(persons=3, highest_persons=2)))
        single = dibao(scope="single_person", person_id=MOTHER.member_id)
        rest = dibao(persons=2, members=ids(SON, UNCLE))
        assert code in signals_of(said(HOME, disabled(UNCLE), single, rest)), "another's dibao is none of his"

    @pytest.mark.req("Y71")
    def test_key_persons_are_those_of_the_award(self) -> None:
        entry, code = disabled(UNCLE), "dibao_key_persons_not_raised"
        assert code not in signals_of(said(HOME, entry, dibao(persons=1, members=ids(SON))))
        assert code in signals_of(said(HOME, entry, dibao(persons=1, members=ids(UNCLE))))

"""What the parts of a status carry over: nothing said is lost, reordered or made fresher, and nothing is made up."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from services.registry.status.home import Home
from services.registry.status.models import HouseholdStatus, LineState, Risk, RiskLevel
from services.registry.status.parameters import StatusRules
from services.registry.status.said import Said, day_of, instant, said_by
from services.registry.status.unify import unify
from shared.facts.models import (
    Batch,
    Benefit,
    FactsSnapshot,
    Guarantee,
    GuaranteeItem,
    GuaranteeState,
    Severity,
    Signal,
    StandingKind,
    UsedParameter,
)
from shared.policy import Policy
from shared.roster.models import HouseholdState, RosterCategory, RosterHousehold
from tests.unit.status import build

LOW, HIGH = UUID(int=1), UUID(int=2)
EXPIRED = date(2018, 1, 1)


def status_of(home: RosterHousehold, *said: FactsSnapshot) -> HouseholdStatus:
    return unify(home, {one.department: one for one in said}, build.policy(), build.TODAY)


def codes(status: HouseholdStatus) -> list[str]:
    return [one.code for one in status.signals]


@pytest.mark.req("M45", "SYS01")
class TestSaid:
    @pytest.mark.parametrize("valid_until", [None, EXPIRED])
    def test_a_benefit_and_a_signal_go_over_whole(self, valid_until: date | None) -> None:
        home = build.household(members=[build.member(), build.member(relation="spouse")])
        people = tuple(sorted((one.member_id for one in home.members), reverse=True))
        evidence = (HIGH, LOW)
        benefit = Benefit(
            programme="rehab", batch=Batch.MEDICAL, members=people, amount=Decimal(5), period="2018", evidence=evidence
        )
        signal = Signal(
            code="x", severity=Severity.INFO, since=EXPIRED, members=people, evidence=evidence, params={"b": "2"}
        )
        said = build.snapshot(
            home, benefits=[benefit], signals=[signal], figures={"f": Decimal(1)}, valid_until=valid_until
        )
        status = status_of(home, said)
        (shown,) = next(part for part in status.benefits if part.batch is Batch.MEDICAL).benefits
        assert (shown.members, shown.evidence, shown.period) == (people[::-1], (LOW, HIGH), "2018")
        (alert,) = [one for one in status.signals if one.code == "x"]
        assert (alert.members, alert.evidence, alert.params) == (people[::-1], (LOW, HIGH), {"b": "2"})
        (figure,) = status.figures
        assert (figure.code, figure.value, figure.source.department) == ("f", Decimal(1), "health")
        assert [shown.stale, alert.stale, figure.stale] == [valid_until is not None] * 3

    def test_several_benefits_of_one_batch_all_stand(self) -> None:
        home = build.household()
        said = build.snapshot(home, benefits=[build.benefit("a", Batch.MEDICAL), build.benefit("b", Batch.MEDICAL)])
        assert [one.programme for one in status_of(home, said).benefits[2].benefits] == ["a", "b"]

    def test_whoever_is_named_is_looked_for_in_the_household_but_the_dead(self) -> None:
        home, stranger = build.household(), build.member()
        word = build.word(GuaranteeItem.FOOD, GuaranteeState.MET, "seen", member_id=stranger.member_id)
        for part in (
            {"guarantees": [word]},
            {"benefits": [build.benefit("a", Batch.MEDICAL, stranger.member_id)]},
            {"signals": [build.signal("x", Severity.INFO, stranger.member_id)]},
            {"standings": [build.standing(StandingKind.EMPLOYED, stranger)]},
        ):
            assert "not_a_member" in codes(status_of(home, build.snapshot(home, **part))), part
        dead = build.standing(StandingKind.DECEASED, stranger)
        assert "not_a_member" not in codes(status_of(home, build.snapshot(home, standings=[dead])))

    def test_departments_stand_in_the_order_of_their_names(self) -> None:
        home = build.household()
        facts = {name: build.snapshot(home, name) for name in ("village", "education", "health")}
        assert [one.department for one in said_by(facts, build.TODAY)] == ["education", "health", "village"]

    def test_all_words_on_one_guarantee_are_heard(self) -> None:
        home = build.household()
        words = [
            Guarantee(item=GuaranteeItem.FOOD, state=state) for state in (GuaranteeState.UNMET, GuaranteeState.MET)
        ]
        said = Said.of(build.snapshot(home, guarantees=words), build.TODAY)
        assert said.words == {GuaranteeItem.FOOD: tuple(words)}

    def test_moments_are_told_in_utc_and_days_in_china(self) -> None:
        china = timezone(timedelta(hours=8))
        evening = datetime(2018, 10, 1, 1, tzinfo=china)
        told = instant(evening)
        assert told is not None
        assert told.isoformat() == "2018-09-30T17:00:00+00:00"
        assert day_of(told) == date(2018, 10, 1)
        naive = instant(datetime(2018, 10, 1))  # noqa: DTZ001 - as a department may write it
        assert naive is not None
        assert naive.isoformat() == "2018-10-01T00:00:00+00:00"
        assert (instant(None), day_of(None)) == (None, None)


class TestUnified:
    @pytest.mark.req("SYS01")
    def test_parameters_of_all_who_say_something_are_named_and_none_of_what_has_expired(self) -> None:
        home = build.household(income="4000")
        used = UsedParameter(key="health.x", area="000000000000", year=2018, value="1")
        for valid_until, named in ((None, True), (EXPIRED, False)):
            said = build.snapshot(home, valid_until=valid_until)
            said = said.model_copy(update={"facts": said.facts.model_copy(update={"parameters": (used,)})})
            keys = {one.key for one in status_of(home, said).parameters}
            assert ("health.x" in keys) is named
            assert {"income.poverty_line", "status.risk.high.serious_signals"} <= keys

    def test_a_closed_household_contradicts_nobody(self) -> None:
        person = build.member()
        both = [build.standing(kind, person) for kind in (StandingKind.TEKUN, StandingKind.EMPLOYED)]
        for state, told in ((HouseholdState.REGISTERED, True), (HouseholdState.CLOSED, False)):
            home = build.household(state=state, members=[person])
            status = status_of(home, build.snapshot(home, standings=both))
            assert ("tekun_and_employed" in codes(status)) is told

    def test_each_stated_part_comes_from_its_own_figure(self) -> None:
        home = build.household()
        figures = {"helper": Decimal(1), "plan": Decimal(2), "paid_this_year": Decimal(3)}
        status = status_of(home, build.snapshot(home, figures=figures))
        assert [part.value for part in (status.helper, status.plan, status.paid_this_year)] == ["1", "2", "3"]
        assert {one.code for one in status.figures} == set(figures)


class TestHome:
    def test_the_head_comes_first_and_the_others_by_their_ids(self) -> None:
        ids = [UUID(int=number) for number in (3, 1, 2)]
        relations = ("head", "son", "spouse")
        people = [
            build.member(relation=relation).model_copy(update={"member_id": one})
            for one, relation in zip(ids, relations, strict=True)
        ]
        members = status_of(build.household(members=people[::-1])).members
        assert [one.member_id for one in members.items] == [UUID(int=3), UUID(int=1), UUID(int=2)]
        assert members.count == 3

    @pytest.mark.req("D22", "Y10")
    def test_what_the_register_says_of_the_household_is_all_there(self) -> None:
        merged_into = uuid4()
        category = RosterCategory(kind=StandingKind.DIBAO)
        home = build.household(causes=("illness", "schooling")).model_copy(
            update={
                "village_class": "poor",
                "monitoring_category": "unstable_exit",
                "categories": (category,),
                "merged_into": merged_into,
            }
        )
        status = status_of(home)
        life = status.lifecycle
        assert (life.state, life.since, life.household_type) == (home.state, home.state_since, "general")
        assert (life.monitoring_category, life.categories, life.merged_into) == (
            "unstable_exit",
            (category,),
            merged_into,
        )
        assert (status.place.division, status.place.village_class) == (home.division, "poor")
        assert status.causes.codes == ("illness", "schooling")

    @pytest.mark.req("M42")
    def test_one_version_of_a_household_is_measured_anew_under_other_lines(self) -> None:
        home = Home(build.household(income="3000"))
        higher = StatusRules(build.policy(build.override("income.poverty_line", "3500", concept="net")))
        lower = StatusRules(build.policy(build.override("income.poverty_line", "2900", concept="net")))
        states = [home.income(rules)[0].state for rules in (higher, higher, lower, higher)]
        assert states == [LineState.BELOW, LineState.BELOW, LineState.ABOVE, LineState.BELOW]


@pytest.mark.req("Y09", "Y104")
class TestRisk:
    def risk_of(self, home: RosterHousehold, *severities: Severity, policy: Policy | None = None) -> Risk:
        signals = [build.signal(f"s{number}", one) for number, one in enumerate(severities)]
        said = {"health": build.snapshot(home, guarantees=build.MET, signals=signals)}
        return unify(home, said, policy or build.policy(), build.TODAY).risk

    def test_a_signal_is_counted_under_its_own_severity_and_the_count_is_told(self) -> None:
        serious, warning = Severity.SERIOUS, Severity.WARNING
        home = build.household(income="9000")
        for severities, level, reasons in (
            ((), RiskLevel.NONE, []),
            ((Severity.INFO,), RiskLevel.NONE, []),
            ((warning,), RiskLevel.LOW, [("warning_signals", "1", "1")]),
            ((warning, warning, warning), RiskLevel.MEDIUM, [("warning_signals", "3", "3")]),
            ((serious, warning, warning), RiskLevel.MEDIUM, [("serious_signals", "1", "1")]),
            ((serious, serious), RiskLevel.HIGH, [("serious_signals", "2", "2")]),
        ):
            risk = self.risk_of(home, *severities)
            told = [(one.code, one.params["count"], one.params["limit"]) for one in risk.reasons]
            assert (risk.level, told) == (level, reasons)

    def test_below_the_monitoring_line_is_a_low_risk_while_policy_says_so(self) -> None:
        line = build.override("income.monitoring_line", "6000", concept="net")
        off = build.override("status.risk.low.below_monitoring_line", False)
        for income, policy, codes in (
            ("5999", build.policy(line), ["income_below_monitoring_line"]),
            ("6000", build.policy(line), []),
            ("5999", build.policy(line, off), []),
        ):
            risk = self.risk_of(build.household(income=income), policy=policy)
            assert [one.code for one in risk.reasons] == codes
            assert risk.level is (RiskLevel.LOW if codes else RiskLevel.NONE)

    def test_a_closed_household_is_at_no_risk(self) -> None:
        risk = self.risk_of(build.household(state=HouseholdState.CLOSED), *[Severity.SERIOUS] * 3)
        assert (risk.level, risk.complete, risk.reasons) == (RiskLevel.NONE, True, ())

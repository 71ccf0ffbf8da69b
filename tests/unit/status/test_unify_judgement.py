"""What the unified status makes of it: signals of the registry, the level of risk, proposals."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from services.registry.status.models import HouseholdStatus, ProposalCode, RiskLevel
from services.registry.status.unify import unify
from shared.facts.models import Batch, FactsSnapshot, GuaranteeItem, GuaranteeState, Severity
from shared.policy import Policy
from shared.roster.models import HouseholdState, RosterHousehold
from tests.unit.status import build

MEDICAL = GuaranteeItem.BASIC_MEDICAL
MONITORED_BELOW_6000 = build.policy(build.override("income.monitoring_line", "6000", concept="net"))


def status_of(
    home: RosterHousehold, *said: FactsSnapshot, policy: Policy | None = None, on: date = build.TODAY
) -> HouseholdStatus:
    return unify(home, {one.department: one for one in said}, policy or build.policy(), on)


def guarantee(status: HouseholdStatus, item: GuaranteeItem = MEDICAL) -> GuaranteeState:
    return next(part.state for part in status.guarantees if part.item is item)


def codes(status: HouseholdStatus) -> set[str]:
    return {signal.code for signal in status.signals}


def proposed(status: HouseholdStatus) -> list[ProposalCode]:
    return [proposal.code for proposal in status.proposals]


class TestRegistrySignals:
    @pytest.mark.req("M27", "Y104")
    def test_unmet_guarantee_after_exit_is_an_alert(self) -> None:
        home = build.household(state=HouseholdState.EXITED)
        unmet = build.snapshot(home, guarantees=[build.word(MEDICAL, GuaranteeState.UNMET)])
        status = status_of(home, unmet)
        alert = next(one for one in status.signals if one.code == "guarantee_unmet_after_exit")
        assert (alert.severity, alert.params["item"]) == (Severity.SERIOUS, "basic_medical")
        assert ProposalCode.CONSIDER_MONITORING in proposed(status)

    @pytest.mark.req("M27", "Y104")
    def test_the_alert_rests_on_those_who_say_unmet(self) -> None:
        person, spouse = build.member(), build.member(relation="spouse")
        home = build.household(state=HouseholdState.EXITED, members=[person, spouse])
        unmet = build.word(MEDICAL, GuaranteeState.UNMET, "no_insurance", member_id=person.member_id)
        of_household = build.word(MEDICAL, GuaranteeState.UNMET, "no_doctor")
        met = build.word(MEDICAL, GuaranteeState.MET, "seen", member_id=spouse.member_id)
        status = status_of(
            home,
            build.snapshot(home, "health", guarantees=[unmet], as_of=datetime(2018, 10, 1, tzinfo=UTC)),
            build.snapshot(home, "village", guarantees=[of_household], as_of=datetime(2018, 9, 30, 20, tzinfo=UTC)),
            build.snapshot(home, "street", guarantees=[of_household], as_of=None),
            build.snapshot(home, "audit", guarantees=[met], as_of=datetime(2018, 1, 1, tzinfo=UTC)),
        )
        alert = next(one for one in status.signals if one.code == "guarantee_unmet_after_exit")
        assert alert.params == {"item": "basic_medical", "departments": "health,street,village"}
        assert alert.members == (person.member_id,)
        assert alert.since == date(2018, 10, 1), "the days in China; the day of the first who said it"
        earlier = build.snapshot(home, "village", guarantees=[unmet], as_of=datetime(2018, 5, 2, tzinfo=UTC))
        status = status_of(home, build.snapshot(home, "health", guarantees=[unmet]), earlier)
        assert next(one for one in status.signals if one.code == alert.code).since == date(2018, 5, 2)

    @pytest.mark.parametrize("state", [HouseholdState.MONITORED, HouseholdState.REGISTERED])
    def test_no_such_alert_for_those_already_watched(self, state: HouseholdState) -> None:
        home = build.household(state=state)
        unmet = build.snapshot(home, guarantees=[build.word(MEDICAL, GuaranteeState.UNMET)])
        assert "guarantee_unmet_after_exit" not in codes(status_of(home, unmet))

    @pytest.mark.req("M42", "M43", "M46")
    def test_below_the_line_and_not_registered(self) -> None:
        status = status_of(build.household(state=HouseholdState.CANDIDATE, income="3246"))
        assert "income_below_line_not_registered" in codes(status)
        assert proposed(status) == [ProposalCode.CONSIDER_REGISTRATION]

    def test_below_the_line_and_registered_is_no_alert(self) -> None:
        assert codes(status_of(build.household(income="3246"))) == set()

    @pytest.mark.req("Y09", "H05")
    def test_below_the_line_again_after_exit(self) -> None:
        status = status_of(build.household(state=HouseholdState.EXITED, income="3000"))
        assert "income_below_line_after_exit" in codes(status)
        assert proposed(status) == [ProposalCode.CONSIDER_MONITORING]

    def test_a_department_names_a_stranger(self) -> None:
        home = build.household()
        stranger = uuid4()
        status = status_of(home, build.snapshot(home, signals=[build.signal("x", Severity.INFO, stranger)]))
        found = next(one for one in status.signals if one.code == "not_a_member")
        assert (found.members, found.params) == ((stranger,), {"department": "health"})

    def test_dibao_household_without_dibao(self) -> None:
        home = build.household(household_type="dibao")
        assert "type_without_benefit" in codes(status_of(home, build.snapshot(home, "civil_affairs")))
        assert "type_without_benefit" not in codes(status_of(home))
        paid = build.snapshot(home, "civil_affairs", benefits=[build.benefit()])
        assert "type_without_benefit" not in codes(status_of(home, paid))
        otherwise = build.snapshot(home, "civil_affairs", benefits=[build.benefit("rehab", Batch.MEDICAL)])
        assert "type_without_benefit" in codes(status_of(home, otherwise))
        assert "type_without_benefit" not in codes(status_of(home, build.snapshot(home, "health"))), "not said by whom"
        empty = build.snapshot(home, "civil_affairs", as_of=None)
        assert "type_without_benefit" not in codes(status_of(home, empty)), "civil affairs holds no record"
        expired = build.snapshot(home, "civil_affairs", valid_until=date(2018, 1, 1))
        assert "type_without_benefit" not in codes(status_of(home, expired))

    def test_closed_household_with_a_benefit(self) -> None:
        home = build.household(state=HouseholdState.CLOSED, members=())
        assert codes(status_of(home, build.snapshot(home, benefits=[build.benefit()]))) == {
            "benefit_of_closed_household"
        }

    def test_gravest_and_oldest_first(self) -> None:
        home = build.household()
        said = build.snapshot(
            home, signals=[build.signal("b"), build.signal("z", Severity.SERIOUS), build.signal("a", Severity.INFO)]
        )
        assert [one.code for one in status_of(home, said).signals] == ["z", "b", "a"]
        days = {"b": date(2018, 2, 1), "c": date(2017, 2, 1)}
        dated = [build.signal(code).model_copy(update={"since": day}) for code, day in days.items()]
        exited = build.household(state=HouseholdState.EXITED, household_type="dibao")
        status = status_of(exited, build.snapshot(exited, "civil_affairs", signals=dated))
        assert [one.code for one in status.signals] == ["c", "b", "type_without_benefit"], "those without a day last"


class TestRisk:
    @pytest.mark.req("Y09", "Y104")
    @pytest.mark.parametrize(
        ("serious", "warnings", "unmet", "level"),
        [(0, 0, 0, "none"), (0, 1, 0, "low"), (0, 3, 0, "medium"), (1, 0, 0, "medium"), (2, 0, 0, "high"),
         (0, 0, 1, "medium"), (0, 0, 2, "high")],
    )  # fmt: skip
    def test_level_follows_signals_and_gaps(self, serious: int, warnings: int, unmet: int, level: str) -> None:
        home = build.household(income="4000")
        signals = [build.signal(f"s{n}", Severity.SERIOUS) for n in range(serious)]
        signals += [build.signal(f"w{n}") for n in range(warnings)]
        gaps = [build.word(item, GuaranteeState.UNMET) for item in list(GuaranteeItem)[:unmet]]
        risk = status_of(home, build.snapshot(home, signals=signals, guarantees=[*gaps, *build.MET[unmet:]])).risk
        assert (risk.level.value, risk.complete) == (level, True)
        assert bool(risk.reasons) is (level != "none")

    def test_income_below_the_poverty_line_is_medium(self) -> None:
        assert status_of(build.household(income="100")).risk.level is RiskLevel.MEDIUM

    def test_ignorance_is_not_safety(self) -> None:
        risk = status_of(build.household()).risk
        assert (risk.level, risk.complete) == (RiskLevel.NONE, False)

    def test_ignorance_of_one_thing_is_ignorance(self) -> None:
        home = build.household(income="4000")
        assert status_of(home, build.snapshot(home, guarantees=build.MET)).risk.complete is True
        assert status_of(home, build.snapshot(home, guarantees=build.MET[1:])).risk.complete is False
        poor = build.household()
        assert status_of(poor, build.snapshot(poor, guarantees=build.MET)).risk.complete is False

    def test_thresholds_are_policy(self) -> None:
        home = build.household()
        policy = build.policy(build.override("status.risk.high.serious_signals", "1"))
        said = build.snapshot(home, signals=[build.signal("s", Severity.SERIOUS)])
        assert status_of(home, said, policy=policy).risk.level is RiskLevel.HIGH


class TestProposals:
    @pytest.mark.req("Y03", "Y94", "M46")
    def test_exit_needs_income_and_every_guarantee(self) -> None:
        home = build.household(income="3247")
        assert proposed(status_of(home, build.snapshot(home, guarantees=build.MET))) == [
            ProposalCode.EXIT_CONDITIONS_MET
        ]
        for missing in range(len(build.MET)):
            some = (*build.MET[:missing], *build.MET[missing + 1 :])
            assert proposed(status_of(home, build.snapshot(home, guarantees=some))) == []
        poor = build.household(income="3246")
        assert proposed(status_of(poor, build.snapshot(poor, guarantees=build.MET))) == []

    @pytest.mark.req("Y94")
    def test_a_proposed_exit_that_no_longer_fits_says_why(self) -> None:
        home = build.household(state=HouseholdState.PROPOSED_EXIT, income="3000")
        (proposal,) = status_of(home, build.snapshot(home, guarantees=build.MET[:5])).proposals
        assert proposal.code is ProposalCode.EXIT_CONDITIONS_NOT_MET
        assert [reason.code for reason in proposal.reasons] == ["guarantee_unknown", "income_below_poverty_line"]

    def test_a_proposal_changes_no_state(self) -> None:
        home = build.household(income="9000")
        status = status_of(home, build.snapshot(home, guarantees=build.MET))
        assert status.lifecycle.state is HouseholdState.REGISTERED

    @pytest.mark.req("Y09")
    def test_risk_removal_for_a_monitored_household(self) -> None:
        home = build.household(state=HouseholdState.MONITORED, income="9000")
        said = build.snapshot(home, guarantees=build.MET)
        assert proposed(status_of(home, said)) == [ProposalCode.CONSIDER_RISK_REMOVAL]
        grave = build.snapshot(home, "village", signals=[build.signal("s", Severity.SERIOUS)])
        assert proposed(status_of(home, said, grave)) == []
        for unheld in (build.MET[1:], (build.word(MEDICAL, GuaranteeState.UNMET), *build.MET)):
            assert proposed(status_of(home, build.snapshot(home, guarantees=unheld))) == []

    @pytest.mark.req("Y09")
    @pytest.mark.parametrize(("income", "removed"), [("5999.99", False), ("6000", True)])
    def test_the_monitoring_line_is_the_one_to_reach_where_there_is_one(self, income: str, removed: bool) -> None:
        home = build.household(state=HouseholdState.MONITORED, income=income)
        status = status_of(home, build.snapshot(home, guarantees=build.MET), policy=MONITORED_BELOW_6000)
        assert proposed(status) == ([ProposalCode.CONSIDER_RISK_REMOVAL] if removed else [])

    @pytest.mark.req("M27", "Y09")
    @pytest.mark.parametrize(
        ("income", "more", "reasons"),
        [
            ("6000", {}, []),
            ("6000", {"signals": [build.signal()]}, []),
            ("6000", {"signals": [build.signal("s", Severity.SERIOUS)]}, ["risk_level"]),
            ("5999", {}, ["income_below_monitoring_line"]),
            ("3246", {}, ["income_below_poverty_line", "risk_level"]),
            ("6000", {"guarantees": [build.word(MEDICAL, GuaranteeState.UNMET)]}, ["guarantee_unmet", "risk_level"]),
        ],
    )
    def test_why_an_exited_household_should_be_watched(
        self, income: str, more: dict[str, Any], reasons: list[str]
    ) -> None:
        for state in (HouseholdState.EXITED, HouseholdState.CANDIDATE):
            home = build.household(state=state, income=income)
            said = build.snapshot(home, **{"guarantees": build.MET, **more})
            found = status_of(home, said, policy=MONITORED_BELOW_6000).proposals
            if state is HouseholdState.CANDIDATE and "income_below_poverty_line" in reasons:
                assert [one.code for one in found] == [ProposalCode.CONSIDER_REGISTRATION]
            else:
                assert [one.code for one in found] == [ProposalCode.CONSIDER_MONITORING] * bool(reasons)
                assert [reason.code for one in found for reason in one.reasons] == reasons

    @pytest.mark.req("Y94")
    def test_an_income_that_nobody_knows_keeps_the_exit_open_and_says_why(self) -> None:
        home = build.household(state=HouseholdState.PROPOSED_EXIT)
        (proposal,) = status_of(home, build.snapshot(home, guarantees=build.MET)).proposals
        assert [(reason.code, reason.params) for reason in proposal.reasons] == [
            ("income_unknown", {"reason": "no_income_year"})
        ]

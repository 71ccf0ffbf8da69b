"""What the unified status makes of it: signals of the registry, the level of risk, proposals."""

from datetime import date
from uuid import uuid4

import pytest

from services.registry.status.models import HouseholdStatus, ProposalCode, RiskLevel
from services.registry.status.unify import unify
from shared.facts.models import FactsSnapshot, GuaranteeItem, GuaranteeState, Severity
from shared.policy import Policy
from shared.roster.models import HouseholdState, RosterHousehold
from tests.unit.status import build

MEDICAL = GuaranteeItem.BASIC_MEDICAL


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

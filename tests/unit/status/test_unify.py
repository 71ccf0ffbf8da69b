"""What the unified status says, rule by rule."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import orjson
import pytest

from services.registry.status.models import Held, HouseholdStatus, LineState, ProposalCode, StatedState
from services.registry.status.unify import unify
from shared.facts.models import Batch, FactsSnapshot, GuaranteeItem, GuaranteeState
from shared.policy import Policy
from shared.roster.models import HouseholdState, RosterHousehold, RosterIncome
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


class TestGuarantees:
    @pytest.mark.req("M04", "Y03", "Y04", "Y05")
    def test_six_items_are_named_and_five_flags_shown(self) -> None:
        status = status_of(build.household(), build.snapshot(build.household(), guarantees=build.MET))
        assert [part.item for part in status.guarantees] == list(GuaranteeItem)
        flags = status.five.model_dump(mode="json")
        assert flags == {
            "food": "met",
            "clothing": "met",
            "compulsory_education": "met",
            "basic_medical": "met",
            "safe_housing": "met",
            "all_held": "yes",
        }

    def test_silence_is_unknown_with_its_reason(self) -> None:
        status = status_of(build.household())
        assert {part.state for part in status.guarantees} == {GuaranteeState.UNKNOWN}
        assert {reason.code for part in status.guarantees for reason in part.reasons} == {"not_said"}
        assert status.five.all_held is Held.UNKNOWN

    @pytest.mark.parametrize(
        ("health", "village", "merged"),
        [
            ("unmet", "met", "unmet"),
            ("met", "unmet", "unmet"),
            ("unknown", "met", "met"),
            ("unknown", "not_applicable", "unknown"),
            ("not_applicable", "met", "met"),
            ("not_applicable", "not_applicable", "not_applicable"),
            ("unknown", "unmet", "unmet"),
        ],
    )
    def test_the_worst_word_of_several_departments_stands(self, health: str, village: str, merged: str) -> None:
        home = build.household()
        status = status_of(
            home,
            build.snapshot(home, "health", guarantees=[build.word(MEDICAL, GuaranteeState(health))]),
            build.snapshot(home, "village", guarantees=[build.word(MEDICAL, GuaranteeState(village))]),
        )
        part = next(part for part in status.guarantees if part.item is MEDICAL)
        assert part.state.value == merged
        assert {one.department: one.state.value for one in part.sources} == {"health": health, "village": village}

    def test_expired_facts_are_unknown_never_met(self) -> None:
        home = build.household()
        said = build.snapshot(home, guarantees=build.MET, valid_until=date(2018, 11, 1))
        assert guarantee(status_of(home, said, on=date(2018, 10, 31))) is GuaranteeState.MET
        expired = status_of(home, said, on=date(2018, 11, 1))
        assert guarantee(expired) is GuaranteeState.UNKNOWN
        assert expired.guarantees[0].reasons[0].code == "facts_expired"

    def test_expired_word_does_not_outweigh_a_fresh_one(self) -> None:
        home = build.household()
        old = build.snapshot(home, guarantees=[build.word(MEDICAL, GuaranteeState.UNMET)], valid_until=date(2018, 1, 1))
        fresh = build.snapshot(home, "village", guarantees=[build.word(MEDICAL, GuaranteeState.MET)])
        assert guarantee(status_of(home, old, fresh)) is GuaranteeState.MET

    def test_only_the_reasons_of_the_state_that_stands_are_given(self) -> None:
        home = build.household()
        status = status_of(
            home,
            build.snapshot(home, guarantees=[build.word(MEDICAL, GuaranteeState.UNMET, "no_insurance")]),
            build.snapshot(home, "village", guarantees=[build.word(MEDICAL, GuaranteeState.MET, "seen_by_village")]),
        )
        part = next(part for part in status.guarantees if part.item is MEDICAL)
        assert [(reason.code, reason.department) for reason in part.reasons] == [("no_insurance", "health")]

    def test_one_unmet_flag_makes_all_held_no(self) -> None:
        home = build.household()
        unmet = build.snapshot(home, guarantees=[build.word(MEDICAL, GuaranteeState.UNMET), *build.MET])
        assert status_of(home, unmet).five.all_held is Held.NO

    @pytest.mark.req("M04", "Y03")
    def test_one_unknown_flag_leaves_all_held_unknown(self) -> None:
        home = build.household()
        assert status_of(home, build.snapshot(home, guarantees=build.MET[1:])).five.all_held is Held.UNKNOWN

    @pytest.mark.req("M04")
    @pytest.mark.parametrize("water", ["unmet", "unknown"])
    def test_safe_water_is_none_of_the_five(self, water: str) -> None:
        home = build.household()
        words = [one for one in build.MET if one.item is not GuaranteeItem.SAFE_WATER]
        words.append(build.word(GuaranteeItem.SAFE_WATER, GuaranteeState(water)))
        assert status_of(home, build.snapshot(home, guarantees=words)).five.all_held is Held.YES

    def test_the_same_reason_of_two_members_is_two_reasons(self) -> None:
        home = build.household()
        unmet = [build.word(MEDICAL, GuaranteeState.UNMET, "no_insurance", member_id=uuid4()) for _ in range(2)]
        status = status_of(home, build.snapshot(home, guarantees=[*unmet, *unmet]))
        part = next(part for part in status.guarantees if part.item is MEDICAL)
        named = [reason.member_id for reason in part.reasons]
        assert len(named) == 2
        assert set(named) == {word.reasons[0].member_id for word in unmet}


class TestIncome:
    @pytest.mark.req("M42")
    @pytest.mark.parametrize(("income", "state"), [("3246.99", "below"), ("3247", "above"), ("3247.01", "above")])
    def test_line_of_the_area_and_year(self, income: str, state: str) -> None:
        status = status_of(build.household(income=income))
        assert status.income.state.value == state
        assert status.income.poverty_line.line == Decimal("3247")
        assert status.income.poverty_line.concept == "net"

    def test_ratio_is_a_decimal_string(self) -> None:
        body = orjson.loads(status_of(build.household(income="1623.50")).to_json())
        assert body["income"]["poverty_line"]["ratio"] == "0.5000"

    @pytest.mark.req("H14")
    def test_another_area_has_another_line(self) -> None:
        elsewhere = build.household(income="3000", division="420115010201")
        assert status_of(elsewhere).income.poverty_line.line == Decimal("2995")

    def test_concepts_are_never_mixed(self) -> None:
        status = status_of(build.household(income="100", concept="disposable"))
        line = status.income.poverty_line
        assert (line.state, line.comparable, line.reason) == (LineState.UNKNOWN, False, "concept_differs")
        assert proposed(status) == []

    @pytest.mark.req("M42", "H14")
    @pytest.mark.parametrize(("concept", "held"), [("net", "3000"), ("disposable", "2800")])
    def test_of_one_year_under_both_concepts_each_line_is_met_by_its_own(self, concept: str, held: str) -> None:
        net, disposable = (
            RosterIncome(year=2018, concept=name, per_capita=Decimal(amount))
            for name, amount in (("net", "3000"), ("disposable", "2800"))
        )
        home = build.household().model_copy(update={"income": net, "income_otherwise": disposable})
        lines = (("poverty_line", "2900", concept), ("monitoring_line", "2850", "disposable"))
        policy = build.policy(*(build.override(f"income.{key}", value, concept=own) for key, value, own in lines))
        income = status_of(home, policy=policy).income
        assert (income.concept, income.per_capita, income.state) == (
            concept,
            Decimal(held),
            LineState.ABOVE if concept == "net" else LineState.BELOW,
        )
        assert (income.poverty_line.concept, income.poverty_line.per_capita) == (concept, Decimal(held))
        monitoring = income.monitoring_line
        assert (monitoring.state, monitoring.per_capita) == (LineState.BELOW, Decimal("2800"))

    def test_no_income_year_is_unknown(self) -> None:
        assert status_of(build.household()).income.poverty_line.reason == "no_income_year"

    def test_year_before_any_line_is_unknown(self) -> None:
        assert status_of(build.household(income="100", year=1990)).income.poverty_line.reason == "no_line"

    @pytest.mark.req("H15")
    @pytest.mark.parametrize(("income", "state"), [("6999.99", "below"), ("7000.00", "above")])
    def test_seventy_percent_of_the_local_average(self, income: str, state: str) -> None:
        policy = build.policy(build.override("income.rural_average", "10000", concept="disposable"))
        status = status_of(build.household(income=income, concept="disposable"), policy=policy)
        assert status.income.local_average.state.value == state
        assert status.income.local_average.line == Decimal("7000.0")

    def test_parameters_used_are_named(self) -> None:
        used = {one.key: one for one in status_of(build.household(income="100")).parameters}
        assert (used["income.poverty_line"].area, used["income.poverty_line"].year) == ("210504000000", 2018)


class TestBenefits:
    @pytest.mark.req("M08")
    def test_five_batches(self) -> None:
        home = build.household()
        status = status_of(home, build.snapshot(home, "civil_affairs", benefits=[build.benefit()]))
        assert [part.batch.value for part in status.benefits] == [
            "dibao",
            "employment",
            "medical",
            "education",
            "housing",
        ]
        assert status.benefits[0].benefits[0].source.department == "civil_affairs"

    @pytest.mark.req("Y100")
    @pytest.mark.parametrize("state", list(HouseholdState))
    def test_no_state_removes_a_benefit(self, state: HouseholdState) -> None:
        home = build.household(state=state)
        status = status_of(home, build.snapshot(home, "civil_affairs", benefits=[build.benefit()]))
        assert [one.programme for one in status.benefits[0].benefits] == ["dibao"]

    def test_benefit_of_expired_facts_stays_and_is_marked(self) -> None:
        home = build.household()
        said = build.snapshot(home, benefits=[build.benefit("rehab", Batch.MEDICAL)], valid_until=date(2018, 1, 1))
        assert status_of(home, said).benefits[2].benefits[0].stale is True

    def test_stated_parts_are_unknown_until_said(self) -> None:
        status = status_of(build.household())
        for part in (status.helper, status.last_visit, status.plan, status.paid_this_year):
            assert (part.state, part.reason, part.value) == (StatedState.UNKNOWN, "not_said", None)

    def test_stated_parts_come_from_figures(self) -> None:
        home = build.household()
        figures = {"paid_this_year": Decimal("1200.50"), "last_visit": Decimal("20181009")}
        status = status_of(home, build.snapshot(home, "funds", figures=figures))
        assert (status.paid_this_year.value, status.last_visit.value) == ("1200.50", "2018-10-09")
        assert status.paid_this_year.source is not None
        assert status.paid_this_year.source.department == "funds"

    @pytest.mark.parametrize(
        ("figure", "day"),
        [
            ("20181009", "2018-10-09"),
            ("20181009.5", None),
            ("20181309", None),
            ("20181000", None),
            ("2018109", None),
            ("120181009", None),
            ("1E+40", None),
        ],
    )
    def test_a_day_is_a_day_of_the_calendar(self, figure: str, day: str | None) -> None:
        home = build.household()
        visit = status_of(home, build.snapshot(home, figures={"last_visit": Decimal(figure)})).last_visit
        assert (visit.value, visit.reason) == (day, None if day else "figure_not_a_day")

    def test_departments_that_disagree_on_a_figure_leave_it_unknown(self) -> None:
        home = build.household()
        status = status_of(
            home,
            build.snapshot(home, "funds", figures={"paid_this_year": Decimal(1)}),
            build.snapshot(home, "village", figures={"paid_this_year": Decimal(2)}),
        )
        assert status.paid_this_year.reason == "departments_disagree"

    def test_an_expired_figure_is_unknown_and_weighs_nothing_against_a_fresh_one(self) -> None:
        home = build.household()
        old = build.snapshot(home, "funds", figures={"paid_this_year": Decimal(1)}, valid_until=date(2018, 1, 1))
        alone = status_of(home, old).paid_this_year
        assert (alone.state, alone.value, alone.reason) == (StatedState.UNKNOWN, None, "facts_expired")
        fresh = [build.snapshot(home, one, figures={"paid_this_year": Decimal(2)}) for one in ("village", "town")]
        agreed = status_of(home, old, *fresh).paid_this_year
        assert (agreed.state, agreed.value, agreed.reason) == (StatedState.SAID, "2", None)


class TestDocument:
    @pytest.mark.req("M45", "SYS01")
    def test_every_part_names_its_source(self) -> None:
        home = build.household(version=4)
        said = build.snapshot(home, version=17, guarantees=build.MET, benefits=[build.benefit()])
        body = orjson.loads(status_of(home, said).to_json())
        registry = {"department": "registry", "version": 4, "as_of": None}
        for part in ("place", "lifecycle", "members", "causes", "income", "risk"):
            assert body[part]["source"] == registry
        health = {"department": "health", "version": 17, "as_of": "2018-10-01T00:00:00Z"}
        assert body["benefits"][0]["benefits"][0]["source"] == health
        assert body["guarantees"][0]["sources"] == [{**health, "state": "met"}]

    def test_no_identity_number_goes_out(self) -> None:
        body = status_of(build.household()).to_json()
        assert b"id_hash" not in body
        assert b"id_number" not in body

    def test_valid_until_is_the_first_expiry_to_come(self) -> None:
        home = build.household()
        status = status_of(
            home,
            build.snapshot(home, "health", valid_until=date(2018, 1, 1)),
            build.snapshot(home, "education", valid_until=date(2019, 9, 1)),
            build.snapshot(home, "housing", valid_until=date(2019, 1, 1)),
        )
        assert status.valid_until == date(2019, 1, 1)

    def test_a_change_of_the_rules_by_year_ends_the_status(self) -> None:
        policy = build.policy(build.override("status.risk.high.serious_signals", "5", year=2021))
        assert status_of(build.household(), policy=policy).valid_until == date(2021, 1, 1)

    def test_moment_without_offset_is_utc(self) -> None:
        home = build.household()
        naive = datetime(2018, 10, 1)  # noqa: DTZ001 - what a careless sender writes
        aware = naive.replace(tzinfo=UTC)
        said = [build.snapshot(home, guarantees=build.MET, as_of=moment) for moment in (naive, aware)]
        assert status_of(home, said[0]).to_json() == status_of(home, said[1]).to_json()

"""What a step makes of its case, decided in memory: days fixed when a stage is entered, fields that change and stay."""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from shared.auth import Principal
from shared.clock import MovableClock
from shared.database import uuid7
from shared.pii import Vault
from shared.policy import Policy, PolicyOverride, PolicySnapshot, registered_defaults
from shared.procedures.checks import check_four_eyes
from shared.procedures.commands import StepCommand, Taker, taker
from shared.procedures.decision import Case, StepDecider
from shared.procedures.forms import Forms, parse
from shared.procedures.refusals import FourEyes
from shared.records.decision import Place
from shared.service.problems import Problem
from tests.departments.repairs.cases import REPAIRS

VILLAGE = "420115010201"
OFFICER = Principal(
    "officer",
    "person",
    roles=frozenset({"township_officer"}),
    divisions=(VILLAGE[:9] + "000",),
    source_system="console",
)
CHIEF = replace(OFFICER, subject="chief")
FORMS = Forms(REPAIRS)


class Desk:
    """One case and one official, on a day, under a policy."""

    def __init__(self) -> None:
        self.clock = MovableClock(datetime(2020, 6, 1, 4, 0, tzinfo=UTC))
        self.posting_days = 7
        self.undecided: dict[UUID, set[UUID]] = {}
        self.takers: defaultdict[UUID, set[tuple[str, Taker]]] = defaultdict(set)
        self.case = Case(uuid7(), Place(household_id=uuid7(), division=VILLAGE), "h:1")
        self.decider = self._decider()

    def _decider(self) -> StepDecider:
        override = PolicyOverride(key="repairs.posting_days", area=VILLAGE, year=2010, value=self.posting_days)
        policy = Policy(registered_defaults(), PolicySnapshot(version=1, overrides=(override,)))
        return StepDecider(
            service="repairs",
            policies=SimpleNamespace(current=policy),  # type: ignore[arg-type]  # all that is asked of the store
            clock=self.clock,
            households={},
            held={},
            undecided=self.undecided,
            takers=self.takers,
        )

    def take(self, step: str, by: Principal = OFFICER, **body: object) -> Case:
        self.decider = self._decider()
        body = {"taken_on": self.clock.today().isoformat(), **body}
        if not self.case.content:
            declared, record = FORMS.opening({"household_code": "W1", "step": step, **body})
        else:
            declared, record = REPAIRS.later[step], parse(FORMS.steps[step], body)
        command = StepCommand(
            record_type=REPAIRS.cases, record=record, principal=by, procedure=REPAIRS, step=declared,
            case_id=self.case.id if self.case.content else None,
        )  # fmt: skip
        if self.case.content:
            self.case, _ = self.decider.take(command, self.case)
        else:
            self.case, _ = self.decider.open(command, self.case)
        return self.case

    def posted(self) -> Case:
        self.take("apply", repair_class="light", cost="3000")
        self.take("visit", visited_on="2020-06-01")
        return self.take("post")


@pytest.fixture
def desk() -> Desk:
    return Desk()


class TestDaysAreFixedWhenAStageIsEntered:
    def test_a_new_posting_time_counts_for_what_is_posted_after_it(self, desk: Desk) -> None:
        assert desk.posted().content["ready_on"] == "2020-06-08"
        desk.posting_days = 10
        desk.clock.advance(timedelta(days=2))
        case = desk.take("object", text="无")
        assert case.content["ready_on"] == "2020-06-08"
        [objection_id] = desk.undecided[case.id]
        case = desk.take("decide_objection", objection_id=str(objection_id), finding="无", upheld=False)
        assert (case.content["stage_since"], case.content["ready_on"]) == ("2020-06-03", "2020-06-13")
        # The term for the decision runs from the application, whatever came between.
        assert case.content["due_on"] == "2020-06-30"

    def test_a_step_that_stays_changes_no_day_but_the_last(self, desk: Desk) -> None:
        before = desk.take("apply", repair_class="light", cost="3000").content
        desk.clock.advance(timedelta(days=1))
        after = desk.take("visit", visited_on="2020-06-02").content
        changed = {name for name in before if before[name] != after[name]}
        assert changed == {"last_step_on", "visited_on"}


class TestFourEyes:
    """The official whom a system names counts, not the system."""

    def test_a_name_counts_without_its_spaces(self) -> None:
        with pytest.raises(FourEyes):
            check_four_eyes(self.command("王 强"), {("apply", taker("system", "王强"))})

    def command(self, official: str | None) -> StepCommand:
        step = replace(REPAIRS.later["visit"], not_by=("apply", "post"))
        body: dict[str, object] = {"taken_on": "2020-06-01", "visited_on": "2020-06-01"}
        if official is not None:
            body["on_behalf_of"] = {"official": official, "role": "village_officer"}
        record = parse(FORMS.steps["visit"], body)
        return StepCommand(record_type=REPAIRS.cases, record=record, principal=OFFICER, procedure=REPAIRS, step=step)

    @pytest.mark.parametrize(
        ("official", "taken", "refused"),
        [
            (None, {("apply", ("officer", ""))}, ["apply"]),
            ("王某", {("apply", ("", "王某")), ("post", ("", "王某"))}, ["apply", "post"]),
        ],
    )
    def test_the_same_one_is_refused(
        self, official: str | None, taken: set[tuple[str, Taker]], refused: list[str]
    ) -> None:
        with pytest.raises(FourEyes) as refusal:
            check_four_eyes(self.command(official), taken)
        assert refusal.value.params["steps"] == refused

    @pytest.mark.parametrize(
        ("official", "taken"),
        [
            (None, {("visit", ("officer", ""))}),
            (None, {("apply", ("", "officer"))}),
            ("王某", {("apply", ("", "李某")), ("apply", ("officer", ""))}),
        ],
    )
    def test_another_one_or_another_step_is_not(self, official: str | None, taken: set[tuple[str, Taker]]) -> None:
        check_four_eyes(self.command(official), taken)


class TestFields:
    def test_what_is_left_out_stays_and_what_is_given_changes(self, desk: Desk) -> None:
        desk.posted()
        desk.clock.advance(timedelta(days=7))
        assert desk.take("decide", CHIEF, granted=True).content["grant_yuan"] == "3000.00"
        assert desk.take("review", goes_on=True).content["repair_class"] == "light"
        assert desk.take("review", goes_on=True, repair_class="heavy").content["repair_class"] == "heavy"

    def test_a_required_field_cannot_be_emptied(self, desk: Desk) -> None:
        desk.posted()
        desk.clock.advance(timedelta(days=7))
        desk.take("decide", CHIEF, granted=True)
        with pytest.raises(Problem) as refusal:
            desk.take("review", goes_on=True, repair_class=None)
        assert [one.pointer for one in refusal.value.errors] == ["/repair_class"]

    def test_the_closed_case_gives_its_key_free(self, desk: Desk) -> None:
        case = desk.posted()
        assert case.natural_key == "h:1"
        closed = desk.take("withdraw", reason="无")
        assert closed.natural_key == f"h:1|closed:{case.id}"
        assert REPAIRS.cases.key_of(closed.content, "h:1", case.id) == closed.natural_key

    def test_what_is_kept_of_a_step(self, desk: Desk, vault: Vault) -> None:
        desk.take("apply", repair_class="light", cost="3000", phone="19900000007")
        [taken] = desk.decider.taken
        kept: dict[str, Any] = taken.row(vault)
        assert kept["evidence"] == {"repair_class": "light", "cost": "3000.00", "phone": "199****0007"}
        assert vault.decrypt(bytes.fromhex(kept["personal"][2:])) == '{"phone":"19900000007"}'
        assert (kept["from_stage"], kept["to_stage"], kept["revision"]) == (None, "applied", 1)
        assert "19900000007" not in str(desk.decider.decisions[0].after)

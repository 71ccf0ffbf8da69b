"""Tekun: three conditions, six self-care items; temporary relief: ordinary and urgent (H08, Y57, Y65)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.civil_affairs.records.relief_cases import RELIEF_CASES
from shared.procedures import StepContext
from shared.roster.models import RosterMember
from shared.testing.pure import household, member, row
from tests.unit.civil_affairs.build import case, context, faults, outcome, tekun

OLD = date(1955, 1, 1)


def applied(**of: object) -> StepContext:
    person = member(**{"born": OLD, **of})
    return context(tekun(person, stage="applied", granted_on=None), of=person, dibao_standard=6000)


def conditions(**fields: object) -> dict[str, object]:
    base = {"labour_ground": "elderly", "no_income": True, "no_supporter": True, "decision": "accept"}
    return {**base, **fields}


class TestTekun:
    @pytest.mark.req("H08")
    @pytest.mark.parametrize(
        "missing",
        [{"labour_ground": None}, {"no_income": False}, {"no_supporter": False}],
        ids=lambda one: next(iter(one)),
    )
    def test_all_three_conditions_or_none(self, missing: dict[str, object]) -> None:
        assert faults("tekun", "assess", applied(), **conditions()) == []
        assert faults("tekun", "assess", applied(), **conditions(**missing)) == [("/decision", "conditions_not_met")]

    @pytest.mark.req("H08")
    @pytest.mark.parametrize(
        ("person", "ground", "holds"),
        [
            ({"born": date(1960, 6, 1)}, "elderly", True),
            ({"born": date(1960, 6, 2)}, "elderly", False),
            ({"born": date(2004, 6, 2)}, "minor", True),
            ({"born": date(2004, 6, 1)}, "minor", False),
            ({"disability_type": "5", "disability_grade": "3"}, "disabled", True),
            ({"disability_type": "4", "disability_grade": "2"}, "disabled", True),
            ({"disability_type": "4", "disability_grade": "3"}, "disabled", False),
            ({"disability_type": "1", "disability_grade": "2"}, "disabled", False),
            ({"disability_type": "4"}, "disabled", True),
            ({"disability_grade": "4"}, "disabled", True),
            ({"born": None}, "elderly", True),
            ({"born": None}, "minor", True),
            ({}, "severely_ill", True),
        ],
    )
    def test_the_ground_fits_what_is_registered(self, person: dict[str, object], ground: str, holds: bool) -> None:
        found = faults("tekun", "assess", applied(**person), **conditions(labour_ground=ground))
        assert found == ([] if holds else [("/labour_ground", "ground_does_not_hold")])

    @pytest.mark.req("H08")
    def test_of_one_whom_the_registry_does_not_know_nothing_is_against_the_ground(self) -> None:
        unknown = replace(applied(), household=None, member=None)
        assert faults("tekun", "assess", unknown, **conditions(labour_ground="disabled")) == []

    @pytest.mark.req("H08")
    def test_who_fulfils_the_conditions_is_not_refused_for_them(self) -> None:
        refused = conditions(decision="refuse", refusal_reason="conditions")
        assert faults("tekun", "assess", applied(), **refused) == [("/refusal_reason", "conditions_are_met")]
        assert faults("tekun", "assess", applied(), **{**refused, "no_income": False}) == []
        assert faults("tekun", "assess", applied(), **{**refused, "refusal_reason": "other"}) == []

    @pytest.mark.req("H08", "Y57")
    def test_the_minors_age_rose_in_2021(self) -> None:
        person = member(born=date(2004, 6, 1))
        later = context(tekun(person, stage="applied"), of=person, on=date(2021, 6, 1))
        assert faults("tekun", "assess", later, **conditions(labour_ground="minor")) == []

    @pytest.mark.req("H08")
    def test_the_missing_items_make_level_and_amounts(self) -> None:
        items = ["eat", "dress", "bed", "toilet", "toilet"]
        stage, values = outcome("tekun", "assess", applied(), **conditions(missing_items=items))
        assert stage == "posted"
        assert (values["care_level"], values["basic_amount"], values["care_amount"]) == (
            "unable",
            Decimal("650.00"),
            Decimal("600.00"),
        )

    @pytest.mark.req("Y58")
    def test_an_institution_for_those_supported_in_one(self) -> None:
        assert faults("tekun", "assess", applied(), **conditions(mode="centralised")) == [
            ("/institution_code", "institution_required")
        ]
        home = conditions(institution_code="JLY1")
        assert faults("tekun", "assess", applied(), **home) == [("/institution_code", "only_if_centralised")]

    @pytest.mark.req("Y57")
    def test_a_review_keeps_or_ends(self) -> None:
        review = {"labour_ground": "elderly", "no_income": True, "no_supporter": True}
        assert outcome("tekun", "review", applied(), **review, keep=True)[0] == "in_force"
        assert outcome("tekun", "review", applied(), **review, keep=False, end_reason="died")[0] == "stopped"
        assert faults("tekun", "review", applied(), **review, keep=False) == [("/end_reason", "end_reason_required")]
        able = {**review, "no_supporter": False}
        assert faults("tekun", "review", applied(), **able, keep=True) == [("/keep", "conditions_not_met")]
        assert faults("tekun", "review", applied(), **able, keep=False, end_reason="died") == []
        assert faults("tekun", "review", applied(), **review, keep=True) == []
        assert faults("tekun", "review", applied(), **review, keep=True, end_reason="died") == [
            ("/end_reason", "reason_without_end")
        ]

    @pytest.mark.req("H08", "Y57", "Y58")
    def test_what_a_review_leaves_out_is_as_it_was(self) -> None:
        person = member(born=OLD)
        home = {"mode": "centralised", "institution_code": "JLY1", "missing_items": ["eat", "dress", "bed", "wash"]}
        met = {"no_income": True, "no_supporter": True}
        held = context(tekun(person, **home, **met), of=person, dibao_standard=6000)
        review = {**met, "keep": True}
        assert faults("tekun", "review", held, **review) == []
        _, values = outcome("tekun", "review", held, **review)
        assert (values["care_level"], values["mode"], values["institution_code"]) == ("unable", "centralised", "JLY1")
        _, values = outcome("tekun", "review", held, **review, missing_items=[], mode="dispersed")
        assert (values["care_level"], values["mode"], values["institution_code"]) == ("able", "dispersed", None)

    @pytest.mark.req("H08", "Y57")
    def test_a_review_does_not_keep_who_has_come_of_age(self) -> None:
        person = member(born=date(2004, 6, 1))
        held = context(tekun(person, labour_ground="minor"), of=person)
        review = {"labour_ground": "minor", "no_income": True, "no_supporter": True}
        assert faults("tekun", "review", held, **review, keep=True) == [("/labour_ground", "ground_does_not_hold")]
        assert faults("tekun", "review", held, **review, keep=False, end_reason="able_again") == []


class TestRelief:
    def event(self, **fields: object) -> dict[str, object]:
        return {"event": "fire", "event_on": "2020-05-30", "persons": 2, **fields}

    @pytest.mark.req("Y65")
    def test_urgent_help_comes_first(self) -> None:
        stage, values = outcome("relief", "help_first", context(), **self.event(amount="2000"))
        assert (stage, values) == ("helped", {"path": "urgent", "helped_on": date(2020, 6, 1)})

    @pytest.mark.req("Y65")
    def test_an_event_has_been_and_help_has_a_measure(self) -> None:
        seen = context(dibao_standard=6000)
        assert faults("relief", "help_first", seen, **self.event(amount="12000.00")) == []
        assert faults("relief", "help_first", seen, **self.event(amount="12000.01")) == [
            ("/amount", "relief_above_highest")
        ]
        assert faults("relief", "help_first", seen, **self.event(amount="0")) == [("/amount", "help_without_amount")]
        assert faults("relief", "help_first", seen, **self.event(amount="0", form="referral")) == []
        to_come = self.event(event_on="2020-06-02")
        assert faults("relief", "apply", seen, **to_come) == [("/event_on", "day_after_step")]
        assert faults("relief", "apply", seen, **self.event(event_on="2020-06-01")) == []

    @pytest.mark.req("Y65")
    @pytest.mark.parametrize("step", ["apply", "help_first"])
    def test_who_is_in_need_may_be_named(self, step: str) -> None:
        one, two, three = member(), member(), member()
        seen = context(home=household(one, two, three))
        given = {"amount": "2000"} if step == "help_first" else {}

        def broken(*named: RosterMember) -> list[tuple[str, str]]:
            return faults("relief", step, seen, **self.event(**given), members=[one.member_id for one in named])

        assert broken() == broken(one, three) == []
        for wrong in ((one,), (one, one), (one, two, three)):
            assert broken(*wrong) == [("/members", "members_are_not_persons")]
        assert broken(one, member()) == [("/members", "not_of_household")]

    @pytest.mark.req("Y65")
    def test_the_ordinary_path(self) -> None:
        before = row(RELIEF_CASES, None, **case(stage="posted", **self.event()))
        seen = context(before, dibao_standard=6000)
        approved = {"decision": "accept", "amount": "3000"}
        assert faults("relief", "approve", seen, **approved) == []
        assert outcome("relief", "approve", seen, **approved)[0] == "approved"
        assert faults("relief", "approve", seen, decision="accept", amount="0") == [("/amount", "help_without_amount")]
        assert faults("relief", "approve", seen, decision="refuse", refusal_reason="other") == []
        assert faults("relief", "approve", seen, decision="accept") == [("/amount", "help_without_amount")]
        approved_before = row(RELIEF_CASES, None, **case(stage="approved", **self.event(amount="3000")))
        to_pay = context(approved_before)
        assert outcome("relief", "pay", to_pay, amount="3000") == ("completed", {"helped_on": date(2020, 6, 1)})
        assert faults("relief", "pay", to_pay, amount="3000") == []
        assert faults("relief", "pay", to_pay, amount="0") == [("/amount", "help_without_amount")]
        sent_on = context(row(RELIEF_CASES, None, **case(stage="approved", **self.event(form="referral"))))
        assert faults("relief", "pay", sent_on, amount="0") == []
        assert faults("relief", "pay", to_pay, amount="3000.01") == [("/amount", "relief_above_approved")]
        assert faults("relief", "complete_formalities", seen, decision="refuse", refusal_reason="other") == [
            ("/decision", "already_helped")
        ]

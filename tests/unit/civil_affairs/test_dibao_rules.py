"""The rules of a dibao case: what each refuses and what passes next to it (D21, Y54, Y55, Y57, Y71)."""

from datetime import date
from decimal import Decimal

import pytest

from shared.procedures import StepContext
from shared.testing.pure import household, member
from tests.unit.civil_affairs.build import context, dibao, faults, outcome, step_of

CHECKED = {"visited_on": "2020-05-20", "compared_on": "2020-05-21"}


def case(**content: object) -> StepContext:
    return context(dibao(stage="applied", granted_on=None, **{**CHECKED, **content}), dibao_standard=6000)


def finding(**fields: object) -> dict[str, object]:
    base = {"persons": 2, "per_capita_income": "2400", "property_within_rule": True, "dibao_class": "a"}
    return {**base, **fields}


class TestApplication:
    @pytest.mark.req("Y55")
    def test_a_single_person_is_named_and_of_the_household(self) -> None:
        person = member()
        home = household(person)
        asked = {"scope": "single_person", "persons": 1, "authorised": True}
        seen = context(home=home)
        assert faults("dibao", "apply", seen, **asked, person_id=person.member_id) == []
        assert faults("dibao", "apply", seen, **asked) == [("/person_id", "person_required")]
        assert faults("dibao", "apply", seen, **asked, person_id=member().member_id) == [
            ("/person_id", "not_of_household")
        ]
        two = {**asked, "persons": 2, "person_id": person.member_id}
        assert faults("dibao", "apply", seen, **two) == [("/persons", "single_person_is_one")]
        whole = {"persons": 1, "authorised": True, "person_id": person.member_id}
        assert faults("dibao", "apply", seen, **whole) == [("/person_id", "only_for_single_person")]

    @pytest.mark.req("D21")
    def test_nothing_is_checked_without_the_familys_word(self) -> None:
        assert faults("dibao", "apply", context(), persons=1, authorised=False) == [
            ("/authorised", "authorisation_required")
        ]

    @pytest.mark.req("SYS03")
    def test_a_family_unknown_to_the_registry_needs_a_place(self) -> None:
        unknown = StepContext(
            household=None,
            member=None,
            policy=context().policy,
            today=date(2020, 6, 1),
            case=None,
            taken_on=date(2020, 6, 1),
        )
        assert faults("dibao", "apply", unknown, persons=1, authorised=True) == [("/village", "village_required")]
        placed = {"persons": 1, "authorised": True, "village": "420115010201"}
        assert faults("dibao", "apply", unknown, **placed) == []


class TestChecks:
    @pytest.mark.req("D21")
    def test_two_officials_visit(self) -> None:
        visit = {"persons": 2, "per_capita_income": "2400", "property_within_rule": True}
        assert faults("dibao", "visit_home", case(), visitors=["王", "李"], **visit) == []
        assert faults("dibao", "visit_home", case(), visitors=["王"], **visit) == [("/visitors", "too_few_visitors")]
        for twice in (["王强", "王强"], ["王强", "王 强"]):
            assert faults("dibao", "visit_home", case(), visitors=twice, **visit) == [("/visitors", "too_few_visitors")]
        one = context(dibao(stage="applied"), home_visitors=1)
        assert faults("dibao", "visit_home", one, visitors=["王"], **visit) == []

    @pytest.mark.req("D22")
    def test_only_a_source_that_was_asked_contradicts(self) -> None:
        compared = {"sources": ["registry"], "per_capita_income": "2400", "property_within_rule": True}
        assert faults("dibao", "compare_data", case(), **compared, contradicting=["registry"]) == []
        assert faults("dibao", "compare_data", case(), **compared, contradicting=["vehicles"]) == [
            ("/contradicting", "source_not_asked")
        ]


class TestAssessment:
    @pytest.mark.req("Y54")
    @pytest.mark.parametrize(
        ("changed", "expected"),
        [
            ({}, []),
            ({"per_capita_income": "5999.99"}, []),
            ({"per_capita_income": "6000"}, [("/per_capita_income", "income_not_below")]),
            ({"property_within_rule": False}, [("/property_within_rule", "property_beyond_rule")]),
            ({"focus_groups": ["elderly"] * 3}, [("/focus_groups", "more_than_persons")]),
            ({"focus_groups": ["elderly"] * 2, "highest_persons": 2}, []),
            ({"highest_persons": 3}, [("/highest_persons", "more_than_persons")]),
            ({"refusal_reason": "income"}, [("/refusal_reason", "reason_without_refusal")]),
        ],
    )
    def test_who_is_accepted(self, changed: dict[str, object], expected: list[tuple[str, str]]) -> None:
        assert faults("dibao", "assess", case(), **finding(decision="accept", **changed)) == expected

    @pytest.mark.req("Y54", "D23")
    def test_who_fulfils_the_conditions_is_not_refused_for_them(self) -> None:
        refused = finding(decision="refuse", refusal_reason="income")
        assert faults("dibao", "assess", case(), **refused) == [("/refusal_reason", "conditions_are_met")]
        assert faults("dibao", "assess", case(), **{**refused, "per_capita_income": "6000"}) == []
        assert faults("dibao", "assess", case(), **finding(decision="refuse")) == [
            ("/refusal_reason", "refusal_reason_required")
        ]

    @pytest.mark.req("Y54")
    def test_the_posting_shows_the_amount(self) -> None:
        stage, values = outcome("dibao", "assess", case(), **finding(decision="accept"))
        assert (stage, values["monthly_amount"]) == ("posted", Decimal("600.00"))
        stage, values = outcome("dibao", "assess", case(), **finding(decision="refuse", refusal_reason="other"))
        assert (stage, "monthly_amount" in values) == ("refused", False)

    @pytest.mark.req("Y54", "Y55", "Y71")
    @pytest.mark.parametrize(
        ("changed", "amount"),
        [
            ({"method": "class", "dibao_class": "b"}, "520.00"),
            ({"method": "class", "dibao_class": "c", "focus_groups": ["minor"]}, "460.00"),
            ({"highest_persons": 1}, "800.00"),
            ({"persons": 1, "highest_persons": 1, "focus_groups": ["severely_disabled"]}, "650.00"),
        ],
    )
    def test_by_difference_or_class_with_raised_shares_and_the_highest(
        self, changed: dict[str, object], amount: str
    ) -> None:
        values = outcome("dibao", "assess", case(), **finding(decision="accept", **changed))[1]
        assert values["monthly_amount"] == Decimal(amount)

    @pytest.mark.req("Y54", "Y55")
    def test_dibao_of_one_is_for_the_severely_disabled_and_ill(self) -> None:
        single = case(scope="single_person", persons=1)
        asked = finding(persons=1, per_capita_income="8000", decision="accept")
        refused = [("/focus_groups", "single_person_not_severe")]
        for groups in ([], ["elderly"]):
            assert faults("dibao", "assess", single, **asked, focus_groups=groups) == refused
        for group in ("severely_disabled", "severely_ill"):
            assert faults("dibao", "assess", single, **asked, focus_groups=[group]) == []
        assessed = step_of("dibao", "assess")
        above = {**asked, "per_capita_income": "9000", "focus_groups": ["severely_ill"]}
        rich = assessed.evidence.model_validate(above)
        (told,) = [fault.params for rule in assessed.rules for fault in rule(rich, single)]
        assert Decimal(str(told["line"])) == 9000, "the line that is named is that of one person"
        held = context(dibao(scope="single_person"), dibao_standard=6000)
        of_one = finding(persons=1, focus_groups=["elderly"])
        assert faults("dibao", "review", held, **of_one, outcome="keep") == refused
        assert faults("dibao", "review", held, **of_one, outcome="stop", end_reason="died") == []
        assert faults("dibao", "change", held, **of_one, note="改") == refused
        stage, values = outcome("dibao", "assess", single, **asked, focus_groups=["severely_ill"])
        assert (stage, values["monthly_amount"]) == ("posted", Decimal("600.00"))


class TestInForce:
    def review(self, **fields: object) -> tuple[str, dict[str, object]]:
        return outcome("dibao", "review", context(dibao(), dibao_standard=6000), **finding(**fields))

    def broken(self, **fields: object) -> list[tuple[str, str]]:
        return faults("dibao", "review", context(dibao(), dibao_standard=6000), **finding(**fields))

    @pytest.mark.req("Y57")
    def test_a_review_keeps_changes_phases_out_or_stops(self) -> None:
        assert self.review(outcome="keep")[0] == "in_force"
        stage, values = self.review(outcome="change", per_capita_income="3600")
        assert (stage, values["monthly_amount"], values["reviewed_on"]) == (
            "in_force",
            Decimal("400.00"),
            date(2020, 6, 1),
        )
        stage, values = self.review(outcome="phase_out", per_capita_income="7000")
        assert (stage, "monthly_amount" in values) == ("phasing_out", False)
        stage, values = self.review(outcome="stop", end_reason="income_above")
        assert (stage, values["ended_on"]) == ("stopped", date(2020, 6, 1))

    @pytest.mark.req("Y57", "Y54")
    def test_an_outcome_fits_what_was_found(self) -> None:
        assert self.broken(outcome="keep", per_capita_income="6000") == [("/per_capita_income", "income_not_below")]
        assert self.broken(outcome="phase_out") == [("/outcome", "phase_out_needs_income_above")]
        beyond = self.broken(outcome="phase_out", per_capita_income="7000", property_within_rule=False)
        assert beyond == [("/outcome", "phase_out_needs_income_above")]
        assert self.broken(outcome="phase_out", per_capita_income="7000") == []
        assert self.broken(outcome="stop") == [("/end_reason", "end_reason_required")]
        assert self.broken(outcome="keep", end_reason="died") == [("/end_reason", "reason_without_end")]

    @pytest.mark.req("Y71")
    def test_a_change_computes_the_amount_anew(self) -> None:
        seen = context(dibao(persons=2), dibao_standard=6000)
        _, values = outcome("dibao", "change", seen, **finding(focus_groups=["elderly"], note="满60岁"))
        assert values == {"monthly_amount": Decimal("700.00"), "method": "difference", "members": ()}

    @pytest.mark.req("Y57", "Y71", "Y55")
    @pytest.mark.parametrize(("step", "more"), [("review", {"outcome": "keep"}), ("change", {"note": "收入核实"})])
    def test_what_is_left_out_is_as_it_was(self, step: str, more: dict[str, object]) -> None:
        """The amount is that of the key persons and the method that the case goes on naming."""
        before = {"persons": 2, "focus_groups": ["elderly"], "highest_persons": 1}
        held = context(dibao(**before), dibao_standard=6000)
        assert outcome("dibao", step, held, **finding(**more))[1]["monthly_amount"] == Decimal("900.00")
        none = finding(**more, focus_groups=[], highest_persons=0)
        assert outcome("dibao", step, held, **none)[1]["monthly_amount"] == Decimal("600.00")
        by_class = context(dibao(persons=2, method="class"), dibao_standard=6000)
        values = outcome("dibao", step, by_class, **finding(**more, dibao_class="b"))[1]
        assert (values["method"], values["monthly_amount"]) == ("class", Decimal("520.00"))
        fewer = finding(**more, persons=1)
        two = context(dibao(**{**before, "focus_groups": ["elderly", "minor"]}), dibao_standard=6000)
        assert faults("dibao", step, two, **fewer) == [("/focus_groups", "more_than_persons")]

    @pytest.mark.req("Y57")
    def test_phasing_out_is_not_prolonged(self) -> None:
        held = context(dibao(stage="phasing_out", due_on="2020-12-01"), dibao_standard=6000)
        above = finding(per_capita_income="7000")
        assert faults("dibao", "review", held, **above, outcome="phase_out") == [("/outcome", "phasing_out_already")]
        assert faults("dibao", "review", held, **above, outcome="stop", end_reason="income_above") == []
        assert faults("dibao", "review", held, **finding(outcome="keep")) == []

    @pytest.mark.req("Y57")
    def test_what_has_not_begun_ends_where_it_would_begin(self) -> None:
        held = context(dibao(granted_on="2020-07-01"), dibao_standard=6000)
        end = {"end_reason": "died"}
        assert faults("dibao", "stop", held, **end, ended_on="2020-07-01") == []
        assert faults("dibao", "stop", held, **end, ended_on="2020-07-02") == [("/ended_on", "day_in_future")]
        stopped = finding(outcome="stop", end_reason="died")
        assert outcome("dibao", "review", held, **stopped)[1]["ended_on"] == date(2020, 7, 1)

    def test_an_end_lies_within_the_life_of_the_award(self) -> None:
        end = {"end_reason": "died"}
        assert faults("dibao", "stop", context(dibao()), **end, ended_on="2020-06-01") == []
        assert faults("dibao", "stop", context(dibao()), **end, ended_on="2020-06-02") == [
            ("/ended_on", "day_in_future")
        ]
        assert faults("dibao", "stop", context(dibao()), **end, ended_on="2018-12-31") == [
            ("/ended_on", "days_out_of_order")
        ]


class TestTakingOver:
    @pytest.mark.req("H07", "Y55")
    def test_no_award_is_above_the_highest(self) -> None:
        seen = context(dibao_standard=6000)
        award = {
            **finding(),
            "certificate_number": "DB1",
            "granted_on": "2018-01-01",
            "reviewed_on": "2020-01-01",
        }
        assert faults("dibao", "take_over", seen, **award, monthly_amount="1300.00") == []
        assert faults("dibao", "take_over", seen, **award, monthly_amount="1300.01") == [
            ("/monthly_amount", "dibao_above_highest")
        ]
        later = {**award, "monthly_amount": "100", "reviewed_on": "2020-06-02"}
        assert faults("dibao", "take_over", seen, **later) == [("/reviewed_on", "day_after_step")]

    def test_a_confirmation_names_the_award(self) -> None:
        posted = context(dibao(stage="posted", granted_on=None))
        assert faults("dibao", "confirm", posted, decision="accept") == [
            ("/certificate_number", "required_when_accepted"),
            ("/granted_on", "required_when_accepted"),
        ]
        named = {"decision": "accept", "certificate_number": "DB1"}
        assert faults("dibao", "confirm", posted, **named, granted_on="2020-06-01") == []
        assert faults("dibao", "confirm", posted, **named, granted_on="2018-12-31") == [
            ("/granted_on", "days_out_of_order")
        ]
        # Confirmed on 1 June 2020: from the month after, at the latest.
        assert faults("dibao", "confirm", posted, **named, granted_on="2020-07-31") == []
        assert faults("dibao", "confirm", posted, **named, granted_on="2020-08-01") == [
            ("/granted_on", "award_begins_too_late")
        ]
        at_once = context(dibao(stage="posted", granted_on=None), award_begins_months=0)
        assert faults("dibao", "confirm", at_once, **named, granted_on="2020-06-30") == []
        assert faults("dibao", "confirm", at_once, **named, granted_on="2020-07-01") == [
            ("/granted_on", "award_begins_too_late")
        ]

"""Conditions and willingness first, registered persons before others, and a reason for everything (D19)."""

import itertools
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.employment.matching.conditions import exclusions
from services.employment.matching.ranking import candidates, considered, vacancies
from services.employment.matching.sides import Offer, Person, Terms
from shared.codes import code_list
from tests.unit.employment.factories import identifier

JUNE = date(2020, 6, 1)
TERMS = Terms(working_age=16, abilities=frozenset({"ordinary", "skilled", "weak"}))


def offer(**conditions: object) -> Offer:
    plain = Offer(
        id=identifier(),
        vacancy_number="V1",
        employer_name="厂",
        division="420115010201",
        occupation="garment",
        place="county",
        monthly_wage=Decimal(3000),
        posts=2,
        filled=0,
        opened_on=date(2020, 5, 1),
    )
    return replace(plain, **conditions)  # type: ignore[arg-type]  # any field, by name


def person(code: str = "1", **more: object) -> Person:
    plain = Person(
        member_id=identifier(),
        household_id=identifier(),
        household_code=code,
        name="张三",
        division="420115010201",
        state="registered",
        registered=True,
        birth_date=date(1980, 6, 1),
        sex="1",
        education="junior_high",
        at_school=False,
        ability="ordinary",
        willing=True,
    )
    return replace(plain, **more)  # type: ignore[arg-type]  # any field, by name


def why_not(one: Offer, other: Person) -> list[str]:
    return list(exclusions(one, other, TERMS, JUNE))


class TestConditions:
    @pytest.mark.req("D19")
    def test_they_fit(self) -> None:
        strict = offer(
            youngest=40, oldest=40, sex="1", education_least="junior_high", skill="sewing", closes_on=JUNE, posts=1
        )
        ready = person(
            skills=frozenset({"sewing"}), wanted_places=frozenset({"county"}), least_monthly_wage=Decimal(3000)
        )
        assert why_not(strict, ready) == []

    @pytest.mark.req("D19")
    @pytest.mark.parametrize(
        ("one", "other", "code"),
        [
            (offer(opened_on=date(2020, 6, 2)), person(), "vacancy_not_open"),
            (offer(closes_on=date(2020, 5, 31)), person(), "vacancy_not_open"),
            (offer(filled=2), person(), "vacancy_filled"),
            (offer(), person(willing=None), "willingness_unknown"),
            (offer(), person(willing=False), "not_willing"),
            (offer(), person(least_monthly_wage=Decimal("3000.01")), "wage_below_wish"),
            (offer(), person(wanted_places=frozenset({"township"})), "place_not_wanted"),
            (offer(), person(referred_to=frozenset({"V1"})), "already_referred"),
            (offer(), person(birth_date=None), "age_unknown"),
            (offer(), person(birth_date=date(2004, 6, 2)), "below_working_age"),
            (offer(youngest=41), person(), "age_not_met"),
            (offer(oldest=39), person(), "age_not_met"),
            (offer(sex="2"), person(), "sex_not_met"),
            (offer(sex="1"), person(sex="0"), "sex_not_met"),
            (offer(), person(at_school=True), "at_school"),
            (offer(), person(ability="lost"), "no_ability"),
            (offer(), person(ability=None), "no_ability"),
            (offer(), person(ability="weak"), "ability_not_met"),
            (offer(education_least="senior_high"), person(), "education_not_met"),
            (offer(education_least="illiterate"), person(education=None), "education_not_met"),
            (offer(skill="sewing"), person(skills=frozenset({"cooking"})), "skill_not_met"),
        ],
    )
    def test_each_that_is_not_met_is_named(self, one: Offer, other: Person, code: str) -> None:
        assert why_not(one, other) == [code]

    def test_the_edges_fit(self) -> None:
        assert why_not(offer(opened_on=JUNE), person(education=None)) == []
        assert why_not(offer(youngest=16), person(birth_date=date(2004, 6, 1))) == []
        assert why_not(offer(oldest=16), person(birth_date=date(2004, 6, 1))) == []
        assert why_not(offer(education_least="illiterate"), person(education="illiterate")) == []

    def test_several_are_all_named(self) -> None:
        found = why_not(offer(sex="2", oldest=30), person(willing=False))
        assert found == ["not_willing", "age_not_met", "sex_not_met"]

    def test_weak_labour_where_it_is_taken(self) -> None:
        assert why_not(offer(accepts_weak_labour=True), person(ability="weak")) == []

    def test_every_reason_has_its_texts(self) -> None:
        labels = code_list("job_match_reason")
        for code in ("vacancy_not_open", "age_not_met", "skill_not_met"):
            assert labels[code].attributes["excludes"] == "yes"
        assert "excludes" not in labels["registered"].attributes


class TestWhoIsLookedAt:
    @pytest.mark.req("D19", "M13")
    @pytest.mark.parametrize(
        ("one", "looked_at"),
        [
            (person(), True),
            (person(willing=False), True),
            (person(willing=True, at_school=True, ability="none", birth_date=None), True),
            (person(willing=None), True),
            (person(willing=None, birth_date=date(2004, 6, 1)), True),
            (person(willing=None, birth_date=date(2004, 6, 2)), False),
            (person(willing=None, birth_date=None), False),
            (person(willing=None, at_school=True), False),
            (person(willing=None, ability="lost"), False),
            (person(willing=None, ability=None), False),
        ],
    )
    def test_who_was_asked_and_labourers_whom_nobody_asked(self, one: Person, looked_at: bool) -> None:
        assert ([*considered([one], TERMS, JUNE)] == [one]) is looked_at


class TestRankingOfPersons:
    @pytest.mark.req("D19")
    def test_registered_persons_before_others_whatever_else(self) -> None:
        other = person(
            "0",
            registered=False,
            state="candidate",
            wanted_occupations=frozenset({"garment"}),
            skills=frozenset({"sewing"}),
        )
        poor = person("9", in_work=True, household_in_work=True, division="420115990201", skills=frozenset({"sewing"}))
        ranking = candidates(offer(skill="sewing"), [other, poor], TERMS, JUNE)
        assert [match.of for match in ranking.fitting] == [poor, other]
        assert ranking.fitting[0].reasons == ("registered", "in_work", "skill_held", "same_district")
        assert ranking.fitting[1].reasons == (
            "not_registered",
            "without_work",
            "household_without_work",
            "occupation_wanted",
            "skill_held",
            "same_village",
        )

    def test_conditions_before_everything(self) -> None:
        unwilling, other = person(willing=False), person(registered=False, state="candidate")
        ranking = candidates(offer(), [unwilling, other], TERMS, JUNE)
        assert [match.of for match in ranking.fitting] == [other]
        assert [(match.of, match.reasons) for match in ranking.excluded] == [(unwilling, ("not_willing",))]

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            (person("9"), person("0", in_work=True)),
            (person("9"), person("0", household_in_work=True)),
            (person("9", state="monitored"), person("0")),
            (person("9", wanted_occupations=frozenset({"garment"})), person("0")),
            (person("9"), person("0", division="420115010202")),
            (person("9", division="420115010202"), person("0", division="420115020201")),
            (person("9", division="420115020201"), person("0", division="210403104202")),
            (person("0"), person("9")),
        ],
    )
    def test_one_thing_after_the_other(self, first: Person, second: Person) -> None:
        for order in itertools.permutations((first, second)):
            ranking = candidates(offer(), order, TERMS, JUNE)
            assert [match.of for match in ranking.fitting] == [first, second]

    def test_the_same_order_however_they_come(self) -> None:
        people = [person("1") for _ in range(6)]
        ranked = [match.of for match in candidates(offer(), people, TERMS, JUNE).fitting]
        again = [match.of for match in candidates(offer(), list(reversed(people)), TERMS, JUNE).fitting]
        assert ranked == again == sorted(people, key=lambda one: one.member_id)


class TestRankingOfVacancies:
    @pytest.mark.req("M14", "M13", "SYS20")
    def test_wanted_work_first_then_the_wage_then_the_way(self) -> None:
        wanted = offer(vacancy_number="V9")
        better = offer(vacancy_number="V8", occupation="care", monthly_wage=Decimal(5000))
        near = offer(vacancy_number="V7", occupation="care")
        far = offer(vacancy_number="V6", occupation="care", division="420115020201")
        unfit = offer(vacancy_number="V5", sex="2")
        one = person(wanted_occupations=frozenset({"garment"}))
        for order in itertools.permutations((wanted, better, near, far, unfit)):
            ranking = vacancies(one, order, TERMS, JUNE)
            assert [match.of for match in ranking.fitting] == [wanted, better, near, far]
        assert ranking.fitting[0].reasons == ("occupation_wanted", "same_village")
        assert ranking.fitting[1].reasons == ("occupation_not_named", "same_village")
        assert [(match.of, match.reasons) for match in ranking.excluded] == [(unfit, ("sex_not_met",))]

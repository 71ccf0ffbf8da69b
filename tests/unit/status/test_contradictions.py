"""What departments say that cannot both be so: each rule, with both sides and their records."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from services.registry.status.contradictions import RULES
from services.registry.status.models import StatusSignal
from services.registry.status.unify import unify
from shared.codes import code_list
from shared.facts.models import FactsSnapshot, GuaranteeItem, GuaranteeState, Severity, StandingKind
from shared.roster.models import HouseholdState, RosterHousehold, RosterIncome
from tests.unit.status import build

K = StandingKind
CODES = {rule.code for rule in RULES}


def found(home: RosterHousehold, *said: FactsSnapshot, on: date = build.TODAY) -> dict[str, StatusSignal]:
    status = unify(home, {one.department: one for one in said}, build.policy(), on)
    return {signal.code: signal for signal in status.signals if signal.code in CODES}


class TestBetweenDepartments:
    @pytest.mark.req("SYS01", "M45")
    def test_in_school_by_education_and_working_by_employment(self) -> None:
        child = build.member(relation="child")
        home = build.household(members=[build.member(), child])
        school = build.standing(K.IN_SCHOOL, child, since=date(2018, 9, 1))
        work = build.standing(K.EMPLOYED, child, since=date(2018, 10, 1))
        signals = found(
            home,
            build.snapshot(home, "education", standings=[school]),
            build.snapshot(home, "employment", standings=[work]),
        )
        assert set(signals) == {"in_school_and_employed"}
        signal = signals["in_school_and_employed"]
        assert [(side.department, side.says, side.evidence) for side in signal.sides] == [
            ("education", "in_school", school.evidence),
            ("employment", "employed", work.evidence),
        ]
        assert signal.members == (child.member_id,)
        assert set(signal.evidence) == {*school.evidence, *work.evidence}
        assert signal.since == date(2018, 10, 1)
        assert signal.params == {"departments": "education,employment"}
        assert signal.severity is Severity.WARNING
        assert signal.source.department == "registry"

    @pytest.mark.parametrize(
        ("one", "other", "code"),
        [
            (K.DECEASED, K.INSURED, "deceased_and_insured"),
            (K.DECEASED, K.IN_SCHOOL, "deceased_and_in_school"),
            (K.DECEASED, K.EMPLOYED, "deceased_and_employed"),
            (K.DECEASED, K.DIBAO, "deceased_and_dibao"),
            (K.DECEASED, K.TEKUN, "deceased_and_tekun"),
            (K.DECEASED, K.RESIDENTIAL_CARE, "deceased_and_in_care"),
            (K.DIBAO, K.TEKUN, "dibao_and_tekun"),
            (K.TEKUN, K.EMPLOYED, "tekun_and_employed"),
            (K.UNABLE_TO_WORK, K.EMPLOYED, "unable_to_work_and_employed"),
        ],
    )
    def test_what_excludes_each_other(self, one: K, other: K, code: str) -> None:
        person, second = build.member(), build.member(relation="spouse")
        home = build.household(members=[person, second])
        left = build.snapshot(home, "civil_affairs", standings=[build.standing(one, person)])
        right = build.snapshot(home, "health", standings=[build.standing(other, person)])
        assert code in found(home, left, right)
        elsewhere = build.snapshot(home, "health", standings=[build.standing(other, second)])
        assert code not in found(home, left, elsewhere)

    def test_tekun_of_one_who_works_is_told_once(self) -> None:
        """One record of civil affairs says tekun and that the person cannot work."""
        person, spouse = build.member(), build.member(relation="spouse")
        home = build.household(members=[person, spouse])
        work = build.snapshot(home, "employment", standings=[build.standing(K.EMPLOYED, person)])
        award = build.standing(K.TEKUN, person)
        unable = build.standing(K.UNABLE_TO_WORK, person, evidence=award.evidence)
        assert set(found(home, build.snapshot(home, "civil_affairs", standings=[award, unable]), work)) == {
            "tekun_and_employed"
        }
        other_record = build.standing(K.UNABLE_TO_WORK, person)
        other_person = build.standing(K.TEKUN, spouse, evidence=unable.evidence)
        for standings in ([award, other_record], [other_person, unable]):
            said = build.snapshot(home, "civil_affairs", standings=standings)
            assert "unable_to_work_and_employed" in found(home, said, work)

    def test_who_cannot_work_and_works_is_said_by_two_departments(self) -> None:
        person = build.member()
        home = build.household(members=[person])
        unable, work = build.standing(K.UNABLE_TO_WORK, person), build.standing(K.EMPLOYED, person)
        own = build.snapshot(home, "employment", standings=[unable, work])
        assert not found(home, own)
        certified = build.snapshot(home, "health", standings=[build.standing(K.UNABLE_TO_WORK, person)])
        signal = found(home, own, certified)["unable_to_work_and_employed"]
        assert signal.params == {"departments": "health,employment"}

    def test_one_department_may_contradict_itself(self) -> None:
        person = build.member()
        home = build.household(members=[person])
        standings = [build.standing(kind, person) for kind in (K.DECEASED, K.TEKUN)]
        assert "deceased_and_tekun" in found(home, build.snapshot(home, "civil_affairs", standings=standings))

    @pytest.mark.parametrize("named", [True, False])
    def test_two_claims_of_one_person_are_one_contradiction(self, named: bool) -> None:
        """The claim of the whole household is about everyone; the first claim is shown."""
        person = build.member()
        home = build.household(members=[person])
        awards = [build.standing(K.DIBAO, *([person] if named else [])) for _ in range(2)]
        said = build.snapshot(home, "civil_affairs", standings=[*awards, build.standing(K.TEKUN, person)])
        status = unify(home, {"civil_affairs": said}, build.policy(), build.TODAY)
        (signal,) = [one for one in status.signals if one.code == "dibao_and_tekun"]
        assert signal.sides[0].evidence == awards[0].evidence
        assert signal.members == (person.member_id,)

    def test_expired_words_contradict_nobody(self) -> None:
        person = build.member()
        home = build.household(members=[person])
        left = build.snapshot(home, "education", standings=[build.standing(K.IN_SCHOOL, person)])
        right = build.snapshot(
            home, "employment", standings=[build.standing(K.EMPLOYED, person)], valid_until=date(2018, 12, 1)
        )
        assert found(home, left, right, on=date(2018, 11, 30))
        assert not found(home, left, right, on=date(2018, 12, 1))

    def test_guarantee_met_by_one_and_unmet_by_another(self) -> None:
        home = build.household()
        met = build.word(GuaranteeItem.SAFE_HOUSING, GuaranteeState.MET).model_copy(update={"evidence": (uuid4(),)})
        unmet = build.word(GuaranteeItem.SAFE_HOUSING, GuaranteeState.UNMET, "grade_d")
        signal = found(
            home, build.snapshot(home, "village", guarantees=[met]), build.snapshot(home, "housing", guarantees=[unmet])
        )["guarantee_words_differ"]
        assert signal.params == {"item": "safe_housing", "departments": "housing,village"}
        assert signal.sides[1].evidence == met.evidence

    def test_one_department_alone_or_one_that_has_expired_makes_no_difference_of_words(self) -> None:
        home = build.household()
        words = [build.word(GuaranteeItem.FOOD, state) for state in (GuaranteeState.MET, GuaranteeState.UNMET)]
        both = build.snapshot(home, "village", guarantees=words)
        elsewhere = build.snapshot(home, "street", guarantees=[build.word(GuaranteeItem.CLOTHING, GuaranteeState.MET)])
        assert not found(home, both)
        assert not found(home, both, elsewhere)
        for one, other in (words, words[::-1]):
            fresh = build.snapshot(home, "village", guarantees=[one])
            old = build.snapshot(home, "street", guarantees=[other], valid_until=date(2018, 1, 1))
            assert not found(home, fresh, old)
            assert not found(home, both, old)


class TestAgainstTheRegistry:
    @pytest.mark.req("Y56", "SYS03")
    def test_the_dead_are_still_members(self) -> None:
        person = build.member(since=date(2016, 1, 1))
        home = build.household(members=[person])
        death = build.standing(K.DECEASED, person, since=date(2018, 5, 2))
        signal = found(home, build.snapshot(home, "civil_affairs", standings=[death]))["deceased_still_member"]
        assert [(side.department, side.says) for side in signal.sides] == [
            ("civil_affairs", "deceased"),
            ("registry", "member"),
        ]
        assert signal.since == date(2018, 5, 2)
        assert signal.evidence == death.evidence

    def test_a_death_that_the_registry_knows_is_no_contradiction(self) -> None:
        home = build.household()
        said = build.snapshot(home, "civil_affairs", standings=[build.standing(K.DECEASED, build.member())])
        status = unify(home, {"civil_affairs": said}, build.policy(), build.TODAY)
        assert not {"not_a_member", *CODES} & {signal.code for signal in status.signals}

    def test_works_though_registered_without_ability(self) -> None:
        for skill, seen in (("lost", True), ("none", True), ("weak", False), (None, False)):
            person = build.member(labour_skill=skill)
            home = build.household(members=[person])
            said = build.snapshot(home, "employment", standings=[build.standing(K.EMPLOYED, person)])
            assert bool(found(home, said)) is seen

    def test_disability_is_compared_field_by_field(self) -> None:
        person = build.member(disability_type="4", disability_grade="2")
        home = build.household(members=[person])
        for params, seen in (({"type": "4", "grade": "2"}, False), ({"grade": "1"}, True), ({}, False)):
            said = build.snapshot(home, "civil_affairs", standings=[build.standing(K.DISABLED, person, params=params)])
            assert bool(found(home, said)) is seen


@pytest.mark.req("SYS03", "Y56")
class TestDibao:
    def award(self, home: RosterHousehold, **more: object) -> FactsSnapshot:
        return build.snapshot(home, "civil_affairs", standings=[build.standing(K.DIBAO, **more)])

    def test_income_at_the_standard_or_above(self) -> None:
        for income, seen in (("4832.99", False), ("4833", True), ("9000", True)):
            home = build.household(household_type="dibao", income=income)
            assert ("dibao_income_above_standard" in found(home, self.award(home))) is seen

    @pytest.mark.req("Y57")
    def test_who_is_phased_out_is_above_the_standard_by_rule(self) -> None:
        home = build.household(household_type="dibao", income="9000")
        assert found(home, self.award(home, params={"scope": "household"}))
        assert not found(home, self.award(home, params={"scope": "household", "stage": "phasing_out"}))

    def test_dibao_itself_is_no_income_that_speaks_against_it(self) -> None:
        for booked, members, seen in (("3000", 1, False), ("3000", 4, True), (None, 1, True)):
            home = build.household(household_type="dibao", members=[build.member() for _ in range(members)])
            dibao = None if booked is None else Decimal(booked)
            income = RosterIncome(year=2018, concept="net", per_capita=Decimal("6000"), dibao=dibao)
            home = home.model_copy(update={"income": income})
            assert ("dibao_income_above_standard" in found(home, self.award(home))) is seen

    def test_one_person_s_dibao_is_not_measured_by_the_household_s_income(self) -> None:
        person = build.member()
        home = build.household(household_type="dibao", members=[person], income="9000")
        for scope, seen in (("single_person", False), ("household", True)):
            standing = build.standing(K.DIBAO, person, params={"scope": scope})
            said = build.snapshot(home, "civil_affairs", standings=[standing])
            assert ("dibao_income_above_standard" in found(home, said)) is seen

    @pytest.mark.parametrize(
        ("booked", "since", "seen"),
        [
            ("6000", date(2017, 3, 1), False),
            ("4500", date(2017, 3, 1), False),
            ("4499.99", date(2017, 3, 1), True),
            ("7500", date(2017, 3, 1), False),
            ("7500.01", date(2017, 3, 1), True),
            ("0", date(2017, 3, 1), True),
            ("9000", date(2017, 3, 1), True),
            ("0", date(2018, 3, 1), False),
            ("0", None, False),
        ],
    )
    def test_amount_paid_against_the_amount_booked_as_income(self, booked: str, since: date | None, seen: bool) -> None:
        record = uuid4()
        income = RosterIncome(
            year=2018, concept="net", per_capita=Decimal("2000"), dibao=Decimal(booked), record_id=record
        )
        home = build.household(household_type="dibao").model_copy(update={"income": income})
        signals = found(home, self.award(home, amount=Decimal("500.00"), since=since))
        assert ("dibao_amount_against_income" in signals) is seen
        if seen:
            signal = signals["dibao_amount_against_income"]
            assert signal.sides[1].evidence == (record,)
            assert signal.sides[1].params == {"booked": booked, "paid_a_year": "6000.00", "year": "2018"}
            assert record in signal.evidence

    @pytest.mark.parametrize(
        ("household_type", "kind", "state", "seen"),
        [
            ("general", K.DIBAO, HouseholdState.REGISTERED, True),
            ("dibao", K.DIBAO, HouseholdState.REGISTERED, False),
            ("dibao", K.TEKUN, HouseholdState.EXITED, True),
            ("general", K.EDGE, HouseholdState.REGISTERED, False),
            ("farmer", K.DIBAO, HouseholdState.CANDIDATE, False),
        ],
    )
    def test_registered_type_against_the_category(
        self, household_type: str, kind: K, state: HouseholdState, seen: bool
    ) -> None:
        home = build.household(household_type=household_type, state=state)
        said = build.snapshot(home, "civil_affairs", standings=[build.standing(kind)])
        assert ("type_and_category_differ" in found(home, said)) is seen

    def test_awards_of_each_member_make_the_category_of_all(self) -> None:
        one, two = build.member(), build.member(relation="spouse")
        home = build.household(members=[one, two])
        awards = [build.standing(K.TEKUN, one), build.standing(K.TEKUN, two)]
        said = build.snapshot(home, "civil_affairs", standings=awards)
        signal = found(home, said)["type_and_category_differ"]
        assert set(signal.evidence) == {record for award in awards for record in award.evidence}
        of_all = build.snapshot(home, "civil_affairs", standings=[build.standing(K.TEKUN), awards[0]])
        assert "type_and_category_differ" in found(home, of_all)

    def test_dibao_of_one_person_says_nothing_of_the_type(self) -> None:
        person = build.member()
        home = build.household(members=[person, build.member(relation="child")])
        said = build.snapshot(home, "civil_affairs", standings=[build.standing(K.DIBAO, person)])
        assert "type_and_category_differ" not in found(home, said)

    def test_nor_does_dibao_of_some_whom_nobody_names(self) -> None:
        home = build.household(members=[build.member(), build.member(relation="child")])
        of_one = build.standing(K.DIBAO).model_copy(update={"persons": 1})
        said = build.snapshot(home, "civil_affairs", standings=[of_one])
        assert "type_and_category_differ" not in found(home, said)


def test_each_rule_has_a_label_a_severity_and_a_remedy() -> None:
    assert set(code_list("status_signal").codes) >= CODES
    assert set(code_list("status_remedy").codes) == CODES
    for code in CODES:
        Severity(code_list("status_signal")[code].attributes["severity"])
    assert len(CODES) == len(RULES)


def test_every_side_has_a_label() -> None:
    assert set(code_list("standing").codes) == {kind.value for kind in StandingKind}

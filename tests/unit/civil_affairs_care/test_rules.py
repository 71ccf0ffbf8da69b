"""The rules of the care records: what is refused, at which field, and why; and the case next to it that passes."""

import tomllib
from datetime import date

import pytest
from pydantic import ValidationError

from services.civil_affairs import FOLDER
from services.civil_affairs.records.care import CARE_RECORD_TYPES
from services.civil_affairs.records.care_contacts import CARE_CONTACTS
from services.civil_affairs.records.care_facilities import CARE_FACILITIES
from services.civil_affairs.records.disability_subsidies import DISABILITY_SUBSIDIES
from services.civil_affairs.records.disabled_persons import DISABLED_PERSONS
from services.civil_affairs.records.distressed_children import DISTRESSED_CHILDREN
from services.civil_affairs.records.facility_stays import FACILITY_STAYS
from services.civil_affairs.records.guardianships import GUARDIANSHIPS
from services.civil_affairs.records.left_behind_persons import LEFT_BEHIND_PERSONS
from services.civil_affairs.records.legal_aid_cases import LEGAL_AID_CASES
from shared.roster.models import HouseholdState
from shared.testing.people import make_id_number
from tests.unit.civil_affairs_care.factories import faults, household, member, policy

NUMBER = make_id_number(date(1960, 1, 1), "male", 7)
OTHER = make_id_number(date(1961, 1, 1), "male", 8)


def errors(content: dict[str, object]) -> list[tuple[tuple[object, ...], str]]:
    with pytest.raises(ValidationError) as caught:
        DISABLED_PERSONS.create_adapter.validate_python(content)
    assert NUMBER not in str(caught.value)
    return [(tuple(one["loc"]), one["type"]) for one in caught.value.errors()]


class TestDisabledPerson:
    BASE = {"surveyed_on": "2020-03-01", "issued_on": "2018-05-01"}  # noqa: RUF012

    @pytest.mark.req("Y66", "SYS07")
    @pytest.mark.parametrize(("suffix", "reissue"), [("42", None), ("42B1", "B1"), ("42b1", "B1")])
    def test_the_number_says_type_grade_and_person_and_is_not_kept(self, suffix: str, reissue: str | None) -> None:
        record = DISABLED_PERSONS.create_adapter.validate_python({**self.BASE, "certificate_number": NUMBER + suffix})
        assert record.reference().id_number == NUMBER
        content = DISABLED_PERSONS.content(record)
        assert (content["disability_type"], content["disability_grade"], content["reissue"]) == ("4", "2", reissue)
        assert NUMBER not in str(content)

    def test_what_is_empty_beside_the_number_is_filled(self) -> None:
        empty = dict.fromkeys(("id_number", "member_id", "disability_type", "disability_grade"))
        record = DISABLED_PERSONS.create_adapter.validate_python(
            {**self.BASE, **empty, "certificate_number": NUMBER + "42"}
        )
        assert (record.reference().id_number, DISABLED_PERSONS.content(record)["disability_type"]) == (NUMBER, "4")

    @pytest.mark.req("SYS07")
    @pytest.mark.parametrize(
        ("number", "code"),
        [
            (NUMBER, "disability_card_length"),
            (NUMBER + "421", "disability_card_length"),
            (NUMBER + "82", "disability_card_type"),
            (NUMBER + "45", "disability_card_grade"),
            (NUMBER[:17] + ("1" if NUMBER[17] != "1" else "2") + "42", "disability_card_id_number"),
            (5, "string_type"),
            (None, "string_type"),
        ],
    )
    def test_a_number_that_is_none(self, number: object, code: str) -> None:
        assert errors({**self.BASE, "certificate_number": number}) == [(("certificate_number",), code)]

    def test_a_number_against_what_stands_beside_it(self) -> None:
        field = (("certificate_number",),)
        of_other = {**self.BASE, "id_number": OTHER, "certificate_number": NUMBER + "42"}
        assert errors(of_other) == [(*field, "certificate_of_another_person")]
        by_household = {**self.BASE, "household_code": "1", "name": "张三", "certificate_number": NUMBER + "42"}
        assert errors(by_household) == [(*field, "certificate_names_person")]
        graded = {**self.BASE, "disability_grade": "1", "certificate_number": NUMBER + "42"}
        assert errors(graded) == [(*field, "certificate_disagrees")]

    def test_a_holder_has_a_whole_certificate(self) -> None:
        assert faults(DISABLED_PERSONS, surveyed_on="2020-03-01") == [
            ("/disability_type", "certificate_detail_required"),
            ("/disability_grade", "certificate_detail_required"),
            ("/issued_on", "certificate_detail_required"),
        ]
        assert faults(DISABLED_PERSONS, **self.BASE, disability_type="4", disability_grade="2") == []

    def test_who_has_none_has_no_days_of_it(self) -> None:
        assert faults(DISABLED_PERSONS, **self.BASE, certificate_state="none", disability_type="4") == [
            ("/issued_on", "only_with_certificate")
        ]
        assert faults(DISABLED_PERSONS, surveyed_on="2020-03-01", certificate_state="none", disability_type="4") == []


class TestDisabilitySubsidy:
    APPLIED = {"kind": "nursing", "applied_on": "2020-01-05"}  # noqa: RUF012
    GRANTED = {  # noqa: RUF012
        **APPLIED,
        "decision": "granted",
        "decided_on": "2020-01-20",
        "monthly_amount": "60",
        "starts_on": "2020-01-01",
    }

    @pytest.mark.req("Y70")
    def test_taken_in(self) -> None:
        assert faults(DISABILITY_SUBSIDIES, **self.APPLIED) == []
        assert faults(DISABILITY_SUBSIDIES, **self.GRANTED) == []
        refused = {**self.APPLIED, "decision": "refused", "decided_on": "2020-01-20", "refusal": "not_severe"}
        assert faults(DISABILITY_SUBSIDIES, **refused) == []
        assert faults(DISABILITY_SUBSIDIES, **self.GRANTED, ended_on="2020-05-01", end_reason="died") == []

    @pytest.mark.parametrize(
        ("changed", "found"),
        [
            ({"decided_on": None}, [("/decided_on", "decision_day_required")]),
            ({"monthly_amount": None}, [("/monthly_amount", "grant_detail_required")]),
            ({"starts_on": None}, [("/starts_on", "grant_detail_required")]),
            ({"refusal": "barred"}, [("/refusal", "only_if_refused")]),
            ({"ended_on": "2020-05-01"}, [("/end_reason", "end_reason_required")]),
            ({"end_reason": "died"}, [("/end_reason", "reason_without_end")]),
            ({"decided_on": "2020-01-04"}, [("/decided_on", "days_out_of_order")]),
            ({"decision": "pending"}, [
                ("/decided_on", "only_if_decided"),
                ("/monthly_amount", "only_if_granted"),
                ("/starts_on", "only_if_granted"),
            ]),
            ({"decision": "refused"}, [
                ("/monthly_amount", "only_if_granted"),
                ("/starts_on", "only_if_granted"),
                ("/refusal", "refusal_needs_reason"),
            ]),
        ],
    )  # fmt: skip
    def test_a_decision_is_whole(self, changed: dict[str, object], found: list[tuple[str, str]]) -> None:
        assert faults(DISABILITY_SUBSIDIES, **{**self.GRANTED, **changed}) == found


class TestDistressedChild:
    CHILD = {"child_class": "de_facto_unsupported", "identified_on": "2020-01-05", "father": "imprisoned"}  # noqa: RUF012

    @pytest.mark.req("Y68")
    @pytest.mark.parametrize(
        ("child_class", "father", "mother", "found"),
        [
            ("orphan", "died", "declared_missing", []),
            ("orphan", "died", "lost_contact", [("/mother", "parent_supports")]),
            ("orphan", "died", None, [("/mother", "parent_situation_required")]),
            ("de_facto_unsupported", "died", "lost_contact", []),
            ("de_facto_unsupported", "imprisoned", "severely_disabled", []),
            ("de_facto_unsupported", "imprisoned", "able", [("/mother", "parent_supports")]),
            ("de_facto_unsupported", "died", "died", [("/child_class", "child_is_orphan")]),
            ("low_income_serious_illness", "able", None, []),
            ("guardianship_failing", None, None, []),
        ],
    )
    def test_the_class_is_that_of_the_parents(
        self, child_class: str, father: str | None, mother: str | None, found: list[tuple[str, str]]
    ) -> None:
        content = {**self.CHILD, "child_class": child_class, "father": father, "mother": mother}
        assert faults(DISTRESSED_CHILDREN, **content) == found

    @pytest.mark.req("Y68")
    def test_under_age_on_the_day(self) -> None:
        child = {**self.CHILD, "mother": "died"}
        grown = [("/identified_on", "no_child_any_more")]
        assert faults(DISTRESSED_CHILDREN, of=member(date(2002, 1, 5)), **child) == grown
        assert faults(DISTRESSED_CHILDREN, of=member(date(2002, 1, 6)), **child) == []
        assert faults(DISTRESSED_CHILDREN, of=member(None), **child) == []
        long_ago = {**child, "identified_on": "2004-01-05"}
        assert faults(DISTRESSED_CHILDREN, of=member(date(2003, 1, 5)), **long_ago) == []
        assert faults(DISTRESSED_CHILDREN, of=member(date(2002, 1, 5)), under=policy(minor_age=19), **child) == []

    def test_allowance_and_institution(self) -> None:
        child = {**self.CHILD, "mother": "died"}
        assert faults(DISTRESSED_CHILDREN, **child, monthly_allowance="900") == [
            ("/allowance_from", "allowance_detail_required")
        ]
        paid = {"allowance_from": "2020-02-01", "monthly_allowance": "900"}
        assert faults(DISTRESSED_CHILDREN, **child, **paid) == []
        failing = {"child_class": "guardianship_failing", "identified_on": "2020-01-05"}
        assert faults(DISTRESSED_CHILDREN, **failing, **paid) == [("/monthly_allowance", "class_without_allowance")]
        assert faults(DISTRESSED_CHILDREN, **failing, care_mode="institution") == [
            ("/facility_code", "facility_required")
        ]


class TestLeftBehindPerson:
    @pytest.mark.req("Y66", "SYS07")
    @pytest.mark.parametrize(
        ("group", "absence", "born", "sex", "found"),
        [
            ("child", "both_parents", date(2004, 1, 11), "1", []),
            ("child", "both_parents", date(2004, 1, 10), "1", [("/since", "no_left_behind_child")]),
            ("child", "husband", date(2010, 1, 1), "2", [("/absence", "absence_of_another_group")]),
            ("woman", "husband", date(1980, 1, 1), "2", []),
            ("woman", "husband", date(1980, 1, 1), "1", [("/left_behind_group", "group_not_for_sex")]),
            ("woman", "husband", date(2005, 1, 1), "2", [("/left_behind_group", "too_young_for_group")]),
            ("elderly", "all_children", date(1960, 3, 1), "1", []),
            ("elderly", "all_children", date(1960, 3, 2), "1", [("/left_behind_group", "too_young_for_group")]),
        ],
    )
    def test_who_belongs_to_a_group(
        self, group: str, absence: str, born: date, sex: str, found: list[tuple[str, str]]
    ) -> None:
        content = {"left_behind_group": group, "absence": absence, "since": "2020-01-10", "surveyed_on": "2020-03-01"}
        assert faults(LEFT_BEHIND_PERSONS, of=member(born, sex=sex), **content) == found

    def test_somebody_may_have_been_left_behind_for_long(self) -> None:
        content = {"left_behind_group": "elderly", "absence": "all_children", "since": "1985-01-10"}
        old = member(date(1930, 1, 1))
        assert faults(LEFT_BEHIND_PERSONS, of=old, **content, surveyed_on="2020-03-01") == []


class TestOtherRecords:
    @pytest.mark.req("Y66", "Y67")
    def test_who_is_entrusted_is_entrusted_in_writing(self) -> None:
        signed = {"guardian": "李四", "guardian_kind": "grandparent", "signed_on": "2020-01-10"}
        assert faults(GUARDIANSHIPS, **signed) == []
        assert faults(GUARDIANSHIPS, **signed, form="entrusted") == [("/agreement_number", "agreement_required")]
        entrusted = {**signed, "form": "entrusted", "agreement_number": "JH-1", "agreed_until": "2021-01-10"}
        assert faults(GUARDIANSHIPS, **entrusted) == []
        assert faults(GUARDIANSHIPS, **{**entrusted, "guardian_kind": "parent"}) == [
            ("/guardian_kind", "parents_are_not_entrusted")
        ]
        assert faults(GUARDIANSHIPS, **signed, agreed_until="2021-01-10") == [("/agreed_until", "only_if_entrusted")]

    @pytest.mark.req("Y69")
    def test_a_need_is_described(self) -> None:
        contact = {"contacted_on": "2020-05-01", "contacted_by": "王五", "means": "home_visit"}
        assert faults(CARE_CONTACTS, **contact, finding="well") == []
        assert faults(CARE_CONTACTS, **contact, finding="danger") == [("/note", "finding_needs_note")]
        assert faults(CARE_CONTACTS, **contact, finding="danger", note="独自在家，无人照看") == []
        assert faults(CARE_CONTACTS, **contact, finding="well", next_due_on="2020-04-30") == [
            ("/next_due_on", "days_out_of_order")
        ]

    @pytest.mark.req("Y58")
    def test_who_lives_in_a_facility_has_a_bed(self) -> None:
        home = {"facility_code": "F1", "facility_name": "敬老院", "kind": "home_for_aged", "assessed_on": "2020-01-10"}
        assert faults(CARE_FACILITIES, **home, beds=40, occupied=40, nursing_beds=10) == []
        assert faults(CARE_FACILITIES, **home, beds=40, occupied=41) == [("/occupied", "more_than_beds")]
        assert faults(CARE_FACILITIES, **{**home, "kind": "children_home"}, beds=1) == [
            ("/beds", "facility_without_beds")
        ]
        stay = {"facility_code": "F1", "basis": "tekun", "admitted_on": "2020-01-10"}
        assert faults(FACILITY_STAYS, **stay, ended_on="2020-02-10") == [("/end_reason", "end_reason_required")]

    @pytest.mark.req("H38")
    def test_whose_poverty_is_on_record_need_not_show_it(self) -> None:
        case = {"matter": "wages", "applied_on": "2020-01-05", "decision": "refused", "decided_on": "2020-01-07"}
        poor, other = household(member()), household(member(), state=HouseholdState.CANDIDATE)
        economic = {**case, "refusal": "not_in_difficulty"}
        assert faults(LEGAL_AID_CASES, at=poor, **economic) == [("/refusal", "poverty_is_on_record")]
        assert faults(LEGAL_AID_CASES, at=other, **economic) == []
        assert faults(LEGAL_AID_CASES, at=poor, **case, refusal="not_in_scope") == []
        assert faults(LEGAL_AID_CASES, at=poor, **case) == [("/refusal", "refusal_needs_reason")]
        granted = {**case, "decision": "granted", "lawyer": "赵六"}
        assert faults(LEGAL_AID_CASES, at=poor, **granted, closed_on="2020-03-01") == [
            ("/outcome", "outcome_with_its_day")
        ]
        assert faults(LEGAL_AID_CASES, at=poor, **granted, closed_on="2020-03-01", outcome="won") == []


def test_every_rule_has_its_text() -> None:
    catalogue = tomllib.loads((FOLDER / "messages.toml").read_text(encoding="utf-8")).keys()
    kernel = {"day_in_future"}
    modules = {record_type.rules[0].__module__ for record_type in CARE_RECORD_TYPES if record_type.rules}
    files = {FOLDER / "records" / f"{name.rpartition('.')[2]}.py" for name in modules if name.startswith("services.")}
    sources = "".join(path.read_text(encoding="utf-8") for path in files)
    yielded = {part.split('"')[1] for part in sources.split("FieldError(")[1:] for part in [part.split(",", 1)[1]]}
    assert yielded
    assert yielded - kernel <= catalogue

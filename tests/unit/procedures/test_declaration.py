"""A faulty declaration fails when it is made; who acts as whom."""

import dataclasses
from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from shared.auth import Principal
from shared.codes import Label
from shared.identity import DisabilityCardText, IdNumberText, Money, NoteText, PhoneText
from shared.procedures import (
    DEPARTMENT_SYSTEM,
    DISTRICT_OFFICER,
    TOWNSHIP_OFFICER,
    VILLAGE_OFFICER,
    Kind,
    Procedure,
    Stage,
    Step,
    Term,
)
from shared.procedures.evidence import hides_identifier, mask_of
from tests.departments.repairs.cases import REPAIRS, Application

LABEL = Label("一", "One")


def step(name: str = "more", **changes: Any) -> Step:
    return Step(**{"name": name, "label": LABEL, "by": (TOWNSHIP_OFFICER,), "from_": ("applied",), **changes})


def declared(*steps: Step, **changes: Any) -> Procedure:
    return dataclasses.replace(REPAIRS, steps=(*REPAIRS.steps, *steps), **changes)


class WithCost(BaseModel):
    cost: int


class WithPhone(BaseModel):
    people: list[PhoneText]


class WithKernelField(BaseModel):
    stage: str


class WithSubject(BaseModel):
    household_code: str


class TestFaults:
    @pytest.mark.parametrize(
        ("one", "told"),
        [
            (step("visit"), "one name"),
            (step("void"), "no names"),
            (step("Not a code"), "no names"),
            (step(to="nowhere"), "no such stages"),
            (step(from_=("ended",)), "no such stages"),
            (step(from_=()), "an opening leads"),
            (step(kind=Kind.OPENING, to="applied"), "an opening leads"),
            (step(kind=Kind.OPENING, from_=(), evidence=Application), "an opening leads"),
            (step(kind=Kind.OPENING, from_=(), to="applied"), "the case needs"),
            (step(by=()), "someone must take it"),
            (step(by=(DEPARTMENT_SYSTEM,)), "only records for officials"),
            (step(evidence=WithCost), "another type"),
            (step(evidence=WithPhone), "not inside people"),
            (step(evidence=WithKernelField), "belongs to the kernel"),
            (step(evidence=WithSubject), "belongs to the kernel"),
            (step(not_by=("fly",)), "no such other steps"),
            (step(not_by=("more",)), "no such other steps"),
        ],
    )
    def test_of_steps(self, one: Step, told: str) -> None:
        with pytest.raises(TypeError, match=told):
            declared(one)

    def test_of_stages(self) -> None:
        twice = (*REPAIRS.stages, Stage("applied", LABEL))
        with pytest.raises(TypeError, match="one name"):
            declared(stages=twice)
        unknown = (*REPAIRS.stages, Stage("paid", LABEL, due=Term("repairs.check_days", since="paid_on")))
        with pytest.raises(TypeError, match="no such fields"):
            declared(stages=unknown)

    def test_the_declaration_of_the_toy_holds(self) -> None:
        assert list(declared(step()).later) == [
            "visit", "post", "decide", "review", "more", "object", "decide_objection", "withdraw",
        ]  # fmt: skip
        # What is in force is ended, not withdrawn.
        assert REPAIRS.later["withdraw"].from_ == ("applied", "posted")


class TestActors:
    @pytest.mark.parametrize(
        ("role", "department", "divisions", "village", "township", "district", "system"),
        [
            ("village_officer", "village", ["420115010201"], True, False, False, False),
            ("village_officer", "", ["420115010201"], True, False, False, False),
            ("village_officer", "water", ["420115010201"], False, False, False, False),
            ("village_officer", "village", ["420115010202"], False, False, False, False),
            ("township_officer", "township", ["420115010000"], False, True, False, False),
            ("township_officer", "township", ["420115010201"], False, False, False, False),
            ("township_officer", "township", ["420115010201", "420115010000"], False, True, False, False),
            ("district_officer", "repairs", ["420115000000"], False, False, True, False),
            ("district_officer", "township", ["420115000000"], False, False, False, False),
            ("district_officer", "repairs", ["420115010000"], False, False, False, False),
            ("department_system", "repairs", ["000000000000"], False, False, False, True),
            ("department_system", "water", ["000000000000"], False, False, False, False),
            ("clerk", "repairs", ["000000000000"], False, False, False, False),
            ("village_officer", "village", [], False, False, False, False),
        ],
    )
    def test_role_department_and_area(
        self, role: str, department: str, divisions: list[str], *, village: bool, township: bool, district: bool,
        system: bool,
    ) -> None:  # fmt: skip
        caller = Principal("one", "person", department=department, roles=frozenset({role}), divisions=tuple(divisions))
        actors = (VILLAGE_OFFICER, TOWNSHIP_OFFICER, DISTRICT_OFFICER, DEPARTMENT_SYSTEM)
        acts = [one.acts(caller, "repairs", "420115010201") for one in actors]
        assert acts == [village, township, district, system]


class TestIdentifiers:
    def test_are_found_in_their_fields_and_nowhere_else(self) -> None:
        class Evidence(BaseModel):
            number: IdNumberText | None = None
            card: DisabilityCardText
            phone: PhoneText
            note: NoteText
            cost: Money
            plain: Annotated[str, "x"]

        found = [name for name, info in Evidence.model_fields.items() if mask_of(info) is not None]
        assert found == ["number", "card", "phone"]
        assert hides_identifier(tuple[Evidence, ...])
        assert hides_identifier(dict[str, IdNumberText])
        assert not hides_identifier(list[NoteText])
        assert not hides_identifier(IdNumberText | None)

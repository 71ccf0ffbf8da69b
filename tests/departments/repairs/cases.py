"""修缮补助: application, visit, public posting, decision, grant in force with reviews."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel
from sqlalchemy import Column, Date, MetaData, Numeric, Text

from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, IdNumberText, Money, NoteText, PhoneText
from shared.procedures import (
    DEPARTMENT_SYSTEM,
    DISTRICT_OFFICER,
    TOWNSHIP_OFFICER,
    VILLAGE_OFFICER,
    CaseContent,
    CaseType,
    Choice,
    Kind,
    Objections,
    Procedure,
    Stage,
    Step,
    StepContext,
    Term,
    Unit,
    Withdrawal,
    case_table,
)
from shared.records import Subject
from shared.service.problems import FieldError

metadata = MetaData()


class RepairCase(CaseContent):
    """One household's subsidy for a repair."""

    repair_class: Annotated[str, CodeOf("repair_class")]
    cost: Money
    visited_on: BusinessDate | None = None
    grant_yuan: Money | None = None


class Application(BaseModel):
    """What the household applies with."""

    repair_class: Annotated[str, CodeOf("repair_class")]
    cost: Money
    phone: PhoneText | None = None


class Transfer(BaseModel):
    """A grant that the old system decided."""

    repair_class: Annotated[str, CodeOf("repair_class")]
    cost: Money
    grant_yuan: Money


class Visit(BaseModel):
    """What was found at the house, and who was there."""

    visited_on: BusinessDate
    note: NoteText | None = None
    witness_id_number: IdNumberText | None = None


class Decision(BaseModel):
    """Whether the subsidy is granted."""

    granted: bool


class Review(BaseModel):
    """Whether the grant goes on, and in which class."""

    goes_on: bool
    repair_class: Annotated[str, CodeOf("repair_class")] | None = None


def visited(evidence: BaseModel, context: StepContext) -> Iterator[FieldError]:
    """Nothing is posted before somebody went there."""
    if context.case.visited_on is None:
        yield FieldError("", "invalid_value", {"needs": "visited_on"})


def visit_not_later(evidence: Visit, context: StepContext) -> Iterator[FieldError]:
    if evidence.visited_on > context.taken_on:
        yield FieldError("/visited_on", "day_in_future", {"today": context.taken_on.isoformat()})


def decided(evidence: Decision, context: StepContext) -> str:
    return "in_force" if evidence.granted else "refused"


def grant(evidence: Decision, context: StepContext) -> Mapping[str, object]:
    """The whole cost, up to the largest grant."""
    if not evidence.granted:
        return {}
    largest: Decimal = context.policy.number("repairs.largest_grant")
    return {"grant_yuan": min(context.case.cost, largest)}


REPAIR_CASES = CaseType(
    name="repair-cases",
    title=Label("修缮补助", "Subsidies for repairs"),
    subject=Subject.HOUSEHOLD,
    table=case_table(
        metadata,
        "repair_case",
        Column("repair_class", Text, nullable=False),
        Column("cost", Numeric(14, 2), nullable=False),
        Column("visited_on", Date),
        Column("grant_yuan", Numeric(14, 2)),
    ),
    schema=RepairCase,
    filters=("repair_class",),
)

_OFFICIALS = (VILLAGE_OFFICER, TOWNSHIP_OFFICER)

REPAIRS = Procedure(
    cases=REPAIR_CASES,
    stages=(
        Stage("applied", Label("已受理", "Applied"), due=Term("repairs.check_days", Unit.WORKING_DAY)),
        Stage(
            "posted",
            Label("公示中", "Posted"),
            posting=Term("repairs.posting_days"),
            due=Term("repairs.decision_days", Unit.WORKING_DAY, since="opened_on"),
        ),
        Stage(
            "in_force",
            Label("享受中", "In force"),
            due=Term("repairs.review_months", Unit.MONTH, by="repair_class"),
            lasting=True,
        ),
        Stage("refused", Label("不予补助", "Refused"), final=True),
        Stage("ended", Label("已停发", "Ended"), final=True),
        Stage("withdrawn", Label("已撤回", "Withdrawn"), final=True),
    ),
    steps=(
        Step(
            "apply", Label("申请", "Apply"), (*_OFFICIALS, DEPARTMENT_SYSTEM), to="applied", evidence=Application,
            kind=Kind.OPENING,
        ),
        Step(
            "take_over", Label("承接", "Take over"), (DEPARTMENT_SYSTEM,), to="in_force", evidence=Transfer,
            kind=Kind.OPENING,
        ),
        Step(
            "visit", Label("入户核查", "Visit"), (*_OFFICIALS, DEPARTMENT_SYSTEM), ("applied",), evidence=Visit,
            rules=(visit_not_later,),
        ),
        Step("post", Label("公示", "Post"), (TOWNSHIP_OFFICER, DEPARTMENT_SYSTEM), ("applied",), "posted",
             rules=(visited,)),
        Step(
            "decide", Label("确认", "Decide"), (TOWNSHIP_OFFICER,), ("posted",),
            Choice(("in_force", "refused"), decided), evidence=Decision, sets=grant, not_by=("apply", "visit"),
        ),
        Step(
            "review", Label("复核", "Review"), (TOWNSHIP_OFFICER,), ("in_force",),
            Choice(("in_force", "ended"), lambda evidence, _: "in_force" if evidence.goes_on else "ended"),
            evidence=Review,
        ),
    ),
    objections=Objections(
        ("posted",), by=_OFFICIALS, decided_by=(TOWNSHIP_OFFICER,), upheld="applied", posting_anew=True
    ),
    withdrawal=Withdrawal(by=_OFFICIALS, to="withdrawn"),
    void_by=(DISTRICT_OFFICER,),
)  # fmt: skip

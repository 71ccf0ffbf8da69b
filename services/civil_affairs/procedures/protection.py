"""发现报告、应急处置、帮扶干预: what follows when a child or another person is found in danger (Y69, SYS22).

Report → emergency measure within a day → assessment → help, looked at again by risk → closed. An unfounded report ends
with the assessment. Nothing is posted: a case of danger is nobody's business but theirs who help.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated

from services.civil_affairs.procedures.common import ANYONE_NEAR, DISTRICT, TOWNSHIP_OR_DISTRICT
from services.civil_affairs.records.protection_cases import PROTECTION_CASES
from shared.codes import CodeOf, Label, code_list
from shared.identity import NoteText
from shared.procedures import Choice, Kind, Procedure, Stage, Step, StepContext, Term, Unit
from shared.records.fields import Content, InstitutionCode
from shared.service.problems import FieldError


class Report(Content):
    """发现报告: what was found, and who told of it."""

    danger: Annotated[str, CodeOf("protection_danger")]
    reporter: Annotated[str, CodeOf("protection_reporter")]
    note: NoteText | None = None


class Response(Content):
    """应急处置: what was done at once."""

    measure: Annotated[str, CodeOf("protection_measure")]
    facility_code: InstitutionCode | None = None
    note: NoteText | None = None


class Assessment(Content):
    """调查评估: how great the risk is."""

    risk: Annotated[str, CodeOf("protection_risk")]
    note: NoteText | None = None


class Help(Content):
    """帮扶干预: what is being done, and the risk as it is seen now."""

    help: Annotated[str, CodeOf("protection_help")]
    risk: Annotated[str, CodeOf("protection_risk")]
    note: NoteText | None = None


class Closing(Content):
    outcome: Annotated[str, CodeOf("protection_outcome")]
    note: NoteText | None = None


def taken_somewhere(response: Response, context: StepContext) -> Iterator[FieldError]:
    """Who is taken into care is taken to a place that is named."""
    needed = code_list("protection_measure")[response.measure].attributes.get("facility") == "yes"
    if needed and response.facility_code is None:
        yield FieldError("/facility_code", "facility_required")


def still_at_risk(help_given: Help, context: StepContext) -> Iterator[FieldError]:
    """What turned out to be unfounded is not helped but closed."""
    if help_given.risk == UNFOUNDED:
        yield FieldError("/risk", "unfounded_is_closed")


def responded(response: Response, context: StepContext) -> Mapping[str, object]:
    return {"responded_on": context.taken_on}


def as_assessed(assessment: Assessment, context: StepContext) -> str:
    return "unfounded" if assessment.risk == UNFOUNDED else "helping"


UNFOUNDED = "unfounded"

PROTECTION = Procedure(
    cases=PROTECTION_CASES,
    stages=(
        Stage("reported", Label("已报告待处置", "Reported"), due=Term("civil_affairs.protection_response_days")),
        Stage(
            "handled",
            Label("已应急处置待评估", "Emergency measure taken"),
            due=Term("civil_affairs.protection_assessment_days", Unit.WORKING_DAY),
        ),
        Stage(
            "helping", Label("帮扶干预中", "Being helped"), due=Term("civil_affairs.protection_review_days", by="risk")
        ),
        Stage("closed", Label("已结案", "Closed"), final=True),
        Stage("unfounded", Label("报告不属实", "Unfounded"), final=True),
    ),
    steps=(
        Step(
            "report",
            Label("发现报告", "Report"),
            kind=Kind.OPENING,
            to="reported",
            by=(*ANYONE_NEAR, *DISTRICT[:1]),
            evidence=Report,
            source="Y69",
        ),
        Step(
            "respond",
            Label("应急处置", "Respond"),
            by=TOWNSHIP_OR_DISTRICT,
            from_=("reported",),
            to="handled",
            evidence=Response,
            rules=(taken_somewhere,),
            sets=responded,
            source="Y69",
        ),
        Step(
            "assess",
            Label("调查评估", "Assess"),
            by=TOWNSHIP_OR_DISTRICT,
            from_=("handled",),
            to=Choice(("helping", "unfounded"), as_assessed),
            evidence=Assessment,
            source="Y69",
        ),
        Step(
            "help",
            Label("帮扶干预", "Help"),
            by=TOWNSHIP_OR_DISTRICT,
            from_=("helping",),
            to="helping",
            evidence=Help,
            rules=(still_at_risk,),
            source="Y69",
        ),
        Step(
            "close",
            Label("结案", "Close"),
            by=TOWNSHIP_OR_DISTRICT,
            from_=("helping",),
            to="closed",
            evidence=Closing,
            awaited=False,
        ),
    ),
    void_by=DISTRICT,
)

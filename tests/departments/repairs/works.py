"""村级工程: works of a village, many at once; the other toy procedure, of another subject and with keys of its own."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import BaseModel
from sqlalchemy import Column, Date, Text

from shared.codes import Label
from shared.identity import BusinessDate, CleanText
from shared.policy import PolicyView
from shared.procedures import (
    DISTRICT_OFFICER,
    TOWNSHIP_OFFICER,
    VILLAGE_OFFICER,
    CaseContent,
    CaseType,
    Kind,
    Procedure,
    Stage,
    Step,
    case_table,
)
from shared.records import Subject
from tests.departments.repairs.cases import metadata

ProjectCode = Annotated[str, CleanText(20)]


class WorkCase(CaseContent):
    """One work of a village."""

    project_code: ProjectCode
    planned_end: BusinessDate


class Plan(BaseModel):
    """Which work, and until when."""

    project_code: ProjectCode
    planned_end: BusinessDate


def as_planned(case: Mapping[str, object], policy: PolicyView) -> date:
    """Due when its own plan says."""
    return date.fromisoformat(str(case["planned_end"]))


WORK_CASES = CaseType(
    name="village-works",
    title=Label("村级工程", "Works of villages"),
    subject=Subject.VILLAGE,
    table=case_table(
        metadata, "village_work", Column("project_code", Text, nullable=False),
        Column("planned_end", Date, nullable=False),
    ),
    schema=WorkCase,
    natural_key=("project_code",),
    feeds_facts=False,
)  # fmt: skip

WORKS = Procedure(
    cases=WORK_CASES,
    stages=(
        Stage("planned", Label("已立项", "Planned"), due=as_planned),
        Stage("finished", Label("已完工", "Finished"), final=True),
    ),
    steps=(
        Step("plan", Label("立项", "Plan"), (VILLAGE_OFFICER,), to="planned", evidence=Plan, kind=Kind.OPENING),
        Step("finish", Label("完工", "Finish"), (TOWNSHIP_OFFICER,), ("planned",), "finished"),
    ),
    void_by=(DISTRICT_OFFICER,),
)

"""Procedures: cases that go through declared steps, each by whom it is due, with evidence, in time (ADR 11).

A department declares a `Procedure` over a `CaseType`; routes, lists of what waits and what is late, the record of every
step and the documents follow. Public face below.
"""

from shared.procedures.actors import (
    DEPARTMENT_SYSTEM,
    DISTRICT_OFFICER,
    TOWNSHIP_OFFICER,
    VILLAGE_OFFICER,
    Actor,
)
from shared.procedures.cases import CaseContent, CaseType, case_table
from shared.procedures.declaration import (
    Choice,
    Kind,
    Objections,
    Procedure,
    Stage,
    Step,
    StepContext,
    Withdrawal,
)
from shared.procedures.evidence import NoEvidence
from shared.procedures.terms import Term, Unit

__all__ = [
    "DEPARTMENT_SYSTEM",
    "DISTRICT_OFFICER",
    "TOWNSHIP_OFFICER",
    "VILLAGE_OFFICER",
    "Actor",
    "CaseContent",
    "CaseType",
    "Choice",
    "Kind",
    "NoEvidence",
    "Objections",
    "Procedure",
    "Stage",
    "Step",
    "StepContext",
    "Term",
    "Unit",
    "Withdrawal",
    "case_table",
]

"""What each step of a renovation is given (Y22, Y24; practice B.8)."""

from typing import Annotated

from pydantic import Field

from services.housing.records.fields import DwellingNumber
from shared.codes import CodeOf
from shared.identity import BusinessDate, Money, NameText, NoteText
from shared.records.fields import Content, DocumentNumber, Year

Category = Annotated[str, CodeOf("renovation_category")]
Evidence = Annotated[
    DocumentNumber | None, Field(description="number of the certificate of the category, where the register is silent")
]
Grant = Annotated[Money | None, Field(description="yuan; without it the standard of the place for grade and category")]


class Application(Content):
    """申请: for which dwelling, as what kind of household."""

    dwelling_number: DwellingNumber = 1
    category: Category
    category_evidence: Evidence = None
    only_dwelling: bool = Field(description="唯一住房: the household declares that it holds no other safe dwelling")


class Identification(Content):
    """认定: the housing department's grade, and whether the dwelling was found to be the only one."""

    grade: Annotated[str, CodeOf("housing_grade")]
    appraiser: NameText
    certificate_number: DocumentNumber | None = None
    only_dwelling: bool
    category_evidence: Evidence = None


class Review(Content):
    """评议审核: the village's review and the township's check."""

    minutes_number: DocumentNumber
    note: NoteText | None = None


class Refusal(Content):
    """不予改造, with the reason that the household is told."""

    refused_for: Annotated[str, CodeOf("renovation_refusal")]
    note: NoteText | None = None


class Posting(Content):
    """公示: where it hangs."""

    place: NameText | None = None


class Approval(Content):
    """审批: the project, how it is renovated, what is granted."""

    project_number: DocumentNumber
    mode: Annotated[str, CodeOf("renovation_mode")]
    granted: Grant = None


class Start(Content):
    """开工: who builds."""

    contractor: NameText | None = None
    contract_number: DocumentNumber | None = None


class Inspection(Content):
    """施工检查: one look at the works."""

    passed: bool
    finding: NoteText | None = None


class Acceptance(Content):
    """竣工验收, basic sanitation included (Y25)."""

    passed: bool
    basic_sanitation: bool
    finding: NoteText | None = None


class PaidOut(Content):
    """补助资金到户: what the household has received in all."""

    paid: Money


class TakenOver(Content):
    """A renovation as another system holds it, as far as it has come."""

    dwelling_number: DwellingNumber = 1
    year: Year = Field(description="the yearly plan that it belongs to")
    applied_on: BusinessDate
    category: Category
    category_evidence: Evidence = None
    grade: Annotated[str, CodeOf("dangerous_housing_grade")]
    identified_on: BusinessDate
    project_number: DocumentNumber | None = None
    mode: Annotated[str, CodeOf("renovation_mode")] | None = None
    approved_on: BusinessDate | None = None
    granted: Money | None = Field(default=None, description="yuan")
    started_on: BusinessDate | None = None
    inspected_on: BusinessDate | None = None
    accepted_on: BusinessDate | None = None
    paid_on: BusinessDate | None = Field(default=None, description="paid in full on this day")
    paid: Money | None = Field(default=None, description="yuan")

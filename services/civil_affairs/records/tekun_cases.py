"""特困供养, once 五保: one person's support from application to its end (H08, Y58; practice B.9)."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field
from sqlalchemy import Boolean, Column, Date, Numeric, Text
from sqlalchemy.dialects.postgresql import ARRAY

from services.civil_affairs.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, DivisionCode, Money
from shared.procedures import CaseContent, CaseType, case_table
from shared.records import Subject
from shared.records.fields import DocumentNumber, InstitutionCode

MissingItems = Annotated[
    tuple[Annotated[str, CodeOf("self_care_item")], ...],
    Field(max_length=6, description="self-care items that the person cannot do"),
]

IN_FORCE = frozenset({"in_force"})


class TekunCase(CaseContent):
    """One case as it stands now; the steps tell how it came to that."""

    village: DivisionCode | None = Field(default=None, description="where the person lives, if the registry has it not")
    labour_ground: Annotated[str, CodeOf("tekun_labour_ground")] | None = Field(
        default=None, description="无劳动能力: on which ground; null: able to work"
    )
    no_income: bool | None = Field(default=None, description="无生活来源")
    no_supporter: bool | None = Field(default=None, description="无法定赡养抚养扶养义务人，或其无履行能力")
    missing_items: MissingItems = ()
    care_level: Annotated[str, CodeOf("self_care_ability")] | None = None
    mode: Annotated[str, CodeOf("tekun_mode")] | None = None
    institution_code: InstitutionCode | None = Field(default=None, description="where supported in an institution")
    basic_amount: Money = Field(default=Decimal("0.00"), description="basic living, yuan a month")
    care_amount: Money = Field(default=Decimal("0.00"), description="care, yuan a month")
    certificate_number: DocumentNumber | None = None
    granted_on: BusinessDate | None = Field(default=None, description="the first day in force")
    reviewed_on: BusinessDate | None = None
    ended_on: BusinessDate | None = Field(default=None, description="the first day without it")
    end_reason: Annotated[str, CodeOf("assistance_end_reason")] | None = None


TEKUN_CASES = CaseType(
    name="tekun-cases",
    title=Label("特困人员救助供养办理", "Tekun cases"),
    subject=Subject.MEMBER,
    table=case_table(
        metadata,
        "tekun_case",
        Column("village", Text),
        Column("labour_ground", Text),
        Column("no_income", Boolean),
        Column("no_supporter", Boolean),
        Column("missing_items", ARRAY(Text), nullable=False),
        Column("care_level", Text),
        Column("mode", Text),
        Column("institution_code", Text),
        Column("basic_amount", Numeric(14, 2), nullable=False),
        Column("care_amount", Numeric(14, 2), nullable=False),
        Column("certificate_number", Text),
        Column("granted_on", Date),
        Column("reviewed_on", Date),
        Column("ended_on", Date),
        Column("end_reason", Text),
    ),
    schema=TekunCase,
    stated_place="village",
    filters=("mode", "care_level", "end_reason"),
    source="H08, Y54, Y58",
)

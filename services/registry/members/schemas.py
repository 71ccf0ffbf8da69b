"""The member form (B.1.2) as callers send it."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.codes import CodeOf
from shared.identity import (
    BusinessDate,
    CleanText,
    DisabilityCardText,
    DivisionCode,
    IdNumberText,
    NameText,
    PhoneText,
)
from shared.roster.models import Sex

ShortText = Annotated[str, CleanText(100)]
Months = Annotated[int, Field(ge=0, le=12, description="months of the year")]


class MemberForm(BaseModel):
    """What may be corrected of a member.

    `sex` and `birth_date` follow from the ID number when it is given; without one (a newborn) they are required.
    """

    model_config = ConfigDict(extra="forbid")

    name: NameText
    id_number: IdNumberText | None = Field(None, description="18 digits; masked in every answer")
    disability_card: DisabilityCardText | None = Field(None, description="20 or 22 characters; masked in every answer")
    sex: Sex | None = None
    birth_date: BusinessDate | None = None
    relation: Annotated[str, CodeOf("relation")]
    ethnicity: Annotated[str, CodeOf("ethnicity")] | None = None
    political_status: Annotated[str, CodeOf("political_status")] | None = None
    education: Annotated[str, CodeOf("education")] | None = None
    student_status: Annotated[str, CodeOf("student_status")] | None = None
    dropout_reason: ShortText | None = None
    labour_skill: Annotated[str, CodeOf("labour_skill")] | None = None
    health_status: Annotated[list[Annotated[str, CodeOf("health_status")]], Field(max_length=4)] = []
    phone: PhoneText | None = None
    work_months: Months | None = None
    work_place: Annotated[str, CodeOf("work_place")] | None = None
    work_division: DivisionCode | None = None
    employer: ShortText | None = None
    works_abroad: bool | None = None
    industry: ShortText | None = None
    employment_channel: ShortText | None = None
    public_post: ShortText | None = None
    public_post_months: Months | None = None
    mandarin: bool | None = None
    dibao: bool | None = None
    tekun: bool | None = None
    resident_medical_insurance: bool | None = None
    employee_medical_insurance: bool | None = None
    serious_illness_insurance: bool | None = None
    commercial_medical_insurance: bool | None = None
    accident_insurance_subsidy: bool | None = None
    serious_illness_aid: bool | None = None
    other_health_aid: bool | None = None
    resident_pension: bool | None = None
    employee_pension: bool | None = None
    disability_card_year: Annotated[int, Field(ge=1980, le=2100)] | None = None
    unemployed_graduate_reason: ShortText | None = None


class MemberInput(MemberForm):
    """A member to add, or (by `member_id` or ID number, or by name where that is unique) to correct."""

    member_id: UUID | None = None
    since: BusinessDate | None = Field(
        None, description="since when in this household; when not given today, in a correction as it stands"
    )

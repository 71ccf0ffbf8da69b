"""大病专项救治: a serious illness, whether it is filed for special treatment, and how treatment stands (M18, Y44, Y48)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from sqlalchemy import Boolean, Column, Date, Text

from services.health.records.fields import Content, InstitutionCode
from services.health.records.metadata import metadata
from services.health.records.row_rules import in_order, not_after_today
from shared.codes import CodeOf, Label, code_list
from shared.identity import BusinessDate
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.service.problems import FieldError


class SeriousIllnessCase(Content):
    """One person's serious illness: diagnosed, filed, treated."""

    disease: Annotated[str, CodeOf("serious_illness")]
    diagnosed_on: BusinessDate
    filed_on: BusinessDate | None = Field(default=None, description="建档: the day it was filed; null: not filed yet")
    treatment: Annotated[str, CodeOf("treatment_state")] = "awaiting"
    hospital_code: InstitutionCode | None = Field(default=None, description="the designated hospital")
    treated_before_payment: bool = Field(default=False, description="先诊疗后付费: treated first, paid later (Y48)")
    ended_on: BusinessDate | None = Field(default=None, description="the day the case was closed")


def disease_is_listed(case: SeriousIllnessCase, context: RuleContext) -> Iterator[FieldError]:
    """Y48 九类大病: a case is filed for a disease of the list that holds in the person's area and the year of filing.

    The lists of 2018 and later name a disease that the list of 2017 split into forms; a form is listed with its disease.
    Until the person is known to the roster, the area is not known either.
    """
    if case.filed_on is None or context.household is None:
        return
    listed = context.policy.codes("health.serious_illness_diseases")
    form_of = code_list("serious_illness")[case.disease].attributes.get("form_of")
    if case.disease not in listed and form_of not in listed:
        yield FieldError("/disease", "disease_not_listed", {"year": case.filed_on.year, "disease": case.disease})


SERIOUS_ILLNESS_CASES = RecordType(
    name="serious-illness-cases",
    title=Label("大病专项救治", "Serious-illness cases"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "serious_illness_case",
        Column("disease", Text, nullable=False),
        Column("diagnosed_on", Date, nullable=False),
        Column("filed_on", Date),
        Column("treatment", Text, nullable=False),
        Column("hospital_code", Text),
        Column("treated_before_payment", Boolean, nullable=False),
        Column("ended_on", Date),
    ),
    schema=SeriousIllnessCase,
    natural_key=("disease",),
    business_date="diagnosed_on",
    rules=(
        disease_is_listed,
        in_order("diagnosed_on", "filed_on"),
        in_order("diagnosed_on", "ended_on"),
        not_after_today("diagnosed_on", "filed_on", "ended_on"),
    ),
    filters=("disease", "treatment"),
    source="M18, Y44, Y48",
)

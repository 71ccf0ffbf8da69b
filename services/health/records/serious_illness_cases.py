"""大病专项救治: a serious illness, whether it is filed, and how its treatment stands (M18, Y44, Y48)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from sqlalchemy import Boolean, Column, Date, Text

from services.health.records.metadata import metadata
from shared.codes import CodeOf, Label, code_list
from shared.identity import BusinessDate
from shared.policy import PolicyView
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content, InstitutionCode
from shared.records.rules import in_order, not_after_today
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


def is_listed(policy: PolicyView, disease: str) -> bool:
    """Whether the disease is under special treatment in the area and year.

    The lists of 2018 and later name a disease that the list of 2017 split into forms; a form is listed with its
    disease.
    """
    listed = policy.codes("health.serious_illness_diseases")
    return disease in listed or _disease_of(disease) in listed


def same_disease(one: str, other: str) -> bool:
    """Whether two codes name the same disease, or one a form of the other."""
    return one == other or _disease_of(one) == other or one == _disease_of(other)


def _disease_of(form: str) -> str:
    """The disease of which the code is a form; the code itself if it is none."""
    return code_list("serious_illness")[form].attributes.get("form_of", form)


def disease_is_listed(case: SeriousIllnessCase, context: RuleContext) -> Iterator[FieldError]:
    """Y48 九类大病: a case is filed for a disease of the list that holds in the person's area in the year of filing.

    Until the person is known to the roster, the area is not known either.
    """
    if case.filed_on is None or context.household is None:
        return
    if not is_listed(context.policy.in_year(case.filed_on.year), case.disease):
        yield FieldError("/disease", "disease_not_listed", {"disease": case.disease, "year": case.filed_on.year})


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

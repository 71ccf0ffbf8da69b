"""参保登记: who is in basic medical insurance in a year, and who paid the contribution (D29, M16, Y42, H23)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from sqlalchemy import Boolean, Column, Date, Numeric, SmallInteger, Text

from services.health.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, Money
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content, Year
from shared.records.rules import not_after_today
from shared.service.problems import FieldError


class InsuranceEnrolment(Content):
    """One person's basic medical insurance in one year, or the finding that there is none."""

    year: Year = Field(description="the insurance year; enrolment opens in the autumn before it")
    enrolled: bool
    enrolled_on: BusinessDate = Field(description="the day of enrolment, or of the finding that there is none")
    scheme: Annotated[str, CodeOf("insurance_scheme")] | None = None
    contribution: Money | None = Field(default=None, description="individual contribution of the year, yuan")
    subsidy_class: Annotated[str, CodeOf("insurance_subsidy_class")] = "none"
    subsidy: Money | None = Field(default=None, description="fiscal subsidy of the contribution, yuan (Y42)")
    preferential_policy: bool = Field(
        default=False, description="纳入政策倾斜范围: under the preferential policy (M16)"
    )
    serious_illness_insurance: bool | None = Field(
        default=None, description="大病保险; null: as the scheme provides (residents and employees are in it)"
    )
    supplementary_insurance: bool = Field(default=False, description="困难群众大病补充医疗保险 (Y43)")
    commercial_insurance: bool = Field(default=False, description="商业补充医疗保险")
    not_enrolled_reason: Annotated[str, CodeOf("non_enrolment_reason")] | None = None


def enrolment_is_consistent(enrolment: InsuranceEnrolment, context: RuleContext) -> Iterator[FieldError]:
    """Who is enrolled is in a scheme; who is not has neither a scheme nor a contribution, and may have a reason."""
    if enrolment.enrolled:
        if enrolment.scheme is None:
            yield FieldError("/scheme", "scheme_required")
        if enrolment.not_enrolled_reason is not None:
            yield FieldError("/not_enrolled_reason", "only_if_not_enrolled")
        return
    for field in ("scheme", "contribution", "subsidy"):
        if getattr(enrolment, field) is not None:
            yield FieldError(f"/{field}", "only_if_enrolled")


def subsidy_fits_its_class(enrolment: InsuranceEnrolment, context: RuleContext) -> Iterator[FieldError]:
    """Y42 个人缴费部分由财政给予补贴: at most the contribution; all of it in the class `full`, nothing in `none`."""
    subsidy, contribution = enrolment.subsidy or 0, enrolment.contribution
    if enrolment.subsidy_class == "none" and subsidy:
        yield FieldError("/subsidy", "subsidy_without_class")
    if subsidy and contribution is None:
        yield FieldError("/contribution", "contribution_required")
    elif contribution is not None and subsidy > contribution:
        yield FieldError("/subsidy", "subsidy_above_contribution", {"contribution": str(contribution)})
    elif contribution is not None and enrolment.subsidy_class == "full" and subsidy != contribution:
        yield FieldError("/subsidy", "subsidy_not_full", {"contribution": str(contribution)})


def enrolled_for_this_or_next_year(enrolment: InsuranceEnrolment, context: RuleContext) -> Iterator[FieldError]:
    """Enrolment for a year opens in the year before it and ends with it."""
    if not enrolment.year - 1 <= enrolment.enrolled_on.year <= enrolment.year:
        yield FieldError("/enrolled_on", "day_outside_enrolment", {"year": enrolment.year})


INSURANCE_ENROLMENTS = RecordType(
    name="insurance-enrolments",
    title=Label("参保登记", "Insurance enrolments"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "insurance_enrolment",
        Column("year", SmallInteger, nullable=False),
        Column("enrolled", Boolean, nullable=False),
        Column("enrolled_on", Date, nullable=False),
        Column("scheme", Text),
        Column("contribution", Numeric(14, 2)),
        Column("subsidy_class", Text, nullable=False),
        Column("subsidy", Numeric(14, 2)),
        Column("preferential_policy", Boolean, nullable=False),
        Column("serious_illness_insurance", Boolean),
        Column("supplementary_insurance", Boolean, nullable=False),
        Column("commercial_insurance", Boolean, nullable=False),
        Column("not_enrolled_reason", Text),
    ),
    schema=InsuranceEnrolment,
    natural_key=("year",),
    business_date="enrolled_on",
    rules=(
        enrolment_is_consistent,
        subsidy_fits_its_class,
        enrolled_for_this_or_next_year,
        not_after_today("enrolled_on"),
    ),
    filters=("year", "enrolled", "scheme", "subsidy_class"),
    source="D29, M16, Y42, Y43, H23",
)

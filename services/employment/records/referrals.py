"""岗位推荐: a person recommended to an employer, and what came of it (D19)."""

from collections.abc import Iterator
from typing import Annotated

from sqlalchemy import Column, Date, Text

from services.employment.records.metadata import metadata
from services.employment.records.rules import of_working_age
from shared.codes import CodeOf, Label, code_list
from shared.identity import BusinessDate, NameText
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content, DocumentNumber
from shared.records.rules import in_order, not_after_today
from shared.service.problems import FieldError


class Referral(Content):
    """One person's referral to one vacancy."""

    vacancy_number: DocumentNumber
    employer_name: NameText | None = None
    referred_on: BusinessDate
    result: Annotated[str, CodeOf("job_referral_result")] = "awaiting"
    result_on: BusinessDate | None = None
    reason: Annotated[str, CodeOf("job_referral_reason")] | None = None


def result_is_consistent(referral: Referral, context: RuleContext) -> Iterator[FieldError]:
    """A result has a day; a refusal has a reason; what is awaited has neither."""
    if referral.result == "awaiting":
        for field in ("result_on", "reason"):
            if getattr(referral, field) is not None:
                yield FieldError(f"/{field}", "only_with_result")
        return
    if referral.result_on is None:
        yield FieldError("/result_on", "result_day_required")
    wanted = code_list("job_referral_result")[referral.result].attributes.get("reason") == "yes"
    if wanted and referral.reason is None:
        yield FieldError("/reason", "reason_required")
    if not wanted and referral.reason is not None:
        yield FieldError("/reason", "reason_not_wanted")


REFERRALS = RecordType(
    name="referrals",
    title=Label("岗位推荐", "Referrals"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "referral",
        Column("vacancy_number", Text, nullable=False),
        Column("employer_name", Text),
        Column("referred_on", Date, nullable=False),
        Column("result", Text, nullable=False),
        Column("result_on", Date),
        Column("reason", Text),
    ),
    schema=Referral,
    natural_key=("vacancy_number",),
    business_date="referred_on",
    rules=(
        result_is_consistent,
        of_working_age("referred_on"),
        in_order("referred_on", "result_on"),
        not_after_today("referred_on", "result_on"),
    ),
    filters=("vacancy_number", "result", "reason"),
    source="D19",
)

"""就业（务工）登记: work that a person has or had: employer, place, wage, how it was found, why it ended (M14)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Numeric, Text

from services.employment.records.metadata import metadata
from services.employment.records.rules import of_working_age
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, DivisionCode, Money, NameText
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content, DocumentNumber, InstitutionCode
from shared.records.rules import in_order, not_after_today
from shared.service.problems import FieldError


class Placement(Content):
    """One spell of work with one employer. Months are counted from its days, so nobody has to report them."""

    employer_name: NameText
    employer_code: InstitutionCode | None = None
    started_on: BusinessDate
    ended_on: BusinessDate | None = Field(default=None, description="the last day of work; null: still working")
    end_reason: Annotated[str, CodeOf("work_end_reason")] | None = None
    place: Annotated[str, CodeOf("work_place")]
    place_division: DivisionCode | None = Field(default=None, description="区划 of the place of work, where known")
    occupation: Annotated[str, CodeOf("employment_occupation")] | None = None
    arrangement: Annotated[str, CodeOf("work_arrangement")] = "contract"
    channel: Annotated[str, CodeOf("employment_channel")] = "self_found"
    monthly_wage: Money | None = Field(default=None, description="yuan a month")
    vacancy_number: DocumentNumber | None = Field(default=None, description="the vacancy it came of")


def end_has_a_reason(placement: Placement, context: RuleContext) -> Iterator[FieldError]:
    """Work that ended, ended for a reason; work that goes on has none."""
    if placement.ended_on is not None and placement.end_reason is None:
        yield FieldError("/end_reason", "work_end_reason_required")
    if placement.ended_on is None and placement.end_reason is not None:
        yield FieldError("/end_reason", "only_if_work_ended")


PLACEMENTS = RecordType(
    name="placements",
    title=Label("就业登记", "Work placements"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "placement",
        Column("employer_name", Text, nullable=False),
        Column("employer_code", Text),
        Column("started_on", Date, nullable=False),
        Column("ended_on", Date),
        Column("end_reason", Text),
        Column("place", Text, nullable=False),
        Column("place_division", Text),
        Column("occupation", Text),
        Column("arrangement", Text, nullable=False),
        Column("channel", Text, nullable=False),
        Column("monthly_wage", Numeric(14, 2)),
        Column("vacancy_number", Text),
    ),
    schema=Placement,
    natural_key=("started_on", "employer_name"),
    business_date="started_on",
    rules=(
        end_has_a_reason,
        of_working_age("started_on"),
        in_order("started_on", "ended_on"),
        not_after_today("started_on", "ended_on"),
    ),
    filters=("employer_code", "place", "arrangement", "channel", "end_reason", "vacancy_number"),
    source="M14, D19",
)

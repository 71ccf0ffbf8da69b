"""劳动力信息: what a person can do, wants to do and needs to learn, as asked in a year (D19, M14, H18, Y29)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from sqlalchemy import Boolean, Column, Date, Numeric, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY

from services.employment.records.metadata import metadata
from services.employment.records.rules import of_working_age
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, Money
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content, Year
from shared.records.rules import not_after_today, within_its_year
from shared.service.problems import FieldError


class LabourProfile(Content):
    """One person's ability, skills, intention and training need, as surveyed in one year."""

    year: Year
    surveyed_on: BusinessDate
    ability: Annotated[str, CodeOf("labour_skill")]
    skills: tuple[Annotated[str, CodeOf("employment_skill")], ...] = Field(
        default=(), max_length=20, description="skills mastered; empty: none"
    )
    willing_to_work: bool = Field(description="就业意愿: wants to be offered work (D19, M14)")
    wanted_occupations: tuple[Annotated[str, CodeOf("employment_occupation")], ...] = Field(
        default=(), max_length=20, description="empty: any"
    )
    wanted_places: tuple[Annotated[str, CodeOf("work_place")], ...] = Field(
        default=(), max_length=5, description="where the person would go; empty: anywhere"
    )
    least_monthly_wage: Money | None = Field(default=None, description="yuan; null: none named")
    needs_training: bool = Field(default=False, description="培训需求 (H18)")
    wanted_trainings: tuple[Annotated[str, CodeOf("labour_training_kind")], ...] = Field(default=(), max_length=10)
    wants_start_up: bool = Field(default=False, description="创业意愿: wants to start a business (M13, Y34)")
    not_working_reason: Annotated[str, CodeOf("not_working_reason")] | None = None


def wishes_need_the_will(profile: LabourProfile, context: RuleContext) -> Iterator[FieldError]:
    """What work is wanted is said by who wants work; what training, by who needs it."""
    if not profile.willing_to_work:
        for field in ("wanted_occupations", "wanted_places", "least_monthly_wage"):
            if getattr(profile, field):
                yield FieldError(f"/{field}", "only_if_willing")
    if profile.wanted_trainings and not profile.needs_training:
        yield FieldError("/wanted_trainings", "only_if_training_needed")


LABOUR_PROFILES = RecordType(
    name="labour-profiles",
    title=Label("劳动力信息", "Labour profiles"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "labour_profile",
        Column("year", SmallInteger, nullable=False),
        Column("surveyed_on", Date, nullable=False),
        Column("ability", Text, nullable=False),
        Column("skills", ARRAY(Text), nullable=False),
        Column("willing_to_work", Boolean, nullable=False),
        Column("wanted_occupations", ARRAY(Text), nullable=False),
        Column("wanted_places", ARRAY(Text), nullable=False),
        Column("least_monthly_wage", Numeric(14, 2)),
        Column("needs_training", Boolean, nullable=False),
        Column("wanted_trainings", ARRAY(Text), nullable=False),
        Column("wants_start_up", Boolean, nullable=False),
        Column("not_working_reason", Text),
    ),
    schema=LabourProfile,
    natural_key=("year",),
    business_date="surveyed_on",
    rules=(
        wishes_need_the_will,
        of_working_age("surveyed_on", if_true="willing_to_work"),
        within_its_year("surveyed_on"),
        not_after_today("surveyed_on"),
    ),
    filters=("year", "ability", "willing_to_work", "needs_training", "wants_start_up", "not_working_reason"),
    source="D19, M14, H18, Y29",
)

"""免费筛查: prenatal, newborn, women's two-cancer and pre-pregnancy screening, free of charge (Y50)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, SmallInteger, Text

from services.health.records.metadata import metadata
from shared.codes import CodeOf, Label, code_list
from shared.identity import BusinessDate
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content, InstitutionCode, Year
from shared.records.rules import not_after_today, within_its_year
from shared.roster.models import Sex
from shared.service.problems import FieldError


class FreeScreening(Content):
    """One person's free screening of one kind in one year."""

    year: Year
    kind: Annotated[str, CodeOf("free_screening_kind")]
    screened_on: BusinessDate = Field(description="the day the sample was taken or the examination made")
    result: Annotated[str, CodeOf("screening_result")] = "pending"
    institution_code: InstitutionCode | None = None


def screening_is_for_the_person(screening: FreeScreening, context: RuleContext) -> Iterator[FieldError]:
    """Y50 names whom each screening is for: women, newborns. The limits are attributes of the code list."""
    if context.member is None:
        return
    limits = code_list("free_screening_kind")[screening.kind].attributes
    wanted_sex, oldest = limits.get("sex"), limits.get("oldest_months")
    known_sex = context.member.sex in (Sex.MALE, Sex.FEMALE)
    if wanted_sex is not None and known_sex and context.member.sex != wanted_sex:
        yield FieldError("/kind", "screening_not_for_sex", {"kind": screening.kind})
    born = context.member.birth_date
    if oldest is not None and born is not None:
        months = (screening.screened_on.year - born.year) * 12 + screening.screened_on.month - born.month
        if months > int(oldest):
            yield FieldError("/kind", "screening_not_for_age", {"kind": screening.kind, "oldest_months": int(oldest)})


FREE_SCREENINGS = RecordType(
    name="free-screenings",
    title=Label("免费筛查", "Free screenings"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "free_screening",
        Column("year", SmallInteger, nullable=False),
        Column("kind", Text, nullable=False),
        Column("screened_on", Date, nullable=False),
        Column("result", Text, nullable=False),
        Column("institution_code", Text),
    ),
    schema=FreeScreening,
    natural_key=("year", "kind"),
    business_date="screened_on",
    rules=(screening_is_for_the_person, within_its_year("screened_on"), not_after_today("screened_on")),
    filters=("year", "kind", "result"),
    source="Y50",
)

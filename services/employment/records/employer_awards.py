"""企业奖补: an award or subsidy paid to an employer for a poor labourer whom it has absorbed (Y28)."""

from collections.abc import Iterator
from typing import Annotated

from sqlalchemy import Column, Date, Numeric, SmallInteger, Text

from services.employment.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, Money, NameText
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content, InstitutionCode, Year
from shared.records.rules import not_after_today, within_its_year
from shared.roster.models import ON_REGISTER
from shared.service.problems import FieldError


class EmployerAward(Content):
    """What one employer was paid in one year for one person; awards are reckoned by head."""

    employer_code: InstitutionCode
    employer_name: NameText
    kind: Annotated[str, CodeOf("employer_award_kind")]
    year: Year
    paid_on: BusinessDate
    amount: Money


def absorbed_person_is_registered(award: EmployerAward, context: RuleContext) -> Iterator[FieldError]:
    """Y28 对吸纳贫困劳动力的企业给予奖补: for labourers of registered households, exited ones included."""
    if context.household is not None and context.household.state not in ON_REGISTER:
        yield FieldError("/employer_code", "award_not_for_household")


EMPLOYER_AWARDS = RecordType(
    name="employer-awards",
    title=Label("企业吸纳就业奖补", "Awards to employers"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "employer_award",
        Column("employer_code", Text, nullable=False),
        Column("employer_name", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("year", SmallInteger, nullable=False),
        Column("paid_on", Date, nullable=False),
        Column("amount", Numeric(14, 2), nullable=False),
    ),
    schema=EmployerAward,
    natural_key=("employer_code", "kind", "year"),
    business_date="paid_on",
    rules=(absorbed_person_is_registered, within_its_year("paid_on"), not_after_today("paid_on")),
    filters=("employer_code", "kind", "year"),
    source="Y28",
)

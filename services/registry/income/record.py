"""The income year of a household: every category of income, yuan for the year, and the totals that follow from it.

Totals are computed, never typed in. The concept (net or disposable) is named in each record, because they differ by
rule and a comparison across them is a false one. Accounting period: from October of the year before to September.
"""

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, computed_field
from sqlalchemy import Column, Date, Integer, Numeric, Text

from services.registry.tables import metadata
from shared.codes import Label
from shared.identity import BusinessDate, Money
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.service import FieldError

ZERO = Decimal("0.00")
CENT = Decimal("0.01")
PERIOD_BEGINS = "income.period_begins"
SMALLEST_WAGE = "income.smallest_wage"


class IncomeConcept(StrEnum):
    NET = "net"
    DISPOSABLE = "disposable"


WAGE = ("wage_work", "wage_post_department", "wage_post_township", "wage_post_village", "wage_other")
OPERATING = ("operating_crops", "operating_livestock", "operating_forest_fruit", "operating_other")
PROPERTY = (
    "property_asset_dividend",
    "property_land_transfer",
    "property_finance_project",
    "property_entrusted_breeding",
    "property_other",
)
TRANSFER = (
    "transfer_family_planning",
    "transfer_dibao",
    "transfer_tekun",
    "transfer_pension",
    "transfer_eco_returned_farmland",
    "transfer_eco_public_forest",
    "transfer_eco_grassland",
    "transfer_eco_resettlement",
    "transfer_eco_other",
    "transfer_soil_fertility",
    "transfer_old_age",
    "transfer_special_care",
    "transfer_disability",
    "transfer_education",
    "transfer_disaster_relief",
    "transfer_support_of_parents",
    "transfer_heating",
    "transfer_poverty_insurance",
    "transfer_donation",
    "transfer_other",
)
PAID = ("operating_expense", "property_expense", "transfers_paid", "insurance_claims", "compliant_self_paid")
MONEY = (*WAGE, *OPERATING, *PROPERTY, *TRANSFER, *PAID)


class IncomeYear(BaseModel):
    """One household's income of one year under one concept. Every amount is yuan a year; what is left out is 0.00."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    year: Annotated[int, Field(ge=2000, le=2100)]
    concept: IncomeConcept
    recorded_on: BusinessDate = Field(description="the day the income was found out")
    persons: Annotated[int, Field(ge=1, le=100)] | None = Field(
        None, description="registered members of that year; the present ones when left out"
    )

    wage_work: Money = ZERO
    wage_post_department: Money = ZERO
    wage_post_township: Money = ZERO
    wage_post_village: Money = ZERO
    wage_other: Money = ZERO

    operating_crops: Money = ZERO
    operating_livestock: Money = ZERO
    operating_forest_fruit: Money = ZERO
    operating_other: Money = ZERO

    property_asset_dividend: Money = ZERO
    property_land_transfer: Money = ZERO
    property_finance_project: Money = ZERO
    property_entrusted_breeding: Money = ZERO
    property_other: Money = ZERO

    transfer_family_planning: Money = ZERO
    transfer_dibao: Money = ZERO
    transfer_tekun: Money = ZERO
    transfer_pension: Money = ZERO
    transfer_eco_returned_farmland: Money = ZERO
    transfer_eco_public_forest: Money = ZERO
    transfer_eco_grassland: Money = ZERO
    transfer_eco_resettlement: Money = ZERO
    transfer_eco_other: Money = ZERO
    transfer_soil_fertility: Money = ZERO
    transfer_old_age: Money = ZERO
    transfer_special_care: Money = ZERO
    transfer_disability: Money = ZERO
    transfer_education: Money = ZERO
    transfer_disaster_relief: Money = ZERO
    transfer_support_of_parents: Money = ZERO
    transfer_heating: Money = ZERO
    transfer_poverty_insurance: Money = ZERO
    transfer_donation: Money = ZERO
    transfer_other: Money = ZERO

    operating_expense: Money = ZERO
    property_expense: Money = ZERO
    transfers_paid: Money = ZERO
    insurance_claims: Money = ZERO
    compliant_self_paid: Money = ZERO

    @computed_field(description="A, wages")  # type: ignore[prop-decorator] # pydantic's documented form
    @property
    def wages(self) -> Money:
        return _sum(self, WAGE)

    @computed_field(description="B, production and business, gross")  # type: ignore[prop-decorator] # as above
    @property
    def operating(self) -> Money:
        return _sum(self, OPERATING)

    @computed_field(description="C, property")  # type: ignore[prop-decorator] # as above
    @property
    def property_income(self) -> Money:
        return _sum(self, PROPERTY)

    @computed_field(description="D, transfers received")  # type: ignore[prop-decorator] # as above
    @property
    def transfers(self) -> Money:
        return _sum(self, TRANSFER)

    @computed_field(description="A + B + C + D")  # type: ignore[prop-decorator] # as above
    @property
    def gross_income(self) -> Decimal:
        return self.wages + self.operating + self.property_income + self.transfers

    @computed_field(description="家庭纯收入: A + B + C + D - E")  # type: ignore[prop-decorator] # as above
    @property
    def net_income(self) -> Decimal:
        return self.gross_income - self.operating_expense

    @computed_field(description="可支配收入: wages + net operating + net property + net transfers")  # type: ignore[prop-decorator] # as above
    @property
    def disposable_income(self) -> Decimal:
        return self.net_income - self.property_expense - self.transfers_paid

    @computed_field(description="纳入监测收入参考范围: net income + claims paid out - compliant self-paid cost")  # type: ignore[prop-decorator] # as above
    @property
    def monitoring_reference(self) -> Decimal:
        return self.net_income + self.insurance_claims - self.compliant_self_paid

    @property
    def income(self) -> Decimal:
        """The household's income under the record's own concept."""
        return self.net_income if self.concept is IncomeConcept.NET else self.disposable_income


def _sum(record: IncomeYear, names: tuple[str, ...]) -> Decimal:
    amounts: list[Decimal] = [getattr(record, name) for name in names]
    return sum(amounts, ZERO)


def per_capita(income: Decimal, persons: int) -> Decimal:
    """Yuan per person per year, two places, halves up. `persons` is the number of registered members, at least 1."""
    return (income / persons).quantize(CENT, rounding=ROUND_HALF_UP)


def check_wages(record: IncomeYear, context: RuleContext) -> Iterator[FieldError]:
    """B.1.4 rule 25: wage income is nothing or at least the smallest plausible one (100 yuan a year)."""
    smallest = context.policy.number(SMALLEST_WAGE) if context.policy.has(SMALLEST_WAGE) else ZERO
    if ZERO < record.wages < smallest:
        yield FieldError("/wage_work", "wage_implausible", {"smallest": str(smallest)})


def check_year(record: IncomeYear, context: RuleContext) -> Iterator[FieldError]:
    """No income of a year that has not begun, none found out tomorrow or before the first of it was earned."""
    if record.year > context.today.year:
        yield FieldError("/year", "year_ahead")
    if record.recorded_on > context.today:
        yield FieldError("/recorded_on", "date_ahead")
    begins = date(record.year - 1, *context.policy.day(PERIOD_BEGINS))
    if record.recorded_on < begins:
        yield FieldError("/recorded_on", "before_accounting_period", {"begins": begins})


def _amounts() -> list[Column[object]]:
    columns: list[Column[object]] = [Column(name, Numeric(14, 2), nullable=False) for name in MONEY]
    return columns


income_year = record_table(
    metadata,
    "income_year",
    Column("year", Integer, nullable=False),
    Column("concept", Text, nullable=False),
    Column("recorded_on", Date, nullable=False),
    Column("persons", Integer),
    *_amounts(),
)

INCOME_YEARS = RecordType(
    name="income-years",
    title=Label(zh="年度收入", en="Income years"),
    subject=Subject.HOUSEHOLD,
    table=income_year,
    schema=IncomeYear,
    natural_key=("year", "concept"),
    business_date="recorded_on",
    rules=(check_wages, check_year),
    filters=("year", "concept"),
    source="M42, B.2",
)

"""住房清查: a look at a household's housing, what was found amiss and when it was put right (D25, M25)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Text
from sqlalchemy.dialects.postgresql import ARRAY

from services.housing.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, ReasonText
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content, StaffName
from shared.records.rules import in_order, not_after_today
from shared.service.problems import FieldError

Problems = Annotated[
    tuple[Annotated[str, CodeOf("housing_problem")], ...], Field(max_length=10, description="empty: all in order")
]


class HouseCheck(Content):
    """One check of a household's housing: the census of non-poor villages (D25), or the yearly look (M25)."""

    checked_on: BusinessDate
    problems: Problems = ()
    rectify_by: BusinessDate | None = Field(default=None, description="整改期限; without it the policy's days hold")
    rectified_on: BusinessDate | None = Field(default=None, description="整改完成")
    measure: ReasonText | None = Field(default=None, description="what was or is to be done")
    checker: StaffName | None = None


def nothing_to_rectify(check: HouseCheck, context: RuleContext) -> Iterator[FieldError]:
    """Only what was found amiss is put right."""
    if not check.problems:
        for field in ("rectify_by", "rectified_on"):
            if getattr(check, field) is not None:
                yield FieldError(f"/{field}", "nothing_to_rectify")


def each_problem_once(check: HouseCheck, context: RuleContext) -> Iterator[FieldError]:
    if len(set(check.problems)) != len(check.problems):
        yield FieldError("/problems", "problem_twice")


HOUSE_CHECKS = RecordType(
    name="house-checks",
    title=Label("住房清查", "Checks of housing"),
    subject=Subject.HOUSEHOLD,
    table=record_table(
        metadata,
        "house_check",
        Column("checked_on", Date, nullable=False),
        Column("problems", ARRAY(Text), nullable=False),
        Column("rectify_by", Date),
        Column("rectified_on", Date),
        Column("measure", Text),
        Column("checker", Text),
    ),
    schema=HouseCheck,
    natural_key=("checked_on",),
    business_date="checked_on",
    rules=(
        nothing_to_rectify,
        each_problem_once,
        in_order("checked_on", "rectify_by"),
        in_order("checked_on", "rectified_on"),
        not_after_today("checked_on", "rectified_on"),
    ),
    source="D25, M25",
)

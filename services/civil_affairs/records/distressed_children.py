"""困境儿童: orphans, de facto unsupported children, and the other classes of children in distress (Y68)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Numeric, Text

from services.civil_affairs.records.care_rules import ended_with_reason
from services.civil_affairs.records.metadata import metadata
from shared.codes import CodeOf, Label, code_list
from shared.identity import BusinessDate, Money, birthday
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content, InstitutionCode
from shared.records.rules import in_order, not_after_today
from shared.service.problems import FieldError


class DistressedChild(Content):
    """One child's entry in one class, from its identification. Amounts in yuan."""

    child_class: Annotated[str, CodeOf("distressed_child_class")]
    identified_on: BusinessDate
    father: Annotated[str, CodeOf("parent_situation")] | None = Field(default=None, description="null: not known")
    mother: Annotated[str, CodeOf("parent_situation")] | None = Field(default=None, description="null: not known")
    care_mode: Annotated[str, CodeOf("child_care_mode")] = "family"
    facility_code: InstitutionCode | None = None
    allowance_from: BusinessDate | None = Field(default=None, description="the day from which the allowance runs")
    monthly_allowance: Money | None = Field(default=None, description="基本生活费, yuan a month")
    ended_on: BusinessDate | None = Field(default=None, description="the first day on which the child is none")
    end_reason: Annotated[str, CodeOf("distressed_child_end")] | None = None


CLASSES_BY_PARENTS = {
    one.code: one.attributes["parents"]
    for one in code_list("distressed_child_class").items
    if "parents" in one.attributes
}
ALLOWANCE_CLASSES = frozenset(
    one.code for one in code_list("distressed_child_class").items if one.attributes.get("allowance") == "yes"
)


def class_fits_parents(child: DistressedChild, context: RuleContext) -> Iterator[FieldError]:
    """Y68 孤儿、事实无人抚养儿童: both parents are in circumstances that make the class; both dead or declared missing
    makes an orphan, and nothing less."""
    needed = CLASSES_BY_PARENTS.get(child.child_class)
    if needed is None:
        return
    situations = code_list("parent_situation")
    parents = {"father": child.father, "mother": child.mother}
    for field, situation in parents.items():
        if situation is None:
            yield FieldError(f"/{field}", "parent_situation_required")
        elif situations[situation].attributes.get(needed) != "yes":
            yield FieldError(f"/{field}", "parent_supports", {"child_class": child.child_class})
    known = [situations[one] for one in parents.values() if one is not None]
    if needed != "orphan" and len(known) == 2 and all(one.attributes.get("orphan") == "yes" for one in known):
        yield FieldError("/child_class", "child_is_orphan")


def under_age_when_identified(child: DistressedChild, context: RuleContext) -> Iterator[FieldError]:
    """A child is under the age of the policy on the day of its identification."""
    if context.member is None or context.member.birth_date is None:
        return
    age = context.policy.whole("civil_affairs.minor_age")
    if child.identified_on >= birthday(context.member.birth_date, age):
        yield FieldError("/identified_on", "no_child_any_more", {"age": age})


def allowance_is_whole(child: DistressedChild, context: RuleContext) -> Iterator[FieldError]:
    """An allowance has a day and an amount, and belongs to the classes that have one."""
    if (child.allowance_from is None) != (child.monthly_allowance is None):
        missing = "allowance_from" if child.allowance_from is None else "monthly_allowance"
        yield FieldError(f"/{missing}", "allowance_detail_required")
    if child.monthly_allowance is not None and child.child_class not in ALLOWANCE_CLASSES:
        yield FieldError("/monthly_allowance", "class_without_allowance", {"child_class": child.child_class})


def institution_is_named(child: DistressedChild, context: RuleContext) -> Iterator[FieldError]:
    """机构养育: who grows up in an institution grows up in one that is named."""
    in_facility = code_list("child_care_mode")[child.care_mode].attributes.get("facility") == "yes"
    if in_facility and child.facility_code is None:
        yield FieldError("/facility_code", "facility_required")


DISTRESSED_CHILDREN = RecordType(
    name="distressed-children",
    title=Label("困境儿童", "Distressed children"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "distressed_child",
        Column("child_class", Text, nullable=False),
        Column("identified_on", Date, nullable=False),
        Column("father", Text),
        Column("mother", Text),
        Column("care_mode", Text, nullable=False),
        Column("facility_code", Text),
        Column("allowance_from", Date),
        Column("monthly_allowance", Numeric(14, 2)),
        Column("ended_on", Date),
        Column("end_reason", Text),
    ),
    schema=DistressedChild,
    natural_key=("child_class", "identified_on"),
    business_date="identified_on",
    rules=(
        class_fits_parents,
        under_age_when_identified,
        allowance_is_whole,
        institution_is_named,
        ended_with_reason,
        in_order("identified_on", "ended_on"),
        not_after_today("identified_on", "ended_on"),
    ),
    filters=("child_class", "care_mode"),
    source="Y68",
)

"""留守人员: children, women and the elderly who are left behind, as last surveyed (Y66, SYS07)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Text
from sqlalchemy.dialects.postgresql import ARRAY

from services.civil_affairs.records.care_rules import ended_with_reason
from services.civil_affairs.records.metadata import metadata
from shared.codes import CodeOf, Label, code_list
from shared.identity import BusinessDate, birthday
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content
from shared.records.rules import in_order, not_after_today
from shared.roster.models import Sex
from shared.service.problems import FieldError


class LeftBehindPerson(Content):
    """One person's time of being left behind."""

    left_behind_group: Annotated[str, CodeOf("left_behind_group")]
    since: BusinessDate
    absence: Annotated[str, CodeOf("left_behind_absence")] = Field(description="who is away")
    away_at: Annotated[str, CodeOf("work_place")] | None = Field(default=None, description="where they are")
    surveyed_on: BusinessDate = Field(description="摸底排查: the day of the last survey")
    difficulties: tuple[Annotated[str, CodeOf("left_behind_difficulty")], ...] = Field(default=(), max_length=10)
    ended_on: BusinessDate | None = Field(default=None, description="the first day of being left behind no more")
    end_reason: Annotated[str, CodeOf("left_behind_end")] | None = None


AGE_OF_GROUP = {
    "child": "civil_affairs.left_behind_child_age",
    "woman": "civil_affairs.minor_age",
    "elderly": "civil_affairs.elderly_age",
}
"""The policy parameter of the age below which (children) or from which on (others) somebody belongs to the group."""


def absence_fits_group(person: LeftBehindPerson, context: RuleContext) -> Iterator[FieldError]:
    """Parents leave children behind, a husband his wife, children their old parents."""
    group = code_list("left_behind_absence")[person.absence].attributes["group"]
    if group != person.left_behind_group:
        yield FieldError("/absence", "absence_of_another_group", {"group": person.left_behind_group})


def age_and_sex_fit_group(person: LeftBehindPerson, context: RuleContext) -> Iterator[FieldError]:
    """Y66: a child is under the age of the policy when left behind; the elderly and women have reached theirs when
    surveyed."""
    member, policy = context.member, context.policy
    if member is None:
        return
    if person.left_behind_group == "woman" and member.sex is Sex.MALE:
        yield FieldError("/left_behind_group", "group_not_for_sex")
    if member.birth_date is None:
        return
    age = policy.whole(AGE_OF_GROUP[person.left_behind_group])
    reached = birthday(member.birth_date, age)
    if person.left_behind_group == "child" and person.since >= reached:
        yield FieldError("/since", "no_left_behind_child", {"age": age})
    if person.left_behind_group != "child" and person.surveyed_on < reached:
        yield FieldError("/left_behind_group", "too_young_for_group", {"age": age})


LEFT_BEHIND_PERSONS = RecordType(
    name="left-behind-persons",
    title=Label("留守人员", "Persons left behind"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "left_behind_person",
        Column("left_behind_group", Text, nullable=False),
        Column("since", Date, nullable=False),
        Column("absence", Text, nullable=False),
        Column("away_at", Text),
        Column("surveyed_on", Date, nullable=False),
        Column("difficulties", ARRAY(Text), nullable=False),
        Column("ended_on", Date),
        Column("end_reason", Text),
    ),
    schema=LeftBehindPerson,
    natural_key=("left_behind_group", "since"),
    business_date="surveyed_on",
    rules=(
        absence_fits_group,
        age_and_sex_fit_group,
        ended_with_reason,
        in_order("since", "surveyed_on"),
        in_order("since", "ended_on"),
        not_after_today("since", "surveyed_on", "ended_on"),
    ),
    filters=("left_behind_group", "absence"),
    source="Y66, SYS07",
)

"""就业创业活动: 春风行动, 农民创业带动就业 and the like, and who took part (M12)."""

from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Integer, Text

from services.employment.records.metadata import metadata
from services.employment.records.rules import of_working_age
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, NameText
from shared.records import RecordType, Subject, record_table
from shared.records.fields import Content, DocumentNumber
from shared.records.rules import in_order, not_after_today

Count = Annotated[int, Field(ge=0, le=1_000_000)]


class EmploymentActivity(Content):
    """One activity at one place, with what it counted; registered participants are recorded person by person."""

    activity_number: DocumentNumber
    activity_name: NameText
    kind: Annotated[str, CodeOf("employment_activity_kind")]
    held_on: BusinessDate
    ended_on: BusinessDate | None = Field(default=None, description="the last day, of an activity of several days")
    employers: Count = 0
    posts_offered: Count = 0
    visitors: Count = 0
    agreements: Count = Field(default=0, description="达成就业意向")


class ActivityParticipation(Content):
    """One person's part in one activity."""

    activity_number: DocumentNumber
    kind: Annotated[str, CodeOf("employment_activity_kind")]
    attended_on: BusinessDate
    result: Annotated[str, CodeOf("employment_activity_result")] = "informed"


EMPLOYMENT_ACTIVITIES = RecordType(
    name="employment-activities",
    title=Label("就业创业活动", "Employment activities"),
    subject=Subject.VILLAGE,
    table=record_table(
        metadata,
        "employment_activity",
        Column("activity_number", Text, nullable=False),
        Column("activity_name", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("held_on", Date, nullable=False),
        Column("ended_on", Date),
        Column("employers", Integer, nullable=False),
        Column("posts_offered", Integer, nullable=False),
        Column("visitors", Integer, nullable=False),
        Column("agreements", Integer, nullable=False),
    ),
    schema=EmploymentActivity,
    natural_key=("activity_number",),
    business_date="held_on",
    rules=(in_order("held_on", "ended_on"),),
    filters=("activity_number", "kind"),
    feeds_facts=False,
    source="M12",
)

ACTIVITY_PARTICIPATIONS = RecordType(
    name="activity-participations",
    title=Label("参加就业创业活动", "Participation in employment activities"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "activity_participation",
        Column("activity_number", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("attended_on", Date, nullable=False),
        Column("result", Text, nullable=False),
    ),
    schema=ActivityParticipation,
    natural_key=("activity_number",),
    business_date="attended_on",
    rules=(of_working_age("attended_on"), not_after_today("attended_on")),
    filters=("activity_number", "kind", "result"),
    source="M12",
)

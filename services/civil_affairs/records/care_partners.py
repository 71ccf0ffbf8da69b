"""关爱服务网络: who stands by a person for family, school, grass roots, government and society (Y67, SYS21)."""

from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Text

from services.civil_affairs.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, NameText
from shared.records import RecordType, Subject, record_table
from shared.records.fields import Content, StaffName
from shared.records.rules import in_order, not_after_today


class CarePartner(Content):
    """One party's answerable person in the care network of one child or other person."""

    party: Annotated[str, CodeOf("care_party")]
    partner: StaffName
    organisation: NameText | None = Field(default=None, description="school, committee, office, association")
    since: BusinessDate
    until: BusinessDate | None = Field(default=None, description="the first day on which it is somebody else")


CARE_PARTNERS = RecordType(
    name="care-partners",
    title=Label("关爱服务网络成员", "Partners of the care network"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "care_partner",
        Column("party", Text, nullable=False),
        Column("partner", Text, nullable=False),
        Column("organisation", Text),
        Column("since", Date, nullable=False),
        Column("until", Date),
    ),
    schema=CarePartner,
    natural_key=("party", "since"),
    business_date="since",
    rules=(in_order("since", "until"), not_after_today("since")),
    filters=("party",),
    feeds_facts=False,
    source="Y67, SYS21",
)

"""医疗卫生机构: health centres and village clinics, and which standards they meet (D34, D35, H36, Y46, Y52)."""

from typing import Annotated

from pydantic import Field
from sqlalchemy import Boolean, Column, Date, SmallInteger, Text

from services.health.records.metadata import metadata
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, NameText
from shared.records import RecordType, Subject, record_table
from shared.records.fields import Content, InstitutionCode
from shared.records.rules import not_after_today


class Institution(Content):
    """One institution as last assessed. A village clinic belongs to its village, a health centre to its township."""

    institution_code: InstitutionCode
    institution_name: NameText
    kind: Annotated[str, CodeOf("health_institution_kind")]
    assessed_on: BusinessDate
    standard: bool = Field(default=False, description="达到建设（设置）标准: up to the standard (D34, D35)")
    publicly_owned: bool = Field(default=False, description="产权公有化 (H36)")
    standard_building: bool = Field(default=False, description="建设标准化 (H36)")
    regular_service: bool = Field(default=False, description="服务规范化 (H36)")
    information_system: bool = Field(default=False, description="运行信息化 (H36)")
    integrated_management: bool = Field(default=False, description="管理一体化, 乡村一体化管理 (H36, D35)")
    doctors: int = Field(default=0, ge=0, le=10_000, description="licensed doctors and village doctors in post")


FIVE_ISATIONS = (
    "publicly_owned",
    "standard_building",
    "regular_service",
    "information_system",
    "integrated_management",
)
"""五化: a five-isation clinic has all of them (H36)."""

INSTITUTIONS = RecordType(
    name="institutions",
    title=Label("医疗卫生机构", "Health institutions"),
    subject=Subject.VILLAGE,
    table=record_table(
        metadata,
        "institution",
        Column("institution_code", Text, nullable=False),
        Column("institution_name", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("assessed_on", Date, nullable=False),
        Column("standard", Boolean, nullable=False),
        Column("publicly_owned", Boolean, nullable=False),
        Column("standard_building", Boolean, nullable=False),
        Column("regular_service", Boolean, nullable=False),
        Column("information_system", Boolean, nullable=False),
        Column("integrated_management", Boolean, nullable=False),
        Column("doctors", SmallInteger, nullable=False),
    ),
    schema=Institution,
    natural_key=("institution_code",),
    business_date="assessed_on",
    rules=(not_after_today("assessed_on"),),
    filters=("kind", "standard", "integrated_management"),
    feeds_facts=False,
    source="D34, D35, H36, Y46, Y52",
)

"""The household form (B.1.1) as callers send it."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.registry.members.schemas import MemberInput
from shared.codes import CodeOf
from shared.identity import AccountText, BusinessDate, CleanText, DivisionCode, PhoneText
from shared.roster.models import HouseholdState

HouseholdCode = Annotated[str, CleanText(32), Field(description="户编号, the household's code")]
ShortText = Annotated[str, CleanText(100)]
Year = Annotated[int, Field(ge=2000, le=2100)]
Mu = Annotated[Decimal, Field(ge=0, le=Decimal(1_000_000), decimal_places=2, description="mu (1/15 hectare)")]

MAX_MEMBERS = 30
MAX_CAUSES = 3
"""One main cause and at most two others (2014 form)."""
MAX_RISKS = 5


class Form(BaseModel):
    """A form names its fields; an unknown one is refused rather than lost."""

    model_config = ConfigDict(extra="forbid")


class LivingConditions(Form):
    """生产生活条件. Land in mu, distance in kilometres, housing area in square metres."""

    arable_land: Mu | None = None
    forest_land: Mu | None = None
    returned_forest: Mu | None = Field(None, description="退耕还林")
    orchard_land: Mu | None = None
    grassland: Mu | None = None
    water_surface: Mu | None = None
    cooperative: bool | None = None
    leading_enterprise: bool | None = None
    leading_person: bool | None = None
    main_road_distance: Annotated[Decimal, Field(ge=0, le=1000, decimal_places=2)] | None = None
    access_road: Annotated[str, CodeOf("access_road")] | None = None
    housing_area: Annotated[Decimal, Field(ge=0, le=10_000, decimal_places=2)] | None = None
    housing_safety: Annotated[str, CodeOf("housing_safety")] | None = None
    electricity: bool | None = None
    broadcast_television: bool | None = None
    safe_water: bool | None = None
    fuel: Annotated[str, CodeOf("fuel")] | None = None
    sanitary_toilet: bool | None = None


class HouseholdForm(Form):
    """What may be corrected of a household; place, state and members have procedures of their own."""

    natural_village: ShortText | None = None
    village_group: ShortText | None = None
    household_type: Annotated[str, CodeOf("household_type")]
    monitoring_category: Annotated[str, CodeOf("monitoring_category")] | None = None
    recognition_standard: Annotated[str, CodeOf("recognition_standard")] | None = None
    first_identified_on: BusinessDate | None = None
    military_family: bool | None = None
    only_child_family: bool | None = None
    two_daughters_family: bool | None = None
    relocated: bool | None = None
    relocation_mode: Annotated[str, CodeOf("relocation_mode")] | None = None
    resettlement: Annotated[str, CodeOf("resettlement")] | None = None
    no_labour_guarantee: bool | None = Field(None, description="整户无劳动能力兜底保障户")
    management_ability: bool | None = Field(None, description="有经营能力 (D16)")
    planned_exit_year: Year | None = None
    causes: Annotated[list[Annotated[str, CodeOf("cause")]], Field(max_length=MAX_CAUSES)] = Field(
        [], description="致贫原因, the main one first"
    )
    return_causes: Annotated[list[Annotated[str, CodeOf("cause")]], Field(max_length=MAX_CAUSES)] = []
    risks: Annotated[list[Annotated[str, CodeOf("risk")]], Field(max_length=MAX_RISKS)] = []
    risk_identified_on: BusinessDate | None = None
    risk_removed: bool | None = None
    risk_removed_on: BusinessDate | None = None
    risk_removal_mode: Annotated[str, CodeOf("risk_removal_mode")] | None = None
    monitoring_contact: ShortText | None = None
    phone: PhoneText | None = None
    bank_name: ShortText | None = None
    bank_account: AccountText | None = None
    living: LivingConditions = LivingConditions()


class HouseholdInput(HouseholdForm):
    """A household with its members, created or (by its code) corrected.

    In a correction the fields not named stay, members not named stay; who left is said by a natural change.
    """

    code: HouseholdCode
    division: DivisionCode
    state: HouseholdState = HouseholdState.CANDIDATE
    state_since: BusinessDate | None = None
    members: Annotated[list[MemberInput], Field(max_length=MAX_MEMBERS)] = []

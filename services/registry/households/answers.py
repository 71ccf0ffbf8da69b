"""What is answered of households and members: personal numbers masked."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import asyncpg
from pydantic import BaseModel

from services.registry.bulk import jsonable
from services.registry.households import storage
from services.registry.households.repository import Aggregate
from services.registry.households.schemas import LivingConditions
from services.registry.members import storage as member_storage
from shared.pii import Vault
from shared.records.schemas import ProblemDocument


class MemberRead(BaseModel):
    """A member; `id_number`, `disability_card` and `phone` are masked. Fields not known are null."""

    member_id: UUID
    household_id: UUID
    since: date
    until: date | None
    revision: int
    name: str
    id_number: str | None
    disability_card: str | None
    disability_type: str | None
    disability_grade: str | None
    sex: str
    birth_date: date | None
    died_on: date | None
    relation: str
    ethnicity: str | None
    political_status: str | None
    education: str | None
    student_status: str | None
    dropout_reason: str | None
    labour_skill: str | None
    health_status: list[str]
    phone: str | None
    work_months: int | None
    work_place: str | None
    work_division: str | None
    employer: str | None
    works_abroad: bool | None
    industry: str | None
    employment_channel: str | None
    public_post: str | None
    public_post_months: int | None
    mandarin: bool | None
    dibao: bool | None
    tekun: bool | None
    resident_medical_insurance: bool | None
    employee_medical_insurance: bool | None
    serious_illness_insurance: bool | None
    commercial_medical_insurance: bool | None
    accident_insurance_subsidy: bool | None
    serious_illness_aid: bool | None
    other_health_aid: bool | None
    resident_pension: bool | None
    employee_pension: bool | None
    disability_card_year: int | None
    unemployed_graduate_reason: str | None


class HouseholdSummary(BaseModel):
    """A household in a list."""

    household_id: UUID
    code: str
    division: str
    village_class: str | None
    natural_village: str | None
    village_group: str | None
    state: str
    state_since: date
    household_type: str
    monitoring_category: str | None
    causes: list[str]
    risks: list[str]
    head_name: str | None
    member_count: int
    merged_into: UUID | None
    version: int
    revision: int
    recorded_at: datetime
    updated_at: datetime


class HouseholdRead(BaseModel):
    """A household with its present members, the head first; `phone` and `bank_account` are masked."""

    household_id: UUID
    code: str
    division: str
    village_class: str | None
    state: str
    state_since: date
    household_type: str
    monitoring_category: str | None
    natural_village: str | None
    village_group: str | None
    recognition_standard: str | None
    first_identified_on: date | None
    military_family: bool | None
    only_child_family: bool | None
    two_daughters_family: bool | None
    relocated: bool | None
    relocation_mode: str | None
    resettlement: str | None
    no_labour_guarantee: bool | None
    management_ability: bool | None
    planned_exit_year: int | None
    causes: list[str]
    return_causes: list[str]
    risks: list[str]
    risk_identified_on: date | None
    risk_removed: bool | None
    risk_removed_on: date | None
    risk_removal_mode: str | None
    monitoring_contact: str | None
    phone: str | None
    bank_name: str | None
    bank_account: str | None
    living: LivingConditions
    merged_into: UUID | None
    version: int
    revision: int
    recorded_at: datetime
    updated_at: datetime
    members: list[MemberRead]


class HouseholdPage(BaseModel):
    items: list[HouseholdSummary]
    next_cursor: str | None


class MemberList(BaseModel):
    items: list[MemberRead]


class HistoryEntry(BaseModel):
    """One change: who, when, from which system, what before and after (personal numbers masked)."""

    household_id: UUID
    member_id: UUID | None
    action: str
    at: datetime
    principal: str
    source_system: str
    request_id: str
    before: dict[str, object] | None
    after: dict[str, object] | None


class HistoryPage(BaseModel):
    entries: list[HistoryEntry]
    next_cursor: str | None


class RowResult(BaseModel):
    """What became of one row: 201 created, 200 corrected or unchanged, or the problem that refused it."""

    row: int
    status: int
    household_id: UUID | None = None
    code: str | None = None
    revision: int | None = None
    version: int | None = None
    problem: ProblemDocument | None = None


class BatchResult(BaseModel):
    accepted: int
    refused: int
    results: list[RowResult]


class LookupResult(BaseModel):
    """Who was found: by an ID number the member too, who may have left (`household` null)."""

    member_id: UUID | None
    found_by: Literal["code", "id_number"]
    household: HouseholdRead | None


def household_document(current: Aggregate, vault: Vault) -> dict[str, object]:
    """A `HouseholdRead` as plain data, ready for JSON."""
    row = current.household
    return {
        "household_id": row["household_id"],
        "code": row["code"],
        "division": row["division"],
        "village_class": row["village_class"],
        "state": row["state"],
        "state_since": row["state_since"],
        **storage.masked(storage.full_fields(row, vault)),
        "merged_into": row["merged_into"],
        "version": row["version"],
        "revision": row["revision"],
        "recorded_at": row["recorded_at"],
        "updated_at": row["updated_at"],
        "members": [member_document(member, vault) for member in current.members],
    }


def member_document(row: asyncpg.Record, vault: Vault) -> dict[str, object]:
    """A `MemberRead` as plain data; `row` carries the membership too."""
    return {
        "member_id": row["member_id"],
        "household_id": row["household_id"],
        "since": row["since"],
        "until": row["until"],
        "revision": row["revision"],
        "disability_type": row["disability_type"],
        "disability_grade": row["disability_grade"],
        "died_on": jsonable(row["died_on"]),
        **member_storage.masked(member_storage.full_fields(row, vault)),
    }

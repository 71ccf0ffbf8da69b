"""Whom or what a record is about, and how a caller may name it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from shared.identity import CleanText, DivisionCode, IdNumberText, NameText

HouseholdCode = Annotated[str, CleanText(32)]
_CODE = "户编号, the household's code"
_CHECKED = "it has to be that person's"
_ID_NUMBER = "公民身份号码, 18 digits; never kept plainly"


class Subject(StrEnum):
    MEMBER = "member"
    HOUSEHOLD = "household"
    VILLAGE = "village"


@dataclass(frozen=True, slots=True)
class Reference:
    """A subject as the caller named it: exactly one way is filled. A name beside a number or id is only checked."""

    member_id: UUID | None = None
    household_id: UUID | None = None
    id_number: str | None = None
    household_code: str | None = None
    name: str | None = None
    division: str | None = None


class SubjectFields(BaseModel):
    """Base of the create schemas: it forbids unknown fields and yields the reference."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def reference(self) -> Reference:
        raise NotImplementedError


class MemberFields(SubjectFields):
    """A person: `id_number`, or `member_id`, or `household_code` with `name`; the name may stand beside all of them."""

    id_number: IdNumberText | None = Field(default=None, description=_ID_NUMBER)
    member_id: UUID | None = Field(default=None, description="the person, as the roster has it")
    household_code: HouseholdCode | None = Field(default=None, description=f"{_CODE}; goes with `name`")
    name: NameText | None = Field(
        default=None, description=f"姓名, as registered; beside `id_number` or `member_id` {_CHECKED}"
    )

    @model_validator(mode="after")
    def _named_one_way(self) -> "MemberFields":
        ways = sum(way is not None for way in (self.id_number, self.member_id, self.household_code))
        if ways != 1 or (self.household_code is not None and self.name is None):
            raise PydanticCustomError("subject_member", "name the person one way")
        return self

    def reference(self) -> Reference:
        return Reference(
            id_number=self.id_number, member_id=self.member_id, household_code=self.household_code, name=self.name
        )


class HouseholdFields(SubjectFields):
    """A household: `household_code`, or `household_id`, or the `id_number` of one of its members, with or without the
    member's `name`."""

    household_code: HouseholdCode | None = Field(default=None, description=_CODE)
    household_id: UUID | None = Field(default=None, description="the household, as the roster has it")
    id_number: IdNumberText | None = Field(default=None, description=f"of a member: {_ID_NUMBER}")
    name: NameText | None = Field(default=None, description=f"姓名, goes with `id_number`; {_CHECKED}")

    @model_validator(mode="after")
    def _named_one_way(self) -> "HouseholdFields":
        ways = sum(way is not None for way in (self.household_code, self.household_id, self.id_number))
        if ways != 1 or (self.name is not None and self.id_number is None):
            raise PydanticCustomError("subject_household", "name the household one way")
        return self

    def reference(self) -> Reference:
        return Reference(
            household_code=self.household_code, household_id=self.household_id, id_number=self.id_number, name=self.name
        )


class VillageFields(SubjectFields):
    """A place: its 12-digit `division`."""

    division: DivisionCode

    def reference(self) -> Reference:
        return Reference(division=self.division)


FIELDS_OF: dict[Subject, type[SubjectFields]] = {
    Subject.MEMBER: MemberFields,
    Subject.HOUSEHOLD: HouseholdFields,
    Subject.VILLAGE: VillageFields,
}

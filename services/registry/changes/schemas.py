"""What can happen to a household: the eight natural changes of the national list, split, merge and transfer."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.author import DecidedBy
from services.registry.households.schemas import MAX_MEMBERS, HouseholdCode, ShortText
from services.registry.members.schemas import MemberForm
from shared.codes import CodeOf
from shared.identity import BusinessDate, DivisionCode, ReasonText

Relation = Annotated[str, CodeOf("relation")]
Relations = Annotated[dict[UUID, Relation], Field(max_length=MAX_MEMBERS)]

DEATH = "01"
NEWBORN = "06"
MOVED_OUT = "08"


class Occurrence(BaseModel):
    model_config = ConfigDict(extra="forbid")

    occurred_on: BusinessDate
    reason: ReasonText | None = None
    decided_by: DecidedBy = None
    relations: Relations = Field({}, description="new relations of members who stay, by member id; a new head too")


class Leaving(Occurrence):
    """01 death, 02 married out, 03 settled abroad, 04 imprisoned, 08 other move out."""

    kind: Literal["01", "02", "03", "04", "08"]
    member_id: UUID


class Joining(Occurrence):
    """05 married in, 06 newborn, 07 other move in: a new person, or one who is known and moves here."""

    kind: Literal["05", "06", "07"]
    member: MemberForm | None = None
    member_id: UUID | None = Field(None, description="a known person, taken over from the household he or she lives in")
    relation: Relation | None = Field(None, description="of the known person to the head of this household")
    relations_left: Relations = Field({}, description="new relations in the household that the person leaves")


class Mover(BaseModel):
    model_config = ConfigDict(extra="forbid")

    member_id: UUID
    relation: Relation


class Split(Occurrence):
    """Some members found a household of their own in the same village; it keeps type, state and causes."""

    kind: Literal["split"]
    code: HouseholdCode
    members: Annotated[list[Mover], Field(min_length=1, max_length=MAX_MEMBERS)]


class Merge(Occurrence):
    """All members go over into another household; this one is closed. `relations` names each one's relation there."""

    kind: Literal["merge"]
    into: UUID


class Transfer(Occurrence):
    """The household moves to another village."""

    kind: Literal["transfer"]
    division: DivisionCode
    natural_village: ShortText | None = None
    village_group: ShortText | None = None


HouseholdChange = Annotated[Leaving | Joining | Split | Merge | Transfer, Field(discriminator="kind")]


class TouchedHousehold(BaseModel):
    household_id: UUID
    code: str
    version: int


class ChangeResult(BaseModel):
    """The change as recorded, and every household that it touched with its new version."""

    change_id: UUID
    kind: str
    occurred_on: date
    member_id: UUID | None
    households: list[TouchedHousehold]

"""Villages as they are sent and read."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.types import JsonValue

from shared.codes import CodeOf
from shared.identity import DivisionCode, NoteText
from shared.records.schemas import ProblemDocument
from shared.service.row_of import RowOf

Count = Annotated[int, Field(ge=0, le=1_000_000)]


class VillageForm(BaseModel):
    """The class of a village (H12, Y10) and what is known of its people."""

    model_config = ConfigDict(extra="forbid")

    village_class: Annotated[str, CodeOf("village_class")]
    rural_population: Count | None = Field(None, description="the denominator of the poverty incidence (Y02)")
    rural_households: Count | None = None
    village_groups: Count | None = None
    natural_villages: Count | None = None
    planned_exit_year: Annotated[int, Field(ge=2000, le=2100)] | None = None
    note: NoteText | None = None


class VillageInput(VillageForm):
    """A row of a batch."""

    code: DivisionCode


class VillageBatch(BaseModel):
    model_config = ConfigDict(extra="forbid")

    rows: list[Annotated[JsonValue, RowOf(VillageInput)]]


class VillageRead(BaseModel):
    code: str
    name: str
    village_class: str
    rural_population: int | None
    rural_households: int | None
    village_groups: int | None
    natural_villages: int | None
    planned_exit_year: int | None
    note: str | None
    revision: int
    updated_by: str
    source_system: str


class VillagePage(BaseModel):
    items: list[VillageRead]
    next_cursor: str | None


class VillageRowResult(BaseModel):
    row: int
    status: int
    code: str | None = None
    problem: ProblemDocument | None = None


class VillageBatchResult(BaseModel):
    """`republished`: households whose roster went out again because their village's class changed."""

    accepted: int
    refused: int
    republished: int
    results: list[VillageRowResult]

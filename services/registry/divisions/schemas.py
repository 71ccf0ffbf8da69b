"""Divisions as they are sent and read."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.types import JsonValue

from shared.identity import CleanText, DivisionCode, Level
from shared.records.schemas import ProblemDocument


class DivisionInput(BaseModel):
    """A row of the code book. Level and parent follow from the code; where they are given they must agree."""

    model_config = ConfigDict(extra="forbid")

    code: DivisionCode
    name: Annotated[str, CleanText(100)]
    level: Level | None = None
    parent_code: DivisionCode | None = None


class DivisionImport(BaseModel):
    """Rows to add or to correct."""

    model_config = ConfigDict(extra="forbid")

    rows: list[JsonValue] = Field(description="`{code, name, level?, parent_code?}`")


class DivisionRead(BaseModel):
    code: str
    name: str
    level: Level
    parent_code: str | None


class DivisionNode(DivisionRead):
    """A division with those directly below it; `children` is empty at the depth asked for."""

    children: list["DivisionNode"] = []


class DivisionPage(BaseModel):
    items: list[DivisionRead]
    next_cursor: str | None


class DivisionRowResult(BaseModel):
    row: int
    status: int
    code: str | None = None
    problem: ProblemDocument | None = None


class ImportResult(BaseModel):
    accepted: int
    refused: int
    results: list[DivisionRowResult]

"""Policy parameters as they come in and go out."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.types import JsonValue

from shared.identity import CleanText, DivisionCode, ReasonText
from shared.policy.models import EARLIEST_YEAR, LATEST_YEAR, Declaration, RawValue, Setting, value_document

Year = Annotated[int, Field(ge=EARLIEST_YEAR, le=LATEST_YEAR)]


class OverrideForm(BaseModel):
    """A value that holds from `year` on at `area` and below."""

    model_config = ConfigDict(extra="forbid")

    area: DivisionCode
    year: Year
    value: Annotated[
        JsonValue, Field(description="by the parameter's type: decimal string, text, flag, codes, MM-DD, table")
    ]
    concept: Annotated[str, CleanText(40)] | None = Field(None, description="net or disposable, for income lines")
    reason: ReasonText
    source: Annotated[str, CleanText(500)] = Field(description="the document that sets the value")


class WithdrawalForm(BaseModel):
    """Takes the place's own value back: the next one above, or the shipped one, holds again."""

    model_config = ConfigDict(extra="forbid")

    area: DivisionCode
    year: Year
    reason: ReasonText


class Names(BaseModel):
    zh: str
    en: str


class SettingOut(BaseModel):
    area: str
    year: int
    value: RawValue
    concept: str | None
    source: str
    overridden: bool = Field(description="set by a place; false: shipped with the system")

    @classmethod
    def of(cls, setting: Setting) -> "SettingOut":
        return cls(
            area=setting.area,
            year=setting.year,
            value=value_document(setting.value),
            concept=setting.concept,
            source=setting.source,
            overridden=setting.overridden,
        )


class ParameterOut(BaseModel):
    """A parameter with its values. `resolved` is the one in force where an area and a year were asked for."""

    key: str
    type: str
    unit: str
    label: Names
    source: str
    minimum: str | None
    maximum: str | None
    choices: tuple[str, ...]
    concepts: tuple[str, ...]
    begins: bool = Field(description="false: before its first year the nation's earliest value holds")
    values: tuple[SettingOut, ...]
    resolved: SettingOut | None = None

    @classmethod
    def of(
        cls, declaration: Declaration, settings: tuple[Setting, ...], resolved: Setting | None = None
    ) -> "ParameterOut":
        return cls(
            key=declaration.key,
            type=declaration.type.value,
            unit=declaration.unit,
            label=Names(zh=declaration.label.zh, en=declaration.label.en),
            source=declaration.source,
            minimum=None if declaration.minimum is None else str(declaration.minimum),
            maximum=None if declaration.maximum is None else str(declaration.maximum),
            choices=declaration.choices,
            concepts=declaration.concepts,
            begins=declaration.begins,
            values=tuple(SettingOut.of(setting) for setting in settings),
            resolved=None if resolved is None else SettingOut.of(resolved),
        )


class ParameterPage(BaseModel):
    version: int = Field(description="version of the overrides in force")
    items: tuple[ParameterOut, ...]
    next_cursor: str | None


class ResolvedOut(SettingOut):
    """The value in force for a place and year: `area` and `year` say where it was found."""

    key: str
    unit: str
    asked_area: str
    asked_year: int
    version: int


class OverrideOut(BaseModel):
    """What became of a change. `changed` is false when the value was so already."""

    key: str
    area: str
    year: int
    version: int
    changed: bool
    resolved: SettingOut | None = Field(description="what now holds at that place and year")


class HistoryEntry(BaseModel):
    history_id: int
    area: str
    year: int
    action: Literal["set", "withdraw"]
    before: JsonValue
    after: JsonValue
    reason: str
    version: int
    principal: str
    source_system: str
    recorded_at: datetime


class HistoryPage(BaseModel):
    items: tuple[HistoryEntry, ...]
    next_cursor: str | None

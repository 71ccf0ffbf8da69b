"""Field types that the record types of several departments share."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.identity import CleanText


class Content(BaseModel):
    """Base of the business fields of a record: unknown fields are refused, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Year = Annotated[int, Field(ge=2000, le=2100, description="calendar year")]

InstitutionCode = Annotated[str, CleanText(22), Field(description="the institution's registration code")]

StaffName = Annotated[str, CleanText(60), Field(description="name of the doctor or visitor answerable")]

DocumentNumber = Annotated[str, CleanText(40)]

"""What comes with a step: when and for whom it was taken, and the evidence; identifiers in it are kept apart."""

from collections.abc import Callable
from typing import Annotated, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

from shared.identity import (
    AccountText,
    BusinessDate,
    CleanText,
    DisabilityCardText,
    IdNumberText,
    NameText,
    NoteText,
    PhoneText,
    ReasonText,
)
from shared.pii.masks import mask_account, mask_id_number, mask_phone
from shared.records.subjects import SubjectFields


class OnBehalfOf(BaseModel):
    """The official who took the step, named by the system that records it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    official: NameText
    role: Annotated[str, CleanText(64)] = Field(description="one of the step's own roles")


class StepFields(SubjectFields):
    """What every step carries beside its evidence; an opening also names its subject."""

    taken_on: BusinessDate = Field(description="business day: not before the case's last step, not in the future")
    on_behalf_of: OnBehalfOf | None = Field(default=None, description="required of a system, refused from others")


class NoEvidence(BaseModel):
    """Nothing is asked for."""


class Objection(BaseModel):
    """异议: who objects and why. Anonymous ones have no name."""

    text: NoteText
    objector: NameText | None = None
    phone: PhoneText | None = None


class DecisionOnObjection(BaseModel):
    """What came of an objection."""

    objection_id: UUID = Field(description="the id of the step that raised it")
    upheld: bool
    finding: NoteText


class WithdrawalReason(BaseModel):
    """Why the application is taken back."""

    reason: ReasonText


ENVELOPE = frozenset({*StepFields.model_fields, "step", "case_id", "if_revision"})
"""Names that evidence may not use."""

_MASKS: tuple[tuple[object, Callable[[str], str]], ...] = (
    (IdNumberText, mask_id_number),
    (DisabilityCardText, mask_id_number),
    (PhoneText, mask_phone),
    (AccountText, mask_account),
)


def mask_of(info: FieldInfo) -> Callable[[str], str] | None:
    """How a field's value is shown to those who need not see it whole; None when it is no personal identifier."""
    marks = [*info.metadata, *(one for part in get_args(info.annotation) for one in getattr(part, "__metadata__", ()))]
    for kind, mask in _MASKS:
        if any(mark is own for mark in marks for own in getattr(kind, "__metadata__", ())):
            return mask
    return None


def is_personal(info: FieldInfo) -> bool:
    """Whether a field holds a personal identifier, at its surface or deeper."""
    return mask_of(info) is not None or hides_identifier(info.annotation)


def hides_identifier(annotation: object) -> bool:
    """Whether a personal identifier lies deeper in a type than in a field of its own, where it would not be found."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return any(is_personal(one) for one in annotation.model_fields.values())
    parts = get_args(annotation)
    if get_origin(annotation) in (list, tuple, dict, set, frozenset):
        deep = (FieldInfo.from_annotation(part) for part in parts if part is not Ellipsis)
        return any(is_personal(one) for one in deep)
    return any(hides_identifier(part) for part in parts)

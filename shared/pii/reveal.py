"""What a full view of personal identifiers takes: a scope, and a purpose that goes into the access log."""

from pydantic import BaseModel, ConfigDict

from shared.identity import ReasonText

REVEAL = "pii:reveal"
"""The scope."""


class Purpose(BaseModel):
    """Why somebody looks."""

    model_config = ConfigDict(extra="forbid")

    purpose: ReasonText

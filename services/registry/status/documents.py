"""What the OpenAPI document says of the status routes, whose endpoints read the request themselves."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field, RootModel

from services.registry.status.listing import CONTAINS, EQUAL
from services.registry.status.models import LineState, ProposalCode, RiskLevel
from services.registry.status.query import MAX_ROWS, SUMMARY_GROUPS, VIEWS, Lookup
from services.registry.status.views import HouseholdStatusView, MobileStatus
from shared.facts.models import Batch, GuaranteeItem, GuaranteeState, StandingKind
from shared.roster.models import HouseholdState

Document = dict[str, object]


class HouseholdStatusAnswer(RootModel[HouseholdStatusView | MobileStatus]):
    """The whole status, or with `view=mobile` its short form."""


class StatusItem(BaseModel):
    household_id: UUID
    code: str
    division: str
    village_class: str | None
    state: HouseholdState
    household_type: str
    income_state: LineState
    risk_level: RiskLevel
    member_count: int
    unmet: list[GuaranteeItem]
    signals: list[str]
    batches: list[Batch]
    causes: list[str]
    categories: list[StandingKind]
    proposals: list[ProposalCode]
    guarantees: dict[GuaranteeItem, GuaranteeState]
    version: int
    etag: str
    sources: dict[str, int]
    valid_until: date | None
    updated_at: datetime


class StatusPage(BaseModel):
    items: list[StatusItem]
    next_cursor: str | None


class StatusSummary(BaseModel):
    """`rows` hold the groups asked for with `households` and `members`; a guarantee row also has `guarantee_state`."""

    division: str = Field(description="the one asked for, else the caller's own")
    complete: bool = Field(description="false: only a part of the division is within the caller's area")
    by: list[str]
    households: int
    members: int
    rows: list[dict[str, str | int | None]]


def _parameter(
    name: str, text: str, *, where: str = "query", choices: Iterable[str] = (), **schema: object
) -> Document:
    described: Document = {"type": "string", **schema}
    if choices:
        described["enum"] = list(choices)
    return {"name": name, "in": where, "required": where == "path", "description": text, "schema": described}


HOUSEHOLD_ID = _parameter("household_id", "The household's identifier.", where="path", format="uuid")
CODE = _parameter("code", "The household code.", where="path")
VIEW = _parameter("view", "`mobile` is the short form for small screens.", choices=VIEWS, default="full")
AT_LEAST = _parameter(
    "at_least",
    "Wait until the status contains these versions, such as `health:17` or `health:17,registry:3` (what `Yihu-Version` "
    "named after a write). A bounded time, then 503 with Retry-After.",
)
IF_NONE_MATCH = _parameter("If-None-Match", "An ETag held; 304 when it still is the answer.", where="header")
NOT_MODIFIED: Document = {"description": "The answer held is still the answer."}
LOOKUP_BODY: Document = {
    "required": True,
    "content": {"application/json": {"schema": Lookup.model_json_schema()}},
}
LIST_FILTERS = [
    _parameter("division", "A 12-digit division, or its leading 2, 4, 6 or 9 digits."),
    *(
        _parameter(name, f"Only statuses with this {name}.", choices=codes)
        for name, (_, codes) in {**EQUAL, **CONTAINS}.items()
    ),
]
PAGING = [
    _parameter("changed_since", "Only what changed at this moment or later.", format="date-time"),
    _parameter("limit", "Rows of a page.", type="integer", minimum=1, maximum=MAX_ROWS, default=100),
    _parameter("cursor", "`next_cursor` of the page before."),
]
BY = _parameter("by", f"One or two of {', '.join(SUMMARY_GROUPS)}, separated by a comma.", default="state")

"""The events that cross between services, as an AsyncAPI 3.0 document."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import models_json_schema

from shared.facts.models import FactsSnapshot
from shared.policy.models import PolicySnapshot
from shared.roster.models import HouseholdState, RosterHousehold
from shared.snapshots import FACTS, POLICY_OVERRIDES, ROSTER, STATUS_CHANGED

Json = dict[str, object]

_SCHEMAS = "#/components/schemas/"


class StatusChanged(BaseModel):
    """That a household's unified status is another one now. What it is, the registry answers; no personal data here."""

    model_config = ConfigDict(extra="allow")

    household_id: UUID
    code: str = Field(description="the household code")
    division: str = Field(description="12 digits, the village")
    previous_division: str | None = Field(default=None, description="where the household was before, when it moved")
    version: int = Field(description="grows by one with every change of the status")
    etag: str = Field(description="of the status as GET answers it")
    changed: list[str] = Field(description="the parts that changed")
    sources: dict[str, int] = Field(description="the version of each source's snapshot that the status rests on")
    state: HouseholdState
    risk_level: str


class Envelope(BaseModel):
    """CloudEvents 1.0, structured JSON. Events carry ids, never ID numbers, phones or bank accounts."""

    specversion: Literal["1.0"]
    id: UUID = Field(description="of the message; delivery is at least once, and `sequence` makes repeats harmless")
    source: str = Field(pattern="^/yihu/[a-z_]+$", examples=["/yihu/health"])
    type: str
    subject: str = Field(description="the household id, or `policy`")
    time: str = Field(json_schema_extra={"format": "date-time"})
    datacontenttype: Literal["application/json"]
    dataschema: str
    partitionkey: str = Field(description="as `subject`")
    sequence: str = Field(pattern="^[0-9]{20}$", description="the version, zero-padded: the highest one counts")
    traceparent: str | None = Field(default=None, description="W3C trace context of the request that caused it")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventKind:
    """One kind of event: where it goes, who sends it, what it says."""

    key: str
    name: str
    channel: str
    address: str
    stream: str
    sender: str
    title: str
    summary: str
    data: type[BaseModel]


EVENTS = (
    EventKind(
        key="householdRoster", name=ROSTER, channel="roster", address="snapshots.registry", stream="SNAPSHOTS",
        sender="registry", title="名册快照 / Roster snapshot", data=RosterHousehold,
        summary="Who lives in a household and in which state it is: the registry to every department.",
    ),
    EventKind(
        key="householdFacts", name=FACTS, channel="facts", address="snapshots.{department}", stream="SNAPSHOTS",
        sender="each department", title="部门事实快照 / Facts snapshot", data=FactsSnapshot,
        summary="What a department says of a household: guarantees, benefits, signals, figures; to the registry.",
    ),
    EventKind(
        key="householdStatusChanged", name=STATUS_CHANGED, channel="statusChanged", address="status.changed",
        stream="STATUS", sender="registry", title="统一状态变更 / Status changed", data=StatusChanged,
        summary="That the unified status of a household changed; to the gateway's cache and its live feed.",
    ),
    EventKind(
        key="policyOverrides", name=POLICY_OVERRIDES, channel="policy", address="policy.overrides", stream="POLICY",
        sender="registry", title="政策参数 / Policy overrides", data=PolicySnapshot,
        summary="All policy parameters that places have set, whole; to every service.",
    ),
)  # fmt: skip


def asyncapi(*, version: str, departments: list[str]) -> Json:
    """The document; `departments` are the values of the channel parameter of that name."""
    schemas = _schemas()
    messages: Json = {}
    channels: Json = {}
    operations: Json = {}
    for event in EVENTS:
        messages[event.key] = _message(event)
        parameters: Json = {"department": {"enum": departments}} if "{department}" in event.address else {}
        channels[event.channel] = {
            "address": event.address,
            "title": event.title,
            "description": f"Stream {event.stream}. Sent by: {event.sender}.",
            "messages": {event.key: {"$ref": f"#/components/messages/{event.key}"}},
            **({"parameters": parameters} if parameters else {}),
        }
        for action in ("send", "receive"):
            operations[f"{action}{event.key[0].upper()}{event.key[1:]}"] = {
                "action": action,
                "channel": {"$ref": f"#/channels/{event.channel}"},
                "summary": event.summary,
                "messages": [{"$ref": f"#/channels/{event.channel}/messages/{event.key}"}],
            }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Yihu events",
            "version": version,
            "description": (
                "每户一份带版本的快照；收到者只保留最高版本，重复、迟到或丢失都无害。\n\n"
                "Each message is a versioned snapshot of what one service holds of one household; the receiver keeps "
                "the highest version, so a duplicate, late or lost message does no harm. A message that cannot be "
                "used goes to `deadletters.<consumer>`."
            ),
        },
        "defaultContentType": "application/cloudevents+json",
        "servers": {"nats": {"host": "{host}:4222", "protocol": "nats", "variables": {"host": {"default": "nats"}}}},
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": schemas},
    }


def _message(event: EventKind) -> Json:
    return {
        "name": event.name,
        "title": event.title,
        "summary": event.summary,
        "contentType": "application/cloudevents+json",
        "payload": {
            "allOf": [
                {"$ref": f"{_SCHEMAS}Envelope"},
                {
                    "type": "object",
                    "required": ["type", "data"],
                    "properties": {
                        "type": {"const": event.name},
                        "data": {"$ref": f"{_SCHEMAS}{event.data.__name__}"},
                    },
                },
            ]
        },
    }


def _schemas() -> Json:
    models: list[type[BaseModel]] = [Envelope, *(event.data for event in EVENTS)]
    _, definitions = models_json_schema(
        [(model, "serialization") for model in models], ref_template=_SCHEMAS + "{model}"
    )
    found = definitions.get("$defs", {})
    return dict(sorted(found.items()))

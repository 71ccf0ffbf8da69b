"""One row of `household_status`, made from a status; and what changed between two of them."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import orjson

from services.registry.status.models import REGISTRY, HouseholdStatus
from services.registry.status.said import instant
from shared.facts.models import FactsSnapshot, GuaranteeState
from shared.roster.models import RosterHousehold

_WHO_SAYS = re.compile(rb',"sources?":(?:\{[^{}]*\}|\[[^\[\]]*\])')
"""The sources within a body: flat, and never a first member; quotes within texts are escaped, so no text looks so."""


@dataclass(frozen=True, slots=True)
class StatusRow:
    household_id: UUID
    code: str
    division: str
    village_class: str | None
    state: str
    household_type: str
    income_state: str
    risk_level: str
    member_count: int
    unmet: tuple[str, ...]
    signals: tuple[str, ...]
    batches: tuple[str, ...]
    causes: tuple[str, ...]
    proposals: tuple[str, ...]
    guarantees: str
    """JSON: state by item."""
    body: bytes
    sources: str
    """JSON: `{department: {version, as_of, valid_until}}`, in the order of names."""
    etag: str
    valid_until: date | None

    @property
    def versions(self) -> dict[str, int]:
        return source_versions(self.sources)


def status_row(status: HouseholdStatus, household: RosterHousehold, facts: Mapping[str, FactsSnapshot]) -> StatusRow:
    body = status.to_json()
    sources = _sources(household, facts)
    return StatusRow(
        household_id=status.household_id,
        code=status.code,
        division=status.place.division,
        village_class=status.place.village_class,
        state=status.lifecycle.state.value,
        household_type=status.lifecycle.household_type,
        income_state=status.income.state.value,
        risk_level=status.risk.level.value,
        member_count=status.members.count,
        unmet=tuple(part.item.value for part in status.guarantees if part.state is GuaranteeState.UNMET),
        signals=_once(signal.code for signal in status.signals),
        batches=tuple(part.batch.value for part in status.benefits if part.benefits),
        causes=status.causes.codes,
        proposals=tuple(proposal.code.value for proposal in status.proposals),
        guarantees=orjson.dumps({part.item.value: part.state.value for part in status.guarantees}).decode(),
        body=body,
        sources=sources.decode(),
        etag=hashlib.blake2b(body + b"\n" + sources, digest_size=16).hexdigest(),
        valid_until=status.valid_until,
    )


def source_versions(sources: str) -> dict[str, int]:
    """The version of each department that a status contains."""
    return {department: entry["version"] for department, entry in orjson.loads(sources).items()}


def changed_parts(before: str | None, after: bytes) -> list[str]:
    """The names of the parts whose content differs; `sources` alone when only versions and moments moved on."""
    if before is None:
        return sorted(orjson.loads(after))
    known = orjson.loads(_WHO_SAYS.sub(b"", before.encode()))
    fresh = orjson.loads(_WHO_SAYS.sub(b"", after))
    return sorted(name for name, part in fresh.items() if part != known.get(name)) or ["sources"]


def text_array(values: Iterable[str]) -> str:
    """A `text[]` literal, for one column of arrays within an `unnest`."""
    return "{" + ",".join('"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values) + "}"


def _sources(household: RosterHousehold, facts: Mapping[str, FactsSnapshot]) -> bytes:
    entries: dict[str, dict[str, object]] = {
        department: {
            "version": snapshot.version,
            "as_of": snapshot.facts.as_of,
            "valid_until": snapshot.facts.valid_until,
        }
        for department, snapshot in facts.items()
    }
    entries[REGISTRY] = {"version": household.version, "as_of": instant(household.as_of), "valid_until": None}
    return orjson.dumps(entries, option=orjson.OPT_SORT_KEYS | orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z)


def _once(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))

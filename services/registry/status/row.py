"""One row of `household_status`, made from a status; and what changed between two of them."""

import hashlib
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import orjson
import pydantic_core

from services.registry.status.home import Home
from services.registry.status.models import REGISTRY, BenefitBatch, HouseholdStatus
from services.registry.status.said import Said
from shared.facts.models import GuaranteeState

_PARTS = tuple(HouseholdStatus.model_fields)
_OF_HOME = frozenset({"household_id", "code", "place", "lifecycle", "members", "causes"})
"""Parts that the version of the household alone decides."""
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
    categories: tuple[str, ...]
    proposals: tuple[str, ...]
    guarantees: str
    """JSON: state by item."""
    programmes: str
    """JSON: `{batch: {persons, programmes: {programme: persons}}}`, the batches in which something is in force."""
    body: bytes
    parts: str
    """JSON: a checksum of each part's content without its sources, to tell later which parts have changed."""
    sources: str
    """JSON: `{department: {version, as_of, valid_until}}`, in the order of names."""
    etag: str
    valid_until: date | None

    @property
    def versions(self) -> dict[str, int]:
        return source_versions(self.sources)


def status_row(status: HouseholdStatus, home: Home, said: Sequence[Said]) -> StatusRow:
    body, parts = encode(status, home)
    sources = _sources(home, said)
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
        categories=tuple(category.kind.value for category in status.lifecycle.categories),
        proposals=tuple(proposal.code.value for proposal in status.proposals),
        guarantees=orjson.dumps({part.item.value: part.state.value for part in status.guarantees}).decode(),
        programmes=orjson.dumps(_programmes(status.benefits, home.member_ids)).decode(),
        body=body,
        parts=parts,
        sources=sources.decode(),
        etag=hashlib.blake2b(body + b"\n" + sources, digest_size=16).hexdigest(),
        valid_until=status.valid_until,
    )


def source_versions(sources: str) -> dict[str, int]:
    """The version of each department that a status contains."""
    return {department: entry["version"] for department, entry in orjson.loads(sources).items()}


def encode(status: HouseholdStatus, home: Home) -> tuple[bytes, str]:
    """The stored form of a status (the bytes of `to_json`), and the checksums of its parts as JSON."""
    members: list[bytes] = []
    checksums: dict[str, int] = {}
    for name in _PARTS:
        part = home.encoded.get(name)
        if part is None:
            part = _encode_part(name, getattr(status, name))
            if name in _OF_HOME:
                home.encoded[name] = part
        member, checksums[name] = part
        members.append(member)
    return b"{%b}" % b",".join(members), orjson.dumps(checksums).decode()


def _encode_part(name: str, part: object) -> tuple[bytes, int]:
    """The part as a member of the body, and its checksum."""
    data = pydantic_core.to_json(part)
    said = _WHO_SAYS.sub(b"", data) if b',"source' in data else data
    return b'"%b":%b' % (name.encode(), data), zlib.crc32(said)


def changed_parts(before: str | None, after: str) -> list[str]:
    """The names of the parts whose checksums differ; `sources` alone when only versions and moments moved on."""
    fresh: dict[str, int] = orjson.loads(after)
    if before is None:
        return sorted(fresh)
    known: dict[str, int] = orjson.loads(before)
    return sorted(name for name, checksum in fresh.items() if checksum != known.get(name)) or ["sources"]


def _programmes(batches: Sequence[BenefitBatch], everybody: frozenset[UUID]) -> dict[str, object]:
    """How many present members each programme reaches; one that names nobody is for all of them, or for so many as it
    says. Those without a name are taken to be among the named, so nobody counts twice."""
    found: dict[str, object] = {}
    for part in batches:
        reached: dict[str, frozenset[UUID]] = {}
        least: dict[str, int] = {}
        for benefit in part.benefits:
            whole = not benefit.members and benefit.persons is None
            named = everybody if whole else everybody.intersection(benefit.members)
            reached[benefit.programme] = reached.get(benefit.programme, frozenset()) | named
            nameless = min(benefit.persons or 0, len(everybody))
            least[benefit.programme] = max(least.get(benefit.programme, 0), nameless)
        if reached:
            found[part.batch.value] = {
                "persons": max(len(frozenset[UUID]().union(*reached.values())), *least.values()),
                "programmes": {
                    programme: max(len(members), least[programme]) for programme, members in reached.items()
                },
            }
    return found


def _sources(home: Home, said: Sequence[Said]) -> bytes:
    entries: dict[str, dict[str, object]] = {
        one.department: {
            "version": one.source.version,
            "as_of": one.facts.as_of,
            "valid_until": one.facts.valid_until,
        }
        for one in said
    }
    entries[REGISTRY] = {"version": home.household.version, "as_of": home.source.as_of, "valid_until": None}
    return orjson.dumps(entries, option=orjson.OPT_SORT_KEYS | orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z)


def _once(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))

"""Find the subject that a caller named, in the service's own copy of the roster.

An ambiguous name is a conflict, never the first match; an unknown one is not refused: its record waits, encrypted,
until the household appears. A person who has left stays findable, so that a late bill still finds its household. Where
a name stands beside the number, the number decides, and a record of another name than that person's is refused.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson

from shared.auth import Principal
from shared.database import Connection, Scope
from shared.pii import Vault
from shared.records.subjects import Reference, Subject
from shared.roster.lock import Mark
from shared.service.problems import AmbiguousIdentity, FieldError, OutOfArea, Problem, Unprocessable


@dataclass(frozen=True, slots=True)
class Resolved:
    """A subject found: the household, its division and the mark it was found under, and the member if it is a
    person's."""

    household_id: UUID
    member_id: UUID | None
    division: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """More than one subject answers to the name given."""

    count: int


@dataclass(frozen=True, slots=True)
class Misnamed:
    """The one who is found bears another name than was given; `division` is where the household lives."""

    division: str


Resolution = Resolved | Ambiguous | Misnamed | None

_JOINS = {
    "id_number": "JOIN roster_member m ON m.id_hash = w.value",
    "member_id": "JOIN roster_member m ON m.member_id = w.value",
    "name": "JOIN roster_household c ON c.code = w.value JOIN roster_member m ON m.household_id = c.household_id",
}
_IDS = frozenset({"member_id", "household_id"})
_PERSON_SQL = """
SELECT w.i, m.member_id, m.name, m.household_id, m.active AND h.active AS active, h.division, h.version, h.received_at
FROM unnest($1::int[], $2::{type}[]) AS w(i, value)
{join} JOIN roster_household h ON h.household_id = m.household_id
"""
_HOUSEHOLD_SQL = """
SELECT w.i, NULL::uuid AS member_id, NULL::text AS name, h.household_id, h.active, h.division, h.version, h.received_at
FROM unnest($1::int[], $2::{type}[]) AS w(i, value) JOIN roster_household h ON {condition}
"""
_HOUSEHOLD_CONDITIONS = {"household_code": "h.code = w.value", "household_id": "h.household_id = w.value"}


def lookup_of(reference: Reference, subject: Subject) -> str:
    """Which of the ways the reference takes."""
    if reference.id_number is not None:
        return "id_number"
    if subject is Subject.MEMBER:
        return "member_id" if reference.member_id is not None else "name"
    return "household_code" if reference.household_code is not None else "household_id"


def unmatched_hash(reference: Reference, subject: Subject, vault: Vault) -> str:
    """The key under which a record waits for its subject; `hashes_of` gives the same for a roster entry."""
    way = lookup_of(reference, subject)
    if way == "id_number":
        assert reference.id_number is not None  # noqa: S101 - what `lookup_of` just said
        return vault.index(reference.id_number)
    if way == "name":
        return vault.index(f"{reference.household_code}\n{_letters(str(reference.name))}")
    if way == "household_code":
        return vault.index(f"household\n{reference.household_code}")
    return f"{way}:{reference.member_id or reference.household_id}"


def waiting_key(reference: Reference, subject: Subject, poster: str, vault: Vault) -> str:
    """The subject's part of a natural key while it is not known.

    Each poster's own: another's row must neither be overwritten nor be known of by who may not see the person. A name
    beside the number is part of it, so that one sent again with the name put right does not wait under the wrong one.
    """
    key = f"u:{unmatched_hash(reference, subject, vault)}:{poster}"
    beside = reference.name is not None and reference.household_code is None
    return f"{key}:{vault.index(_letters(str(reference.name)))}" if beside else key


def refusal_of(resolution: Ambiguous | Misnamed, principal: Principal) -> Problem:
    """Why such a subject is refused. The name on register is never shown; outside the area nothing is said of it."""
    if isinstance(resolution, Ambiguous):
        return AmbiguousIdentity(params={"count": resolution.count})
    if not principal.covers(resolution.division):
        return OutOfArea()
    return Unprocessable(errors=[FieldError("/name", "name_of_another")])


def reference_bytes(reference: Reference, principal: Principal, vault: Vault) -> bytes:
    """The reference as it is kept while unmatched: encrypted, for it may hold an ID number.

    With it stand the divisions of who posted it: when the person appears outside of them, the record stays unmatched.
    """
    given = {name: str(value) for name in Reference.__slots__ if (value := getattr(reference, name)) is not None}
    return vault.encrypt(orjson.dumps({"reference": given, "prefixes": principal.scope.prefixes}).decode())


def read_reference(stored: bytes, vault: Vault) -> tuple[Reference, Scope]:
    """What `reference_bytes` kept."""
    kept = orjson.loads(vault.decrypt(stored))
    given = kept["reference"]
    member_id, household_id = given.pop("member_id", None), given.pop("household_id", None)
    reference = Reference(
        **given,
        member_id=UUID(member_id) if member_id else None,
        household_id=UUID(household_id) if household_id else None,
    )
    return reference, Scope(prefixes=tuple(kept["prefixes"]), principal="")


_UNKNOWN_SUBJECTS = "unknown-subjects"


async def wait_for_newcomers(connection: Connection) -> None:
    """Called before a record is stored as unmatched: waits for a roster intake under way, and holds back others.

    Without it a household could appear between the look-up and the commit, and the record would wait for ever. Resolve
    again afterwards.
    """
    await connection.execute("SELECT pg_advisory_xact_lock_shared(hashtext($1))", _UNKNOWN_SUBJECTS)


async def wait_for_unmatched(connection: Connection) -> None:
    """Called by a roster intake before it looks for waiting records: waits until those being stored are committed."""
    await connection.execute("SELECT pg_advisory_xact_lock(hashtext($1))", _UNKNOWN_SUBJECTS)


async def resolve(
    connection: Connection, wanted: Mapping[int, tuple[Reference, Subject]], vault: Vault
) -> dict[int, Resolution]:
    """Resolve many references at once: one statement for each way of naming that occurs."""
    ways: dict[tuple[str, Subject], list[int]] = defaultdict(list)
    for index, (reference, subject) in wanted.items():
        ways[lookup_of(reference, subject), subject].append(index)
    candidates: dict[int, list[_Candidate]] = defaultdict(list)
    for (way, subject), indexes in ways.items():
        values = [_value(wanted[index][0], way, vault) for index in indexes]
        for row in await connection.fetch(_statement(way), indexes, values):
            if way == "name" and not _same_name(wanted[row["i"]][0].name, row["name"]):
                continue
            member_id = row["member_id"] if subject is Subject.MEMBER else None
            mark = row["version"], row["received_at"]
            subject_found = Resolved(row["household_id"], member_id, row["division"], mark)
            candidates[row["i"]].append(_Candidate(row["active"], subject_found, row["name"]))
    return {index: _choose(candidates.get(index, ()), reference.name) for index, (reference, _) in wanted.items()}


@dataclass(frozen=True, slots=True)
class _Candidate:
    active: bool
    subject: Resolved
    name: str | None


def _value(reference: Reference, way: str, vault: Vault) -> UUID | str:
    if way == "id_number":
        assert reference.id_number is not None  # noqa: S101 - grouped by what is given
        return vault.index(reference.id_number)
    if way == "name":
        return str(reference.household_code)
    value: UUID | str = getattr(reference, way)
    return value


def _statement(way: str) -> str:
    # The ids are bound as what they are: under row-level security PostgreSQL uses no index for a condition that holds a
    # cast, since a cast may fail and so tell of rows that the caller must not see.
    kind = "uuid" if way in _IDS else "text"
    if way in _JOINS:
        return _PERSON_SQL.format(type=kind, join=_JOINS[way])
    return _HOUSEHOLD_SQL.format(type=kind, condition=_HOUSEHOLD_CONDITIONS[way])


def _choose(candidates: Sequence[_Candidate], name: str | None) -> Resolution:
    """The one that lives there now, else the one that did; several of a kind are ambiguous."""
    active = {candidate.subject: candidate.name for candidate in candidates if candidate.active}
    among = active or {candidate.subject: candidate.name for candidate in candidates}
    if not among:
        return None
    if len(among) > 1:
        return Ambiguous(len(among))
    ((subject, registered),) = among.items()
    return subject if _same_name(name, registered) else Misnamed(subject.division)


def _same_name(given: str | None, registered: str | None) -> bool:
    return given is None or registered is None or _letters(given) == _letters(registered)


def _letters(name: str) -> str:
    """What of a name counts: not spaces and the dots between its parts, which every system writes in its own way."""
    normal = unicodedata.normalize("NFKC", name)
    return "".join(letter for letter in normal if letter.isalnum()).casefold() or normal

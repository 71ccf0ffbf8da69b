"""Match records that were posted before their household was known, when the household appears."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from shared.clock import Clock
from shared.database import Connection
from shared.pii import Vault
from shared.policy import PolicyStore
from shared.records.checking import breach, rules_of
from shared.records.decision import subject_key
from shared.records.declaration import RecordType
from shared.records.resolution import Resolved, read_reference, resolve, unmatched_hash, wait_for_unmatched
from shared.records.schemas import HistoryAction
from shared.records.subjects import Reference, Subject
from shared.roster.apply import Name
from shared.roster.models import RosterHousehold

_HOMES = "SELECT member_id, household_id FROM roster_member WHERE active AND member_id = ANY($1::uuid[])"
_SNAPSHOTS = "SELECT household_id, snapshot FROM roster_household WHERE household_id = ANY($1::uuid[])"
_SUPERSEDED = "匹配到对象时由另一条记录取代 · superseded by another record when its subject was matched"


@dataclass(frozen=True, slots=True)
class _Waiting:
    record_type: RecordType
    row: asyncpg.Record
    subject: Resolved
    content: dict[str, object]

    @property
    def natural_key(self) -> str:
        return self.record_type.key_of(self.content, subject_key(self.subject), self.row["id"])

    @property
    def named(self) -> list[UUID]:
        """Persons of the household whom the record names beside its subject."""
        return self.record_type.named_members(self.content)


def _recorded_last_last(waiting: _Waiting) -> tuple[datetime, UUID]:
    return waiting.row["recorded_at"], waiting.row["id"]


def _opened_last_first(waiting: _Waiting) -> int:
    """The ids of records grow with time."""
    return -int(waiting.row["id"])


class Matcher:
    """Finds the records that wait for the members of households and gives them their place."""

    def __init__(
        self, *, record_types: Sequence[RecordType], vault: Vault, policies: PolicyStore, clock: Clock
    ) -> None:
        self._record_types = {one.name: one for one in record_types if one.subject is not Subject.VILLAGE}
        self._vault = vault
        self._policies = policies
        self._clock = clock
        self._find_sql = " UNION ALL ".join(
            f"SELECT '{one.name}' AS type, t.id, t.unmatched, t.revision, t.recorded_at,"
            f" {one.content_sql} AS content FROM {one.table.name} t"
            " WHERE t.unmatched_hash = ANY($1::text[]) AND t.voided_at IS NULL"
            for one in self._record_types.values()
        )

    async def match(
        self, connection: Connection, households: Iterable[RosterHousehold], *, given_up: Iterable[Name] = ()
    ) -> set[UUID]:
        """Give a place to what waited for these households; returns those that gained records.

        The households' rows are locked by the caller. A record whose poster may not write in the household's division,
        whose name has become ambiguous, that names persons who do not live there, or that breaks a row rule now that
        its person is known, goes on waiting; `given_up` are names that others may now bear alone.
        """
        if not self._find_sql:
            return set()
        await wait_for_unmatched(connection)
        hashes = [key for household in households for key in self._keys(household)]
        hashes += [key for name in given_up for key in self._keys_of_name(name)]
        rows = await connection.fetch(self._find_sql, hashes)
        if not rows:
            return set()
        waiting = await self._keeping_the_rules(connection, await self._resolved(connection, rows))
        by_type: dict[RecordType, list[_Waiting]] = defaultdict(list)
        for one in waiting:
            by_type[one.record_type].append(one)
        for record_type, of_type in by_type.items():
            await self._give_place(connection, record_type, of_type)
        return {one.subject.household_id for one in waiting}

    def _keys(self, household: RosterHousehold) -> Iterable[str]:
        """Every key under which a record may wait for this household or one of its members."""
        vault = self._vault
        named = Reference(household_code=household.code)
        yield unmatched_hash(named, Subject.HOUSEHOLD, vault)
        yield unmatched_hash(Reference(household_id=household.household_id), Subject.HOUSEHOLD, vault)
        for member in household.members:
            yield unmatched_hash(Reference(member_id=member.member_id), Subject.MEMBER, vault)
            yield unmatched_hash(Reference(household_code=household.code, name=member.name), Subject.MEMBER, vault)
            if member.id_hash is not None:
                yield member.id_hash

    def _keys_of_name(self, name: Name) -> Iterable[str]:
        if name.member is None:
            yield unmatched_hash(Reference(household_code=name.code), Subject.HOUSEHOLD, self._vault)
            return
        yield unmatched_hash(Reference(household_code=name.code, name=name.member), Subject.MEMBER, self._vault)
        if name.id_hash is not None:
            yield name.id_hash

    async def _resolved(self, connection: Connection, rows: Sequence[asyncpg.Record]) -> list[_Waiting]:
        references = [read_reference(row["unmatched"], self._vault) for row in rows]
        wanted = {
            index: (reference, self._record_types[rows[index]["type"]].subject)
            for index, (reference, _) in enumerate(references)
        }
        found = await resolve(connection, wanted, self._vault)
        waiting = [
            _Waiting(of_type := self._record_types[row["type"]], row, subject, of_type.stored_content(row["content"]))
            for index, row in enumerate(rows)
            if isinstance(subject := found[index], Resolved) and references[index][1].covers(subject.division)
        ]
        named = {member for one in waiting for member in one.named}
        living = await connection.fetch(_HOMES, named) if named else []
        homes = {row["member_id"]: row["household_id"] for row in living}
        return [one for one in waiting if all(homes.get(member) == one.subject.household_id for member in one.named)]

    async def _keeping_the_rules(self, connection: Connection, waiting: Sequence[_Waiting]) -> list[_Waiting]:
        """Those that would be accepted if they were posted now: a screening for women is not taken in for a man."""
        ids = list({one.subject.household_id for one in waiting if rules_of(one.record_type)})
        rows = await connection.fetch(_SNAPSHOTS, ids) if ids else []
        homes = {row["household_id"]: RosterHousehold.model_validate_json(row["snapshot"]) for row in rows}
        return [
            one
            for one in waiting
            if breach(
                one.record_type,
                one.record_type.content_adapter.validate_json(one.row["content"]),
                household=homes.get(one.subject.household_id),
                member_id=one.subject.member_id,
                division=one.subject.division,
                policy=self._policies.current,
                today=self._clock.today(),
            )
            is None
        ]

    async def _give_place(self, connection: Connection, record_type: RecordType, waiting: Sequence[_Waiting]) -> None:
        """One of each natural key stands; those that it supersedes are voided first, since one key has one record.

        Of records the newest stands, as a correction. Of cases the one that found its place before, or was opened
        first: an application made while a case is open is refused, also when that shows only now.
        """
        now, table, cases = self._clock.now(), record_type.table.name, record_type.by_steps
        standing: dict[str, _Waiting] = {}
        superseded: list[UUID] = []
        for one in sorted(waiting, key=_opened_last_first if cases else _recorded_last_last):
            before = standing.get(one.natural_key)
            if before is not None:
                superseded.append(before.row["id"])
            standing[one.natural_key] = one
        held = await connection.fetch(
            f"SELECT id, natural_key, recorded_at FROM {table}"
            " WHERE natural_key = ANY($1::text[]) AND voided_at IS NULL FOR UPDATE",
            list(standing),
        )
        for row in held:
            if cases or row["recorded_at"] >= standing[row["natural_key"]].row["recorded_at"]:
                superseded.append(standing.pop(row["natural_key"]).row["id"])
            else:
                superseded.append(row["id"])
        await connection.execute(
            f"WITH voided AS (UPDATE {table} SET voided_at = $2, void_reason = $3, revision = revision + 1,"
            " recorded_at = $2 WHERE id = ANY($1::uuid[]) RETURNING id, revision, source_system)"
            " INSERT INTO record_history"
            " (record_type, record_id, revision, action, at, principal, source_system, reason)"
            " SELECT $4, id, revision, $5, $2, 'matching', source_system, $3 FROM voided",
            superseded,
            now,
            _SUPERSEDED,
            record_type.name,
            HistoryAction.SUPERSEDE.value,
        )
        placed = list(standing.items())
        await connection.execute(
            f"WITH placed AS (UPDATE {table} t SET member_id = p.member_id, household_id = p.household_id,"
            " division = p.division, natural_key = p.natural_key, unmatched = NULL, unmatched_hash = NULL,"
            " revision = t.revision + 1, recorded_at = $6"
            " FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[])"
            " AS p(id, member_id, household_id, division, natural_key) WHERE t.id = p.id"
            " RETURNING t.id, t.revision, t.source_system, t.household_id, t.member_id)"
            " INSERT INTO record_history"
            " (record_type, record_id, revision, action, at, principal, source_system, after)"
            " SELECT $7, id, revision, $8, $6, 'matching', source_system,"
            " jsonb_build_object('household_id', household_id, 'member_id', member_id) FROM placed",
            [one.row["id"] for _, one in placed],
            [one.subject.member_id for _, one in placed],
            [one.subject.household_id for _, one in placed],
            [one.subject.division for _, one in placed],
            [key for key, _ in placed],
            now,
            record_type.name,
            HistoryAction.MATCH.value,
        )


async def follow_members(
    connection: Connection,
    record_types: Iterable[RecordType],
    *,
    members: dict[UUID, tuple[UUID, str]],
    households: dict[UUID, str],
) -> None:
    """Records go with their person to the new household, and with their household to its new division."""
    for record_type in record_types:
        table = record_type.table.name
        if members and record_type.subject is Subject.MEMBER:
            await connection.execute(
                f"UPDATE {table} t SET household_id = m.household_id, division = m.division"
                " FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS m(member_id, household_id, division)"
                " WHERE t.member_id = m.member_id",
                list(members),
                [household_id for household_id, _ in members.values()],
                [division for _, division in members.values()],
            )
        if households and record_type.subject is not Subject.VILLAGE:
            # Of persons too: those of a member who has left stay with the household, and must be seen where it is.
            await connection.execute(
                f"UPDATE {table} t SET division = h.division FROM unnest($1::uuid[], $2::text[])"
                " AS h(household_id, division) WHERE t.household_id = h.household_id",
                list(households),
                list(households.values()),
            )

"""Write steps: as records are written, many of many requests in one transaction, decided another way."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import cast
from uuid import UUID

import asyncpg
import orjson

from shared.clock import Clock
from shared.database import Connection, Database, uuid7
from shared.pii import Vault
from shared.policy import PolicyStore
from shared.procedures.commands import StepCommand, StepTaken, Taker, taker
from shared.procedures.decision import Case, StepDecider
from shared.procedures.declaration import Kind
from shared.records.commands import Accepted, Command, Outcome, Refused
from shared.records.decision import Place, subject_key
from shared.records.declaration import RecordType
from shared.records.resolution import (
    Ambiguous,
    Misnamed,
    Resolution,
    Resolved,
    reference_bytes,
    refusal_of,
    resolve,
    unmatched_hash,
    wait_for_newcomers,
    waiting_key,
)
from shared.records.store import read_current, write_decisions
from shared.records.subjects import Subject
from shared.records.writer import RecordWriter, Touch
from shared.roster.cache import SnapshotCache
from shared.roster.lock import lock_households
from shared.roster.models import RosterHousehold
from shared.service.problems import Problem

_STEPS = "INSERT INTO procedure_step SELECT * FROM jsonb_populate_recordset(NULL::procedure_step, $1::jsonb)"
_UNDECIDED = """
SELECT o.case_id, o.id FROM procedure_step o WHERE o.case_id = ANY($1::uuid[]) AND o.kind = 'objection'
AND NOT EXISTS (SELECT FROM procedure_step d WHERE d.case_id = o.case_id AND d.objection_id = o.id)
"""


_TAKERS = """
SELECT case_id, step, principal, on_behalf_of ->> 'official' AS official FROM procedure_step
WHERE case_id = ANY($1::uuid[]) AND step = ANY($2::text[])
"""


class ProcedureWriter(RecordWriter):
    """Writes the steps of one service; its commands are `StepCommand`s."""

    def __init__(
        self,
        service: str,
        *,
        database: Database,
        vault: Vault,
        policies: PolicyStore,
        clock: Clock,
        touch: Touch,
        cache: SnapshotCache,
    ) -> None:
        super().__init__(database=database, vault=vault, policies=policies, clock=clock, touch=touch, cache=cache)
        self._service = service

    async def _decide_and_write(self, connection: Connection, commands: Sequence[Command]) -> list[Outcome]:
        steps = cast(Sequence[StepCommand], commands)
        if not steps:
            return []
        resolutions, households, cases = await self._look_up(connection, steps)
        openings = self._places(steps, resolutions)
        deciding = {one.case_id for one in steps if one.step.kind is Kind.DECISION and one.case_id is not None}
        decider = StepDecider(
            service=self._service,
            policies=self._policies,
            clock=self._clock,
            households=households,
            held=await self._held(connection, steps, openings, cases),
            undecided=await _undecided(connection, deciding),
            takers=await _takers(connection, steps),
        )
        outcomes: list[Outcome] = []
        for index, command in enumerate(steps):
            try:
                if command.case_id is None:
                    place = openings[index]
                    if isinstance(place, Problem):
                        raise place
                    _, accepted = decider.open(command, place)
                else:
                    case, accepted = decider.take(command, cases.get((command.record_type, command.case_id)))
                    cases[command.record_type, case.id] = case
                outcomes.append(accepted)
            except Problem as problem:
                outcomes.append(Refused(problem))
        await write_decisions(connection, decider.decisions)
        await self._keep(connection, decider.taken)
        written = [row for decision in decider.decisions if (row := decision.written()) is not None]
        await self._announce(connection, [one for one in outcomes if isinstance(one, Accepted)], written)
        return outcomes

    async def _look_up(
        self, connection: Connection, steps: Sequence[StepCommand]
    ) -> tuple[dict[int, Resolution], Mapping[UUID, RosterHousehold], dict[tuple[RecordType, UUID], Case]]:
        """Resolve subjects, lock the households of all, read the cases; again when something moved between."""
        wanted = {
            index: (one.record.reference(), one.record_type.subject)
            for index, one in enumerate(steps)
            if one.case_id is None and one.record_type.subject is not Subject.VILLAGE
        }
        ids: dict[RecordType, list[UUID]] = defaultdict(list)
        for one in steps:
            if one.case_id is not None:
                ids[one.record_type].append(one.case_id)
        held_back = False
        while True:
            resolutions = await resolve(connection, wanted, self._vault)
            homes, waiting = await _homes(connection, ids)
            # A case that waits for its subject must not find it while a step is written: its key would be lost.
            if not held_back and (waiting or any(one is None for one in resolutions.values())):
                await wait_for_newcomers(connection)
                held_back = True
                continue
            found = [one for one in resolutions.values() if isinstance(one, Resolved)]
            wanted_homes = {one.household_id for one in found} | {one for one in homes.values() if one is not None}
            households, marks = await lock_households(connection, wanted_homes, self._cache)
            cases = await _read_cases(connection, ids)
            if all(marks[one.household_id] == one.mark for one in found) and all(
                case.place.household_id == homes.get(case.id) for case in cases.values()
            ):
                return resolutions, households, cases

    def _places(self, steps: Sequence[StepCommand], resolutions: Mapping[int, Resolution]) -> dict[int, Case | Problem]:
        """Where each case to be opened belongs, and its natural key."""
        return {
            index: self._place(command, resolutions.get(index))
            for index, command in enumerate(steps)
            if command.case_id is None
        }

    def _place(self, command: StepCommand, resolution: Resolution) -> Case | Problem:
        if isinstance(resolution, Ambiguous | Misnamed):
            return refusal_of(resolution, command.principal)
        cases, reference = command.procedure.cases, command.record.reference()
        # At an opening the key is of an open case, whatever stage it leads to.
        fields = {**command.record.model_dump(mode="json"), "closed_on": None}
        if cases.subject is Subject.VILLAGE:
            place = Place(division=reference.division)
            return Case(uuid7(), place, cases.key_of(fields, f"v:{reference.division}"))
        if isinstance(resolution, Resolved):
            place = Place(resolution.member_id, resolution.household_id, resolution.division)
            return Case(uuid7(), place, cases.key_of(fields, subject_key(resolution)))
        waiting = unmatched_hash(reference, cases.subject, self._vault)
        return Case(
            uuid7(),
            Place(division=cases.place_of(fields)),
            cases.key_of(fields, waiting_key(reference, cases.subject, command.principal.subject, self._vault)),
            unmatched="\\x" + reference_bytes(reference, command.principal, self._vault).hex(),
            unmatched_hash=waiting,
        )

    @staticmethod
    async def _held(
        connection: Connection,
        steps: Sequence[StepCommand],
        openings: Mapping[int, Case | Problem],
        cases: Mapping[tuple[RecordType, UUID], Case],
    ) -> dict[tuple[RecordType, str], UUID]:
        """The open cases that the subjects of openings have already, and the closed ones of the numbers that the cases
        have or are given, by natural key."""
        keys: dict[RecordType, set[str]] = defaultdict(set)
        for index, command in enumerate(steps):
            of_type = command.procedure.cases
            case = openings[index] if command.case_id is None else cases.get((of_type, command.case_id))
            if not isinstance(case, Case):
                continue
            if command.case_id is None:
                keys[of_type].add(case.natural_key)
            # What the step says, and what the case has from earlier steps: a file may have come in beside it since.
            said = command.record.model_dump(mode="json", include={of_type.file_number or ""}, exclude_none=True)
            given = {**case.content, **said}
            if of_type.file_number_of(given) is not None:
                keys[of_type].add(of_type.closed_key(case.natural_key, given, case.id))
        held: dict[tuple[RecordType, str], UUID] = {}
        for record_type, wanted in keys.items():
            current = await read_current(connection, record_type, wanted)
            held |= {key: record.id for key, record in current.items()}
        return held

    async def _keep(self, connection: Connection, taken: Sequence[StepTaken]) -> None:
        if taken:
            await connection.execute(_STEPS, orjson.dumps([one.row(self._vault) for one in taken]).decode())


async def _homes(
    connection: Connection, ids: Mapping[RecordType, Sequence[UUID]]
) -> tuple[dict[UUID, UUID | None], bool]:
    """The households of the cases, and whether one of these waits for a subject that the roster does not know."""
    homes: dict[UUID, UUID | None] = {}
    waiting = False
    for record_type, of_type in ids.items():
        rows = await connection.fetch(
            "SELECT id, household_id, unmatched_hash IS NOT NULL AS waiting"
            f" FROM {record_type.table.name} WHERE id = ANY($1::uuid[])",
            of_type,
        )
        homes |= {row["id"]: row["household_id"] for row in rows}
        waiting = waiting or any(row["waiting"] for row in rows)
    return homes, waiting


async def _read_cases(
    connection: Connection, ids: Mapping[RecordType, Sequence[UUID]]
) -> dict[tuple[RecordType, UUID], Case]:
    """The cases, locked for this transaction."""
    cases: dict[tuple[RecordType, UUID], Case] = {}
    for record_type, of_type in ids.items():
        rows = await connection.fetch(
            "SELECT t.id, t.member_id, t.household_id, t.division, t.natural_key, t.unmatched, t.unmatched_hash,"
            f" t.revision, t.recorded_by, t.voided_at, {record_type.content_sql} AS content"
            f" FROM {record_type.table.name} t WHERE t.id = ANY($1::uuid[]) ORDER BY t.id FOR UPDATE",
            of_type,
        )
        cases |= {(record_type, row["id"]): _case(record_type, row) for row in rows}
    return cases


def _case(record_type: RecordType, row: asyncpg.Record) -> Case:
    return Case(
        id=row["id"],
        place=Place(row["member_id"], row["household_id"], row["division"]),
        natural_key=row["natural_key"],
        unmatched=None if row["unmatched"] is None else "\\x" + row["unmatched"].hex(),
        unmatched_hash=row["unmatched_hash"],
        revision=row["revision"],
        recorded_by=row["recorded_by"],
        voided_at=row["voided_at"],
        content=record_type.stored_content(row["content"]),
    )


async def _undecided(connection: Connection, case_ids: set[UUID]) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = defaultdict(set)
    if case_ids:
        for row in await connection.fetch(_UNDECIDED, list(case_ids)):
            found[row["case_id"]].add(row["id"])
    return found


async def _takers(connection: Connection, steps: Sequence[StepCommand]) -> defaultdict[UUID, set[tuple[str, Taker]]]:
    """Who took the steps that some of these must not be taken together with."""
    found: defaultdict[UUID, set[tuple[str, Taker]]] = defaultdict(set)
    asking = [one for one in steps if one.step.not_by and one.case_id is not None]
    if asking:
        names = {name for one in asking for name in one.step.not_by}
        for row in await connection.fetch(_TAKERS, [one.case_id for one in asking], list(names)):
            found[row["case_id"]].add((row["step"], taker(row["principal"], row["official"])))
    return found

"""Write records: many rows of many requests in one transaction of a few set-based statements.

One row and a thousand take the same way. In order: repeated requests answered; subjects resolved and their households
locked; current records read by natural key; each row decided in memory, in the order given; rows and history written;
facts recomputed and put in the outbox; answers kept under their idempotency keys.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol
from uuid import UUID

import asyncpg

from shared.clock import Clock
from shared.database import Connection, Database, Scope
from shared.pii import Vault
from shared.policy import PolicyStore
from shared.records.commands import Accepted, Command, Outcome, Refused, Submission
from shared.records.decision import CurrentRecord, Decider, Decision
from shared.records.declaration import RecordType
from shared.records.idempotency import Once, StoredResponse, find_stored, store_responses
from shared.records.resolution import Resolution, Resolved, resolve, wait_for_newcomers
from shared.records.rows import WrittenRow
from shared.records.store import read_current, write_decisions
from shared.records.subjects import Subject
from shared.roster.cache import SnapshotCache
from shared.roster.lock import lock_households
from shared.roster.models import RosterHousehold
from shared.service.failures import problem_of
from shared.service.problems import FieldError, IdempotencyKeyReused, Problem, Unavailable, Unprocessable

_ATTEMPTS = 4
_RACES = (asyncpg.UniqueViolationError, asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
_BAD_VALUES = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, asyncpg.ProgramLimitExceededError)
_OUTAGES = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.LockNotAvailableError,
)
"""Nobody's row is at fault, and writing each by itself would only take longer."""

_logger = logging.getLogger(__name__)


class Touch(Protocol):
    """What follows a change of households' records, in the same transaction."""

    async def touch(
        self,
        connection: Connection,
        household_ids: Collection[UUID],
        *,
        written: Sequence[WrittenRow] | None = None,
    ) -> dict[UUID, int]:
        """Recompute and announce; returns each household's new version. The households are locked already.

        `written` are all the rows that were recorded of them in this transaction; None when something else happened.
        """
        ...

    async def versions(self, connection: Connection, household_ids: Collection[UUID]) -> dict[UUID, int]:
        """The households' present versions."""
        ...


class RecordWriter:
    """Writes the records of one service."""

    def __init__(
        self,
        *,
        database: Database,
        vault: Vault,
        policies: PolicyStore,
        clock: Clock,
        touch: Touch,
        cache: SnapshotCache,
    ) -> None:
        self._database = database
        self._vault = vault
        self._policies = policies
        self._clock = clock
        self._touch = touch
        self._cache = cache

    async def write(self, submissions: Sequence[Submission]) -> list[StoredResponse | Problem]:
        """Write all, each request answered for itself. A request that cannot be written takes no other with it."""
        for _ in range(_ATTEMPTS):
            try:
                return await self._write_together(submissions)
            except _RACES:
                continue
            except _BAD_VALUES:
                return await self._write_apart(submissions)
            except _OUTAGES:
                raise
            except Exception as error:  # noqa: BLE001 - one row's fault, whatever it is, must stay its own
                _logger.error("%s writing %d requests: each by itself", type(error).__name__, len(submissions))
                return await self._write_apart(submissions)
        return [Unavailable(retry_after=1) for _ in submissions]

    async def _write_together(self, submissions: Sequence[Submission]) -> list[StoredResponse | Problem]:
        async with self._database.transaction(Scope.everything()) as connection:
            answers = await self._answered(connection, submissions)
            fresh = _first_of_each_key([one for one in submissions if one not in answers])
            commands = [command for submission in fresh for command in submission.commands]
            outcomes = iter(await self._decide_and_write(connection, commands))
            stored: dict[Once, StoredResponse] = {}
            for submission in fresh:
                submission.outcomes = [next(outcomes) for _ in submission.commands]
                answer = _render(submission)
                answers[submission] = answer
                if submission.once is not None and isinstance(answer, StoredResponse):
                    stored[submission.once] = answer
            await store_responses(connection, stored)
        return [_answer(submission, answers) for submission in submissions]

    async def _answered(
        self, connection: Connection, submissions: Sequence[Submission]
    ) -> dict[Submission, StoredResponse | Problem]:
        found = await find_stored(connection, {one.once for one in submissions if one.once is not None})
        return {one: found[one.once] for one in submissions if one.once is not None and one.once in found}

    async def _write_apart(self, submissions: Sequence[Submission]) -> list[StoredResponse | Problem]:
        """The slow way, after PostgreSQL refused a value that the schemas let pass, or a rule failed: each request in
        its own transaction, each row in its own savepoint."""
        return [await self._write_one(submission) for submission in submissions]

    async def _write_one(self, submission: Submission) -> StoredResponse | Problem:
        for _ in range(_ATTEMPTS):
            try:
                async with self._database.transaction(Scope.everything()) as connection:
                    known = await self._answered(connection, [submission])
                    if submission in known:
                        return known[submission]
                    submission.outcomes = [await self._write_alone(connection, one) for one in submission.commands]
                    answer = _render(submission)
                    if submission.once is not None and isinstance(answer, StoredResponse):
                        await store_responses(connection, {submission.once: answer})
                return answer
            except _RACES:
                continue
            except Exception as error:  # noqa: BLE001 - the next request is written all the same
                _logger.error("%s writing one request", type(error).__name__)
                return problem_of(error, method="POST")
        return Unavailable(retry_after=1)

    async def _write_alone(self, connection: Connection, command: Command) -> Outcome:
        try:
            async with connection.transaction():
                return (await self._decide_and_write(connection, [command]))[0]
        except (*_RACES, *_OUTAGES):
            raise
        except _BAD_VALUES:
            return Refused(Unprocessable(errors=[FieldError("", "value_out_of_range")]))
        except Exception as error:
            _logger.exception("%s: a row could not be written", command.record_type.name)
            return Refused(problem_of(error, method="POST"))

    async def _decide_and_write(self, connection: Connection, commands: Sequence[Command]) -> list[Outcome]:
        if not commands:
            return []
        resolutions, households = await self._resolve_and_lock(connection, commands)
        decider = Decider(vault=self._vault, policies=self._policies, clock=self._clock, households=households)
        prepared = [decider.prepare(command, resolutions.get(index)) for index, command in enumerate(commands)]
        keys: dict[RecordType, set[str]] = defaultdict(set)
        for one in prepared:
            if not isinstance(one, Refused):
                keys[one.command.record_type].add(one.natural_key)
        current: dict[tuple[RecordType, str], CurrentRecord] = {}
        for record_type, wanted in keys.items():
            current.update(await read_current(connection, record_type, wanted))
        decisions: list[Decision] = []
        outcomes: list[Outcome] = []
        for prepared_row in prepared:
            outcome = (
                prepared_row if isinstance(prepared_row, Refused) else decider.decide(prepared_row, current, decisions)
            )
            outcomes.append(outcome)
        await write_decisions(connection, decisions)
        written = [row for decision in decisions if (row := decision.written()) is not None]
        await self._announce(connection, [one for one in outcomes if isinstance(one, Accepted)], written)
        return outcomes

    async def _announce(
        self, connection: Connection, accepted: Sequence[Accepted], written: Sequence[WrittenRow]
    ) -> None:
        changed = {one.household_id for one in accepted if one.changed and one.household_id is not None}
        versions = await self._touch.touch(connection, changed, written=written) if changed else {}
        unchanged = {one.household_id for one in accepted if one.household_id is not None} - versions.keys()
        if unchanged:
            versions |= await self._touch.versions(connection, {one for one in unchanged if one is not None})
        for one in accepted:
            if one.household_id is not None:
                one.version = versions.get(one.household_id)

    async def _resolve_and_lock(
        self, connection: Connection, commands: Sequence[Command]
    ) -> tuple[dict[int, Resolution], Mapping[UUID, RosterHousehold]]:
        """Resolve the subjects and lock their households; again, when the roster moved between the two steps."""
        wanted = {
            index: (command.record.reference(), command.record_type.subject)
            for index, command in enumerate(commands)
            if command.record_type.subject is not Subject.VILLAGE
        }
        held_back = False
        while True:
            resolutions = await resolve(connection, wanted, self._vault)
            if not held_back and any(resolution is None for resolution in resolutions.values()):
                await wait_for_newcomers(connection)
                held_back = True
                continue
            found = [one for one in resolutions.values() if isinstance(one, Resolved)]
            households, marks = await lock_households(connection, {one.household_id for one in found}, self._cache)
            if all(marks[one.household_id] == one.mark for one in found):
                return resolutions, households


def _first_of_each_key(submissions: Sequence[Submission]) -> list[Submission]:
    """Of requests that came at one moment under one key, the first; the others get its answer."""
    seen: set[tuple[str, str]] = set()
    first = []
    for submission in submissions:
        if submission.once is not None:
            key = (submission.once.principal, submission.once.key)
            if key in seen:
                continue
            seen.add(key)
        first.append(submission)
    return first


def _answer(submission: Submission, answers: Mapping[Submission, StoredResponse | Problem]) -> StoredResponse | Problem:
    if submission in answers:
        return answers[submission]
    for other, answer in answers.items():
        if other.once == submission.once:
            return answer
    # The key came twice in one moment for two different requests.

    return IdempotencyKeyReused(params={"key": submission.once.key if submission.once else ""})


def _render(submission: Submission) -> StoredResponse | Problem:
    try:
        return submission.context.run(submission.render, submission.outcomes)
    except Problem as problem:
        return problem

"""Read the steps of a case, identifiers in their evidence in full, and the cases that wait."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

import asyncpg
import orjson

from shared.auth import Principal
from shared.clock import Clock
from shared.database import Database
from shared.pii import Vault
from shared.pii.access_log import AccessLog
from shared.procedures.checks import is_stopped, may_take, open_steps
from shared.procedures.declaration import Kind, Procedure, Step
from shared.procedures.waiting import OWN_STEP, Conditions, WaitingQuery, cursor_of
from shared.records.reader import META_SQL, RecordPage, RecordReader, document
from shared.service.problems import NotFound

_STEPS = """
SELECT id, revision, step, kind, from_stage, to_stage, taken_on, due_on, coalesce(taken_on > due_on, false) AS late,
  back_dated, at, principal, source_system, on_behalf_of, request_id, evidence, objection_id
FROM procedure_step WHERE case_id = $1 ORDER BY revision
"""
_PERSONAL = "SELECT step, personal FROM procedure_step WHERE case_id = $1 AND id = $2"


class CaseReader:
    """Reads the cases of one service; what lies outside the caller's area does not exist."""

    def __init__(self, service: str, *, database: Database, vault: Vault, records: RecordReader, clock: Clock) -> None:
        self._service = service
        self._database = database
        self._vault = vault
        self._records = records
        self._clock = clock

    async def steps(self, procedure: Procedure, case_id: UUID, principal: Principal) -> dict[str, object]:
        """The shape of `schemas.Steps`. Raises NotFound."""
        case = await self._records.one(procedure.cases, case_id, principal)
        async with self._database.acquire(principal.scope) as connection:
            rows = await connection.fetch(_STEPS, case_id)
        decided = {row["objection_id"] for row in rows}
        undecided = [row["id"] for row in rows if row["kind"] == Kind.OBJECTION and row["id"] not in decided]
        own = {row["step"] for row in rows if row["principal"] == principal.subject and row["on_behalf_of"] is None}
        coming = [] if case["voided_at"] is not None else open_steps(procedure, case)
        return {
            "entries": [_entry(row) for row in rows],
            "undecided": undecided,
            "next": [
                {
                    "step": step.name,
                    "may_take": self._may_take(step, principal, case, own),
                    "from_day": None if step.during_posting else case["ready_on"],
                    "stopped": is_stopped(step, case),
                }
                for step in coming
            ],
        }

    async def reveal(
        self,
        procedure: Procedure,
        case_id: UUID,
        step_id: UUID,
        principal: Principal,
        *,
        purpose: str,
        request_id: str,
    ) -> dict[str, object]:
        """The shape of `schemas.Revealed`, entered into the access log under the case's id. Raises NotFound."""
        await self._records.one(procedure.cases, case_id, principal)
        async with self._database.transaction(principal.scope) as connection:
            row = await connection.fetchrow(_PERSONAL, case_id, step_id)
            if row is None:
                raise NotFound
            found = {} if row["personal"] is None else orjson.loads(self._vault.decrypt(row["personal"]))
            await AccessLog.record(
                connection,
                principal=principal,
                purpose=purpose,
                subject_id=case_id,
                fields=[f"{row['step']}.{name}" for name in found],
                request_id=request_id,
            )
        return {"case_id": case_id, "step_id": step_id, "identifiers": found}

    async def division(self, procedure: Procedure, case_id: UUID, principal: Principal) -> str | None:
        """Where the case belongs. Raises NotFound."""
        return _text((await self._records.one(procedure.cases, case_id, principal))["division"])

    async def waiting(
        self, procedure: Procedure, query: WaitingQuery, principal: Principal, *, limit: int
    ) -> RecordPage:
        """A page of open cases, the one due first before the others. Raises InvalidCursor."""
        cases, today = procedure.cases, self._clock.today()
        conditions = Conditions(procedure, principal, self._service, today=today)
        conditions.add(query)
        statement = (
            f"SELECT {META_SQL}, t.due_on AS due, {cases.content_sql} AS content,"
            f" ARRAY(SELECT s.step FROM procedure_step s WHERE {OWN_STEP.format(conditions.caller)}) AS own"
            f" FROM {cases.table.name} t"
            f" WHERE {' AND '.join(conditions.texts)}"
            f" ORDER BY t.due_on NULLS LAST, t.id LIMIT {conditions.bind(limit + 1)}"
        )
        async with self._database.acquire(principal.scope) as connection:
            rows = await connection.fetch(statement, *conditions.values)
        shown, last = rows[:limit], rows[limit - 1] if len(rows) > limit else None
        return RecordPage(
            items=[self._waiting(procedure, document(cases, row), principal, today, set(row["own"])) for row in shown],
            next_cursor=None if last is None else cursor_of(query.asked(procedure), last["due"], last["id"]),
        )

    def _waiting(
        self, procedure: Procedure, case: dict[str, object], principal: Principal, today: date, own: set[str]
    ) -> dict[str, object]:
        ready, due = case["ready_on"], case["due_on"]
        posting_over = ready is None or str(ready) <= today.isoformat()
        can = [
            step.name
            for step in open_steps(procedure, case)
            if (posting_over or step.during_posting)
            and not is_stopped(step, case)
            and self._may_take(step, principal, case, own)
        ]
        return {**case, "late": due is not None and str(due) < today.isoformat(), "next": can}

    def _may_take(self, step: Step, principal: Principal, case: Mapping[str, object], own: set[str]) -> bool:
        """`own`: the steps of the case that the caller has taken."""
        return not own & set(step.not_by) and may_take(step, principal, self._service, _text(case["division"]))


def _entry(row: asyncpg.Record) -> dict[str, object]:
    behalf = row["on_behalf_of"]
    return {
        **dict(row),
        "on_behalf_of": None if behalf is None else orjson.loads(behalf),
        "evidence": orjson.loads(row["evidence"]),
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)

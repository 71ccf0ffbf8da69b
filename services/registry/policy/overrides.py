"""Setting and withdrawing a place's own value: override, history, snapshot and event in one transaction."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import orjson

from services.registry.author import Author
from services.registry.policy.problems import (
    InvalidPolicyValue,
    NoOverride,
    UnknownPolicyArea,
    UnknownPolicyParameter,
)
from services.registry.policy.schemas import OverrideForm, OverrideOut, SettingOut, WithdrawalForm
from shared.auth import Principal
from shared.clock import Clock
from shared.database import Connection, Database, Scope
from shared.identity import NATION, blank, division_chain
from shared.policy import (
    Declaration,
    InvalidParameter,
    Policy,
    PolicyOverride,
    PolicySnapshot,
    PolicyStore,
    value_document,
)
from shared.records.idempotency import Once, StoredResponse, run_once
from shared.service import FieldError, current_request
from shared.service.problems import OutOfArea
from shared.snapshots import POLICY_OVERRIDES, POLICY_SUBJECT, enqueue, outbox_message

SOURCE = "registry"
EVENT_KEY = "policy"
WRITE_SCOPE = "policy:write"

_LOCK = 0x59694875_506F6C69
_NEWEST = "SELECT coalesce((SELECT version FROM policy_override WHERE id = 1), 0)"
_ALL = "SELECT key, area, year, value, concept, source FROM policy_setting ORDER BY key, area, year"
_ONE = """
SELECT jsonb_build_object('value', value, 'concept', concept, 'source', source)::text
FROM policy_setting WHERE key = $1 AND area = $2 AND year = $3
"""
_SET = """
WITH kept AS (
  INSERT INTO policy_setting (key, area, year, value, concept, source, reason, principal, source_system, request_id)
  VALUES ($1, $2, $3, $4::jsonb, $5, $6, $7, $8, $9, $10)
  ON CONFLICT (key, area, year) DO UPDATE SET value = excluded.value, concept = excluded.concept,
    source = excluded.source, reason = excluded.reason, principal = excluded.principal,
    source_system = excluded.source_system, request_id = excluded.request_id, recorded_at = now()
)
INSERT INTO policy_history (key, area, year, action, before, after, reason, version, principal, source_system,
request_id) VALUES ($1, $2, $3, 'set', $11::jsonb, $12::jsonb, $7, $13, $8, $9, $10)
"""
_WITHDRAW = """
WITH gone AS (DELETE FROM policy_setting WHERE key = $1 AND area = $2 AND year = $3)
INSERT INTO policy_history (key, area, year, action, before, after, reason, version, principal, source_system,
request_id) VALUES ($1, $2, $3, 'withdraw', $4::jsonb, NULL, $5, $6, $7, $8, $9)
"""


@dataclass(frozen=True, slots=True)
class PolicyOverrides:
    """What the policy routes act on; the service puts one into its state as `policy_overrides`.

    `changed` is called after each commit that changed something: nudge the relay, re-evaluate what rests on the policy.
    """

    database: Database
    store: PolicyStore
    clock: Clock
    changed: Callable[[], None]

    def declaration(self, key: str) -> Declaration:
        """The parameter, or `UnknownPolicyParameter`."""
        found = self.store.current.declarations.get(key)
        if found is None:
            raise UnknownPolicyParameter(params={"key": blank(key)[:100]})
        return found

    async def set(self, principal: Principal, key: str, form: OverrideForm, *, once: Once | None) -> StoredResponse:
        """Set the value; raises `Forbidden`, `OutOfArea`, `UnknownPolicyParameter`, `InvalidPolicyValue`."""
        _authorise(principal, form.area)
        declaration = self.declaration(key)
        value = orjson.dumps(_checked(declaration, form)).decode()
        after = orjson.dumps({"value": orjson.Fragment(value), "concept": form.concept, "source": form.source}).decode()
        author = Author.of(principal)
        taken: list[PolicySnapshot] = []

        async def operation(conn: Connection) -> StoredResponse:
            taken.clear()
            await _require_area(conn, form.area)
            before, version = await _locked(conn, key, form.area, form.year)
            if before is not None and orjson.loads(before) == orjson.loads(after):
                return self._answer(key, form.area, form.year, version=version, changed=False, status=200)
            version += 1
            await conn.execute(
                _SET,
                *(key, form.area, form.year, value, form.concept, form.source, form.reason),
                *(author.principal, author.source_system, author.request_id),
                *(before, after, version),
            )
            taken.append(await self._publish(conn, version))
            status = 201 if before is None else 200
            return self._answer(key, form.area, form.year, version=version, changed=True, status=status, after=taken[0])

        return await self._run(once, operation, taken)

    async def withdraw(
        self, principal: Principal, key: str, form: WithdrawalForm, *, once: Once | None
    ) -> StoredResponse:
        """Take the value back; raises as `set` does, and `NoOverride` where none was set."""
        _authorise(principal, form.area)
        self.declaration(key)
        author = Author.of(principal)
        taken: list[PolicySnapshot] = []

        async def operation(conn: Connection) -> StoredResponse:
            taken.clear()
            before, version = await _locked(conn, key, form.area, form.year)
            if before is None:
                raise NoOverride(params={"key": key, "area": form.area, "year": form.year})
            version += 1
            await conn.execute(
                _WITHDRAW,
                *(key, form.area, form.year, before, form.reason, version),
                *(author.principal, author.source_system, author.request_id),
            )
            taken.append(await self._publish(conn, version))
            return self._answer(key, form.area, form.year, version=version, changed=True, status=200, after=taken[0])

        return await self._run(once, operation, taken)

    async def _run(
        self,
        once: Once | None,
        operation: Callable[[Connection], Awaitable[StoredResponse]],
        taken: list[PolicySnapshot],
    ) -> StoredResponse:
        answer = await run_once(self.database, once, operation, scope=Scope.everything())
        # Only now: a version that was rolled back is given to the next change, with other content.
        for snapshot in taken:
            self.store.take(snapshot)
            self.changed()
        return answer

    async def _publish(self, conn: Connection, version: int) -> PolicySnapshot:
        rows = await conn.fetch(_ALL)
        overrides = tuple(
            PolicyOverride(
                key=row["key"],
                area=row["area"],
                year=row["year"],
                value=orjson.loads(row["value"]),
                concept=row["concept"],
                source=row["source"],
            )
            for row in rows
        )
        snapshot = PolicySnapshot(version=version, overrides=overrides)
        await self.store.keep(conn, snapshot)
        message = outbox_message(
            subject=POLICY_SUBJECT,
            source=SOURCE,
            type=POLICY_OVERRIDES,
            key=EVENT_KEY,
            version=version,
            data=snapshot.model_dump_json().encode(),
            time=self.clock.now(),
            traceparent=current_request().traceparent,
        )
        await enqueue(conn, [message])
        return snapshot

    def _answer(
        self,
        key: str,
        area: str,
        year: int,
        *,
        version: int,
        changed: bool,
        status: int,
        after: PolicySnapshot | None = None,
    ) -> StoredResponse:
        policy = self.store.current if after is None else self.store.with_overrides(after)
        found = _in_force(policy, key, area, year)
        body = OverrideOut(key=key, area=area, year=year, version=version, changed=changed, resolved=found)
        headers = {"Yihu-Version": f"policy={version}"}
        return StoredResponse(status=status, body=body.model_dump_json().encode(), headers=headers)


async def _require_area(conn: Connection, area: str) -> None:
    if area != NATION and not await conn.fetchval("SELECT true FROM division WHERE code = $1", area):
        raise UnknownPolicyArea(errors=[FieldError("/area", "unknown-policy-area", {"area": area})])


async def _locked(conn: Connection, key: str, area: str, year: int) -> tuple[str | None, int]:
    """The override as it stands and the newest version, with every other change held back until this one commits."""
    await conn.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
    version: int = await conn.fetchval(_NEWEST)
    before: str | None = await conn.fetchval(_ONE, key, area, year)
    return before, version


def _authorise(principal: Principal, area: str) -> None:
    principal.require(WRITE_SCOPE)
    if not principal.covers(area):
        raise OutOfArea


def _checked(declaration: Declaration, form: OverrideForm) -> object:
    """The value as it is kept, or `InvalidPolicyValue` naming the field."""
    try:
        declaration.check_concept(form.concept)
    except InvalidParameter as error:
        raise _refusal(declaration, "/concept", error) from None
    try:
        return value_document(declaration.parse(form.value))
    except InvalidParameter as error:
        raise _refusal(declaration, "/value", error) from None


def _refusal(declaration: Declaration, pointer: str, error: InvalidParameter) -> InvalidPolicyValue:
    fault = FieldError(pointer=pointer, code=error.code, params=dict(error.params))
    return InvalidPolicyValue(params={"key": declaration.key}, errors=[fault])


def _in_force(policy: Policy, key: str, area: str, year: int) -> SettingOut | None:
    found = policy.find(key, areas=division_chain(area), year=year)
    return None if found is None else SettingOut.of(found)

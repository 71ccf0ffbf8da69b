"""`/api/v1/civil_affairs/economic-checks`: ask, and see who asked (SYS03, SYS04)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from services.civil_affairs.economic_checks.answer import (
    Homes,
    checked_household,
    findings,
    lines_of,
    stated_persons,
)
from services.civil_affairs.economic_checks.schemas import Answer, LoggedCheck, LoggedChecks, Question
from shared.auth import CurrentPrincipal, Principal
from shared.clock import Clock
from shared.database import Connection, Database, uuid7
from shared.facts.models import Facts, StandingKind
from shared.pii import Vault
from shared.pii.access_log import AccessLog
from shared.policy import PolicyStore
from shared.records.resolution import Ambiguous, Misnamed, refusal_of, resolve
from shared.records.subjects import Reference, Subject
from shared.roster.models import RosterHousehold
from shared.service import current_request
from shared.service.problems import AmbiguousIdentity, FieldError, Unprocessable

READ = "civil_affairs:read"
SHOWN = ("benefits", "categories", "income", "members")
"""What of a household is given out, as the access log names it."""
_CATEGORIES = frozenset({StandingKind.DIBAO, StandingKind.TEKUN, StandingKind.EDGE})
_HELD = """
SELECT h.snapshot, f.content FROM roster_household h LEFT JOIN household_facts f USING (household_id)
WHERE h.household_id = $1
"""
_HOMES = """
SELECT w.position, m.member_id, m.household_id
FROM unnest($1::int[], $2::text[]) AS w(position, id_hash) JOIN roster_member m ON m.id_hash = w.id_hash AND m.active
"""
_LOG = """
SELECT a.position, a.at, a.principal, a.department, a.purpose, a.fields
FROM access_log a JOIN roster_household h ON h.household_id = a.subject_id
WHERE a.subject_id = $1 ORDER BY a.position DESC LIMIT 100
"""

router = APIRouter(prefix="/api/v1/civil_affairs/economic-checks", tags=["civil_affairs"])


@router.post("", summary="Ask what the shared data know of an applicant's household")
async def ask(question: Question, request: Request, principal: CurrentPrincipal) -> Answer:
    """Income year, members, categories and benefits, set against the dibao standard of the place.

    What is asked, by whom and what for goes into the access log before the answer goes out. A household outside of the
    caller's divisions is one that is not known.
    """
    principal.require(READ)
    if not question.authorised:
        raise Unprocessable(errors=[FieldError("/authorised", "authorisation_required")])
    database: Database = request.state.database
    vault: Vault = request.state.vault
    clock: Clock = request.state.clock
    policies: PolicyStore = request.state.policies
    today = clock.today()
    async with database.transaction(principal.scope) as connection:
        household, facts = await _held(connection, question.reference(), vault, principal)
        stated = stated_persons(len(question.persons), await _homes(connection, question.persons, vault), household)
        entry = await AccessLog.record(
            connection,
            principal=principal,
            purpose=question.purpose,
            subject_id=uuid7() if household is None else household.household_id,
            fields=() if household is None else SHOWN,
            request_id=current_request().request_id,
        )
    view = None if household is None else policies.current.at(area=household.division, year=today.year)
    return Answer(
        entry=entry,
        asked_on=today,
        known=household is not None,
        household=None if household is None else checked_household(household, stated, today),
        categories=tuple(one for one in facts.standings if one.kind in _CATEGORIES),
        benefits=facts.benefits,
        stated=stated,
        lines=None if view is None else lines_of(view),
        findings=tuple(findings(household, facts, stated, question.declared_income, view)),
    )


@router.get("", summary="Who asked about a household, when and what for")
async def asked(request: Request, principal: CurrentPrincipal, household_id: Annotated[UUID, Query()]) -> LoggedChecks:
    """The newest hundred, the last one first; of a household outside of the caller's divisions none."""
    principal.require(READ)
    database: Database = request.state.database
    async with database.acquire(principal.scope) as connection:
        rows = await connection.fetch(_LOG, household_id)
    return LoggedChecks(
        items=tuple(
            LoggedCheck(
                entry=row["position"],
                at=row["at"],
                principal=row["principal"],
                department=row["department"],
                purpose=row["purpose"],
                fields=tuple(row["fields"]),
            )
            for row in rows
        )
    )


async def _held(
    connection: Connection, reference: Reference, vault: Vault, principal: Principal
) -> tuple[RosterHousehold | None, Facts]:
    """The household as the roster has it, and this department's facts of it. Raises what `refusal_of` gives."""
    found = (await resolve(connection, {0: (reference, Subject.HOUSEHOLD)}, vault))[0]
    if isinstance(found, Ambiguous | Misnamed):
        raise refusal_of(found, principal)
    row = None if found is None else await connection.fetchrow(_HELD, found.household_id)
    if row is None:
        return None, Facts()
    facts = Facts() if row["content"] is None else Facts.model_validate_json(row["content"])
    return RosterHousehold.model_validate_json(row["snapshot"]), facts


async def _homes(connection: Connection, id_numbers: tuple[str, ...], vault: Vault) -> Homes:
    """Where each of them lives, by position. Raises AmbiguousIdentity."""
    if not id_numbers:
        return {}
    hashes = [vault.index(number) for number in id_numbers]
    rows = await connection.fetch(_HOMES, list(range(len(hashes))), hashes)
    homes = {row["position"]: (row["member_id"], row["household_id"]) for row in rows}
    if len(homes) < len(rows):
        # While a person moves, two households may hold them for a moment: never the first one found.
        raise AmbiguousIdentity(params={"count": 2})
    return homes

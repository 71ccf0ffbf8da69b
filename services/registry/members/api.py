"""The routes of members, and the reveal of personal numbers."""

from typing import Annotated
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ValidationError
from starlette.responses import Response

from services.registry import bulk
from services.registry.author import Author
from services.registry.context import READ, CurrentRegistry
from services.registry.history.recorder import record
from services.registry.households import repository
from services.registry.households import storage as household_storage
from services.registry.households.answers import (
    HouseholdRead,
    MemberList,
    MemberRead,
    household_document,
    member_document,
)
from services.registry.households.corrections import corrected_member, merged_member
from services.registry.households.rules import Person, check_composition
from services.registry.households.submission import Submission
from services.registry.members import storage
from services.registry.members.rules import check_member
from services.registry.members.schemas import MemberForm, MemberInput
from services.registry.members.tables import member, membership
from services.registry.problems import DuplicatePerson, InvalidForm, MemberNotFound
from services.registry.writing import Written, check_if_match, write
from shared.auth import CurrentPrincipal
from shared.codes import CodeOf
from shared.database import Connection, Scope
from shared.identity import BusinessDate, NameText
from shared.pii.access_log import AccessLog
from shared.pii.reveal import REVEAL, Purpose
from shared.service import FieldError, current_request, field_errors, json_response

router = APIRouter(prefix="/api/v1", tags=["members"])


class MemberCorrection(MemberForm):
    """The fields to correct; what is not named stays, null clears."""

    name: NameText = ""
    relation: Annotated[str, CodeOf("relation")] = "other"


class RevealedMember(BaseModel):
    member_id: UUID
    id_number: str | None
    disability_card: str | None
    phone: str | None


class RevealedHousehold(BaseModel):
    household_id: UUID
    phone: str | None
    bank_account: str | None


@router.get("/households/{household_id}/members", response_model=MemberList)
async def get_members(
    household_id: UUID,
    registry: CurrentRegistry,
    principal: CurrentPrincipal,
    on: Annotated[BusinessDate | None, Query(description="who lived there on this day; today when left out")] = None,
) -> Response:
    """The members, the head first; of those who have left since, `until` is the day."""
    principal.require(READ)
    async with registry.database.acquire(principal.scope) as conn:
        current = await repository.load_one(conn, household_id, scope=principal.scope)
        rows = current.members if on is None else await repository.members_on(conn, household_id, on)
    return json_response({"items": [member_document(row, registry.vault) for row in rows]})


@router.post("/households/{household_id}/members", status_code=201, response_model=HouseholdRead)
async def add_member(
    household_id: UUID, body: MemberInput, request: Request, registry: CurrentRegistry, principal: CurrentPrincipal
) -> Response:
    """Add a member who was left out, or correct one. Births, marriages and moves are natural changes."""

    async def operation(conn: Connection) -> Written:
        current = await repository.load_one(conn, household_id, scope=principal.scope, lock=True)
        check_if_match(request, current.household["revision"])
        given = body.model_dump(mode="json", exclude_unset=True)
        row = current.household
        document = {
            "code": row["code"],
            "division": row["division"],
            "household_type": row["household_type"],
            "members": [given],
        }
        submission = Submission.parse(document)
        await registry.households.write(conn, [submission], scope=principal.scope, author=Author.of(principal))
        if submission.problem is not None:
            problem = submission.problem
            problem.errors = tuple(
                FieldError(one.pointer.removeprefix("/members/0"), one.code, one.params) for one in problem.errors
            )
            raise problem
        after = await repository.load_one(conn, household_id, scope=principal.scope)
        return Written(
            household_document(after, registry.vault),
            versions={household_id: submission.version},
            status=201 if len(after.members) > len(current.members) else 200,
            revision=after.household["revision"],
        )

    return await write(request, registry, principal, operation)


@router.get("/members/{member_id}", response_model=MemberRead)
async def get_member(member_id: UUID, registry: CurrentRegistry, principal: CurrentPrincipal) -> Response:
    """One present member of a household; personal numbers masked."""
    principal.require(READ)
    async with registry.database.acquire(principal.scope) as conn:
        row, _ = await _present(conn, member_id, scope=principal.scope)
    return json_response(member_document(row, registry.vault), headers={"ETag": f'"{row["revision"]}"'})


@router.patch("/members/{member_id}", response_model=MemberRead)
async def correct_member(
    member_id: UUID, body: MemberCorrection, request: Request, registry: CurrentRegistry, principal: CurrentPrincipal
) -> Response:
    """Correct a member's fields; `If-Match` guards against overwriting another's correction."""
    given = body.model_dump(mode="json", exclude_unset=True)
    author, vault = Author.of(principal), registry.vault

    async def operation(conn: Connection) -> Written:
        row, current = await _present(conn, member_id, scope=principal.scope, lock=True)
        check_if_match(request, row["revision"])
        before = storage.full_fields(row, vault)
        try:
            form = merged_member(before, given)
        except ValidationError as error:
            raise InvalidForm(errors=field_errors(error)) from None
        errors = check_member(form, on=registry.clock.today())
        id_hash = vault.index(form.id_number) if form.id_number else None
        people = [Person("/relation", other["relation"], other["sex"], other["id_hash"]) for other in current.members]
        people[current.members.index(row)] = Person("", form.relation, form.sex, id_hash)
        if errors := errors + check_composition(people, pointer="/relation"):
            raise InvalidForm(errors=errors)
        if id_hash is not None and id_hash != row["id_hash"]:
            await _refuse_known(conn, id_hash, current)
        update, joined, change = corrected_member(row, before, form, vault=vault)
        await bulk.update(conn, member, [update] if update else [], key="member_id", count=True)
        await bulk.update(conn, membership, [joined] if joined else [], key="membership_id")
        await repository.count_up(conn, [current.household_id] if change else [])
        await record(conn, [change] if change else [], author=author, vault=vault)
        versions = await registry.publisher.touch(conn, [current.household_id])
        after, _ = await _present(conn, member_id, scope=principal.scope)
        return Written(member_document(after, vault), versions=versions, revision=after["revision"])

    return await write(request, registry, principal, operation)


@router.post("/members/{member_id}:reveal", response_model=RevealedMember)
async def reveal_member(
    member_id: UUID, body: Purpose, registry: CurrentRegistry, principal: CurrentPrincipal
) -> Response:
    """The full ID number, card and phone, for a purpose that is logged."""
    principal.require(READ, REVEAL)
    async with registry.database.transaction(principal.scope) as conn:
        row, _ = await _present(conn, member_id, scope=principal.scope)
        full = storage.full_fields(row, registry.vault)
        shown = {name: full[name] for name in storage.SEALED}
        await AccessLog.record(
            conn,
            principal=principal,
            purpose=body.purpose,
            subject_id=member_id,
            fields=sorted(shown),
            request_id=current_request().request_id,
        )
    return json_response({"member_id": member_id, **shown}, headers={"Cache-Control": "no-store"})


@router.post("/households/{household_id}:reveal", response_model=RevealedHousehold)
async def reveal_household(
    household_id: UUID, body: Purpose, registry: CurrentRegistry, principal: CurrentPrincipal
) -> Response:
    """The full phone and bank account, for a purpose that is logged."""
    principal.require(READ, REVEAL)
    async with registry.database.transaction(principal.scope) as conn:
        current = await repository.load_one(conn, household_id, scope=principal.scope)
        full = household_storage.full_fields(current.household, registry.vault)
        shown = {name: full[name] for name in household_storage.SEALED}
        await AccessLog.record(
            conn,
            principal=principal,
            purpose=body.purpose,
            subject_id=household_id,
            fields=sorted(shown),
            request_id=current_request().request_id,
        )
    return json_response({"household_id": household_id, **shown}, headers={"Cache-Control": "no-store"})


async def _present(
    conn: Connection, member_id: UUID, *, scope: Scope, lock: bool = False
) -> tuple[asyncpg.Record, repository.Aggregate]:
    """The member and the household he or she lives in. Raises MemberNotFound."""
    home = await repository.home_of(conn, member_id)
    found = await repository.load(conn, [home] if home else [], scope=scope, lock=lock)
    for current in found.values():
        for row in current.members:
            if row["member_id"] == member_id:
                return row, current
    raise MemberNotFound


async def _refuse_known(conn: Connection, id_hash: str, current: repository.Aggregate) -> None:
    known = (await repository.persons_by_hash(conn, [id_hash])).get(id_hash)
    if known is not None:
        params: dict[str, object] = {
            "household": current.household["code"],
            "other": known["household_code"] or "",
        }
        raise DuplicatePerson(params=params, errors=[FieldError("/id_number", "duplicate_person", params)])

"""The routes of households."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.responses import Response

from services.registry import bulk
from services.registry.author import Author
from services.registry.bulk import decode
from services.registry.context import READ, CurrentRegistry, Registry
from services.registry.history import reader as history
from services.registry.history.recorder import record
from services.registry.households import repository
from services.registry.households.answers import (
    HistoryPage,
    HouseholdPage,
    HouseholdRead,
    LookupResult,
    household_document,
)
from services.registry.households.corrections import corrected_household
from services.registry.households.listing import HouseholdFilter, list_households
from services.registry.households.rules import check_household
from services.registry.households.schemas import HouseholdCode, HouseholdForm, HouseholdInput
from services.registry.households.submission import Submission
from services.registry.households.tables import household
from services.registry.problems import HouseholdClosed, HouseholdNotFound, InvalidForm
from services.registry.query import DivisionFilter, Limit, division_prefix
from services.registry.writing import Written, check_if_match, check_preconditions, etag, not_modified, write
from shared.auth import CurrentPrincipal
from shared.codes import CodeOf
from shared.database import Connection
from shared.identity import IdNumberText, Moment
from shared.roster.models import HouseholdState
from shared.service import (
    FieldError,
    field_errors,
    json_response,
)
from shared.service.cursor import Cursor, CursorText

router = APIRouter(prefix="/api/v1", tags=["households"])

Code = Annotated[str, Query(max_length=32)]


class Lookup(BaseModel):
    """Exactly one of the two. An ID number never stands in a URL."""

    model_config = ConfigDict(extra="forbid")

    code: HouseholdCode | None = None
    id_number: IdNumberText | None = None


class HouseholdCorrection(HouseholdForm):
    """The fields to correct; what is not named stays, null clears. Place, state and members have their own routes."""

    household_type: Annotated[str, CodeOf("household_type")] = "general"


@router.post("/households", status_code=201, response_model=HouseholdRead)
async def create_household(
    body: HouseholdInput, request: Request, registry: CurrentRegistry, principal: CurrentPrincipal
) -> Response:
    """Create a household with its members, or correct the one with the same code (200).

    `If-Match` guards a correction, `If-None-Match: *` refuses one.
    """

    async def operation(conn: Connection) -> Written:
        if "if-match" in request.headers or "if-none-match" in request.headers:
            found = await repository.load_by_code(conn, [body.code], scope=principal.scope, lock=True)
            check_preconditions(request, next((one.household["revision"] for one in found.values()), None))
        submission = Submission(row=0, pointer="", form=body)
        await registry.households.write(conn, [submission], scope=principal.scope, author=Author.of(principal))
        if submission.problem is not None:
            raise submission.problem
        assert submission.household_id is not None  # noqa: S101 - accepted rows have one
        current = await repository.load_one(conn, submission.household_id, scope=principal.scope)
        return Written(
            household_document(current, registry.vault),
            versions={submission.household_id: submission.version},
            status=201 if submission.created else 200,
            revision=current.household["revision"],
            location=f"/api/v1/households/{submission.household_id}",
        )

    return await write(request, registry, principal, operation)


@router.post("/households:lookup", response_model=LookupResult)
async def lookup_household(body: Lookup, registry: CurrentRegistry, principal: CurrentPrincipal) -> Response:
    """Find a household by its code or by the ID number of a member; the answer is masked."""
    principal.require(READ)
    if (body.code is None) == (body.id_number is None):
        raise InvalidForm(errors=[FieldError("", "one_of_code_and_id_number")])
    async with registry.database.acquire(principal.scope) as conn:
        member_id: UUID | None = None
        if body.id_number is not None:
            id_hash = registry.vault.index(body.id_number)
            person = (await repository.persons_by_hash(conn, [id_hash])).get(id_hash)
            if person is None or person["household_id"] is None:
                raise HouseholdNotFound
            member_id, household_id = person["member_id"], person["household_id"]
            current = await repository.load_one(conn, household_id, scope=principal.scope)
        else:
            found = await repository.load_by_code(conn, [body.code or ""], scope=principal.scope)
            current = next(iter(found.values()), None) or _missing()
    document = {
        "member_id": member_id,
        "found_by": "code" if body.code is not None else "id_number",
        "household": household_document(current, registry.vault),
    }
    return json_response(document)


@router.get("/households", response_model=HouseholdPage)
async def get_households(
    registry: CurrentRegistry,
    principal: CurrentPrincipal,
    *,
    division: DivisionFilter = None,
    state: Annotated[
        HouseholdState | None, Query(description="where it stands in its life as a poor household")
    ] = None,
    household_type: Annotated[str, CodeOf("household_type")] | None = None,
    cause: Annotated[str, CodeOf("cause")] | None = None,
    monitoring_category: Annotated[str, CodeOf("monitoring_category")] | None = None,
    village_class: Annotated[str, CodeOf("village_class")] | None = None,
    code: Annotated[Code | None, Query(description="户编号, the household's code")] = None,
    changed_since: Annotated[Moment | None, Query(description="RFC 3339 moment with offset")] = None,
    industry_target: Annotated[bool | None, Query(description="whether industry support is meant for it")] = None,
    limit: Limit = 100,
    cursor: CursorText = None,
) -> Response:
    """List households within the caller's divisions."""
    principal.require(READ)
    wanted = HouseholdFilter(
        division=division_prefix(division),
        state=state,
        household_type=household_type,
        cause=cause,
        monitoring_category=monitoring_category,
        village_class=village_class,
        code=code,
        changed_since=changed_since,
        industry_target=industry_target,
    )
    after = Cursor.decode(wanted, cursor) if cursor is not None else None
    async with registry.database.acquire(principal.scope) as conn:
        rows, following = await list_households(conn, wanted, scope=principal.scope, limit=limit, cursor=after)
    items: list[object] = []
    for row in rows:
        profile = decode(row["profile"])
        item = {name: row[name] for name in row.keys() if name != "profile"}  # noqa: SIM118 - a Record is no mapping
        items.append(
            item | {"natural_village": profile.get("natural_village"), "village_group": profile.get("village_group")}
        )
    return json_response({"items": items, "next_cursor": following.encode(wanted) if following else None})


@router.get("/households/{household_id}", response_model=HouseholdRead)
async def get_household(
    household_id: UUID, request: Request, registry: CurrentRegistry, principal: CurrentPrincipal
) -> Response:
    """One household with its present members; personal numbers masked."""
    principal.require(READ)
    async with registry.database.acquire(principal.scope) as conn:
        current = await repository.load_one(conn, household_id, scope=principal.scope)
    tag = etag(current.household["revision"])
    document = household_document(current, registry.vault)
    return not_modified(request, tag) or json_response(document, headers={"ETag": tag})


@router.patch("/households/{household_id}", response_model=HouseholdRead)
async def correct_household(
    household_id: UUID,
    body: HouseholdCorrection,
    request: Request,
    registry: CurrentRegistry,
    principal: CurrentPrincipal,
) -> Response:
    """Correct a household's own fields; `If-Match` guards against overwriting another's correction."""
    given = body.model_dump(mode="json", exclude_unset=True)
    author = Author.of(principal)

    async def operation(conn: Connection) -> Written:
        current = await repository.load_one(conn, household_id, scope=principal.scope, lock=True)
        check_if_match(request, current.household["revision"])
        if current.household["state"] == HouseholdState.CLOSED:
            raise HouseholdClosed(params={"code": current.household["code"]})
        versions = await _correct(conn, registry, current, given, author=author)
        after = await repository.load_one(conn, household_id, scope=principal.scope)
        document = household_document(after, registry.vault)
        return Written(document, versions=versions, revision=after.household["revision"])

    return await write(request, registry, principal, operation)


@router.get("/households/{household_id}/history", response_model=HistoryPage)
async def get_household_history(
    household_id: UUID,
    registry: CurrentRegistry,
    principal: CurrentPrincipal,
    limit: Limit = 100,
    cursor: CursorText = None,
) -> Response:
    """All changes of the household and its members, the newest first."""
    principal.require(READ)
    async with registry.database.acquire(principal.scope) as conn:
        await repository.load_one(conn, household_id, scope=principal.scope)
        page = await history.page(conn, household_id, limit=limit, before=history.position(cursor))
    return json_response(page)


def _missing() -> repository.Aggregate:
    raise HouseholdNotFound


async def _correct(
    conn: Connection, registry: Registry, current: repository.Aggregate, given: dict[str, object], *, author: Author
) -> dict[UUID, int]:
    try:
        form, row, change = corrected_household(current, given, vault=registry.vault, author=author)
    except ValidationError as error:
        raise InvalidForm(errors=field_errors(error)) from None
    if errors := check_household(form, on=registry.clock.today()):
        raise InvalidForm(errors=errors)
    if row is None or change is None:
        return await registry.publisher.versions(conn, [current.household_id])
    await bulk.update(conn, household, [row], key="household_id")
    await repository.count_up(conn, [current.household_id])
    await record(conn, [change], author=author, vault=registry.vault)
    return await registry.publisher.touch(conn, [current.household_id])

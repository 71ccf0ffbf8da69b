"""The routes of villages."""

from typing import Annotated

import asyncpg
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.registry.author import Author
from services.registry.bulk import decode
from services.registry.context import READ, CurrentRegistry
from services.registry.problems import DivisionNotFound
from services.registry.query import DivisionFilter, Limit, division_prefix
from services.registry.villages.schemas import (
    VillageBatch,
    VillageBatchResult,
    VillageForm,
    VillagePage,
    VillageRead,
)
from services.registry.villages.writer import PROFILE, VillageRow, VillageWriter
from services.registry.writing import Written, check_preconditions, etag, not_modified, write
from shared.auth import CurrentPrincipal
from shared.codes import CodeOf
from shared.database import Connection, Scope
from shared.identity import DivisionCode
from shared.records.exchange import check_unconditional
from shared.service import (
    FieldError,
    check_row_count,
    current_request,
    json_response,
    judges_rows,
    problem_document,
    sound_rows,
)
from shared.service.cursor import CursorText, decode_cursor, encode_cursor

router = APIRouter(prefix="/api/v1", tags=["villages"])

_SELECT = """
SELECT v.code, d.name, v.village_class, v.profile, v.revision, v.updated_by, v.source_system
FROM village v JOIN division d USING (code) WHERE v.code LIKE ANY($1::text[])
"""


@router.put("/villages/{code}", response_model=VillageRead)
async def put_village(
    code: DivisionCode, body: VillageForm, request: Request, registry: CurrentRegistry, principal: CurrentPrincipal
) -> Response:
    """Say all that is known of a village. A change of class publishes the roster of its households anew."""

    async def operation(conn: Connection) -> Written:
        before = await find_village(conn, code, scope=principal.scope)
        check_preconditions(request, None if before is None else before["revision"])
        row = VillageRow.parse({"code": code, **body.model_dump(mode="json")})
        writer = VillageWriter(publisher=registry.publisher)
        versions = await writer.write(conn, [row], scope=principal.scope, author=Author.of(principal))
        if row.problem is not None:
            row.problem.errors = tuple(FieldError("path:code", one.code, one.params) for one in row.problem.errors)
            raise row.problem
        after = await find_village(conn, code, scope=principal.scope)
        assert after is not None  # noqa: S101 - written in this transaction
        status = 200 if before is not None else 201
        return Written(village_document(after), versions=versions, status=status, revision=after["revision"])

    return await write(request, registry, principal, operation)


@router.post("/villages:batch", response_model=VillageBatchResult)
@judges_rows
async def batch_villages(
    body: VillageBatch, request: Request, registry: CurrentRegistry, principal: CurrentPrincipal
) -> Response:
    """Write up to 1,000 villages; a refused row never takes its neighbours along."""
    check_unconditional(request)
    check_row_count(body.rows, limit=registry.settings.max_batch_rows)

    async def operation(conn: Connection) -> Written:
        given = sound_rows(body.rows, await request.body())
        rows = [VillageRow.parse(row, row=index, pointer=f"/rows/{index}") for index, row in enumerate(given)]
        writer = VillageWriter(publisher=registry.publisher)
        versions = await writer.write(conn, rows, scope=principal.scope, author=Author.of(principal))
        return Written(_batch_document(rows, republished=len(versions)), versions=versions)

    return await write(request, registry, principal, operation)


@router.get("/villages", response_model=VillagePage)
async def get_villages(
    registry: CurrentRegistry,
    principal: CurrentPrincipal,
    *,
    division: DivisionFilter = None,
    village_class: Annotated[str, CodeOf("village_class"), Query()] | None = None,
    limit: Limit = 100,
    cursor: CursorText = None,
) -> Response:
    """List the villages whose class is known, in the order of their codes, within the caller's divisions."""
    principal.require(READ)
    prefix = division_prefix(division)
    asked = (prefix, village_class)
    after = None if cursor is None else decode_cursor(asked, cursor, 1)[0]
    scope = principal.scope.narrowed(prefix) if prefix is not None else principal.scope
    sql = f"{_SELECT} AND ($2::text IS NULL OR v.village_class = $2) AND ($3::text IS NULL OR v.code > $3)"
    async with registry.database.acquire(principal.scope) as conn:
        rows = await conn.fetch(f"{sql} ORDER BY v.code LIMIT $4", scope.patterns, village_class, after, limit + 1)
    items: list[object] = [village_document(row) for row in rows[:limit]]
    following = encode_cursor(asked, rows[limit - 1]["code"]) if len(rows) > limit else None
    return json_response({"items": items, "next_cursor": following})


@router.get("/villages/{code}", response_model=VillageRead)
async def get_village(
    code: DivisionCode, request: Request, registry: CurrentRegistry, principal: CurrentPrincipal
) -> Response:
    principal.require(READ)
    async with registry.database.acquire(principal.scope) as conn:
        row = await find_village(conn, code, scope=principal.scope)
    if row is None:
        raise DivisionNotFound(params={"code": code})
    tag = etag(row["revision"])
    return not_modified(request, tag) or json_response(village_document(row), headers={"ETag": tag})


async def find_village(conn: Connection, code: str, *, scope: Scope) -> asyncpg.Record | None:
    row: asyncpg.Record | None = await conn.fetchrow(f"{_SELECT} AND v.code = $2", scope.patterns, code)
    return row


def village_document(row: asyncpg.Record) -> dict[str, object]:
    profile = decode(row["profile"])
    own = {name: row[name] for name in ("code", "name", "village_class", "revision", "updated_by", "source_system")}
    return own | {name: profile.get(name) for name in PROFILE}


def _batch_document(rows: list[VillageRow], *, republished: int) -> dict[str, object]:
    language = current_request().language
    results: list[dict[str, object]] = []
    for one in rows:
        code = one.given.code if one.given else None
        if one.problem is not None:
            problem = problem_document(one.problem, language=language)
            results.append({"row": one.row, "status": one.problem.status, "code": code, "problem": problem})
        else:
            results.append({"row": one.row, "status": 201 if one.created else 200, "code": code})
    refused = sum(one.problem is not None for one in rows)
    return {"accepted": len(rows) - refused, "refused": refused, "republished": republished, "results": results}

"""The routes of divisions."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import ValidationError
from starlette.responses import Response

from services.registry.context import READ, CurrentRegistry
from services.registry.divisions.importing import DivisionRow, csv_rows, import_rows
from services.registry.divisions.schemas import (
    DivisionImport,
    DivisionNode,
    DivisionPage,
    DivisionRead,
    ImportResult,
)
from services.registry.problems import DivisionNotFound, InvalidForm
from services.registry.query import DivisionFilter, Limit, division_prefix
from services.registry.writing import Written, write
from shared.auth import CurrentPrincipal
from shared.database import Connection
from shared.identity import NATION, DivisionCode, Level
from shared.records.exchange import check_unconditional
from shared.service import (
    FieldError,
    MalformedJson,
    TooManyRows,
    Unprocessable,
    UnsupportedMediaType,
    check_row_count,
    current_request,
    field_errors,
    json_response,
    parse_json_body,
    problem_document,
)
from shared.service.cursor import CursorText, decode_cursor, encode_cursor

router = APIRouter(prefix="/api/v1", tags=["divisions"])

CSV = "text/csv"
MAX_ROWS = 20_000
MAX_NODES = 20_000

_LIST = """
SELECT code, name, level, parent_code FROM division
WHERE ($1::text IS NULL OR code LIKE $1 || '%') AND ($2::text IS NULL OR parent_code = $2)
  AND ($3::text IS NULL OR level = $3) AND ($4::text IS NULL OR strpos(name, $4) > 0)
  AND ($5::text IS NULL OR code > $5)
ORDER BY code LIMIT $6
"""
_ONE = "SELECT code, name, level, parent_code FROM division WHERE code = $1"
_TREE = """
WITH RECURSIVE tree AS (
  SELECT code, name, level, parent_code, 0 AS depth FROM division
  WHERE ($1::text IS NULL AND parent_code IS NULL) OR code = $1
  UNION ALL
  SELECT d.code, d.name, d.level, d.parent_code, tree.depth + 1
  FROM division d JOIN tree ON d.parent_code = tree.code WHERE tree.depth < $2
)
SELECT code, name, level, parent_code FROM tree ORDER BY depth, code LIMIT $3
"""


@router.post(
    "/divisions:import",
    response_model=ImportResult,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": DivisionImport.model_json_schema()},
                CSV: {"schema": {"type": "string", "description": "header `code,name,level,parent_code`"}},
            },
        }
    },
)
async def import_divisions(request: Request, registry: CurrentRegistry, principal: CurrentPrincipal) -> Response:
    """Add divisions or correct their names, from JSON rows or CSV; a result for each row. A repeat changes nothing."""
    check_unconditional(request)
    given = await _given_rows(request)
    rows = [DivisionRow.parse(document, row=index) for index, document in enumerate(given)]

    async def operation(conn: Connection) -> Written:
        await import_rows(conn, rows, scope=principal.scope)
        return Written(_document(rows))

    return await write(request, registry, principal, operation)


@router.get("/divisions", response_model=DivisionPage)
async def get_divisions(
    registry: CurrentRegistry,
    principal: CurrentPrincipal,
    *,
    prefix: DivisionFilter = None,
    parent: Annotated[DivisionCode | None, Query(description="only those directly below this division")] = None,
    level: Annotated[Level | None, Query(description="only those of this level")] = None,
    name: Annotated[str | None, Query(max_length=100, description="part of the name")] = None,
    limit: Limit = 100,
    cursor: CursorText = None,
) -> Response:
    """List divisions in the order of their codes. The code book is public: it is not limited to the caller's area."""
    principal.require(READ)
    asked = (prefix, parent, level, name)
    after = None if cursor is None else decode_cursor(asked, cursor, 1)[0]
    async with registry.database.acquire(principal.scope) as conn:
        rows = await conn.fetch(_LIST, division_prefix(prefix), parent, level, name, after, limit + 1)
    items: list[object] = [dict(row) for row in rows[:limit]]
    following = encode_cursor(asked, rows[limit - 1]["code"]) if len(rows) > limit else None
    return json_response({"items": items, "next_cursor": following})


@router.get("/divisions/tree", response_model=list[DivisionNode])
async def get_tree(
    registry: CurrentRegistry,
    principal: CurrentPrincipal,
    root: Annotated[
        DivisionCode | None, Query(description="the division at the top; the whole tree if left out")
    ] = None,
    depth: Annotated[int, Query(ge=0, le=4, description="levels below the top")] = 4,
) -> Response:
    """The tree below a division (or the whole one), so many levels deep."""
    principal.require(READ)
    top = None if root == NATION else root
    async with registry.database.acquire(principal.scope) as conn:
        rows = await conn.fetch(_TREE, top, depth, MAX_NODES + 1)
    if top is not None and not rows:
        raise DivisionNotFound(params={"code": top})
    if len(rows) > MAX_NODES:
        raise TooManyRows(params={"limit": MAX_NODES})
    nodes: dict[str, dict[str, object]] = {}
    roots: list[object] = []
    below: dict[str, list[object]] = {}
    for row in rows:
        below[row["code"]] = []
        nodes[row["code"]] = {**dict(row), "children": below[row["code"]]}
        below.get(row["parent_code"], roots).append(nodes[row["code"]])
    return json_response(roots)


@router.get("/divisions/{code}", response_model=DivisionRead)
async def get_division(code: DivisionCode, registry: CurrentRegistry, principal: CurrentPrincipal) -> Response:
    principal.require(READ)
    async with registry.database.acquire(principal.scope) as conn:
        row = await conn.fetchrow(_ONE, code)
    if row is None:
        raise DivisionNotFound(params={"code": code})
    return json_response(dict(row))


@router.get("/divisions/{code}/children", response_model=DivisionPage)
async def get_children(
    code: DivisionCode,
    registry: CurrentRegistry,
    principal: CurrentPrincipal,
    limit: Limit = 1000,
    cursor: CursorText = None,
) -> Response:
    """The divisions directly below."""
    await get_division(code, registry, principal)
    return await get_divisions(registry, principal, parent=code, limit=limit, cursor=cursor)


async def _given_rows(request: Request) -> list[object]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    if kind == CSV:
        if body.count(b"\n") > 2 * MAX_ROWS:
            raise TooManyRows(params={"limit": MAX_ROWS})  # seconds of parsing to say the same
        if b"\0" in body:
            raise Unprocessable(errors=[FieldError("", "nul_character")])
        try:
            rows = csv_rows(body.decode("utf-8"))
        except UnicodeDecodeError:
            raise InvalidForm(errors=[FieldError("", "csv_encoding")]) from None
    elif kind == "application/json" or kind.endswith("+json"):
        rows = _json_rows(body)
    else:
        raise UnsupportedMediaType(params={"expected": f"application/json, {CSV}"})
    check_row_count(rows, limit=MAX_ROWS)
    return rows


def _json_rows(body: bytes) -> list[object]:
    if not body:
        raise MalformedJson
    try:
        return list(DivisionImport.model_validate(parse_json_body(body)).rows)
    except ValidationError as error:
        raise Unprocessable(errors=field_errors(error)) from None


def _document(rows: list[DivisionRow]) -> dict[str, object]:
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
    return {"accepted": len(rows) - refused, "refused": refused, "results": results}

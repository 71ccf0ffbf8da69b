"""Answers of the writing routes: one transaction, in the caller's scope, answered once for each Idempotency-Key."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from fastapi import Request
from pydantic import ValidationError
from starlette.responses import Response

from shared.auth import Principal
from shared.database import Connection
from shared.indicators.asking import known_policy
from shared.records.exchange import check_unconditional
from shared.records.idempotency import Once, StoredResponse, run_once
from shared.service.bodies import check_row_count, json_response, sound_rows
from shared.service.context import current_request
from shared.service.documents import problem_document
from shared.service.problems import FieldError, NotFound, Problem, Unprocessable
from shared.service.validation import field_errors
from shared.standing_lists.acting import Act, Action, Actor, act_on_lines
from shared.standing_lists.answers import question_of_line, year_of
from shared.standing_lists.declaration import StandingList
from shared.standing_lists.schemas import (
    CheckLine,
    CheckRow,
    Line,
    LineBatchResult,
    LineRowResult,
    ReopenLine,
    ReopenRow,
    SettleLine,
    SettleRow,
)

_FORMS: dict[str, type[CheckRow | SettleRow | ReopenRow]] = {
    "check": CheckRow,
    "settle": SettleRow,
    "reopen": ReopenRow,
}


async def act_on_one(
    request: Request,
    principal: Principal,
    standing: StandingList,
    *,
    line_id: UUID,
    action: Action,
    body: CheckLine | SettleLine | ReopenLine,
) -> Response:
    """200 with the line as it now stands. Raises NotFound, LineTaken, PreconditionFailed, Unprocessable."""
    version = request.headers.get("if-match")
    act = _act(line_id, action, body, version=None if version is None or version.strip() == "*" else _tag(version))

    async def operation(connection: Connection) -> StoredResponse:
        (done,) = await _done(request, connection, standing, [act], principal)
        if isinstance(done, Problem):
            raise done
        return StoredResponse(200, done.model_dump_json().encode(), {"ETag": f'"{done.version}"'})

    return await _answer(request, principal, operation)


async def act_on_many(
    request: Request, principal: Principal, standing: StandingList, rows: Sequence[object], *, max_rows: int
) -> Response:
    """200 with a result for each row. Raises InvalidParameter for If-Match: a row has its own `version`."""
    check_unconditional(request)
    check_row_count(rows, limit=max_rows)
    parsed = [_parsed(row) for row in sound_rows(rows, await request.body())]
    acts = [one for one in parsed if isinstance(one, Act)]
    if len({year_of(standing, act.line_id) for act in acts} - {None}) > 1:
        raise Unprocessable(errors=[FieldError("/rows", "lines_of_one_year")])

    async def operation(connection: Connection) -> StoredResponse:
        done = iter(await _done(request, connection, standing, acts, principal))
        outcomes = [one if isinstance(one, Problem) else next(done) for one in parsed]
        results = [_result(index, outcome) for index, outcome in enumerate(outcomes)]
        accepted = sum(isinstance(one, Line) for one in outcomes)
        document = LineBatchResult(accepted=accepted, refused=len(outcomes) - accepted, results=results)
        return StoredResponse(200, document.model_dump_json().encode(), {})

    return await _answer(request, principal, operation)


async def _answer(
    request: Request, principal: Principal, operation: Callable[[Connection], Awaitable[StoredResponse]]
) -> Response:
    key, body = request.headers.get("idempotency-key"), await request.body()
    once = Once.of(principal, key, method=request.method, path=request.url.path, body=body)
    answer = await run_once(request.state.database, once, operation, scope=principal.scope)
    return json_response(answer.body, status=answer.status, headers=answer.headers)


async def _done(
    request: Request, connection: Connection, standing: StandingList, acts: Sequence[Act], principal: Principal
) -> list[Line | Problem]:
    """Lines of ids that no line can have are answered without a look."""
    possible = [act for act in acts if year_of(standing, act.line_id) is not None]
    if not possible:
        return [NotFound() for _ in acts]
    question = question_of_line(request, standing, possible[0].line_id, principal)
    actor = Actor(principal, at=request.state.clock.now(), request_id=current_request().request_id)
    with known_policy(question.year):
        return await act_on_lines(connection, standing, question, acts, actor)


def _act(line_id: UUID, action: Action, form: CheckLine | SettleLine | ReopenLine, *, version: str | None) -> Act:
    outcome = form.outcome if isinstance(form, SettleLine) else None
    return Act(line_id=line_id, action=action, outcome=outcome, remark=form.remark, version=version)


def _tag(header: str) -> str:
    return header.strip().removeprefix("W/").strip('"')


def _parsed(row: object) -> Act | Problem:
    if isinstance(row, Problem):
        return row
    form = _FORMS.get(str(row.get("action"))) if isinstance(row, dict) else None
    if form is None:
        expected = ", ".join(_FORMS)
        return Unprocessable(errors=[FieldError("/action", "literal_error", {"expected": expected})])
    try:
        parsed = form.model_validate(row)
    except ValidationError as error:
        return Unprocessable(errors=field_errors(error))
    return _act(parsed.line_id, Action(parsed.action), parsed, version=parsed.version)


def _result(index: int, outcome: Line | Problem) -> LineRowResult:
    if isinstance(outcome, Line):
        return LineRowResult(
            row=index, status=200, line_id=outcome.line_id, state=outcome.state, version=outcome.version
        )
    problem = problem_document(outcome.below(f"/rows/{index}"), language=current_request().language)
    return LineRowResult.model_validate({"row": index, "status": outcome.status, "problem": problem})

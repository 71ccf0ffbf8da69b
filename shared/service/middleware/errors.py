"""The boundary that no exception crosses: whatever is raised inside becomes problem+json."""

import logging

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.service.documents import problem_response
from shared.service.failures import problem_of
from shared.service.problems import Problem

logger = logging.getLogger(__name__)


class ErrorBoundary:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def send_watched(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
            await send(message)

        try:
            await self.app(scope, receive, send_watched)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - this is the one place that answers for everything
            problem = problem_of(error, method=scope["method"])
            report(error, problem)
            if started:
                # Nothing can be taken back; returning makes the server cut the connection, so the client sees a broken
                # answer and not a short one.
                return
            await problem_response(problem)(scope, receive, send)


def report(error: Exception, problem: Problem) -> None:
    """Log what is not the caller's doing; the log line has the exception's kind and place, never its message."""
    if problem.status >= 500:
        level = logging.ERROR if problem.status == 500 else logging.WARNING
        logger.log(level, "request failed: %s", problem.code, exc_info=error)
    elif not isinstance(error, Problem):
        logger.warning("last-resort refusal: %s", problem.code, exc_info=error)

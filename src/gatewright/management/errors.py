"""Every failure as Edge answers it: `{"code", "message", "contexts"}`, or the same as XML."""

import logging
from collections.abc import Iterable

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ExceptionHandler

from gatewright.bundle.diagnostics import Diagnostic
from gatewright.management.wire import BadBody, BodyTooLarge, reply
from gatewright.operations.errors import ManagementError
from gatewright.store import StoreUnavailable

log = logging.getLogger(__name__)


class Finding(msgspec.Struct, frozen=True, rename="camel"):
    """One diagnostic of a bundle."""

    file: str
    line: int
    column: int
    element: str
    severity: str
    message: str
    rule: str


class Error(msgspec.Struct, frozen=True):
    """The body of every answer that is no success."""

    code: str
    message: str
    contexts: tuple[Finding, ...] = ()


class Refused(Exception):
    """A request that is answered with an error before any operation runs."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.error = Error(code, message)
        self.headers = headers or {}


def findings(diagnostics: Iterable[Diagnostic]) -> tuple[Finding, ...]:
    return tuple(
        Finding(each.file, each.line, each.column, each.element, each.severity.value, each.message, each.rule)
        for each in diagnostics
    )


def answer(request: Request, status: int, error: Error, headers: dict[str, str] | None = None) -> Response:
    response = reply(request, error, status)
    response.headers.update(headers or {})
    return response


async def _management_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, ManagementError):
        raise TypeError(error)
    return answer(request, error.status, Error(error.code, error.message, findings(error.diagnostics)))


async def _refused(request: Request, refused: Exception) -> Response:
    if not isinstance(refused, Refused):
        raise TypeError(refused)
    return answer(request, refused.status, refused.error, refused.headers)


async def _bad_body(request: Request, problem: Exception) -> Response:
    return answer(request, 400, Error("management.BadBody", str(problem)))


async def _too_large(request: Request, problem: Exception) -> Response:
    return answer(request, 413, Error("management.BodyTooLarge", str(problem)), {"connection": "close"})


async def _store_away(request: Request, away: Exception) -> Response:
    log.warning("a management call failed: the store is away", extra={"reason": str(away)})
    return answer(request, 503, Error("management.StoreUnavailable", str(away)), {"retry-after": "5"})


async def _framework_error(request: Request, problem: Exception) -> Response:
    """What Starlette raises: no such path, no such method (with Allow), a form that it cannot read."""
    if not isinstance(problem, HTTPException):
        raise TypeError(problem)
    if problem.status_code == 404:
        error = Error("management.NotFound", f"there is nothing at {request.url.path}")
    elif problem.status_code == 405:
        error = Error("management.MethodNotAllowed", f"{request.method} is not offered by {request.url.path}")
    else:
        error = Error("management.BadRequest", problem.detail)
    return answer(request, problem.status_code, error, dict(problem.headers or {}))


async def _defect(request: Request, defect: Exception) -> Response:
    log.error("a management call failed", exc_info=defect, extra={"path": request.url.path})
    return answer(request, 500, Error("management.InternalError", "Internal error; the log has the details"))


HANDLERS: dict[int | type[Exception], ExceptionHandler] = {
    ManagementError: _management_error,
    Refused: _refused,
    BadBody: _bad_body,
    BodyTooLarge: _too_large,
    StoreUnavailable: _store_away,
    HTTPException: _framework_error,
    Exception: _defect,
}

"""Errors as a user may see them: what happened, that nothing was lost, what to do. Never a trace."""

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from services.audit import note_refusal
from services.bootstrap import Application
from services.domain.documents import DocumentProblem
from services.domain.errors import NotAllowed, NotFound, StoreUnavailable, UserError
from services.sessions import SignedIn
from services.web.answers import notice
from services.web.headers import add_security_headers

logger = logging.getLogger(__name__)

_STATUS: dict[type[UserError], tuple[int, str]] = {
    NotAllowed: (403, "You may not do this"),
    NotFound: (404, "Not there"),
    StoreUnavailable: (503, "Not possible just now"),
}


def _user_error(request: Request, error: UserError) -> Response:
    status, title = _STATUS.get(type(error), (400, "This didn't work"))
    signed_in: SignedIn | None = getattr(request.state, "signed_in", None)
    if isinstance(error, NotAllowed) and signed_in:
        application: Application = request.state.application
        note_refusal(application.store, application.clock, signed_in.service_id, signed_in.user, str(error))
    logger.info("Answered %s: %s", status, type(error).__name__)
    return notice(request, status, title, str(error))


def _document_problem(request: Request, error: DocumentProblem) -> Response:
    logger.error("Answered 500: %s", type(error).__name__)
    return notice(request, 500, "This document can't be given out", error.reason)


def _http_error(request: Request, error: HTTPException) -> Response:
    title = HTTPStatus(error.status_code).phrase.capitalize()
    text = error.detail if error.detail != HTTPStatus(error.status_code).phrase else "There is nothing here."
    answer = notice(request, error.status_code, title, text)
    answer.headers.update(error.headers or {})
    return answer


def _unexpected(request: Request, _error: Exception) -> Response:
    """Starlette raises the error again after this answer, so that the server logs it."""
    text = "Something went wrong on our side, and nothing was lost. Try again, or tell a superuser."
    answer = notice(request, 500, "This didn't work", text)
    # This answer is made outside all middleware: its headers are added here.
    add_security_headers(answer.headers, https=request.url.scheme == "https")
    return answer


error_handlers: Mapping[Any, Callable[[Request, Any], Response]] = {
    UserError: _user_error,
    DocumentProblem: _document_problem,
    HTTPException: _http_error,
    Exception: _unexpected,
}

"""What the patient's letter page says where there is nothing to read: plain words, nothing about anybody."""

from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.patient_access import PatientAccess
from services.portal_answers import page


def gone(request: Request, _error: Exception) -> Response:
    """The same page for a link that never was, has expired or was revoked."""
    access: PatientAccess = request.app.state.access
    doorstep = access.help_for_anybody()
    lines = [
        "It may be too old, or there may be a newer one. Look in your messages for a newer link.",
        "If there is none, ask us to send you one.",
    ]
    return _message("This link does not work", lines, status=404, telephone=doorstep.telephone)


def locked(request: Request, _error: Exception) -> Response:
    """The right answers get this too: nothing is judged meanwhile."""
    lines = [
        "There were too many wrong answers. This keeps your letter safe.",
        "Try again later, or ask us for help.",
    ]
    access: PatientAccess = request.app.state.access
    doorstep = access.doorstep(request.path_params["token"])
    return _message("Your letter is locked for now", lines, status=429, telephone=doorstep.telephone)


def over(request: Request, _error: Exception) -> Response:
    """The questions come again."""
    return RedirectResponse(f"/l/{request.path_params['token']}/date-of-birth", status_code=303)


def busy(_request: Request, _error: Exception) -> Response:
    """The store is not there, or others were faster."""
    return _message("Try again in a minute", ["We are very busy just now. Your letter is safe."], status=503)


def refused(_request: Request, error: Exception) -> Response:
    """No such page, or not by this method, or a form that is none."""
    status = error.status_code if isinstance(error, HTTPException) else 400
    answer = _message(
        "This page is not here", ["Use the link in your message to read your letter."], status=status
    )
    answer.headers.update((error.headers or {}) if isinstance(error, HTTPException) else {})
    return answer


def broken(_request: Request, _error: Exception) -> Response:
    """Starlette raises the error again after this answer, so that the server logs it."""
    return _message("Something went wrong", ["Your letter is safe. Try again in a few minutes."], status=500)


def _message(title: str, lines: Sequence[str], *, status: int, telephone: str = "") -> Response:
    about = {"sender": "", "help_path": "", "back": None}
    return page("message.html", status=status, title=title, lines=lines, telephone=telephone, **about)

"""The patient's letter page, the only one that the internet sees: an ASGI app on a port of its own.

GET and HEAD change nothing, since link scanners and previews ask by them; what is recorded, the page's own
POSTs record. It works without JavaScript and asks nobody else for anything (docs/security.md 11 to 16).
"""

import calendar
import logging
import time
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from services import portal_refusals as refusals
from services.bootstrap import patient_access
from services.domain.errors import StoreUnavailable
from services.domain.letter_content import long_date, spaced_nhs_number
from services.patient_access import LinkGone, Locked, PatientAccess, Reading, SessionOver, WrongAnswer
from services.portal_answers import Sealed, cookie_of, page, safe, set_cookie
from services.settings import Settings

log = logging.getLogger(__name__)

_MOST_FIELDS: Final = 6
_PAUSES: Final = (1.0, 3.0, 0.0)  # seconds, after each try
_MISMATCH: Final = "These answers do not match. Check your date of birth and your surname, and try again"
_NO_DATE: Final = "Enter your date of birth with a day, a month and a year, like 31 3 1980"
_NO_SURNAME: Final = "Enter your surname"
_MONTHS: Final = {name[:3].lower(): number for number, name in enumerate(calendar.month_name) if name}


def start(request: Request) -> Response:
    """GET /l/{token}."""
    return _page(request, "start.html")


def open_link(request: Request) -> Response:
    """POST /l/{token}: a person is here. Accessed."""
    _access(request).open(_token(request))
    return RedirectResponse(f"{_path(request)}/date-of-birth", status_code=303)


def ask_date_of_birth(request: Request) -> Response:
    """GET /l/{token}/date-of-birth."""
    return _first_question(request)


async def take_date_of_birth(request: Request) -> Response:
    """POST /l/{token}/date-of-birth: the second question; nothing is judged by one answer alone."""
    form = await _form(request)
    if _born(form) is None:
        return await run_in_threadpool(_first_question, request, _NO_DATE, form)
    return await run_in_threadpool(_second_question, request, form)


async def take_surname(request: Request) -> Response:
    """POST /l/{token}/surname: both answers are judged. The right ones bring the letter itself."""
    form = await _form(request)
    return await run_in_threadpool(_judge, request, form)


def read(request: Request) -> Response:
    """GET /l/{token}/letter, within the session."""
    return _letter(request, _access(request).letter(_token(request), _cookie(request)))


def read_pdf(request: Request) -> Response:
    """GET /l/{token}/letter.pdf, within the session."""
    document = _access(request).document(_token(request), _cookie(request))
    headers = {"Content-Disposition": 'attachment; filename="letter.pdf"'}
    return Response(document.pdf, media_type="application/pdf", headers=headers)


def read_only_pdf(request: Request) -> Response:
    """POST /l/{token}/letter.pdf: of a letter that is nothing but its PDF. Viewed."""
    return _viewed_when_out(request, read_pdf(request))


def leave(request: Request) -> Response:
    """POST /l/{token}/leave."""
    _access(request).leave(_token(request), _cookie(request))
    lines = ["Nobody can read it on this screen now.", "You can open it again with the link in your message."]
    answer = _page(request, "message.html", title="Your letter is closed", lines=lines)
    set_cookie(answer, "", secure=_secure(request))
    return answer


def get_help(request: Request) -> Response:
    """GET /l/{token}/help."""
    lines = [
        "Check that your date of birth and your surname are right. Use the surname that we know you by.",
        "After 5 wrong answers we lock the letter for a while. This keeps it safe. Try again later.",
        "If you still can’t get in, we can check what we know about you and send you a new link.",
        "We can also send you the letter by post.",
    ]
    back = (_path(request), "Go back to the start")
    return _page(
        request, "message.html", title="I can’t get in", lines=lines, back=back, call=True, help_path=""
    )


async def alive(_request: Request) -> Response:
    """GET /health."""
    return PlainTextResponse("ok")


ROUTES: Final = [
    Route("/health", alive),
    Route("/l/{token}", start),
    Route("/l/{token}", open_link, methods=["POST"]),
    Route("/l/{token}/date-of-birth", ask_date_of_birth),
    Route("/l/{token}/date-of-birth", take_date_of_birth, methods=["POST"]),
    Route("/l/{token}/surname", take_surname, methods=["POST"]),
    Route("/l/{token}/letter", read),
    Route("/l/{token}/letter.pdf", read_pdf),
    Route("/l/{token}/letter.pdf", read_only_pdf, methods=["POST"]),
    Route("/l/{token}/leave", leave, methods=["POST"]),
    Route("/l/{token}/help", get_help),
]


def portal(access: PatientAccess, settings: Settings) -> Sealed:
    """The app. `access` is all that it can do."""
    app = Starlette(
        routes=ROUTES,
        exception_handlers={
            LinkGone: refusals.gone,
            Locked: refusals.locked,
            SessionOver: refusals.over,
            StoreUnavailable: refusals.busy,
            HTTPException: refusals.refused,
            Exception: refusals.broken,
        },
    )
    app.state.access, app.state.secure = access, settings.portal_secure
    return Sealed(app, secure=settings.portal_secure)


def main() -> None:
    """Serve it. No request is logged: its address would let whoever reads the log try the questions."""
    settings = Settings()
    with patient_access(settings) as access:
        uvicorn.run(
            portal(access, settings),
            host=settings.portal_host,
            port=settings.portal_port,
            access_log=False,
            server_header=False,
            log_level="warning",
            forwarded_allow_ips=settings.portal_proxies,
            proxy_headers=bool(settings.portal_proxies),
            timeout_graceful_shutdown=5,
        )


def _judge(request: Request, form: Mapping[str, str]) -> Response:
    born, surname = _born(form), form.get("surname", "")
    if born is None:
        return _first_question(request, _NO_DATE, form)
    if not surname.strip():
        return _second_question(request, form, _NO_SURNAME)
    address = request.client.host if request.client else ""
    try:
        session, reading = _access(request).enter(_token(request), born, surname, address)
    except WrongAnswer:
        return _first_question(request, _MISMATCH, status=403)
    answer = _letter(request, reading)
    set_cookie(answer, session, secure=_secure(request))
    return _viewed_when_out(request, answer) if reading.content else answer


def _viewed_when_out(request: Request, answer: Response) -> Response:
    """The task runs when the letter has been given out, not before."""
    answer.background = BackgroundTask(_note_viewed, _access(request), _token(request))
    return answer


def _note_viewed(access: PatientAccess, token: str) -> None:
    """The letter is out: that it was viewed must not be lost because the store was busy."""
    for pause in _PAUSES:
        try:
            access.viewed(token)
        except StoreUnavailable:
            time.sleep(pause)
        except LinkGone:
            log.warning("A link ended while its letter was being given out: it is not noted as viewed.")
            return
        else:
            return
    log.error("The store is not there: a letter that was given out is not noted as viewed.")


def _letter(request: Request, reading: Reading) -> Response:
    content = reading.content
    facts: dict[str, Any] = (
        {
            "letter_date": long_date(content.letter_date),
            "date_of_birth": long_date(content.date_of_birth),
            "nhs_number": spaced_nhs_number(content.nhs_number),
        }
        if content
        else {}
    )
    return _page(
        request,
        "letter.html",
        reading=reading,
        content=content,
        body=safe(reading.body),
        help_path="",
        **facts,
    )


def _first_question(
    request: Request, error: str = "", form: Mapping[str, str] | None = None, *, status: int = 422
) -> Response:
    given: dict[str, Any] = {name: (form or {}).get(name, "") for name in ("day", "month", "year")}
    return _page(
        request, "date_of_birth.html", status=status if error else 200, error=error, field="day", **given
    )


def _second_question(request: Request, form: Mapping[str, str], error: str = "") -> Response:
    given: dict[str, Any] = {name: form.get(name, "") for name in ("day", "month", "year")}
    return _page(request, "surname.html", status=422 if error else 200, error=error, field="surname", **given)


def _page(
    request: Request, template: str, *, status: int = 200, call: bool = False, **values: Any
) -> Response:
    """A page for whoever holds a link that works. call: it says the service's telephone."""
    doorstep = _access(request).doorstep(_token(request))
    path = _path(request)
    known = {
        "path": path,
        "help_path": f"{path}/help",
        "sender": doorstep.sender,
        "telephone": doorstep.telephone if call else "",
        "back": None,
    }
    return page(template, status=status, **{**known, **values})


async def _form(request: Request) -> dict[str, str]:
    form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _born(form: Mapping[str, str]) -> date | None:
    """The date of birth; a month may be a number or a name. None where it is no day that there was."""
    day, month, year = (form.get(name, "").strip() for name in ("day", "month", "year"))
    number = _MONTHS.get(month[:3].lower(), month)
    try:
        return date(int(year), int(number), int(day))
    except (ValueError, OverflowError):
        return None


def _access(request: Request) -> PatientAccess:
    access: PatientAccess = request.app.state.access
    return access


def _token(request: Request) -> str:
    return str(request.path_params["token"])


def _path(request: Request) -> str:
    return f"/l/{_token(request)}"


def _secure(request: Request) -> bool:
    return bool(request.app.state.secure)


def _cookie(request: Request) -> str:
    return cookie_of(request, secure=_secure(request))


if __name__ == "__main__":
    main()

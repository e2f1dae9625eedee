"""The pilot's login: choose a user, no password. Only on this machine (docs/security.md 9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services import sessions
from services.bootstrap import Application
from services.domain.errors import NotAllowed
from services.domain.people import Role, Service, User
from services.web.answers import page
from services.web.cookies import clear_session_cookie, session_cookie, set_session_cookie
from services.web.hosts import from_own_page, on_this_machine

_BUTTONS: Final = 2
_WHAT_THEY_DO: Final[dict[Role, str]] = {
    Role.ADMIN: "Print and send letters in bulk, for the whole service",
    Role.THERAPIST: "See and action their own letters only",
    Role.SERVICE_MANAGER: "Watch delivery; read letters, change nothing",
    Role.ANALYST: "Explore reject reasons; patients only as a reference",
    Role.SUPERUSER: "All of it, and the settings",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Group:
    """The users of one role: the first as buttons, the others in a list."""

    role: Role
    what: str
    buttons: Sequence[User]
    others: Sequence[User]


def show_login(request: Request) -> Response:
    """GET /login."""
    service, users = _service_and_users(_pilot(request))
    return page(
        "login.html",
        service=service,
        groups=_groups(users),
        next=_local_path(request.query_params.get("next", "/")),
    )


async def log_in(request: Request) -> Response:
    """POST /login: a new session each time; one that was open in this browser ends."""
    application = _pilot(request)
    _from_own_page(request)
    form = await request.form(max_files=0, max_fields=4)
    user_id, wanted = str(form.get("user_id", "")), str(form.get("next", "/"))
    return await run_in_threadpool(_open_session, application, request, user_id, _local_path(wanted))


def show_logout(_request: Request) -> Response:
    """GET /logout changes nothing: it asks."""
    return page("logout.html")


def log_out(request: Request) -> Response:
    """POST /logout."""
    _from_own_page(request)
    application: Application = request.state.application
    https = request.url.scheme == "https"
    sessions.log_out(application.store, application.clock, session_cookie(request.cookies, https=https))
    response = RedirectResponse("/login", status_code=303)
    clear_session_cookie(response, https=https)
    return response


ROUTES: Final = [
    Route("/login", show_login),
    Route("/login", log_in, methods=["POST"]),
    Route("/logout", show_logout),
    Route("/logout", log_out, methods=["POST"]),
]


def _open_session(application: Application, request: Request, user_id: str, wanted: str) -> Response:
    store, clock, settings = application.store, application.clock, application.settings
    https = request.url.scheme == "https"
    value = sessions.log_in(store, clock, settings, settings.service_id, user_id)
    sessions.log_out(store, clock, session_cookie(request.cookies, https=https))
    response = RedirectResponse(wanted, status_code=303)
    set_session_cookie(response, value, https=https)
    return response


def _pilot(request: Request) -> Application:
    """The application, where the pilot's login may be used. Raises NotAllowed elsewhere."""
    application: Application = request.state.application
    if not (application.settings.loopback and on_this_machine(request)):
        raise NotAllowed(
            "The pilot's login, which has no password, works only in a browser on the machine that runs this "
            "dashboard, and only while no other machine can reach it. Logging in otherwise needs OpenID "
            "Connect, which is not set up. Ask whoever runs this dashboard."
        )
    return application


def _from_own_page(request: Request) -> None:
    if not from_own_page(request):
        raise NotAllowed("This request came from another site, and was not followed. Nothing was changed.")


def _service_and_users(application: Application) -> tuple[Service, list[User]]:
    with application.store.read(application.settings.service_id) as uow:
        return uow.people.service(), [user for user in uow.people.users() if user.active]


def _groups(users: Sequence[User]) -> list[_Group]:
    """One group a role, in the order of _WHAT_THEY_DO; roles that nobody has are left out."""
    groups = []
    for role, what in _WHAT_THEY_DO.items():
        members = sorted((user for user in users if user.role is role), key=lambda user: user.name)
        if members:
            group = _Group(role=role, what=what, buttons=members[:_BUTTONS], others=members[_BUTTONS:])
            groups.append(group)
    return groups


def _local_path(wanted: str) -> str:
    """Where to go after login; anything but a path of ours becomes the start page."""
    plain = wanted.isprintable() and "\\" not in wanted
    return wanted if plain and wanted.startswith("/") and not wanted.startswith("//") else "/"

"""Nobody passes without a session: asked at each request, and at the WebSocket that the pages run over."""

from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from services import sessions
from services.bootstrap import Application
from services.sessions import SignedIn
from services.web.answers import notice
from services.web.cookies import session_cookie
from services.web.hosts import may_change
from services.web.refusal import refuse

# Receipts carry a key of their own; the files of Streamlit's page are the same for everybody.
_OPEN: Final = ("/login", "/logout", "/health", "/ready", "/favicon.png", "/_stcore/health")
_OPEN_FOLDERS: Final = ("/static/", "/api/")
# Not pages: a redirect to the login would be taken for the file.
_FILES: Final = ("/_stcore/", "/media/", "/component/", "/files/", "/letters/")


class Gate:
    """Puts the application and who is signed in on `request.state`, or sends to the login."""

    def __init__(self, app: ASGIApp, application: Callable[[], Application]) -> None:
        self.app = app
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is signed in or open to all; refuse the rest."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        connection.state.application = self.application()
        if _is_open(scope["path"]):
            await self.app(scope, receive, send)
        elif not may_change(connection):
            await refuse(scope, receive, send, "The request came from another site.")
        elif signed_in := await run_in_threadpool(_signed_in, connection):
            connection.state.signed_in = signed_in
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await refuse(scope, receive, send, "Nobody is logged in.")
        else:
            await _to_login(connection)(scope, receive, send)


def _is_open(path: str) -> bool:
    return path in _OPEN or path.startswith(_OPEN_FOLDERS)


def _signed_in(connection: HTTPConnection) -> SignedIn | None:
    application: Application = connection.state.application
    cookie = session_cookie(connection.cookies, https=connection.url.scheme in {"https", "wss"})
    return sessions.user_of(application.store, application.clock, application.settings, cookie)


def _to_login(connection: HTTPConnection) -> Response:
    path = connection.url.path
    if path.startswith(_FILES) or connection.scope["method"] not in {"GET", "HEAD"}:
        text = "You are not logged in, or your session has ended. Nothing is lost: log in and try again."
        return notice(connection, 403, "Please log in", text, link=("/login", "Log in"))
    wanted = f"{path}?{connection.url.query}" if connection.url.query else path
    return RedirectResponse(f"/login?next={quote(wanted, safe='')}", status_code=303)

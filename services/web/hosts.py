"""Who is at the other end: this machine, under its own name, or somebody else."""

from collections.abc import Callable
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from services.bootstrap import Application
from services.web.refusal import refuse

_OWN_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_MARKS_OF_A_PROXY: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


def on_this_machine(connection: HTTPConnection) -> bool:
    """True when both ends of the connection are this machine, no proxy stands between, and the browser asked
    for it by its own name. A name from elsewhere that leads here (DNS rebinding) is not one of them.
    """
    client, server = connection.scope.get("client"), connection.scope.get("server")
    return (
        client is not None
        and server is not None
        and _is_loopback(client[0])
        and _is_loopback(server[0])
        and _names_this_machine(connection.headers)
        and not any(name in connection.headers for name in _MARKS_OF_A_PROXY)
    )


def from_own_page(connection: HTTPConnection) -> bool:
    """True when a page of ours asks, not another site's (docs/security.md 8).

    Browsers say so in Sec-Fetch-Site; older ones only in Origin. What says neither is no browser of ours.
    """
    origin = connection.headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc == connection.headers.get("host")
    return connection.headers.get("sec-fetch-site") == "same-origin"


def may_change(connection: HTTPConnection) -> bool:
    """False for a WebSocket or a request that may change something, and doesn't come from a page of ours."""
    if connection.scope["type"] == "http" and connection.scope["method"] in _SAFE_METHODS:
        return True
    return from_own_page(connection)


class KnownHosts:
    """While the dashboard is bound to loopback it answers to this machine's own names only."""

    def __init__(self, app: ASGIApp, application: Callable[[], Application]) -> None:
        self.app = app
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse another name, pass everything else on."""
        is_request = scope["type"] in {"http", "websocket"}
        if (
            is_request
            and self.application().settings.loopback
            and not _names_this_machine(Headers(scope=scope))
        ):
            await refuse(scope, receive, send, "This dashboard answers only at localhost and 127.0.0.1.")
        else:
            await self.app(scope, receive, send)


def _names_this_machine(headers: Headers) -> bool:
    try:
        return urlsplit(f"//{headers.get('host', '')}").hostname in _OWN_NAMES
    except ValueError:
        return False


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False

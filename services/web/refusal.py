"""A refusal before any route is reached."""

import logging

from starlette.requests import Request
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from services.web.answers import notice

logger = logging.getLogger(__name__)


async def refuse(scope: Scope, receive: Receive, send: Send, why: str) -> None:
    """403 to a request; a WebSocket is closed before it is accepted, which a browser sees as 403.

    Logged without what the address carries: it may hold a token (docs/security.md 10).
    """
    logger.warning("Refused a %s: %s", scope["type"], why)
    if scope["type"] == "websocket":
        await WebSocket(scope, receive, send).close()
        return
    request = Request(scope, receive)
    await notice(request, 403, "Not possible", why)(scope, receive, send)

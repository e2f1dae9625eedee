"""The ASGI app: one port with the wire protocols of every delivery provider, and the sandbox's page."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from services.gateways.sandbox.callbacks import Callbacks
from services.gateways.sandbox.clock import SandboxClock
from services.gateways.sandbox.config import MAX_BODY_BYTES, SandboxConfig
from services.gateways.sandbox.control import Control
from services.gateways.sandbox.desk import Desk
from services.gateways.sandbox.docman_api import PATHS, DocmanApi
from services.gateways.sandbox.docman_errors import docman_error
from services.gateways.sandbox.ledger import Ledger
from services.gateways.sandbox.notify_errors import NotifyRefusal, notify_error
from services.gateways.sandbox.notify_lookups import NotifyLookups
from services.gateways.sandbox.notify_posts import NotifyPosts
from services.gateways.sandbox.page import Page


def create_app(config: SandboxConfig) -> Starlette:
    """A sandbox of its own. Raises sqlite3.Error when the state file can't be opened."""
    ledger = Ledger(config.state)
    clock = SandboxClock(speed=config.speed, pushed=ledger.pushed())
    desk = Desk(config=config, clock=clock, ledger=ledger)
    notify, docman = _notify_routes(desk), _docman_routes(desk)
    return Starlette(
        # The official Notify client takes host and port alone from its base URL, so Notify lies at the root.
        routes=[
            *notify,
            *docman,
            Mount("/notify", routes=notify),
            Mount("/docman", routes=docman),
            *_own_routes(desk),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=config.allowed_hosts)],
        exception_handlers={
            NotifyRefusal: _refused,  # type: ignore[dict-item]  # Starlette calls it with this kind only
            HTTPException: _http_error,  # type: ignore[dict-item]  # likewise
        },
        lifespan=_lifespan(desk),
        max_body_size=MAX_BODY_BYTES,
    )


def _notify_routes(desk: Desk) -> list[BaseRoute]:
    posts, lookups = NotifyPosts(desk=desk), NotifyLookups(desk=desk)
    return [
        Route("/v2/notifications/sms", posts.sms, methods=["POST"]),
        Route("/v2/notifications/letter", posts.letter, methods=["POST"]),
        Route("/v2/notifications/{id}", lookups.one),
        Route("/v2/notifications", lookups.many),
    ]


def _docman_routes(desk: Desk) -> list[BaseRoute]:
    api = DocmanApi(desk=desk)
    return [
        Route(PATHS["token"], api.token, methods=["POST"]),
        Route(PATHS["documents"], api.post, methods=["POST"]),
        Route(PATHS["documents"], api.look_up),
    ]


def _own_routes(desk: Desk) -> list[BaseRoute]:
    control, page = Control(desk=desk), Page(desk=desk)
    return [
        Route("/", page.show),
        Route("/sandbox/page.css", page.style),
        Route("/sandbox/script", control.script, methods=["POST"]),
        Route("/sandbox/clock", control.clock, methods=["POST"]),
        Route("/sandbox/ledger", control.ledger),
        Route("/sandbox/traffic", control.traffic),
        Route("/sandbox", control.reset, methods=["DELETE"]),
    ]


def _lifespan(desk: Desk) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        wanted = desk.config.callback_url or desk.config.receipt_url
        callbacks = asyncio.create_task(Callbacks(desk=desk).run()) if wanted else None
        yield
        if callbacks:
            callbacks.cancel()
            with suppress(asyncio.CancelledError):
                await callbacks
        desk.ledger.close()

    return lifespan


async def _refused(request: Request, refusal: NotifyRefusal) -> Response:
    return refusal.response


async def _http_error(request: Request, error: HTTPException) -> Response:
    """Unknown routes and the like, in the shape of the provider whose path it is."""
    path = request.url.path
    if path.startswith(("/v2", "/notify")):
        return notify_error(error.status_code, error.detail.replace(" ", ""), error.detail)
    if path.startswith((*PATHS.values(), "/api", "/docman")):
        return docman_error(error.status_code, [(str(error.status_code), error.detail)])
    return JSONResponse({"error": error.detail}, status_code=error.status_code, headers=error.headers)

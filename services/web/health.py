"""For whoever watches the processes: is it alive, can it work."""

import logging
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from services.bootstrap import Application

logger = logging.getLogger(__name__)


async def alive(_request: Request) -> JSONResponse:
    """GET /health: the process answers."""
    return JSONResponse({"status": "ok"})


def ready(request: Request) -> JSONResponse:
    """GET /ready: the store answers too; 503 when it doesn't."""
    application: Application = request.state.application
    try:
        application.store.service_ids()
    except Exception:
        logger.exception("The store does not answer.")
        return JSONResponse({"status": "the store does not answer"}, status_code=503)
    return JSONResponse({"status": "ok"})


ROUTES: Final = [Route("/health", alive), Route("/ready", ready)]

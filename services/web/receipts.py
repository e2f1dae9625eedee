"""Receipts that delivery providers send by themselves (docs/security.md 17, docs/faults.md rows 20 to 22)."""

import hmac
import json
from collections.abc import Mapping
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from services import reconcile
from services.bootstrap import Application
from services.domain.errors import LostRace

_MOST_BYTES: Final = 64 * 1024


async def take(request: Request) -> JSONResponse:
    """POST /api/{service_id}/receipts/notify/{kind}.

    The kind decides which gateway the receipt is of, so that no receipt touches a letter of another channel.
    One about nothing that we know is kept, and answered with success: the provider would only repeat it.
    """
    application: Application = request.state.application
    _check_bearer(request, application.settings.notify_callback_token.get_secret_value())
    body = _parsed(await _read(request))
    service_id, kind = request.path_params["service_id"], request.path_params["kind"]
    await run_in_threadpool(_apply, application, service_id, kind, body)
    return JSONResponse({"status": "taken"})


ROUTES: Final = [Route("/api/{service_id}/receipts/notify/{kind}", take, methods=["POST"])]


def _check_bearer(request: Request, expected: str) -> None:
    """Before anything of the body is read. An installation without a token takes no receipts."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    right = hmac.compare_digest(given.encode(), expected.encode())
    if not (expected and right and scheme.lower() == "bearer"):
        raise HTTPException(401, "A bearer token is needed.", headers={"WWW-Authenticate": "Bearer"})


async def _read(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BYTES:
            raise HTTPException(413, f"A receipt has at most {_MOST_BYTES} bytes.")
    return body


def _parsed(body: bytes) -> Mapping[str, Any]:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        raise HTTPException(400, "A receipt is a JSON object.")
    return parsed


def _apply(application: Application, service_id: str, kind: str, body: Mapping[str, Any]) -> None:
    if kind not in application.receipts or service_id not in application.store.service_ids():
        raise HTTPException(404, "No such service, or no such receipts.")
    try:
        report = application.receipts[kind](body)
    except ValueError as error:
        raise HTTPException(400, "This is not the receipt that the address takes.") from error
    try:
        reconcile.take_report(application.store, application.clock, application.settings, service_id, report)
    except LostRace as error:
        raise HTTPException(503, "Busy with this very letter. Send it again.") from error

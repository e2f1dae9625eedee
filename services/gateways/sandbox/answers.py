"""Answering a post as its course says: with an acceptance, or with one of the faults of docs/faults.md."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from services.gateways.sandbox.courses import ACCEPTING, COURSES, Answer
from services.gateways.sandbox.desk import Desk
from services.gateways.sandbox.recipients import Recipient

_HANG_UP_CHECK = 0.1  # real seconds between two looks whether the client is still there


class FaultBodies(Protocol):
    """A provider's own error answers."""

    def busy(self, retry_after: int) -> Response: ...

    def daily_limit(self, retry_after: int) -> Response: ...

    def forbidden(self) -> Response: ...

    def broken(self) -> Response: ...


async def answer_post(
    request: Request, desk: Desk, recipient: Recipient, faults: FaultBodies, accept: Callable[[str], Response]
) -> Response:
    """Take a valid post in, or not, and answer as the recipient's course says.

    ``accept`` records the post under the course's name and makes the provider's answer of success.
    """
    await asyncio.sleep(desk.config.latency)
    name = desk.course_for(recipient)
    course = COURSES[recipient.gateway][name]
    answer = course.answer_to(desk.count_call("post", recipient.reference or recipient.phone))
    response = accept(name) if answer in ACCEPTING else faults.broken()
    if answer in (Answer.HANG, Answer.HANG_ACCEPTED):
        await _hold(request, desk)
    match answer:
        case Answer.BUSY:
            return faults.busy(course.retry_after)
        case Answer.DAILY_LIMIT:
            return faults.daily_limit(course.retry_after)
        case Answer.FORBIDDEN:
            return faults.forbidden()
        case Answer.ERROR_ACCEPTED:
            return faults.broken()
        case Answer.UNREADABLE:
            return Response('{"id": "', status_code=response.status_code, media_type="application/json")
        case _:
            return response


async def _hold(request: Request, desk: Desk) -> None:
    """Wait until the time is over, the client hangs up, or the server stops and cancels what it serves."""
    loop = asyncio.get_running_loop()
    until = loop.time() + desk.config.hang_seconds
    with suppress(asyncio.CancelledError):
        while loop.time() < until and not await request.is_disconnected():
            await asyncio.sleep(_HANG_UP_CHECK)

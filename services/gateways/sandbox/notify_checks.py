"""What Notify checks in a request before it accepts it, with its own words for each refusal.

From Notify's REST documentation, "Send a text message" and "Send a precompiled letter", error tables.
"""

import base64
import binascii
import json
from typing import Any
from uuid import UUID

from starlette.requests import Request

from services.gateways.sandbox.notify_errors import NotifyRefusal

POSTAGES = ("first", "second", "economy")


async def read_form(
    request: Request, *, required: tuple[str, ...], allowed: tuple[str, ...]
) -> dict[str, Any]:
    """The request's JSON object. Raises NotifyRefusal 400 when it is none, or its properties are wrong."""
    try:
        form = json.loads(await request.body())
    except ValueError as error:
        raise NotifyRefusal(400, "BadRequestError", "Invalid JSON supplied in POST data") from error
    if not isinstance(form, dict):
        raise NotifyRefusal(400, "ValidationError", "request is not of type object")
    problems = [f"{name} is a required property" for name in required if name not in form]
    problems += [
        f"Additional properties are not allowed ({name} was unexpected)"
        for name in form
        if name not in required + allowed
    ]
    problems += [
        f"{name} {value} is not of type string"
        for name, value in form.items()
        if name != "personalisation"
        and not isinstance(value, str)
        and not (value is None and name in allowed)
    ]
    if problems:
        raise NotifyRefusal(400, "ValidationError", *problems)
    return form


def require_uuid(name: str, value: str) -> str:
    """The id in its usual form. Raises NotifyRefusal 400 when it is none."""
    try:
        return str(UUID(value))
    except ValueError as error:
        raise NotifyRefusal(400, "ValidationError", f"{name} is not a valid UUID") from error


def check_postage(postage: str | None) -> None:
    if postage is not None and postage not in POSTAGES:
        raise NotifyRefusal(
            400, "ValidationError", "postage invalid. It must be either first, second or economy."
        )


def decode_letter(content: str) -> bytes:
    """The letter's file. Raises NotifyRefusal 400 when it is not base64, or not a PDF by its first bytes.

    A file that only looks like a PDF is accepted, as by Notify, and fails its validation later.
    """
    try:
        letter = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as error:
        message = "Cannot decode letter content (invalid base64 encoding)"
        raise NotifyRefusal(400, "BadRequestError", message) from error
    if not letter.lstrip()[:5] == b"%PDF-":
        raise NotifyRefusal(400, "BadRequestError", "Letter content is not a valid PDF")
    return letter

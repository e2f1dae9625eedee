"""What Notify checks in a request before it accepts it, with its own words for each refusal.

From Notify's REST documentation, "Send a text message" and "Send a precompiled letter", error tables.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from starlette.requests import Request

from services.gateways.sandbox.notify_errors import NotifyRefusal

POSTAGES = ("first", "second", "economy")
SMS_CHARACTERS = 918
_PLACEHOLDER = re.compile(r"\(\(([^()]+)\)\)")


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


def check_phone_number(phone: str) -> None:
    """Raise NotifyRefusal 400 unless it is a UK mobile number or looks like an international one."""
    problem = _phone_problem(re.sub(r"[\s()\-.]", "", phone))
    if problem:
        raise NotifyRefusal(400, "ValidationError", f"phone_number {problem}")


def _phone_problem(phone: str) -> str | None:
    digits = phone.removeprefix("+").removeprefix("00") if phone.startswith(("+", "00")) else phone
    if not digits.isascii() or not digits.isdigit():
        return "Must not contain letters or symbols"
    national = _national_part(phone, digits)
    if national is None:
        return "Not enough digits" if len(digits) < 8 else "Too many digits" if len(digits) > 15 else None
    if not national.startswith("7"):
        return "Not a UK mobile number"
    return "Not enough digits" if len(national) < 10 else "Too many digits" if len(national) > 10 else None


def _national_part(phone: str, digits: str) -> str | None:
    """What follows 0 or 44 in a UK number; None for a number of another country."""
    if digits.startswith("44"):
        return digits[2:]
    if phone.startswith(("+", "00")):
        return None
    return digits.removeprefix("0")


def fill_template(template: str, personalisation: Any) -> str:
    """The message's text. Raises NotifyRefusal 400 when a value is missing or the text is too long."""
    values = _personalisation(personalisation)
    names = dict.fromkeys(_PLACEHOLDER.findall(template))
    missing = [name for name in names if values.get(_key(name)) is None]
    if missing:
        raise NotifyRefusal(400, "BadRequestError", f"Missing personalisation: {', '.join(missing)}")
    body = _PLACEHOLDER.sub(lambda found: values[_key(found[1])] or "", template)
    if len(body) > SMS_CHARACTERS:
        limit = f"Text messages cannot be longer than {SMS_CHARACTERS} characters."
        raise NotifyRefusal(400, "BadRequestError", f"{limit} Your message is {len(body)} characters")
    return body


def _personalisation(given: Any) -> Mapping[str, str | None]:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise NotifyRefusal(400, "ValidationError", f"personalisation {given} is not of type object")
    return {_key(name): None if value is None else str(value) for name, value in given.items()}


def _key(name: str) -> str:
    """Notify finds a placeholder's value whatever its case, spaces, hyphens and underscores."""
    return re.sub(r"[\s_-]", "", name).lower()


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

"""What Notify says of a mobile number it doesn't accept (its REST documentation, "Send a text message")."""

import re

from services.gateways.sandbox.notify_errors import NotifyRefusal


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

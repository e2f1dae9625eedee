"""Mobile numbers to which a text message may go."""

import re
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

_DRAMA: Final = re.compile(r"\+447700900\d{3}")
"""Kept by Ofcom for drama: nobody's number, and so those of every demonstration and test."""


def mobile_number(written: str) -> str:
    """The number as +447…; a number without a country's prefix is a British one.

    Raises ValueError with the reason, fit to be shown, where it is no mobile number.
    """
    try:
        number = phonenumbers.parse(written, "GB")
    except phonenumbers.NumberParseException:
        raise ValueError("is not a telephone number") from None
    read = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if _DRAMA.fullmatch(read):
        return read
    if not phonenumbers.is_valid_number(number):
        raise ValueError("is not a telephone number that exists")
    kinds = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
    if phonenumbers.number_type(number) not in kinds:
        raise ValueError("is not a mobile number")
    return read

"""Which recipient gets which course, as data; shown on the sandbox's page.

A script registered with ``POST /sandbox/script`` comes first, then these tables, then the sandbox's
failure rate; everyone else's messages are delivered. All recipients are invented: phone numbers of
Ofcom's drama range 07700 900000 to 900999, NHS numbers of the 999 range, postcodes of the pseudo area ZZ99,
ODS codes Y909xx.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from services.gateways.sandbox.courses import COURSES, REALISTIC_FAILURES, Gateway

PHONE_ENDINGS = {
    "001": "permanent-failure",
    "002": "temporary-failure",
    "003": "technical-failure",
    "004": "pending",
    "005": "slow",
    "006": "stuck",
    "007": "unknown-status",
    "008": "fails-after-delivery",
    "009": "busy",
    "010": "error",
    "011": "error-accepted",
    "012": "hangs-accepted",
    "013": "unreadable",
    "014": "lookup-lags",
    "015": "goes-backwards",
    "016": "forgotten",
}
"""Last three digits of a number 07700 900xxx."""

POSTCODES = {
    "ZZ99 1AA": "virus-scan-failed",
    "ZZ99 1AB": "validation-failed",
    "ZZ99 1AD": "technical-failure",
    "ZZ99 1AE": "permanent-failure",
    "ZZ99 1AF": "cancelled",
    "ZZ99 1AG": "returned-to-sender",
    "ZZ99 1AH": "slow",
    "ZZ99 1AJ": "stuck",
    "ZZ99 1AL": "unknown-status",
    "ZZ99 1AN": "busy",
    "ZZ99 1AP": "error",
    "ZZ99 1AQ": "error-accepted",
    "ZZ99 1AR": "hangs-accepted",
    "ZZ99 1AS": "unreadable",
    "ZZ99 1AT": "lookup-lags",
}
"""Last line of the letter's address block. A line ``Sandbox <course>`` in the block does the same."""

NHS_NUMBER_ENDINGS = {
    "001": "rejected",
    "002": "rejected-after-delivery",
    "003": "rejected-then-resolved",
    "004": "system-error",
    "005": "on-hold",
    "006": "never-collected",
    "007": "unknown-status",
    "008": "slow",
    "009": "rejected-unknown-code",
    "010": "busy",
    "011": "error",
    "012": "error-accepted",
    "013": "hangs-accepted",
    "014": "unreadable",
    "015": "lookup-lags",
}
"""Last three digits of the patient's NHS number."""

ODS_CODES = {
    "Y90901": "rejected",
    "Y90902": "rejected-after-delivery",
    "Y90903": "rejected-then-resolved",
    "Y90904": "system-error",
    "Y90905": "never-collected",
    "Y90906": "slow",
    "Y90907": "busy",
    "Y90908": "error",
}
"""A practice that treats every letter so."""

REFUSED_ODS_CODES = {"Y90998": "DC02", "Y90999": "DC03"}
"""Practices that Docman refuses on posting."""

_DRAMA_MOBILE = re.compile(r"(?:\+?44|0)7700900(\d{3})")
_MARKER = re.compile(r"sandbox ([a-z-]+)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipient:
    """Whom a post is for, as far as the provider is told."""

    gateway: Gateway
    reference: str
    phone: str = ""
    ods: str = ""
    nhs_number: str = ""
    address: tuple[str, ...] = ()

    @property
    def postcode(self) -> str:
        return self.address[-1].upper() if self.address else ""


@dataclass(slots=True)
class Scripts:
    """Courses that a test registered beforehand; the newest that matches wins. Bounded."""

    entries: list[tuple[dict[str, str], str]] = field(default_factory=list)
    limit: int = 1000

    def register(self, match: Any, course: Any) -> None:
        """Add a script.

        Raises ValueError when the match names no known field or no gateway has such a course.
        """
        if not isinstance(match, dict) or not match or not set(match) <= MATCHERS.keys():
            raise ValueError(f"match takes one or more of: {', '.join(MATCHERS)}")
        if not any(course in known for known in COURSES.values()):
            raise ValueError(f"unknown course: {course}")
        self.entries.insert(0, ({key: str(value) for key, value in match.items()}, course))
        del self.entries[self.limit :]

    def course_for(self, recipient: Recipient) -> str | None:
        """Name of the first matching course that the recipient's gateway has."""
        for match, course in self.entries:
            fits = all(MATCHERS[key](recipient, value) for key, value in match.items())
            if fits and course in COURSES[recipient.gateway]:
                return course
        return None


MATCHERS: dict[str, Callable[[Recipient, str], bool]] = {
    "gateway": lambda recipient, value: recipient.gateway == value,
    "reference": lambda recipient, value: recipient.reference == value,
    "reference_prefix": lambda recipient, value: recipient.reference.startswith(value),
    "phone": lambda recipient, value: _national(recipient.phone) == _national(value),
    "postcode": lambda recipient, value: recipient.postcode == value.upper(),
    "ods": lambda recipient, value: recipient.ods == value.upper(),
    "nhs_number": lambda recipient, value: _digits(recipient.nhs_number) == _digits(value),
}


def choose_course(recipient: Recipient, scripts: Scripts, failure_rate: float) -> str:
    """Name of the course for a post: script, table, failure rate, else "delivers"."""
    return (
        scripts.course_for(recipient)
        or _table_course(recipient)
        or _unlucky_course(recipient, failure_rate)
        or "delivers"
    )


def _table_course(recipient: Recipient) -> str | None:
    if recipient.gateway is Gateway.SMS:
        return _sms_course(recipient.phone)
    if recipient.gateway is Gateway.LETTER:
        return _letter_course(recipient.address)
    ending = _digits(recipient.nhs_number)[-3:]
    return ODS_CODES.get(recipient.ods) or NHS_NUMBER_ENDINGS.get(ending)


def _sms_course(phone: str) -> str | None:
    digits = _digits(phone)
    drama = _DRAMA_MOBILE.fullmatch(digits)
    if drama:
        return PHONE_ENDINGS.get(drama[1])
    return None if digits.startswith(("44", "07", "7")) else "sent-international"


def _letter_course(address: tuple[str, ...]) -> str | None:
    marked = (found[1].lower() for line in address if (found := _MARKER.fullmatch(line)))
    course = next((name for name in marked if name in COURSES[Gateway.LETTER]), None)
    return course or (POSTCODES.get(address[-1].upper()) if address else None)


def _unlucky_course(recipient: Recipient, failure_rate: float) -> str | None:
    """The same reference always has the same luck."""
    draw = int.from_bytes(hashlib.sha256(recipient.reference.encode()).digest()[:8])
    if draw / 2**64 >= failure_rate:
        return None
    failures = REALISTIC_FAILURES[recipient.gateway]
    return failures[draw % len(failures)]


def _national(phone: str) -> str:
    """A UK number's digits without 0 or 44 before them."""
    digits = _digits(phone)
    return digits.removeprefix("44") if digits.startswith("44") else digits.removeprefix("0")


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)

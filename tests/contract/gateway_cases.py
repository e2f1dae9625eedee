"""The adapters that the contract suite runs, each with what is particular to its provider.

Expected statuses are written from the table in docs/product.md section 5, not from the adapters.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pikepdf

from services.domain.letter import Recipient
from services.domain.vocabulary import Cause, Status
from services.gateways.docman import DocmanConnect
from services.gateways.notify import NotifyLetter, NotifySms
from services.gateways.sandbox.config import (
    DOCMAN_CLIENT_ID,
    DOCMAN_CLIENT_KEY,
    NOTIFY_API_KEY,
    SMS_TEMPLATE_ID,
)
from services.ports.gateway import Gateway, Parcel

SETTLE = timedelta(seconds=60)
WRONG_KEY = "wrong-00000000-0000-4000-8000-000000000001-99999999-9999-4999-8999-999999999999"
MINUTE = 60.0

PHONE = "07700 900123"
PRIVATE = (
    "Zuckerkandl",
    "Annelise",
    "07700",
    "900123",
    "1980-02-29",
    "9990000107",
    "12 Quarry Mews",
    "link-token",
)
"""Texts of every parcel that no error, log or kept payload may show."""


def a_pdf(pages: int = 1) -> bytes:
    document, written = pikepdf.new(), BytesIO()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    document.save(written)
    return written.getvalue()


def a_parcel(reference: str, **changes: Any) -> Parcel:
    """A parcel with everything that any channel carries. Nobody in it exists."""
    recipient = Recipient(
        name="Annelise Zuckerkandl",
        ods_code="Y90010",
        mobile=PHONE,
        address=("12 Quarry Mews", "Nowhere", "ZZ99 9ZZ"),
        details={
            "family_name": "Zuckerkandl",
            "given_names": "Annelise",
            "date_of_birth": "1980-02-29",
            "nhs_number": "9990000107",
            "sender_ods_code": "Y90001",
            "sender_organisation": "Talking Therapies",
            "sender_department": "Admin",
            "sender_person": "A Smith",
        },
    )
    parcel = Parcel(
        reference=reference,
        recipient=recipient,
        title="Discharge letter",
        service_name="Talking Therapies",
        created_at=datetime(2026, 11, 23, 14, 5, tzinfo=UTC),
        pdf=a_pdf(),
        link="https://letters.example/link-token",
        text_message="You have a letter: https://letters.example/link-token",
    )
    return replace(parcel, **changes)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What an adapter must report `after` that many sandbox seconds from acceptance."""

    code: str
    status: Status | None
    after: float = 0.0
    cause: Cause = Cause.REPORT
    reason_code: str = ""
    reason: str = ""
    nothing_more: bool = False


@dataclass(frozen=True, kw_only=True)
class Case:
    """One adapter. `way` is what becomes of a letter that arrives; `courses` is how others end."""

    name: str
    make: Callable[..., Gateway]
    accepted: Said
    way: tuple[Said, ...]
    courses: dict[str, Said]
    refused: Callable[[Parcel], Parcel]
    refusal_code: str
    unknown_id: str
    carries_pdf: bool


def _docman(base_url: str, *, timeout: float = 14, wrong_key: bool = False) -> Gateway:
    return DocmanConnect(
        base_url=f"{base_url}/docman",
        client_id=DOCMAN_CLIENT_ID,
        client_secret="wrong-secret" if wrong_key else DOCMAN_CLIENT_KEY,
        timeout=timeout,
        settle=SETTLE,
    )


def _sms(base_url: str, *, timeout: float = 14, wrong_key: bool = False) -> Gateway:
    return NotifySms(
        base_url=base_url,
        api_key=WRONG_KEY if wrong_key else NOTIFY_API_KEY,
        template_id=SMS_TEMPLATE_ID,
        timeout=timeout,
        settle=SETTLE,
    )


def _letter(base_url: str, *, timeout: float = 14, wrong_key: bool = False) -> Gateway:
    return NotifyLetter(
        base_url=base_url,
        api_key=WRONG_KEY if wrong_key else NOTIFY_API_KEY,
        timeout=timeout,
        settle=SETTLE,
    )


def _with_recipient(**changes: Any) -> Callable[[Parcel], Parcel]:
    return lambda parcel: replace(parcel, recipient=replace(parcel.recipient, **changes))


def _failed(after: float, code: str, reason: str, reason_code: str = "") -> Said:
    return Said(after=after, code=code, status=Status.FAILED, reason_code=reason_code or code, reason=reason)


DOCMAN = Case(
    name="docman",
    make=_docman,
    accepted=Said(code="accepted", status=None),
    way=(
        Said(code="accepted", status=None),
        Said(after=MINUTE, code="4002", status=Status.SENT),
        Said(after=5 * MINUTE, code="4003", status=Status.DELIVERED),
        Said(after=15 * MINUTE, code="4010", status=Status.DELIVERED),
    ),
    courses={
        "rejected": _failed(5 * MINUTE, "4005", "Patient is no longer registered at this practice", "REJ01"),
        "rejected-unknown-code": _failed(5 * MINUTE, "4005", "Rejected by the practice", "REJ99"),
        "rejected-then-resolved": Said(
            after=15 * MINUTE,
            code="6000",
            status=Status.DELIVERED,
            cause=Cause.RESOLVED,
            reason="Rejection resolved",
        ),
        "system-error": _failed(MINUTE, "5000", "System error"),
        "on-hold": _failed(5 * MINUTE, "7000", "System error: on hold"),
    },
    refused=_with_recipient(ods_code="Y90998"),
    refusal_code="DC02",
    unknown_id="00000000-0000-4000-8000-0000000000ff",
    carries_pdf=True,
)

SMS = Case(
    name="notify_sms",
    make=_sms,
    accepted=Said(code="created", status=None),
    way=(
        Said(code="created", status=None),
        Said(after=5, code="sending", status=Status.SENT),
        Said(after=MINUTE, code="delivered", status=Status.DELIVERED),
    ),
    courses={
        "pending": Said(after=30, code="pending", status=Status.SENT),
        "sent-international": Said(
            after=30,
            code="sent",
            status=Status.SENT,
            nothing_more=True,
            reason="Sent to an international number: nothing more will be known",
        ),
        "permanent-failure": _failed(MINUTE, "permanent-failure", "Wrong number or refused by the network"),
        "temporary-failure": _failed(
            15 * MINUTE, "temporary-failure", "Phone off or without signal or inbox full: may be tried again"
        ),
        "technical-failure": _failed(
            30, "technical-failure", "Fault between Notify and its provider: may be sent again"
        ),
    },
    refused=_with_recipient(mobile="0770"),
    refusal_code="ValidationError",
    unknown_id="00000000-0000-4000-8000-0000000000ff",
    carries_pdf=False,
)

LETTER = Case(
    name="notify_letter",
    make=_letter,
    accepted=Said(code="pending-virus-check", status=Status.SENT_FOR_PROCESSING),
    way=(
        Said(code="pending-virus-check", status=Status.SENT_FOR_PROCESSING),
        Said(after=MINUTE, code="accepted", status=Status.SENT_FOR_PROCESSING),
        Said(after=15 * MINUTE, code="received", status=Status.POSTED),
    ),
    courses={
        "cancelled": _failed(2 * MINUTE, "cancelled", "Cancelled before printing"),
        "virus-scan-failed": _failed(MINUTE, "virus-scan-failed", "A virus was found in the file"),
        "validation-failed": _failed(
            MINUTE,
            "validation-failed",
            "The file or its address broke a layout rule (the code says which)",
        ),
        "technical-failure": _failed(
            5 * MINUTE, "technical-failure", "Fault at the printer: must not be sent again without asking"
        ),
        "permanent-failure": _failed(5 * MINUTE, "permanent-failure", "The printer cannot print this file"),
        "returned-to-sender": Said(after=30 * MINUTE, code="received", status=Status.POSTED),
    },
    refused=lambda parcel: replace(parcel, pdf=b"no letter"),
    refusal_code="BadRequestError",
    unknown_id="00000000-0000-4000-8000-0000000000ff",
    carries_pdf=True,
)

CASES = (DOCMAN, SMS, LETTER)

"""Notify's JSON of a message: the answer to a post, and the notification object of the look-ups.

Fields from Notify's REST documentation ("Get the status of one message") and the ``serialize`` method
of its open source. A returned letter goes on saying ``received`` there: the callback tells of it.
"""

import json
from datetime import datetime
from typing import Any

from services.gateways.sandbox.config import PRECOMPILED_TEMPLATE_ID
from services.gateways.sandbox.courses import Gateway
from services.gateways.sandbox.desk import Desk, course_of
from services.gateways.sandbox.ledger import Acceptance

NOTIFY_GATEWAYS = (Gateway.SMS, Gateway.LETTER)
FAILURES = (
    "permanent-failure",
    "temporary-failure",
    "technical-failure",
    "validation-failed",
    "virus-scan-failed",
)
FINAL = (*FAILURES, "delivered", "sent", "received", "cancelled")
WAITING = ("created", "pending-virus-check")
STATUSES = (
    *("cancelled", "created", "sending", "sent", "delivered", "pending", "failed", "technical-failure"),
    *("temporary-failure", "permanent-failure", "pending-virus-check", "validation-failed"),
    *("virus-scan-failed", "returned-letter", "accepted", "received"),
)
"""What a list may be filtered by, in the order of Notify's documentation."""


def posted_sms(acceptance: Acceptance, base_url: str, sender: str) -> dict[str, Any]:
    """Answer to POST /v2/notifications/sms."""
    return {
        "id": acceptance.provider_id,
        "reference": acceptance.reference or None,
        "content": {"body": acceptance.details["body"], "from_number": sender},
        "uri": f"{base_url}v2/notifications/{acceptance.provider_id}",
        "template": _template(acceptance, base_url),
        "scheduled_for": None,
    }


def posted_letter(acceptance: Acceptance) -> dict[str, Any]:
    """Answer to POST /v2/notifications/letter with a precompiled file."""
    return {
        "id": acceptance.provider_id,
        "reference": acceptance.reference,
        "postage": acceptance.details["postage"],
    }


def notification(acceptance: Acceptance, desk: Desk, base_url: str) -> dict[str, Any]:
    """The notification object as it stands now."""
    is_sms = acceptance.gateway is Gateway.SMS
    sent_at, completed_at = _sent_and_completed(acceptance, desk)
    return {
        "id": acceptance.provider_id,
        "reference": acceptance.reference or None,
        "email_address": None,
        "phone_number": acceptance.recipient if is_sms else None,
        **_address(acceptance, desk),
        "postage": acceptance.details.get("postage"),
        "type": "sms" if is_sms else "letter",
        "status": notify_status(acceptance, desk),
        "template": _template(acceptance, base_url),
        "body": acceptance.details.get("body", ""),
        "subject": None if is_sms else "Pre-compiled PDF",
        "created_at": notify_time(acceptance.moment.at),
        "created_by_name": None,
        "sent_at": sent_at,
        "completed_at": completed_at,
        "scheduled_for": None,
    }


def notify_status(acceptance: Acceptance, desk: Desk) -> str:
    step = desk.step(acceptance)
    if step is None:
        raise LookupError(f"course {acceptance.course} says nothing of its start")
    return step.status


def notify_time(moment: datetime) -> str:
    """Notify's form of a UTC time: 2026-11-23T14:05:00.000000Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _sent_and_completed(acceptance: Acceptance, desk: Desk) -> tuple[str | None, str | None]:
    """When the message left Notify, and when its status became final; None as long as neither is so."""
    age = desk.age(acceptance)
    passed = [step for step in course_of(acceptance).steps if step.after <= age]
    left = next((step for step in passed if step.status not in WAITING), None)
    final = next((step for step in reversed(passed) if step.status in FINAL), None)
    return (
        notify_time(desk.time_of(acceptance, left)) if left else None,
        notify_time(desk.time_of(acceptance, final)) if final else None,
    )


def _template(acceptance: Acceptance, base_url: str) -> dict[str, Any]:
    template_id = acceptance.details.get("template_id", PRECOMPILED_TEMPLATE_ID)
    return {"id": template_id, "version": 1, "uri": f"{base_url}v2/template/{template_id}/version/1"}


def _address(acceptance: Acceptance, desk: Desk) -> dict[str, str | None]:
    """Address lines; a precompiled letter's are known once it has passed its checks."""
    lines: list[str] = []
    if acceptance.gateway is Gateway.LETTER:
        unchecked = notify_status(acceptance, desk) == "pending-virus-check"
        lines = ["Provided as PDF"] if unchecked else json.loads(acceptance.details["address"])
    filled: list[str | None] = [*lines[:6], *[None] * 6]
    numbered = {f"line_{number}": line for number, line in enumerate(filled[:6], start=1)}
    return {**numbered, "postcode": lines[-1] if len(lines) > 2 else None}

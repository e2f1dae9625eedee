"""What GOV.UK Notify tells us by itself: returned letters, and delivery receipts of text messages.

Source: Notify's documentation of callbacks ("Delivery receipts", "Returned letters"). Pure: who may post
these, and to which letter they belong, is decided elsewhere (docs/security.md 17).
"""

from typing import Any

from services.gateways.base import text_at
from services.gateways.faults import UNREADABLE
from services.gateways.notify import NotifyLetter, NotifySms
from services.ports.gateway import Report


def delivery_receipt(body: Any) -> Report:
    """How a text message stands. Raises ValueError for a body that is not as documented, or not of an SMS."""
    try:
        kind = body["notification_type"]
        report = NotifySms.read(body)
    except UNREADABLE as error:
        raise ValueError("This is no delivery receipt.") from error
    if kind != NotifySms.template_type:
        raise ValueError("This is no delivery receipt of a text message.")
    return report


def returned_letter(body: Any) -> Report:
    """A letter that came back: Failed, with the date on which it was sent in raw.

    Notify doesn't say when it came back, so `at` is None. Raises ValueError for a body not as documented.
    """
    try:
        return NotifyLetter.report(
            "returned-letter",
            {"id": body["notification_id"], "reference": body["reference"], "date_sent": body["date_sent"]},
            provider_id=text_at(body, "notification_id"),
            reference=body["reference"] or "",
        )
    except UNREADABLE as error:
        raise ValueError("This is no returned letter.") from error

"""Bodies as GOV.UK Notify posts them, made by the sandbox's own senders and by hand."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.domain.vocabulary import Status
from services.gateways.notify_receipts import delivery_receipt, returned_letter

RECEIPT = {
    "id": "740e5834-3a29-46b4-9a6f-16142fde533a",
    "reference": "BL-1",
    "to": "07700900123",
    "status": "delivered",
    "created_at": "2026-11-23T14:05:00.000000Z",
    "completed_at": "2026-11-23T14:06:00.000000Z",
    "sent_at": "2026-11-23T14:05:10.000000Z",
    "notification_type": "sms",
    "template_id": "f33517ff-2a88-4f6e-b855-c550268ce08a",
    "template_version": 1,
}
RETURNED = {
    "notification_id": "740e5834-3a29-46b4-9a6f-16142fde533a",
    "reference": "BL-2",
    "date_sent": "2026-10-23T14:05:00.000000Z",
    "sent_by": "ann.example@service.example",
    "template_name": None,
    "template_id": "None",
    "template_version": None,
    "spreadsheet_file_name": None,
    "spreadsheet_row_number": None,
    "upload_letter_file_name": None,
}


def test_a_delivery_receipt_is_a_report() -> None:
    report = delivery_receipt(RECEIPT)
    assert (report.gateway, report.status, report.code) == ("notify_sms", Status.DELIVERED, "delivered")
    assert (report.provider_id, report.reference) == (RECEIPT["id"], "BL-1")
    assert report.at == datetime(2026, 11, 23, 14, 6, tzinfo=UTC)
    assert "07700900123" not in repr(report)


@pytest.mark.parametrize("code", ["permanent-failure", "temporary-failure", "technical-failure"])
def test_a_failed_message_has_its_reason(code: str) -> None:
    report = delivery_receipt(RECEIPT | {"status": code})
    assert (report.status, report.reason_code) == (Status.FAILED, code)
    assert report.reason


def test_a_status_that_nobody_knows_moves_nothing() -> None:
    report = delivery_receipt(RECEIPT | {"status": "teleported"})
    assert (report.known, report.status, report.code) == (False, None, "teleported")


def test_a_returned_letter_is_failed() -> None:
    report = returned_letter(RETURNED)
    assert (report.gateway, report.status) == ("notify_letter", Status.FAILED)
    assert (report.reason_code, report.reason) == ("returned-letter", "Returned to sender")
    assert (report.provider_id, report.reference) == (RETURNED["notification_id"], "BL-2")
    assert report.at is None
    assert report.raw["date_sent"] == RETURNED["date_sent"]
    assert "ann.example" not in repr(report)


@pytest.mark.parametrize(
    "body", [None, [], "text", {}, RETURNED | {"notification_id": None}, RETURNED | {"notification_id": 7}]
)
def test_a_body_that_is_no_returned_letter_is_refused(body: Any) -> None:
    with pytest.raises(ValueError, match="returned letter"):
        returned_letter(body)


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        RECEIPT | {"status": ""},
        RECEIPT | {"notification_type": "email"},
        RECEIPT | {"completed_at": "yesterday"},
        RECEIPT | {"completed_at": 5},
    ],
)
def test_a_body_that_is_no_receipt_is_refused(body: Any) -> None:
    with pytest.raises(ValueError, match="delivery receipt"):
        delivery_receipt(body)

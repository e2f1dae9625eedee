"""Precompiled letters through the official Notify client."""

import hashlib
from io import BytesIO
from typing import Any

import pytest
from notifications_python_client.errors import HTTPError

from services.gateways.sandbox.recipients import POSTCODES
from tests.letter_pdf import letter_pdf
from tests.sandbox_server import (
    SandboxServer,
    sandbox_fixture,  # noqa: F401 – pytest finds the fixture by this import
)

ADDRESS = ("Ada Example", "1 Invented Street", "Exampleton", "ZZ99 9ZZ")

END_STATES = {
    "virus-scan-failed": "virus-scan-failed",
    "validation-failed": "validation-failed",
    "technical-failure": "technical-failure",
    "permanent-failure": "permanent-failure",
    "cancelled": "cancelled",
    "returned-to-sender": "received",
    "slow": "received",
    "stuck": "accepted",
    "unknown-status": "some-new-status",
}


def post(sandbox: SandboxServer, pdf: bytes, reference: str = "letter-1", postage: str | None = None) -> Any:
    return sandbox.notify().send_precompiled_letter_notification(reference, BytesIO(pdf), postage)


def status_after(sandbox: SandboxServer, letter_id: str, seconds: float) -> str:
    sandbox.advance(seconds)
    return str(sandbox.notify().get_notification_by_id(letter_id)["status"])


def test_accepted_letter_is_answered_as_notify_does_and_entered_with_its_hash(sandbox: SandboxServer) -> None:
    pdf = letter_pdf(ADDRESS)
    answer = post(sandbox, pdf, postage="first")
    assert answer == {"id": answer["id"], "reference": "letter-1", "postage": "first"}
    (entry,) = sandbox.ledger("letter-1")
    assert entry["sha256"] == hashlib.sha256(pdf).hexdigest()
    assert entry["recipient"] == ", ".join(ADDRESS)


def test_letter_is_checked_then_accepted_then_received(sandbox: SandboxServer) -> None:
    letter_id = post(sandbox, letter_pdf(ADDRESS))["id"]
    assert status_after(sandbox, letter_id, 0) == "pending-virus-check"
    assert sandbox.notify().get_notification_by_id(letter_id)["line_1"] == "Provided as PDF"
    assert status_after(sandbox, letter_id, 60) == "accepted"
    letter = sandbox.notify().get_notification_by_id(letter_id)
    assert (letter["line_1"], letter["postcode"], letter["postage"]) == ("Ada Example", "ZZ99 9ZZ", "second")
    assert status_after(sandbox, letter_id, 840) == "received"


@pytest.mark.parametrize("course", END_STATES)
def test_postcode_in_the_address_block_chooses_the_course(sandbox: SandboxServer, course: str) -> None:
    postcode = next(postcode for postcode, name in POSTCODES.items() if name == course)
    letter_id = post(sandbox, letter_pdf([*ADDRESS[:-1], postcode]))["id"]
    assert status_after(sandbox, letter_id, 3600) == END_STATES[course]


def test_line_of_the_address_block_chooses_the_course(sandbox: SandboxServer) -> None:
    address = ("Ada Example", "Sandbox cancelled", "1 Invented Street", "ZZ99 9ZZ")
    assert status_after(sandbox, post(sandbox, letter_pdf(address))["id"], 3600) == "cancelled"


@pytest.mark.parametrize("pdf", [b"%PDF-1.7\nnot really", letter_pdf(ADDRESS, pages=11)])
def test_file_that_can_t_be_read_or_is_too_long_fails_its_validation_later(
    sandbox: SandboxServer, pdf: bytes
) -> None:
    letter_id = post(sandbox, pdf)["id"]
    assert status_after(sandbox, letter_id, 0) == "pending-virus-check"
    assert status_after(sandbox, letter_id, 60) == "validation-failed"


def test_ten_pages_are_not_too_long(sandbox: SandboxServer) -> None:
    assert status_after(sandbox, post(sandbox, letter_pdf(ADDRESS, pages=10))["id"], 60) == "accepted"


@pytest.mark.parametrize(
    ("form", "error", "message"),
    [
        (
            {"reference": "a", "content": "SGVsbG8="},
            "BadRequestError",
            "Letter content is not a valid PDF",
        ),
        (
            {"reference": "a", "content": "%%%"},
            "BadRequestError",
            "Cannot decode letter content (invalid base64 encoding)",
        ),
        ({"content": "SGVsbG8="}, "ValidationError", "reference is a required property"),
        (
            {"reference": "a", "content": "SGVsbG8=", "postage": "third"},
            "ValidationError",
            "postage invalid. It must be either first, second or economy.",
        ),
    ],
)
def test_wrong_request_is_refused_and_not_accepted(
    sandbox: SandboxServer, form: dict[str, str], error: str, message: str
) -> None:
    with pytest.raises(HTTPError) as refused:
        sandbox.notify().post("/v2/notifications/letter", data=form)
    assert refused.value.status_code == 400
    assert refused.value.message == [{"error": error, "message": message}]
    assert sandbox.ledger() == []


def test_body_over_the_limit_is_refused(sandbox: SandboxServer) -> None:
    with pytest.raises(HTTPError) as refused:
        post(sandbox, b"%PDF-" + b"0" * (8 * 1024 * 1024))
    assert refused.value.status_code == 413
    assert sandbox.ledger() == []

"""Receipts that GOV.UK Notify sends by itself: who may, which letters they reach, and what repeats do."""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any

import httpx
import pytest

from services.domain.ids import new_id
from services.domain.letter import Attempt, Letter, Recipient
from services.domain.vocabulary import AttemptState, Channel, Status
from services.ports.letters import Scope
from tests.contract.web_site import NOON, SERVICE, Site, site
from tests.letter_pdf import letter_pdf
from tests.waiting import PATIENCE

PDF = letter_pdf(["A letter"])
RETURNED = f"/api/{SERVICE}/receipts/notify/returned-letters"
SMS = f"/api/{SERVICE}/receipts/notify/sms"


@pytest.fixture
def pilot(database_url: str) -> Iterator[Site]:
    with site(database_url, notify_callback_token="the-token") as running:
        yield running


@pytest.fixture
def notify(pilot: Site) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=pilot.url, headers={"Authorization": "Bearer the-token"}, timeout=PATIENCE
    ) as client:
        yield client


def sent(pilot: Site, channel: Channel, status: Status) -> Attempt:
    """An attempt that the provider accepted, and whose letter stands at the status."""
    letter_id = pilot.add_letter("ann", channel=channel, status=status)
    attempt = Attempt(
        id=new_id(),
        letter_id=letter_id,
        number=1,
        channel=channel,
        gateway={Channel.H: "notify_letter", Channel.E: "notify_sms"}[channel],
        reference=new_id(),
        state=AttemptState.ACCEPTED,
        document_id=pilot.add_document(PDF),
        sha256=sha256(PDF).hexdigest(),
        recipient=Recipient(),
        title="Discharge",
        created_at=NOON - timedelta(hours=2),
        provider_id=new_id(),
        accepted_at=NOON - timedelta(hours=1),
    )
    with pilot.work() as uow:
        uow.attempts.add([attempt])
        uow.letters.patch([letter_id], attempt_id=attempt.id)
    return attempt


def letter_of(pilot: Site, attempt: Attempt) -> Letter:
    with pilot.work() as uow:
        [letter] = uow.letters.get([attempt.letter_id], Scope())
    return letter


def events_of(pilot: Site, attempt: Attempt) -> int:
    with pilot.work() as uow:
        return len(uow.events.of_letter(attempt.letter_id))


def returned(attempt: Attempt) -> dict[str, Any]:
    return {
        "notification_id": attempt.provider_id,
        "reference": attempt.reference,
        "date_sent": "2026-11-20T10:00:00.000000Z",
        "sent_by": "API",
    }


def receipt(attempt: Attempt, status: str = "delivered") -> dict[str, Any]:
    return {
        "id": attempt.provider_id,
        "reference": attempt.reference,
        "to": "07700900123",
        "status": status,
        "created_at": "2026-11-23T11:00:00.000000Z",
        "sent_at": "2026-11-23T11:00:01.000000Z",
        "completed_at": "2026-11-23T11:00:02.000000Z",
        "notification_type": "sms",
        "template_id": new_id(),
        "template_version": 1,
    }


def test_a_returned_letter_fails_and_a_repeat_changes_nothing(pilot: Site, notify: httpx.Client) -> None:
    attempt = sent(pilot, Channel.H, Status.POSTED)
    assert notify.post(RETURNED, json=returned(attempt)).status_code == 200
    failed = letter_of(pilot, attempt)
    assert failed.status is Status.FAILED
    assert "returned" in failed.reason.lower()
    before = events_of(pilot, attempt)
    assert notify.post(RETURNED, json=returned(attempt)).status_code == 200
    assert events_of(pilot, attempt) == before


def test_a_text_message_is_delivered_and_a_repeat_changes_nothing(pilot: Site, notify: httpx.Client) -> None:
    attempt = sent(pilot, Channel.E, Status.SENT)
    for _ in range(2):
        assert notify.post(SMS, json=receipt(attempt)).status_code == 200
    assert letter_of(pilot, attempt).status is Status.DELIVERED
    assert events_of(pilot, attempt) == 1


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer wrong", "Bearer the-token2", "Basic the-token", "Bearer thé"],
)
def test_without_the_token_nothing_is_read(pilot: Site, authorization: str | None) -> None:
    headers = {} if authorization is None else {b"Authorization": authorization.encode()}
    with httpx.Client(base_url=pilot.url, timeout=PATIENCE) as stranger:
        answer = stranger.post(RETURNED, content=b"not even JSON", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_receipt_reaches_no_letter_of_another_channel(pilot: Site, notify: httpx.Client) -> None:
    by_post, by_sms = sent(pilot, Channel.H, Status.POSTED), sent(pilot, Channel.E, Status.SENT)
    assert notify.post(RETURNED, json=returned(by_sms)).status_code == 200
    assert notify.post(SMS, json=receipt(by_post, "permanent-failure")).status_code == 200
    assert letter_of(pilot, by_post).status is Status.POSTED
    assert letter_of(pilot, by_sms).status is Status.SENT


def test_a_receipt_about_nothing_we_know_is_taken(pilot: Site, notify: httpx.Client) -> None:
    unknown = {"notification_id": new_id(), "reference": "", "date_sent": "2026-11-20T10:00:00.000000Z"}
    assert notify.post(RETURNED, json=unknown).status_code == 200


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"1", b"{}", b'{"id": 1}', b"[" * 50_000, b"\xff"])
def test_what_is_no_receipt_is_refused(notify: httpx.Client, body: bytes) -> None:
    for path in (RETURNED, SMS):
        assert notify.post(path, content=body).status_code == 400


def test_a_receipt_has_a_longest_size(notify: httpx.Client) -> None:
    assert notify.post(SMS, content=b" " * (64 * 1024) + b"{}").status_code == 413


@pytest.mark.parametrize(
    "path", ["/api/elsewhere/receipts/notify/sms", f"/api/{SERVICE}/receipts/notify/email"]
)
def test_unknown_addresses(notify: httpx.Client, path: str) -> None:
    assert notify.post(path, json={}).status_code == 404

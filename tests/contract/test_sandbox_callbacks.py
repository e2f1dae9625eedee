"""Returned letters and delivery receipts, posted to a real listener with the bearer."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any

import pytest

from services.gateways.sandbox import callbacks
from tests.letter_pdf import letter_pdf
from tests.sandbox_server import (
    STOPPED_CLOCK,
    SandboxServer,
    running_sandbox,
    sandbox_fixture,  # noqa: F401 – pytest finds the fixture by this import
)
from tests.waiting import PATIENCE, wait_until

BEARER = "Bearer a-token-of-ours"


@dataclass
class Receiver:
    """Takes callbacks; answers with the next of ``statuses``, then with 204."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    calls: list[tuple[str | None, dict[str, Any]]] = field(default_factory=list)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A receiver that a busy machine holds up is not posted to a second time."""
    monkeypatch.setattr(callbacks, "TIMEOUT", PATIENCE)


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            receiver.calls.append((self.headers["Authorization"], body))
            self.send_response(receiver.statuses.pop(0) if receiver.statuses else 204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 – the base class's name
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/callback"
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def post_returned_letter(sandbox: SandboxServer, reference: str = "letter-1") -> str:
    pdf = letter_pdf(["Ada Example", "1 Invented Street", "ZZ99 1AG"])
    return str(sandbox.notify().send_precompiled_letter_notification(reference, BytesIO(pdf))["id"])


def all_done(sandbox: SandboxServer, count: int) -> bool:
    return [entry["callback"] for entry in sandbox.ledger()].count("done") == count


def test_returned_letter_is_called_back_once_with_the_bearer_and_notify_s_fields() -> None:
    with (
        receiving() as receiver,
        running_sandbox(
            replace(STOPPED_CLOCK, callback_url=receiver.url, callback_token="a-token-of-ours")
        ) as sandbox,
    ):
        letter_id = post_returned_letter(sandbox)
        sandbox.advance(1)
        post_returned_letter(sandbox, "letter-2")
        sandbox.advance(1499)
        wait_until(lambda: all_done(sandbox, 1))  # the newer letter was looked at before, and was not due
        ((bearer, body),) = receiver.calls
        sandbox.advance(1)
        wait_until(lambda: all_done(sandbox, 2))
        assert [each["reference"] for _, each in receiver.calls] == ["letter-1", "letter-2"]
        assert bearer == BEARER
        assert body["notification_id"] == letter_id
        assert body["reference"] == "letter-1"
        assert body["sent_by"] == "API"
        assert body["date_sent"].endswith("Z")
        assert set(body) == {
            *("notification_id", "reference", "date_sent", "sent_by", "template_name", "template_id"),
            *(
                "template_version",
                "spreadsheet_file_name",
                "spreadsheet_row_number",
                "upload_letter_file_name",
            ),
        }
        assert sandbox.notify().get_notification_by_id(letter_id)["status"] == "received"


@pytest.mark.parametrize(
    ("statuses", "calls", "outcome"),
    [([503, 429], 3, "done"), ([401], 1, "given up"), ([500] * 9, 6, "given up")],
)
def test_callback_is_tried_again_as_notify_does(
    monkeypatch: pytest.MonkeyPatch, statuses: list[int], calls: int, outcome: str
) -> None:
    monkeypatch.setattr(callbacks, "SHORTEST_RETRY", 0.0)
    with (
        receiving() as receiver,
        running_sandbox(replace(STOPPED_CLOCK, callback_url=receiver.url, callback_token="t")) as sandbox,
    ):
        receiver.statuses = list(statuses)
        post_returned_letter(sandbox)
        sandbox.advance(1500)
        wait_until(lambda: sandbox.ledger()[0]["callback"] == outcome)
        assert len(receiver.calls) == calls


def test_delivery_receipt_has_notify_s_fields() -> None:
    with (
        receiving() as receiver,
        running_sandbox(
            replace(STOPPED_CLOCK, receipt_url=receiver.url, callback_token="a-token-of-ours")
        ) as sandbox,
    ):
        message_id = sandbox.send_sms("sms-1", "07700900001")
        sandbox.advance(60)
        wait_until(lambda: bool(receiver.calls))
        ((bearer, body),) = receiver.calls
        assert bearer == BEARER
        assert (body["id"], body["reference"], body["to"]) == (message_id, "sms-1", "07700900001")
        assert (body["status"], body["notification_type"]) == ("permanent-failure", "sms")
        assert (body["template_id"], body["template_version"]) == (sandbox.sms_template, 1)
        assert body["created_at"]
        assert body["sent_at"]
        assert body["completed_at"]


def test_a_receipt_tells_of_a_delivery_though_the_status_went_back_before_anybody_looked() -> None:
    with (
        receiving() as receiver,
        running_sandbox(replace(STOPPED_CLOCK, receipt_url=receiver.url, callback_token="t")) as sandbox,
    ):
        message_id = sandbox.send_sms("sms-1", "07700900015")
        sandbox.advance(130)
        assert sandbox.notify().get_notification_by_id(message_id)["status"] == "sending"
        wait_until(lambda: bool(receiver.calls))
        ((_, body),) = receiver.calls
        assert body["status"] == "delivered"


def test_without_an_address_nothing_is_called_back(sandbox: SandboxServer) -> None:
    post_returned_letter(sandbox)
    sandbox.advance(3600)
    assert sandbox.ledger()[0]["callback"] == "waiting"


def test_callbacks_without_a_token_are_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="need a token"):
        replace(STOPPED_CLOCK, callback_url="http://127.0.0.1:1/callback")

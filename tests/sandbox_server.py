"""A running sandbox of the delivery providers, for every suite: the fixture ``sandbox``, or one of your own.

from tests.sandbox_server import SandboxServer, sandbox_fixture  # noqa: F401 – pytest finds the fixture here

def test_it(sandbox: SandboxServer) -> None: ...
"""

import hashlib
import socket
import ssl
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from notifications_python_client.notifications import NotificationsAPIClient

from services.gateways.sandbox.app import create_app
from services.gateways.sandbox.config import (
    DOCMAN_CLIENT_ID,
    DOCMAN_CLIENT_KEY,
    NAMED_TEMPLATE_ID,
    NOTIFY_API_KEY,
    SandboxConfig,
)
from tests.serving import KEPT_OPEN, SOON_CLOSED
from tests.waiting import PATIENCE, wait_until

HANGING = 4.0
"""The time-out, in seconds, of a call that is to hang: even a busy machine connects well before."""
STOPPED_CLOCK = SandboxConfig(speed=0, allow_reset=True)
"""What the fixture runs with: nothing moves but by ``advance``."""


class SandboxServer:
    """A sandbox that listens, and what a test says to it."""

    api_key = NOTIFY_API_KEY
    sms_template = NAMED_TEMPLATE_ID

    def __init__(self, base_url: str, control: httpx.Client) -> None:
        self.base_url = base_url
        self.http = control
        self._clients: list[Any] = []

    def script(self, course: str, **match: str) -> None:
        """Choose a course for posts to come: ``script("busy", reference_prefix="A-")``."""
        self.http.post("/sandbox/script", json={"match": match, "course": course}).raise_for_status()

    def advance(self, seconds: float) -> None:
        """Let sandbox seconds pass."""
        self.http.post("/sandbox/clock", json={"advance": seconds}).raise_for_status()

    def ledger(self, reference: str | None = None) -> list[dict[str, Any]]:
        """Every acceptance, newest first."""
        params = {"reference": reference} if reference is not None else {}
        return list(self.http.get("/sandbox/ledger", params=params).raise_for_status().json()["acceptances"])

    def notify(self, *, api_key: str = NOTIFY_API_KEY, timeout: float = PATIENCE) -> Any:
        """An official Notify client; closed with the sandbox."""
        untyped: Any = NotificationsAPIClient
        client = untyped(api_key, base_url=self.base_url, timeout=timeout)
        self._clients.append(client)
        return client

    def send_sms(self, reference: str, phone: str = "07700900123") -> str:
        """Post a valid text message. Returns Notify's id."""
        values = {"service_name": "Talking Therapies", "link": "https://letters.example/abc"}
        answer = self.notify().send_sms_notification(
            phone, self.sms_template, personalisation=values, reference=reference
        )
        return str(answer["id"])

    def docman_headers(self) -> dict[str, str]:
        """The Authorization header of a fresh token."""
        form = {
            "grant_type": "client_credentials",
            "client_id": DOCMAN_CLIENT_ID,
            "client_secret": DOCMAN_CLIENT_KEY,
        }
        token = self.http.post("/token", data=form).raise_for_status().json()["access_token"]
        return {"Authorization": f"Bearer {token}"}

    def close(self) -> None:
        self.http.close()
        for client in self._clients:
            client.request_session.close()


@contextmanager
def running_sandbox(config: SandboxConfig, *, port: int = 0) -> Iterator[SandboxServer]:
    """A sandbox in a thread of its own, on a free port if none is named, stopped at the end."""
    listener = socket.create_server(("127.0.0.1", port))
    # asyncio sets this for sockets that it makes itself; without it each answer waits 40 ms for an ACK.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    options = uvicorn.Config(
        create_app(config), log_level="error", timeout_graceful_shutdown=1, timeout_keep_alive=KEPT_OPEN
    )
    server = uvicorn.Server(options)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="sandbox")
    thread.start()
    sandbox = SandboxServer(base_url, control_client(base_url))
    try:
        wait_until(lambda: server.started)
        yield sandbox
    finally:
        sandbox.close()
        server.should_exit = True
        thread.join(PATIENCE)
        listener.close()


def control_client(base_url: str) -> httpx.Client:
    """A client for plain HTTP on this machine: loading the certificates of the world would take 50 ms."""
    no_certificates = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return httpx.Client(
        base_url=base_url, timeout=PATIENCE, trust_env=False, verify=no_certificates, limits=SOON_CLOSED
    )


@pytest.fixture(name="sandbox")
def sandbox_fixture() -> Iterator[SandboxServer]:
    """A sandbox with a stopped clock and an empty ledger."""
    with running_sandbox(STOPPED_CLOCK) as sandbox:
        yield sandbox


def docman_document(reference: str, *, content: bytes = b"%PDF-1.7 letter", **changes: Any) -> dict[str, Any]:
    """A document that Docman takes; ``changes`` replace its top-level fields."""
    document = {
        "CaptureSource": 2,
        "ClientReference": reference,
        "Sender": {
            "OdsCode": "Y90001",
            "Organisation": "Talking Therapies",
            "Department": "Admin",
            "Person": "A Smith",
        },
        "RecipientOdsCode": "Y90010",
        "Patient": {
            "FamilyName": "Example",
            "GivenNames": "Ada",
            "BirthDate": "1980-02-29",
            "NhsNumber": "9990000107",
        },
        "Document": {
            "Description": "Discharge letter",
            "EventDate": "2026-11-23",
            "FileContent": b64encode(content).decode(),
            "FileExtension": "pdf",
            "FileHash": hashlib.sha1(content, usedforsecurity=False).hexdigest(),
            "Folder": "Letters",
        },
    }
    return document | changes

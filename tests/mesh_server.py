"""NHS England's own sandbox of MESH as a server process, and the practice that answers through it."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from mesh_client import MeshClient

from services.settings import ROOT
from tests.postgres_server import a_free_port
from tests.sandbox_server import control_client
from tests.waiting import wait_until

KEY, PASSWORD, WORKFLOW = "TestKey", "password", "TEST_WORKFLOW"
OURS, PRACTICES, PRACTICES_ODS = "X26ABC1", "X26ABC2", "X26"
"""Mailboxes of the sandbox: ours sends with this workflow, the practice's answers with …_ACK."""

_RESPONSES = "https://fhir.nhs.uk/STU3/CodeSystem/ITK-ResponseCodes-1"


class MeshServer:
    """The sandbox, and what the practice at its other end does."""

    def __init__(self, base_url: str, control: httpx.Client) -> None:
        self.base_url = base_url
        self.http = control

    def settings(self) -> dict[str, Any]:
        """What a process is told, to reach practices by this server."""
        return {
            "mesh_base_url": self.base_url,
            "mesh_mailbox": OURS,
            "mesh_password": PASSWORD,
            "mesh_shared_key": KEY,
            "mesh_workflow": WORKFLOW,
            "mesh_inbox_seconds": 0.1,
        }

    @contextmanager
    def client(self, mailbox: str = PRACTICES) -> Iterator[Any]:
        with MeshClient(self.base_url, mailbox, PASSWORD, shared_key=KEY.encode(), max_retries=0) as client:
            yield client

    def empty(self) -> None:
        """Both inboxes and outboxes."""
        for mailbox in (OURS, PRACTICES):
            self.http.delete(f"/messageexchange/admin/reset/{mailbox}").raise_for_status()

    def waiting(self, mailbox: str) -> list[str]:
        """Ids of what lies in an inbox."""
        with self.client(mailbox) as client:
            return list(client.list_messages())

    def received(self) -> list[tuple[str, bytes]]:
        """Local id and content of each message in the practice's inbox, which stays there."""
        with self.client() as client:
            found = [client.retrieve_message(each) for each in client.list_messages()]
            return [(str(each.mex_header("localid")), each.read()) for each in found]

    def answer(self, reference: str, code: str, *, at: str = "2026-11-23T14:10:00+00:00") -> None:
        """An ITK3 acknowledgement by the practice's system."""
        self.say(response(reference, code, at=at))

    def say(self, content: dict[str, Any] | bytes, workflow: str = f"{WORKFLOW}_ACK") -> None:
        """Whatever the practice's system puts into our inbox."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        with self.client() as client:
            client.send_message(OURS, body, workflow_id=workflow)

    def report(self, code: str, *, linked: str, local_id: str, words: str = "") -> None:
        """A report by MESH itself, as after five days in which nobody collected the message."""
        form = {"mailbox_id": OURS, "code": code, "description": words, "workflow_id": WORKFLOW}
        form |= {"status": "undeliverable", "linked_message_id": linked, "local_id": local_id}
        self.http.post("/messageexchange/admin/report", json=form).raise_for_status()

    def event(self, message_id: str, status: str, code: str = "", words: str = "") -> None:
        """What tracking says of a message from now on."""
        form = {"status": status, "code": code, "description": words}
        self.http.post(f"/messageexchange/admin/message/{message_id}/event", json=form).raise_for_status()


def response(reference: str, code: str, *, at: str) -> dict[str, Any]:
    """The bundle of an acknowledgement."""
    outcome = {"code": code, "system": _RESPONSES, "display": "words"}
    return {
        "resourceType": "Bundle",
        "type": "message",
        "entry": [
            {
                "resource": {
                    "resourceType": "MessageHeader",
                    "timestamp": at,
                    "response": {"identifier": reference, "code": "ok"},
                }
            },
            {
                "resource": {
                    "resourceType": "OperationOutcome",
                    "issue": [{"severity": "information", "details": {"coding": [outcome]}}],
                }
            },
        ],
    }


@pytest.fixture(name="mesh", scope="module")
def mesh_process() -> Iterator[MeshServer]:
    """A server for the tests of a module; each empties it."""
    port = a_free_port()
    python = ROOT / ".venv" / "mesh" / "bin" / "python"
    command = [
        str(python),
        "-m",
        "uvicorn",
        "mesh_sandbox.api:app",
        "--port",
        str(port),
        "--log-level",
        "error",
    ]
    environment = os.environ | {"STORE_MODE": "memory", "AUTH_MODE": "full", "SHARED_KEY": KEY}
    base_url = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command, env=environment) as process, control_client(base_url) as control:
        try:
            wait_until(lambda: _is_up(control))
            yield MeshServer(base_url, control)
        finally:
            process.kill()


def _is_up(control: httpx.Client) -> bool:
    try:
        return control.get("/health").is_success
    except httpx.TransportError:
        return False

"""The ledger outlives the process, the clock runs fast, and a reset needs leave."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.gateways.sandbox.clock import Moment, SandboxClock
from tests.sandbox_server import (
    STOPPED_CLOCK,
    SandboxServer,
    control_client,
    running_sandbox,
    sandbox_fixture,  # noqa: F401 – pytest finds the fixture by this import
)
from tests.waiting import PATIENCE, answers, wait_until

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def sandbox_process(state: Path, *, stop: signal.Signals = signal.SIGTERM) -> Iterator[SandboxServer]:
    """The command as `make run` starts it."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "services.gateways.sandbox", "--port", str(port)]
    process = subprocess.Popen([*command, "--state", str(state), "--speed", "0"], cwd=ROOT)
    base_url = f"http://127.0.0.1:{port}"
    sandbox = SandboxServer(base_url, control_client(base_url))
    try:
        wait_until(lambda: answers(base_url))
        yield sandbox
    finally:
        sandbox.close()
        process.send_signal(stop)
        process.wait(PATIENCE)


def test_killed_sandbox_still_knows_its_letters_and_their_age(tmp_path: Path) -> None:
    state = tmp_path / "runtime" / "sandbox.sqlite3"
    with sandbox_process(state, stop=signal.SIGKILL) as sandbox:
        message_id = sandbox.send_sms("sms-1")
        sandbox.advance(30)
        before = sandbox.ledger()
    with sandbox_process(state) as sandbox:
        assert sandbox.ledger() == before
        assert sandbox.notify().get_notification_by_id(message_id)["status"] == "sending"
        sandbox.advance(30)
        assert sandbox.notify().get_notification_by_id(message_id)["status"] == "delivered"


def test_sped_up_clock_delivers_by_itself() -> None:
    with running_sandbox(replace(STOPPED_CLOCK, speed=600)) as sandbox:
        message_id, client = sandbox.send_sms("sms-1"), sandbox.notify()
        wait_until(lambda: client.get_notification_by_id(message_id)["status"] == "delivered")
        message = client.get_notification_by_id(message_id)
        delivered = datetime.fromisoformat(message["completed_at"])
        created = datetime.fromisoformat(message["created_at"])
        assert delivered - created == timedelta(seconds=0.1)
        assert delivered < datetime.now(UTC)


def test_age_is_real_age_times_speed_plus_what_the_clock_was_pushed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, now = SandboxClock(speed=60, pushed=1000), datetime.now(UTC)
    monkeypatch.setattr(SandboxClock, "now", lambda _clock: now)
    moment = Moment(at=clock.now() - timedelta(seconds=2), pushed=900)
    clock.advance(5)
    assert clock.age(moment) == 2 * 60 + 100 + 5


@pytest.mark.parametrize("advance", [-1, "5", None, True, 1e12])
def test_clock_takes_seconds_only(sandbox: SandboxServer, advance: object) -> None:
    assert sandbox.http.post("/sandbox/clock", json={"advance": advance}).status_code == 400


def test_reset_empties_the_ledger_and_the_scripts(sandbox: SandboxServer) -> None:
    sandbox.script("stuck", reference_prefix="")
    sandbox.send_sms("sms-1")
    assert sandbox.http.delete("/sandbox").status_code == 200
    assert sandbox.ledger() == []
    sandbox.send_sms("sms-1")
    assert sandbox.ledger()[0]["course"] == "delivers"


def test_reset_needs_leave() -> None:
    with running_sandbox(replace(STOPPED_CLOCK, allow_reset=False)) as sandbox:
        sandbox.send_sms("sms-1")
        assert sandbox.http.delete("/sandbox").status_code == 403
        assert len(sandbox.ledger()) == 1


def test_ledger_is_filtered_by_gateway(sandbox: SandboxServer) -> None:
    sandbox.send_sms("sms-1")
    assert sandbox.http.get("/sandbox/ledger", params={"gateway": "sms"}).json()["count"] == 1
    assert sandbox.http.get("/sandbox/ledger", params={"gateway": "gp"}).json()["count"] == 0
    assert sandbox.http.get("/sandbox/ledger", params={"gateway": "fax"}).status_code == 400

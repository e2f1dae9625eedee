"""The worker as the process that it is, with a sandbox that it speaks with over HTTP."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from services.domain.vocabulary import AttemptState, Channel, Status
from services.gateways.sandbox.config import SandboxConfig
from services.health import WorkerHealth, WorkerState, worker_health
from services.store import tables
from tests.builders import SERVICE
from tests.clock import FakeClock
from tests.sandbox_server import SandboxServer, running_sandbox
from tests.waiting import PATIENCE, wait_until
from tests.worlds import World, world

ROOT = Path(__file__).resolve().parents[2]
QUICK = SandboxConfig(speed=600)  # a practice has its letter after half a second
ELECTRONIC = (Channel.GP, Channel.E, Channel.H)
ENDS = {Channel.GP: Status.DELIVERED, Channel.E: Status.DELIVERED, Channel.H: Status.POSTED}


@dataclass(frozen=True, kw_only=True)
class Site:
    """A store and a sandbox, and how to start workers for them."""

    world: World
    sandbox: SandboxServer
    log: Path

    @contextmanager
    def worker(self, **changes: str) -> Iterator["subprocess.Popen[bytes]"]:
        """A worker process; it is killed at the end if it still runs. `changes` replace its settings."""
        told = {
            "DATABASE_URL": self.world.app.settings.database_url,
            "NOTIFY_BASE_URL": self.sandbox.base_url,
            "DOCMAN_BASE_URL": f"{self.sandbox.base_url}/docman",
            "TICK": "0.1",
            "POLL_FIRST": "0.3",
            "GATEWAY_TIMEOUT": "11",
        }
        told |= changes
        environment = os.environ | {f"BATCH_LETTERS_{name}": value for name, value in told.items()}
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "services.worker"], cwd=ROOT, env=environment, stderr=log
            )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def until(self, happened: Callable[[], bool]) -> None:
        wait_until(happened, said=self.log.read_text)

    def queue(self, channel: Channel, count: int = 1) -> list[str]:
        letter_ids = [self.world.letter(channel) for _ in range(count)]
        self.world.send(*letter_ids)
        return letter_ids

    def until_at(self, letter_id: str, status: Status) -> None:
        self.until(lambda: self.world.get(letter_id).status is status)

    def until_accepted(self, count: int) -> None:
        self.until(lambda: len(self.sandbox.ledger()) >= count)

    def health(self, now: datetime | None = None) -> WorkerHealth:
        with self.world.app.store.read(SERVICE.id) as uow:
            return worker_health(uow, now or datetime.now(UTC))

    def state_after(self, silence: timedelta) -> WorkerState:
        """What the dot shows so long after the last heartbeat."""
        beat_at = self.health().beat_at
        assert beat_at
        return self.health(beat_at + silence).state


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Site]:
    clock = FakeClock(datetime.now(UTC))
    with running_sandbox(QUICK) as sandbox, world(database_url, sandbox.base_url, clock=clock) as made:
        yield Site(world=made, sandbox=sandbox, log=tmp_path / "workers.log")


def test_letters_of_every_channel_reach_their_end(site: Site) -> None:
    assert site.health().state is WorkerState.STOPPED
    letters = {channel: site.queue(channel)[0] for channel in ELECTRONIC}
    waiting = site.world.letter(Channel.PRINT)
    with site.worker() as process:
        for channel, letter_id in letters.items():
            site.until_at(letter_id, ENDS[channel])
        site.until(lambda: site.world.get(waiting).document_id is not None)  # rendered ahead of need
        site.until(lambda: site.health().state is WorkerState.RUNNING)
        site.until(lambda: site.health().paused == {})
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert site.state_after(timedelta(seconds=30)) is WorkerState.LATE
    assert site.state_after(timedelta(seconds=90)) is WorkerState.STOPPED


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sigterm_ends_the_worker_and_frees_what_it_held(site: Site) -> None:
    site.queue(Channel.E, 60)
    with site.worker() as process:
        site.until_accepted(3)
        process.terminate()
        assert process.wait(timeout=PATIENCE) == 0
    states = site.world.states()
    assert set(states) <= {AttemptState.READY, AttemptState.ACCEPTED}
    assert states[AttemptState.ACCEPTED] == len(site.sandbox.ledger())
    attempts = tables.attempts
    with site.world.app.store.read(SERVICE.id) as uow:
        held = select(func.count()).where(attempts.c.state == "ready", attempts.c.lease_until.is_not(None))
        assert uow.connection.scalar(held) == 0


def test_two_workers_send_each_letter_once(site: Site) -> None:
    letter_ids = [letter_id for channel in ELECTRONIC for letter_id in site.queue(channel, 20)]
    with site.worker(), site.worker():
        site.until(lambda: site.world.states() == {AttemptState.ACCEPTED: len(letter_ids)})
    references = [acceptance["reference"] for acceptance in site.sandbox.ledger()]
    assert sorted(references) == sorted(site.world.attempt(letter_id).reference for letter_id in letter_ids)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_successor_of_a_killed_worker_sends_each_letter_once(site: Site) -> None:
    """It waits for the lease and the settle time, here fifteen seconds, of what it finds."""
    hasty = {"GATEWAY_TIMEOUT": "3", "LEASE": "13", "SETTLE": "15"}
    letter_ids = site.queue(Channel.E, 100)
    with site.worker(**hasty):
        site.until_accepted(5)
    assert len(site.sandbox.ledger()) < len(letter_ids), "it was killed on the way"
    with site.worker(**hasty):
        site.until(lambda: site.world.states() == {AttemptState.ACCEPTED: len(letter_ids)})
    references = [acceptance["reference"] for acceptance in site.sandbox.ledger()]
    assert sorted(references) == sorted(site.world.attempt(letter_id).reference for letter_id in letter_ids)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_channel_that_is_refused_says_so_and_holds_up_no_other(site: Site) -> None:
    site.sandbox.script("forbidden", gateway="sms")
    [refused] = site.queue(Channel.E)
    [flowing] = site.queue(Channel.GP)
    with site.worker():
        site.until(lambda: "notify_sms" in site.health().paused)
        site.until_at(flowing, Status.DELIVERED)
    site.until(lambda: set(site.health().paused) == {"notify_sms"})
    assert "Ask a superuser" in site.health().paused["notify_sms"]
    assert (site.world.get(refused).status, site.world.get(refused).in_doubt) == (Status.QUEUED, False)

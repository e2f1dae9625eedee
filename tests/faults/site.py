"""A service, a sandbox and worker processes that a test starts, stops, kills and wakes."""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import httpx

from services.crash_points import CrashPoint
from services.domain.letter import Attempt, Event, Letter
from services.domain.people import User
from services.domain.vocabulary import AttemptState, Channel, Status
from services.health import WorkerHealth, worker_health
from services.ports.pacing import GatewayState
from tests.builders import ADMIN, SERVICE
from tests.contract.web_site import serving
from tests.faults.processes import Plan, Stop, clock_of, mark_of, release_of, send, work
from tests.sandbox_server import SandboxServer
from tests.waiting import PATIENCE, wait_until
from tests.worlds import GATEWAYS, World, world

SETTLE = 61.0
"""Seconds after which what is in doubt may be looked up, and every lease has ended."""
TICK = 0.05
PUSH, PUSH_EVERY = 1000.0, 10.0

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.faults.processes"])


@dataclass(kw_only=True)
class Site:
    """`count` workers is what `start` starts."""

    world: World
    sandbox: SandboxServer
    folder: Path
    count: int
    running: list[BaseProcess] = field(default_factory=list)
    doubled_by_others: set[str] = field(default_factory=set)

    # Processes

    def start(
        self, stops: dict[CrashPoint, Stop] | None = None, *, count: int | None = None, **changes: Any
    ) -> None:
        """Start workers; `changes` replace settings."""
        for _ in range(count or self.count):
            self._run(work, stops or {}, **changes)

    def press_send(
        self, letter_id: str, *, user: User = ADMIN, stops: dict[CrashPoint, Stop] | None = None
    ) -> int:
        """A click in a process of its own, which need not be waited for; returns the process's id."""
        return self._run(send, stops or {}, user.id, [letter_id])

    def _run(
        self, target: Callable[..., None], stops: dict[CrashPoint, Stop], *args: object, **changes: Any
    ) -> int:
        settings = self.world.app.settings.model_copy(update={"tick": TICK} | changes)
        process = _PROCESSES.Process(
            target=target, args=(Plan(settings=settings, folder=self.folder, stops=stops), *args)
        )
        process.start()
        self.running.append(process)
        assert process.pid
        return process.pid

    def until_stopped(self, point: CrashPoint) -> int:
        """Until a process has come to this point; returns its id."""
        mark = mark_of(self.folder, point)
        self.until(mark.exists)
        return int(mark.read_text())

    def until_killed(self, point: CrashPoint) -> None:
        """Until a process was killed there; a new one takes its place."""
        self.gone(self.until_stopped(point))
        if not self.running:
            self.start()

    def gone(self, pid: int) -> int | None:
        """Wait for the end of a process; returns its exit code."""
        [process] = [each for each in self.running if each.pid == pid]
        process.join(PATIENCE)
        self.running.remove(process)
        code = process.exitcode
        process.close()
        return code

    def let_go(self, point: CrashPoint) -> None:
        release_of(self.folder, point).touch()

    def kill_all(self) -> None:
        for process in self.running:
            process.kill()
        for process in self.running:
            process.join(PATIENCE)
            process.close()
        self.running.clear()

    def start_anew(self, **changes: Any) -> None:
        """End the workers and start as many with other settings."""
        self.kill_all()
        self.start(**changes)

    # What happens

    def until(self, happened: Callable[[], bool]) -> None:
        wait_until(happened, said=self.log)

    def log(self) -> str:
        log = self.folder / "log"
        return log.read_text() if log.exists() else ""

    def later(self, seconds: float) -> None:
        self.world.clock.advance(seconds)

    def hours_pass(self, seconds: float) -> None:
        """At the provider too: only age moves its letters on."""
        self.sandbox.advance(seconds)
        self.later(seconds)

    def until_at(self, letter_id: str, status: Status) -> None:
        """Time goes on now and then: a worker that was asking while the clock was moved will ask later."""
        next_push = time.monotonic() + PUSH_EVERY

        def is_there() -> bool:
            nonlocal next_push
            if time.monotonic() > next_push:
                self.later(PUSH)
                next_push = time.monotonic() + PUSH_EVERY
            return self.letter(letter_id).status is status

        self.until(is_there)

    def until_in(self, letter_id: str, state: AttemptState) -> None:
        self.until(lambda: self.attempt(letter_id).state is state)

    def until_accepted(self, *letter_ids: str) -> None:
        for letter_id in letter_ids:
            self.until_in(letter_id, AttemptState.ACCEPTED)

    def until_doubtful(self, letter_id: str) -> None:
        """Until it is in doubt, and staff see that."""
        self.until(lambda: self.letter(letter_id).in_doubt)
        assert self.attempt(letter_id).state is AttemptState.IN_DOUBT
        assert self.letter(letter_id).status is Status.QUEUED

    def until_tried(self, letter_id: str, times: int) -> None:
        self.until(lambda: self.attempt(letter_id).tries == times)

    def until_failed(self, channel: Channel, times: int) -> None:
        """Until the breaker has counted so many calls in a row without an answer."""
        self.until(lambda: self.state(channel).failures == times)

    def a_round_passes(self, channel: Channel) -> None:
        """Another letter goes out, and with it whatever was to go before."""
        self.until_accepted(self.queued(channel))

    # What is

    def queued(self, channel: Channel, **changes: Any) -> str:
        return self.world.queued(channel, **changes)

    def letter(self, letter_id: str) -> Letter:
        return self.world.get(letter_id)

    def attempt(self, letter_id: str) -> Attempt:
        return self.world.attempt(letter_id)

    def acceptances(self, letter_id: str) -> list[dict[str, Any]]:
        return self.sandbox.ledger(self.attempt(letter_id).reference)

    def was_sent_once(self, *letter_ids: str) -> bool:
        """The provider has each exactly once, and the store knows it by the provider's id."""
        for letter_id in letter_ids:
            ids = [acceptance["provider_id"] for acceptance in self.acceptances(letter_id)]
            assert ids == [self.attempt(letter_id).provider_id], self.log()
        return True

    def history(self, letter_id: str) -> list[Event]:
        return self.world.history(letter_id)

    def posts(self, letter_id: str) -> int:
        """How often the letter was posted to the provider, taken or not."""
        calls = self.sandbox.http.get("/sandbox/traffic").json()["calls"]
        return int(calls.get(f"post {self.attempt(letter_id).reference}", 0))

    def state(self, channel: Channel) -> GatewayState:
        with self.world.app.store.read(SERVICE.id) as uow:
            return uow.pacing.state(GATEWAYS[channel])

    def health(self) -> WorkerHealth:
        with self.world.app.store.read(SERVICE.id) as uow:
            return worker_health(uow, self.world.clock.now())

    @contextmanager
    def receipts(self) -> Iterator[httpx.Client]:
        """A client that posts receipts as GOV.UK Notify does."""
        token = self.world.app.settings.notify_callback_token.get_secret_value()
        headers = {"Authorization": f"Bearer {token}"}
        with (
            serving(self.world.app) as url,
            httpx.Client(
                base_url=f"{url}/api/{SERVICE.id}/receipts/notify", headers=headers, timeout=PATIENCE
            ) as client,
        ):
            yield client


@contextmanager
def running_site(
    database_url: str, sandbox: SandboxServer, folder: Path, count: int, **changes: Any
) -> Iterator[Site]:
    """An empty service; what still runs at the end is killed, and nothing may have gone out twice."""
    clock = clock_of(folder)
    with world(database_url, sandbox.base_url, clock=clock, **changes) as made:
        site = Site(world=made, sandbox=sandbox, folder=folder, count=count)
        try:
            yield site
        finally:
            site.kill_all()

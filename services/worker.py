"""The worker: a process of its own that dispatches queued letters and reconciles statuses.

Each gateway has two jobs of its own, so that a provider that hangs holds nobody else up. At SIGTERM and
SIGINT the letter that is being handed over comes to its end; what was only claimed is given back.
"""

import logging
import os
import signal
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from services.bootstrap import Application, build
from services.dispatch import Dispatcher
from services.domain.errors import GatewayError
from services.domain.ids import new_id
from services.handover import Handover
from services.health import Pulse
from services.inbox import InboxReader
from services.ports.gateway import Gateway, Inbox
from services.reconcile import Reconciler
from services.stop_request import StopRequest

log = logging.getLogger(__name__)

RENDER_AHEAD = 10  # letters rendered in one round
HEARTBEAT_SECONDS = 2.0
GLANCE_SECONDS = 0.5


class Worker:
    """All jobs of one process. Two workers may run: the leases share the work between them."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._stopping = StopRequest()
        self._owner = new_id()
        self._pulse = Pulse(facts={"pid": os.getpid(), "host": socket.gethostname()})

    def run(self) -> None:
        """Work until stop() is called."""
        jobs = self._jobs()
        scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(len(jobs))},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone=UTC,
        )
        for name, job, seconds in jobs:
            scheduler.add_job(job, "interval", seconds=seconds, id=name, next_run_time=datetime.now(UTC))
        scheduler.start()
        log.info("worker %s works", self._owner)
        while not self._stopping.wait(GLANCE_SECONDS):
            pass  # a signal that another thread was given is handled only when this one wakes
        scheduler.shutdown(wait=True)
        log.info("worker %s has ended", self._owner)

    def stop(self) -> None:
        """Let the running jobs come to their end, soon."""
        self._stopping.set()

    def _jobs(self) -> list[tuple[str, Callable[[], None], float]]:
        tick = self._application.settings.tick
        jobs: list[tuple[str, Callable[[], None], float]] = [
            ("heartbeat", self._beat, HEARTBEAT_SECONDS),
            ("render", self._render, tick),
        ]
        for gateway in self._application.gateways.values():
            jobs.append((f"dispatch {gateway.name}", partial(self._dispatch, gateway), tick))
            jobs.append((f"reconcile {gateway.name}", partial(self._reconcile, gateway), tick))
            if gateway.inbox:
                pause = self._application.settings.mesh_inbox_seconds
                jobs.append(
                    (f"inbox {gateway.name}", partial(self._read_inbox, gateway, gateway.inbox), pause)
                )
        return jobs

    def _beat(self) -> None:
        application, now = self._application, self._application.clock.now()
        for service_id in application.store.service_ids():
            with application.store.begin(service_id) as uow:
                uow.settings.beat(self._owner, now, self._pulse.snapshot(now))
                uow.commit()

    def _render(self) -> None:
        for service_id in self._application.store.service_ids():
            while not self._stopping.is_set():
                if self._application.rendering.ahead(service_id, RENDER_AHEAD) < RENDER_AHEAD:
                    break

    def _dispatch(self, gateway: Gateway) -> None:
        dispatchers = [
            Dispatcher(
                handover=self._handover(service_id, gateway),
                gateway=gateway,
                owner=self._owner,
                stop=self._stopping.is_set,
            )
            for service_id in self._application.store.service_ids()
        ]
        handled = 1
        while handled and not self._stopping.is_set():
            handled = sum(self._watched(gateway, "dispatch", each.round) for each in dispatchers)

    def _reconcile(self, gateway: Gateway) -> None:
        application = self._application
        for service_id in application.store.service_ids():
            reconciler = Reconciler(
                store=application.store,
                clock=application.clock,
                settings=application.settings,
                gateway=gateway,
                service_id=service_id,
                stop=self._stopping.is_set,
            )
            self._watched(gateway, "reconcile", reconciler.round)

    def _read_inbox(self, gateway: Gateway, inbox: Inbox) -> None:
        application = self._application
        reader = InboxReader(
            store=application.store,
            clock=application.clock,
            settings=application.settings,
            inbox=inbox,
            stop=self._stopping.is_set,
        )
        self._watched(gateway, "inbox", reader.round)

    def _handover(self, service_id: str, gateway: Gateway) -> Handover:
        return Handover(
            store=self._application.store,
            clock=self._application.clock,
            settings=self._application.settings,
            service_id=service_id,
            gateway=gateway,
        )

    def _watched(self, gateway: Gateway, job: str, work: Callable[[], int]) -> int:
        """Do a round; whether the provider could be used stands in the heartbeat. Returns what it handled."""
        clock = self._application.clock
        try:
            handled = work()
        except GatewayError as error:
            self._pulse.failed(gateway.name, job, clock.now(), f"{error.reason} {error.advice}")
            log.warning("%s: %s", gateway.name, error)
            return 0
        if handled:  # a round with nothing to do proves nothing
            self._pulse.answered(gateway.name, clock.now())
            self._pulse.rested(gateway.name, job)
        return handled


def main() -> None:
    """Run a worker as a process."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    for quiet in ("apscheduler", "httpx"):  # a round that waits for the one before it is no news
        logging.getLogger(quiet).setLevel(logging.ERROR)
    application = build()
    worker = Worker(application)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: worker.stop())
    with application:
        worker.run()


if __name__ == "__main__":
    main()

"""How fast letters go to a sandbox that takes 100 ms for each, and how long the dashboard's writers wait.

The sandbox keeps GOV.UK Notify's limit of 3,000 messages a minute, and counts. One worker on SQLite, then two
on PostgreSQL. The writer plays the dashboard: a short transaction, again and again.
"""

import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any

from services.domain.vocabulary import Channel
from services.gateways.sandbox.config import SandboxConfig
from tests.bench.figures import Figure
from tests.bench.sandbox_process import sandbox_process
from tests.builders import SERVICE
from tests.faults.processes import clock_of
from tests.faults.site import Site
from tests.postgres_server import postgres_server
from tests.waiting import PATIENCE, wait_until
from tests.worlds import world

LIMIT = 3000
SECONDS = 70.0
"""Longer than the minute that the limit is about."""
LATENCY = 0.1
WRITE_EVERY = 0.02


@dataclass(frozen=True, kw_only=True)
class Run:
    """What the sandbox counted, and how long each write took (seconds)."""

    traffic: dict[str, Any]
    waits: list[float]

    @property
    def rate(self) -> float:
        """Letters a second."""
        return float((self.traffic["taken"] - 1) / self.traffic["seconds"])

    @property
    def p99(self) -> float:
        """Milliseconds."""
        return quantiles(self.waits, n=100)[98] * 1000


def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        one = _run(f"sqlite:///{folder}/letters.sqlite3", Path(folder), workers=1)
    with tempfile.TemporaryDirectory() as folder, postgres_server() as url:
        two = _run(url, Path(folder), workers=2)
    for words, run in (("one worker, SQLite", one), ("two workers, PostgreSQL", two)):
        print(
            f"  {words}: {run.rate:.1f} letters a second, at most {run.traffic['most_in_a_minute']} "
            f"a minute, {run.traffic['refused']} refused; {len(run.waits)} writes, p99 {run.p99:.0f} ms"
        )
    most = (two.traffic["most_in_a_minute"] + two.traffic["refused"]) / LIMIT
    return [
        Figure(name="dispatch_rate_of_limit", value=one.rate / (LIMIT / 60), unit="share", bound=">= 0.9"),
        Figure(name="dispatch_two_workers_of_limit", value=most, unit="share", bound="<= 1"),
        Figure(name="web_write_p99_ms_under_worker", value=max(one.p99, two.p99), unit="ms", bound="<= 1000"),
    ]


def _run(database_url: str, folder: Path, *, workers: int) -> Run:
    config = SandboxConfig(speed=1, latency=LATENCY, notify_posts_a_minute=LIMIT)
    with ExitStack() as running:
        sandbox = running.enter_context(sandbox_process(config))
        made = running.enter_context(world(database_url, sandbox.base_url, clock=clock_of(folder)))
        site = Site(world=made, sandbox=sandbox, folder=folder, count=workers)
        running.callback(site.kill_all)
        ids = [made.letter(Channel.E) for _ in range(int(LIMIT / 60 * SECONDS))]
        made.send(*ids)
        site.start(tick=0.5)
        wait_until(lambda: sandbox.http.get("/sandbox/traffic").json()["taken"] > LIMIT / 60)
        with _writing(site) as waits:
            end = time.monotonic() + SECONDS + PATIENCE
            while time.monotonic() < end and _taken(site) < len(ids):
                time.sleep(0.5)
        return Run(traffic=sandbox.http.get("/sandbox/traffic").json(), waits=waits)


def _taken(site: Site) -> int:
    return int(site.sandbox.http.get("/sandbox/traffic").json()["taken"])


@contextmanager
def _writing(site: Site) -> Iterator[list[float]]:
    waits: list[float] = []
    over = threading.Event()

    def write() -> None:
        store, clock = site.world.app.store, site.world.clock
        while not over.wait(WRITE_EVERY):
            began = time.perf_counter()
            with store.begin(SERVICE.id) as uow:
                uow.settings.put("bench", len(waits), by="bench", at=clock.now())
                uow.commit()
            waits.append(time.perf_counter() - began)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield waits
    finally:
        over.set()
        writer.join()

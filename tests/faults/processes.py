"""What runs in processes of its own: the worker as it is, and a user's click, ended where a test says so.

They are forked from a server that has imported all this once, so that a test starts dozens of them.
"""

import logging
import os
import resource
import signal
import sys
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path

from services import crash_points
from services.bootstrap import Application, build
from services.crash_points import CrashPoint
from services.documents.plain_press import PlainPress
from services.settings import Settings
from services.worker import Worker
from tests.builders import SERVICE, USERS
from tests.faults.shared_clock import SharedClock


class Stop(StrEnum):
    """What becomes of the first process that comes to a crash point."""

    KILLED = "killed"
    HELD = "held"
    """The one thread waits until the test lets it go; the others go on."""
    DISK_FULL = "disk full"
    """From then on it can't make a file longer."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All that a process needs to know. `stops`: what happens at which point, once."""

    settings: Settings
    folder: Path
    stops: Mapping[CrashPoint, Stop] = field(default_factory=dict)


def clock_of(folder: Path) -> SharedClock:
    return SharedClock(folder / "clock")


def mark_of(folder: Path, point: CrashPoint) -> Path:
    """The file that is there once a process has come to the point; it holds the process's id."""
    return folder / f"reached {point.name}"


def release_of(folder: Path, point: CrashPoint) -> Path:
    """The file that lets go of what is held at the point."""
    return folder / f"go on {point.name}"


def work(plan: Plan) -> None:
    """Be a worker until SIGTERM."""
    with _wired(plan) as application:
        worker = Worker(application)
        signal.signal(signal.SIGTERM, lambda _number, _frame: worker.stop())
        worker.run()


def send(plan: Plan, user_id: str, letter_ids: Collection[str]) -> None:
    """Be the dashboard at the moment when this user presses Send; what came of it goes into the log."""
    [user] = [user for user in USERS if user.id == user_id]
    with _wired(plan) as application:
        done = application.batch.sending.send(SERVICE.id, user, letter_ids)
        logging.getLogger("send").info("%s", done)


def _wired(plan: Plan) -> Application:
    _say_what_happens(plan.folder)
    os.environ["TZ"] = "Europe/London"  # so that summer time would be met with
    time.tzset()
    crash_points.arm(partial(_stop, plan))
    return build(plan.settings, clock=clock_of(plan.folder), renderer=PlainPress())


def _say_what_happens(folder: Path) -> None:
    log = os.open(folder / "log", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(log, sys.stderr.fileno())
    format_ = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(level=logging.INFO, format=format_, force=True)
    for quiet in ("apscheduler", "httpx", "alembic"):
        logging.getLogger(quiet).setLevel(logging.ERROR)


def _stop(plan: Plan, point: CrashPoint) -> None:
    stop = plan.stops.get(point)
    if stop is None:
        return
    fresh = plan.folder / f"{os.getpid()} {time.monotonic_ns()}"
    fresh.write_text(str(os.getpid()))
    try:
        os.link(fresh, mark_of(plan.folder, point))  # whole at once, and only for the first
    except FileExistsError:
        return
    match stop:
        case Stop.KILLED:
            os.kill(os.getpid(), signal.SIGKILL)
        case Stop.HELD:
            while not release_of(plan.folder, point).exists():
                time.sleep(0.02)
        case Stop.DISK_FULL:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))

"""Whether the worker runs: what it writes of itself, and what a page makes of that."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Lock
from typing import Any, Final

from services.ports.store import UnitOfWork

LATE_AFTER: Final = timedelta(seconds=15)
STOPPED_AFTER: Final = timedelta(minutes=1)


class WorkerState(StrEnum):
    """What the dot in the header shows."""

    RUNNING = "running"
    LATE = "late"
    STOPPED = "stopped"


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkerHealth:
    """The youngest heartbeat of all workers, and why channels are paused, by gateway."""

    state: WorkerState
    beat_at: datetime | None
    paused: Mapping[str, str]


@dataclass(kw_only=True, slots=True)
class Pulse:
    """What one worker knows of itself. Its jobs run in several threads."""

    facts: dict[str, Any]
    _lock: Lock = field(default_factory=Lock)

    def succeeded(self, gateway: str, at: datetime) -> None:
        """The provider answered."""
        with self._lock:
            self.facts["last_success"] = {**self.facts.get("last_success", {}), gateway: at.isoformat()}
            self.facts["paused"] = {k: v for k, v in self.facts.get("paused", {}).items() if k != gateway}

    def failed(self, gateway: str, why: str) -> None:
        """The provider can't be used, and why."""
        with self._lock:
            self.facts["paused"] = {**self.facts.get("paused", {}), gateway: why}

    def snapshot(self) -> dict[str, Any]:
        with self._lock:
            return dict(self.facts)


def worker_health(uow: UnitOfWork, now: datetime) -> WorkerHealth:
    """The state of the workers as their heartbeats tell it."""
    beats = uow.settings.beats()
    if not beats:
        return WorkerHealth(state=WorkerState.STOPPED, beat_at=None, paused={})
    beat_at, facts = max(beats.values(), key=lambda beat: beat[0])
    silence = now - beat_at
    state = WorkerState.RUNNING if silence < LATE_AFTER else WorkerState.LATE
    return WorkerHealth(
        state=WorkerState.STOPPED if silence > STOPPED_AFTER else state,
        beat_at=beat_at,
        paused=facts.get("paused", {}),
    )

"""Whether the worker runs: what it writes of itself, and what a page makes of that."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Lock
from typing import Any, Final

from services.pace import rests
from services.ports.store import UnitOfWork

LATE_AFTER: Final = timedelta(seconds=15)
STOPPED_AFTER: Final = timedelta(minutes=1)
FAULT_STANDS: Final = timedelta(minutes=5)


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
    _faults: dict[tuple[str, str], tuple[datetime, str]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def rested(self, gateway: str, job: str) -> None:
        """A round of this job ended without an error."""
        with self._lock:
            self._faults.pop((gateway, job), None)

    def answered(self, gateway: str, at: datetime) -> None:
        """The provider answered."""
        with self._lock:
            self.facts["last_success"] = {**self.facts.get("last_success", {}), gateway: at.isoformat()}

    def failed(self, gateway: str, job: str, at: datetime, why: str) -> None:
        """The provider can't be used for this job, and why. It stands until a round of the job goes well."""
        with self._lock:
            self._faults[gateway, job] = (at, why)

    def snapshot(self, now: datetime) -> dict[str, Any]:
        """What the heartbeat says. A fault that was not met again for some minutes is over."""
        with self._lock:
            paused = {
                gateway: why for (gateway, _), (at, why) in self._faults.items() if now - at < FAULT_STANDS
            }
            return {**self.facts, "paused": paused}


def worker_health(uow: UnitOfWork, now: datetime) -> WorkerHealth:
    """The state of the workers as their heartbeats tell it, and which channels rest."""
    beats = uow.settings.beats()
    resting = {state.gateway: state.reason for state in uow.pacing.states().values() if rests(state, now)}
    if not beats:
        return WorkerHealth(state=WorkerState.STOPPED, beat_at=None, paused=resting)
    beat_at = max(at for at, _ in beats.values())
    paused: dict[str, str] = {}
    for at, facts in sorted(beats.values(), key=lambda beat: beat[0]):
        if beat_at - at < LATE_AFTER:  # several workers may run, and each knows its own faults
            paused |= facts.get("paused", {})
    silence = abs(now - beat_at)  # a beat from the future: the clock was set back
    state = WorkerState.RUNNING if silence < LATE_AFTER else WorkerState.LATE
    return WorkerHealth(
        state=WorkerState.STOPPED if silence > STOPPED_AFTER else state,
        beat_at=beat_at,
        paused=paused | resting,
    )

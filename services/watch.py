"""What the Worker page shows: each delivery provider's queue and state, the workers, and stray reports."""

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from services.access import Permission, check
from services.audit import note
from services.domain.audit import Deed
from services.domain.people import User
from services.health import WorkerHealth, worker_health
from services.ports.clock import Clock
from services.ports.gateway import Gateway
from services.ports.letters import Queue, StrayReport
from services.ports.pacing import GatewayState
from services.ports.store import Store, UnitOfWork

log = logging.getLogger(__name__)

MOST_STRAYS: Final = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class GatewayWatch:
    """One provider: what waits there, whether letters go to it, and why not."""

    name: str
    label: str
    queue: Queue
    state: GatewayState
    why: str
    answered_at: datetime | None

    @property
    def paused(self) -> bool:
        return self.why != ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Beat:
    """A worker's last sign of life."""

    worker: str
    at: datetime
    host: str
    pid: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """All of the page at one moment; the workers with the youngest sign of life first."""

    health: WorkerHealth
    beats: list[Beat]
    gateways: list[GatewayWatch]
    strays: list[StrayReport]


def watch(uow: UnitOfWork, now: datetime, gateways: Mapping[str, Gateway]) -> Watch:
    """How everything stands, in one read."""
    beats = uow.settings.beats()
    health, queues, states = worker_health(uow, now), uow.attempts.queues(), uow.pacing.states()
    told = [
        Beat(worker=key, at=at, host=each.get("host", ""), pid=each.get("pid", 0))
        for key, (at, each) in beats.items()
    ]
    answers = _answers(facts for _, facts in beats.values())
    return Watch(
        health=health,
        beats=sorted(told, key=lambda beat: beat.at, reverse=True),
        gateways=[
            _gateway(gateway, queues, states, health.paused.get(name, ""), answers.get(name))
            for name, gateway in gateways.items()
        ],
        strays=uow.events.strays(MOST_STRAYS),
    )


def retry_now(store: Store, clock: Clock, service_id: str, user: User, gateway: Gateway) -> int:
    """End the rest that we took ourselves: one letter tries the provider at once. Returns how many wait.

    A pause that the provider asked for stays, and so does the settle time of what is in doubt. Raises
    NotAllowed by role.
    """
    check(user, Permission.RETRY_WORKER)
    now = clock.now()
    with store.begin(service_id) as uow:
        state = uow.pacing.state(gateway.name)
        if state.opened_at:
            uow.pacing.save(replace(state, rest_until=now, probe_until=None))
        hastened = uow.attempts.hasten(
            gateway=gateway.name, now=now, settled_before=now - gateway.capabilities.settle
        )
        note(uow, now, user.id, Deed.RETRY, gateway=gateway.label)
        uow.commit()
    log.info("%s had %s retried at once, %d letters", user.id, gateway.name, hastened)
    return hastened


def settle_strays(store: Store, clock: Clock, service_id: str, user: User, ids: Collection[str]) -> None:
    """Somebody has seen to these reports: they are kept, and no longer listed. Raises NotAllowed by role."""
    check(user, Permission.RETRY_WORKER)
    with store.begin(service_id) as uow:
        for stray_id in ids:
            uow.events.settle_stray(stray_id, by=user.id, at=clock.now())
        note(uow, clock.now(), user.id, Deed.SETTLE_REPORT, reports=len(ids))
        uow.commit()


def _answers(told: Iterable[Mapping[str, Any]]) -> dict[str, datetime]:
    """When each provider last answered any of the workers, by gateway."""
    latest: dict[str, datetime] = {}
    for facts in told:
        for gateway, at in facts.get("last_success", {}).items():
            moment = datetime.fromisoformat(at)
            latest[gateway] = max(moment, latest.get(gateway, moment))
    return latest


def _gateway(
    gateway: Gateway,
    queues: Mapping[str, Queue],
    states: Mapping[str, GatewayState],
    why: str,
    answered: datetime | None,
) -> GatewayWatch:
    name = gateway.name
    state = states.get(name) or GatewayState(gateway=name)
    known = [at for at in (state.answered_at, answered) if at]
    return GatewayWatch(
        name=name,
        label=gateway.label,
        queue=queues.get(name) or Queue(gateway=name),
        state=state,
        why=why,
        answered_at=max(known, default=None),
    )

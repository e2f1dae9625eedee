"""A small service in a real store, wired as a process is: real use cases, real gateways, a clock that is set.

with world(database_url, sandbox.base_url) as service:
    letter_id = service.queued(Channel.E)
    service.dispatch(Channel.E)
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from services.bootstrap import Application, build, prepare_store
from services.dispatch import Dispatcher
from services.documents.plain_press import PlainPress
from services.domain.errors import Temporary
from services.domain.letter import Attempt, Event, Letter
from services.domain.people import Service
from services.domain.vocabulary import AttemptState, Channel
from services.handover import Handover
from services.letters import add_to_batch
from services.ports.gateway import Gateway
from services.ports.letters import Scope
from services.ports.store import UnitOfWork
from services.reconcile import Reconciler
from services.settings import Settings
from tests import builders
from tests.builders import ADMIN, PRACTICE, SERVICE, TEMPLATES, USERS
from tests.clock import FakeClock

PATIENT = builders.patient(id="patient", mobile="07700 900123", nhs_number="9990000107")
"""A patient for whom the sandbox has no course of its own: whatever goes to them is delivered."""

GATEWAYS = {Channel.GP: "docman", Channel.E: "notify_sms", Channel.H: "notify_letter"}


def settle_in(uow: UnitOfWork, service: Service = SERVICE) -> None:
    """Write the service with its people; the caller commits."""
    uow.people.add_service(service)
    uow.people.save_users(USERS)
    uow.people.save_practices([PRACTICE])
    uow.people.save_templates(TEMPLATES)
    uow.people.save_patients([PATIENT])


def never() -> bool:
    """Nobody asks the worker to stop."""
    return False


@dataclass(frozen=True, kw_only=True)
class World:
    """One service, and the worker's two jobs done by hand."""

    app: Application
    clock: FakeClock

    def letter(self, channel: Channel = Channel.PRINT, **changes: Any) -> str:
        """A letter in the batch; returns its id."""
        now = self.clock.now()
        written: dict[str, Any] = {"patient": PATIENT, "created_at": now, "status_at": now} | changes
        letter = builders.letter(channel, **written)
        with self.app.store.begin(SERVICE.id) as uow:
            add_to_batch(uow, [letter])
            uow.commit()
        return letter.id

    def send(self, *letter_ids: str) -> None:
        done = self.app.batch.sending.send(SERVICE.id, ADMIN, letter_ids)
        assert [result.outcome for result in done.results] == ["done"] * len(letter_ids), done

    def queued(self, channel: Channel, **changes: Any) -> str:
        """A letter that was sent by the user and waits for the worker; returns its id."""
        letter_id = self.letter(channel, **changes)
        self.send(letter_id)
        return letter_id

    def get(self, letter_id: str) -> Letter:
        with self.app.store.read(SERVICE.id) as uow:
            [letter] = uow.letters.get([letter_id], Scope())
        return letter

    def attempt(self, letter_id: str) -> Attempt:
        """The letter's newest attempt."""
        with self.app.store.read(SERVICE.id) as uow:
            return uow.attempts.of_letters([letter_id])[-1]

    def history(self, letter_id: str) -> list[Event]:
        with self.app.store.read(SERVICE.id) as uow:
            return uow.events.of_letter(letter_id)

    def states(self) -> dict[AttemptState, int]:
        with self.app.store.read(SERVICE.id) as uow:
            return uow.attempts.count_by_state()

    def gateway(self, channel: Channel) -> Gateway:
        return self.app.gateways[GATEWAYS[channel]]

    def dispatcher(
        self,
        channel: Channel,
        *,
        owner: str = "worker",
        gateway: Gateway | None = None,
        stop: Callable[[], bool] = never,
    ) -> Dispatcher:
        carrier = gateway or self.gateway(channel)
        handover = Handover(
            store=self.app.store,
            clock=self.clock,
            settings=self.app.settings,
            service_id=SERVICE.id,
            gateway=carrier,
        )
        return Dispatcher(handover=handover, gateway=carrier, owner=owner, stop=stop)

    def dispatch(self, channel: Channel, gateway: Gateway | None = None) -> int:
        """A round of the worker; 0 where the provider could not be reached."""
        try:
            return self.dispatcher(channel, gateway=gateway).round()
        except Temporary:
            return 0

    def reconcile(self, channel: Channel, gateway: Gateway | None = None) -> int:
        reconciler = Reconciler(
            store=self.app.store,
            clock=self.clock,
            settings=self.app.settings,
            gateway=gateway or self.gateway(channel),
            service_id=SERVICE.id,
            stop=never,
        )
        return reconciler.round()


def settings_for(database_url: str, sandbox_url: str, **changes: Any) -> Settings:
    """Settings of a process that speaks with a sandbox."""
    urls = {"notify_base_url": sandbox_url, "docman_base_url": f"{sandbox_url}/docman"}
    patient = {"gateway_timeout": 11}  # a busy machine takes its time
    return Settings(**{"database_url": database_url, "service_id": SERVICE.id, **urls, **patient, **changes})


@contextmanager
def world(
    database_url: str,
    sandbox_url: str = "http://127.0.0.1:9",
    *,
    clock: FakeClock | None = None,
    **changes: Any,
) -> Iterator[World]:
    """A service in an empty database; `changes` replace settings."""
    settings = settings_for(database_url, sandbox_url, **changes)
    prepare_store(settings)
    clock = clock or FakeClock()
    with build(settings, clock=clock, renderer=PlainPress()) as app:
        with app.store.begin(SERVICE.id) as uow:
            settle_in(uow)
            uow.commit()
        yield World(app=app, clock=clock)

"""One service with its users, wired as a process is, on a clock that the test moves."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from services.batch.results import Outcome
from services.bootstrap import Application, build, prepare_store
from services.domain.letter import Attempt, Event, Letter, Patient
from services.domain.prints import Print
from services.domain.vocabulary import AttemptState, Channel
from services.gateways.base import HttpGateway
from services.gateways.docman import DocmanConnect
from services.gateways.notify import NotifyLetter, NotifySms
from services.handover import Handover
from services.letters import add_to_batch
from services.ports.gateway import Gateway, Report
from services.ports.letters import Scope
from services.reports import apply
from services.settings import Settings
from services.store.unit_of_work import SqlUnitOfWork
from tests import builders
from tests.builders import ADMIN, NOON, PRACTICE, SERVICE, TEMPLATES, USERS
from tests.press import InterruptedPress

ADAPTERS: Final[dict[Channel, type[HttpGateway]]] = {
    Channel.GP: DocmanConnect,
    Channel.E: NotifySms,
    Channel.H: NotifyLetter,
}
FIRST_WORD: Final = {Channel.GP: "accepted", Channel.E: "created", Channel.H: "pending-virus-check"}
FAILURE: Final = {Channel.GP: "4005", Channel.E: "permanent-failure", Channel.H: "validation-failed"}
POLL_PAUSE: Final = timedelta(hours=1)


@dataclass
class HandClock:
    """Stands until a test moves it."""

    time: datetime = NOON

    def now(self) -> datetime:
        return self.time

    def pass_by(self, **length: float) -> None:
        self.time += timedelta(**length)


@dataclass
class World:
    """What a test asks of the service: letters in, and how they stand."""

    app: Application
    clock: HandClock
    press: InterruptedPress
    service_id: str = SERVICE.id
    serial: int = 0

    @contextmanager
    def work(self) -> Iterator[SqlUnitOfWork]:
        """A transaction of the test's own, committed at its end."""
        with self.app.store.begin(self.service_id) as uow:
            yield uow
            uow.commit()

    def add(self, channel: Channel = Channel.PRINT, **values: Any) -> str:
        """A pending letter to a patient of its own; returns its id."""
        self.serial += 1
        person = values.pop("patient", None) or builders.patient()
        person = replace(
            person, nhs_number=builders.nhs_number(self.serial), surname=f"{person.surname}{self.serial}"
        )
        new = builders.letter(channel, patient=person, **values)
        with self.work() as uow:
            uow.people.save_patients([new.patient])
            add_to_batch(uow, [new])
        return new.id

    def letter(self, letter_id: str) -> Letter:
        with self.app.store.read(self.service_id) as uow:
            [found] = uow.letters.get([letter_id], Scope())
        return found

    def status(self, letter_id: str) -> str:
        """Channel and status as one word: "e.sent"."""
        return self.letter(letter_id).row.key

    def events(self, letter_id: str) -> list[Event]:
        with self.app.store.read(self.service_id) as uow:
            return uow.events.of_letter(letter_id)

    def steps(self, letter_id: str) -> list[str]:
        """The statuses that the letter went through, as its history tells."""
        return [
            str(event.to_status) for event in self.events(letter_id) if event.kind in ("created", "status")
        ]

    def attempts(self, letter_id: str) -> list[Attempt]:
        with self.app.store.read(self.service_id) as uow:
            return uow.attempts.of_letters([letter_id])

    def prints(self, user_id: str) -> list[Print]:
        with self.app.store.read(self.service_id) as uow:
            return uow.access.recent_prints(user_id, self.clock.now() - timedelta(days=1))

    def pdf(self, document_id: str) -> bytes:
        with self.app.store.read(self.service_id) as uow:
            return uow.documents.get([document_id])[document_id].pdf

    def edit_patient(self, letter_id: str, **changes: Any) -> Patient:
        changed = replace(self.letter(letter_id).patient, **changes)
        with self.work() as uow:
            uow.people.save_patients([changed])
        return changed

    def gateway(self, channel: Channel) -> Gateway:
        return next(gateway for gateway in self.app.gateways.values() if gateway.channel is channel)

    def accepted(self, letter_id: str) -> Attempt:
        """Hand the letter's queued attempt over, as the worker records it; returns it as it stands then."""
        queued = self.attempts(letter_id)[-1]
        gateway = self.gateway(queued.channel)
        with self.work() as uow:
            claimed = uow.attempts.claim(
                state=AttemptState.READY,
                gateways=[gateway.name],
                owner="test",
                now=self.clock.now(),
                lease=timedelta(minutes=1),
                limit=100,
            )
        [attempt] = [each for each in claimed if each.id == queued.id]
        handover = Handover(
            store=self.app.store,
            clock=self.clock,
            settings=self.app.settings,
            service_id=self.service_id,
            gateway=gateway,
        )
        handover.taken(attempt, self.says(attempt, FIRST_WORD[attempt.channel]))
        return self.attempts(letter_id)[-1]

    def says(self, attempt: Attempt, code: str, **more: Any) -> Report:
        """What the attempt's delivery provider says by one of its codes, as its adapter reads it."""
        adapter = ADAPTERS[attempt.channel]
        told: dict[str, Any] = {
            "provider_id": f"provider-{attempt.id}",
            "reference": attempt.reference,
            "at": self.clock.now(),
        }
        return adapter.report(code, {}, **told | more)

    def report(self, attempt: Attempt, code: str, **more: Any) -> bool:
        """Apply what the provider says of this attempt; returns whether the letter's status changed."""
        with self.work() as uow:
            current = uow.attempts.get([attempt.id])[attempt.id]
            now = self.clock.now()
            return apply(uow, current, self.says(attempt, code, **more), now=now, poll_at=now + POLL_PAUSE)

    def fail(self, letter_id: str) -> Attempt:
        """The provider takes the letter's queued attempt and then says that it failed."""
        attempt = self.accepted(letter_id)
        assert self.report(attempt, FAILURE[attempt.channel])
        return attempt

    def sent(self, channel: Channel, **values: Any) -> tuple[str, Attempt]:
        """A new letter that a user sent and the provider has taken; its id and attempt."""
        letter_id = self.add(channel, **values)
        [result] = self.app.batch.sending.send(self.service_id, ADMIN, [letter_id]).results
        assert result.outcome is Outcome.DONE, result
        return letter_id, self.accepted(letter_id)


@contextmanager
def world_on(database_url: str, **configured: Any) -> Iterator[World]:
    """An empty database becomes a service with users of every role."""
    settings = Settings(database_url=database_url, service_id=SERVICE.id, **configured)
    prepare_store(settings)
    clock, press = HandClock(), InterruptedPress()
    with build(settings, clock=clock, renderer=press) as app:
        world = World(app=app, clock=clock, press=press)
        with world.work() as uow:
            uow.people.add_service(SERVICE)
            uow.people.save_users(USERS)
            uow.people.save_practices([PRACTICE])
            uow.people.save_templates(TEMPLATES)
        yield world

"""Providers that take nothing for a while, workers that stood still, and attempts that a user has ended."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from services.dispatch import NOT_SENT_AFTER
from services.domain.errors import LostRace, Temporary
from services.domain.vocabulary import NOT_SENT, AttemptState, Cause, Channel, Status
from services.ports.gateway import Report
from services.ports.letters import Scope
from services.transition import Change, transition
from tests.builders import ADMIN, SERVICE
from tests.contract.watched_gateway import WatchedGateway
from tests.sandbox_server import SandboxServer, sandbox_fixture  # noqa: F401 – pytest finds the fixture here
from tests.worlds import World, world


@pytest.fixture
def service(database_url: str, sandbox: SandboxServer) -> Iterator[World]:
    with world(database_url, sandbox.base_url) as made:
        yield made


class Refusing(WatchedGateway):
    """Takes nothing, and asks for a pause where it is told to."""

    def __init__(self, service: World, pause: timedelta | None = None) -> None:
        super().__init__(service.gateway(Channel.E), before=self._refuse)
        self.calls = 0
        self._pause = pause

    def _refuse(self) -> None:
        self.calls += 1
        raise Temporary("It could not be reached.", retry_after=self._pause)


def test_after_a_weekend_without_a_worker_one_refusal_fails_no_letter(service: World) -> None:
    letter_ids = [service.queued(Channel.E) for _ in range(3)]
    service.clock.advance(timedelta(days=3))
    refusing = Refusing(service)
    for _ in range(2):
        service.dispatch(Channel.E, refusing)
    assert {service.get(letter_id).status for letter_id in letter_ids} == {Status.QUEUED}
    service.clock.advance(timedelta(minutes=1))
    assert service.dispatch(Channel.E) == 1, "one tries whether the provider is back"
    assert service.dispatch(Channel.E) == 2


def test_a_letter_is_given_up_a_day_after_its_first_try(service: World) -> None:
    letter_id = service.queued(Channel.E)
    refusing = Refusing(service)
    service.dispatch(Channel.E, refusing)
    service.clock.advance(NOT_SENT_AFTER - timedelta(minutes=1))
    service.dispatch(Channel.E, refusing)
    assert service.get(letter_id).status is Status.QUEUED
    service.clock.advance(timedelta(minutes=2))
    service.dispatch(Channel.E, refusing)
    letter = service.get(letter_id)
    assert (letter.status, letter.reason_code) == (Status.FAILED, NOT_SENT)


def test_a_day_begins_anew_when_the_provider_was_reached(service: World, sandbox: SandboxServer) -> None:
    """Its look-up found nothing, so the letter goes out again: it is not the one that nobody would take."""
    sandbox.script("error-once", gateway="sms")
    letter_id = service.queued(Channel.E)
    service.dispatch(Channel.E, Refusing(service))
    service.clock.advance(NOT_SENT_AFTER - timedelta(minutes=5))
    service.dispatch(Channel.E)
    assert service.attempt(letter_id).state is AttemptState.IN_DOUBT
    service.clock.advance(timedelta(minutes=10))
    service.dispatch(Channel.E)
    assert service.attempt(letter_id).unreachable_since is None
    assert service.attempt(letter_id).state is AttemptState.ACCEPTED


def test_a_provider_that_asks_for_a_pause_gets_it_from_all_letters(service: World) -> None:
    for _ in range(50):
        service.queued(Channel.E)
    refusing = Refusing(service, pause=timedelta(minutes=1))
    for _ in range(10):
        service.dispatch(Channel.E, refusing)
        service.clock.advance(1)
    assert 1 <= refusing.calls <= service.app.settings.calls_at_once


def test_an_attempt_that_a_user_has_ended_is_not_sent_after_its_look_up(
    service: World, sandbox: SandboxServer
) -> None:
    """The patient has opened the link, so it was accepted after all; then staff chose to print it."""
    sandbox.script("error-once", gateway="sms")
    letter_id = service.queued(Channel.E)
    service.dispatch(Channel.E)
    attempt = service.attempt(letter_id)
    service.clock.advance(timedelta(minutes=5))
    with service.app.store.begin(SERVICE.id) as uow:
        [letter] = uow.letters.get([letter_id], Scope())
        opened = Change(letter=letter, to=Status.ACCESSED, cause=Cause.PORTAL, at=service.clock.now())
        assert transition(uow, [opened]) == {letter_id}
        uow.commit()

    class Interrupted(WatchedGateway):
        def find(self, reference: str) -> list[Report]:
            keeping = service.app.batch.keeping
            keeping.change_channel(SERVICE.id, ADMIN, [letter_id], Channel.PRINT)
            return []

    interrupted = Interrupted(service.gateway(Channel.E))
    service.dispatch(Channel.E, interrupted)
    service.clock.advance(timedelta(minutes=5))
    service.dispatch(Channel.E, interrupted)
    assert interrupted.sent == []
    assert service.get(letter_id).row.key == "print.pending"
    with service.app.store.begin(SERVICE.id) as uow, pytest.raises(LostRace):
        uow.attempts.record(attempt, unless_ended=True, tries=9)

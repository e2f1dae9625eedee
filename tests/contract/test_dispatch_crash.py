"""Workers killed, overtaken or stopped at any step: docs/faults.md rows 1 to 6, 21, 26, 27, 33 and 35."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest

from services.domain.errors import OutcomeUnknown, StoreUnavailable
from services.domain.vocabulary import AttemptState, Channel, Status
from services.ports.gateway import Report
from services.reconcile import take_report
from services.store.unit_of_work import SqlUnitOfWork
from tests.builders import SERVICE
from tests.contract.watched_gateway import DiskFull, Fuse, Killed, WatchedGateway, burning_at_commits
from tests.sandbox_server import SandboxServer, sandbox_fixture  # noqa: F401 – pytest finds the fixture here
from tests.waiting import PATIENCE
from tests.worlds import World, world

LEASE, SETTLE = 45.0, 60.0
STEPS_OF_A_ROUND = 10  # two claims, IN_DOUBT and the record are committed; one call: before and after each


@pytest.fixture
def service(database_url: str, sandbox: SandboxServer) -> Iterator[World]:
    with world(database_url, sandbox.base_url) as made:
        yield made


@pytest.fixture
def sqlite_service(tmp_path_factory: pytest.TempPathFactory, sandbox: SandboxServer) -> Iterator[World]:
    with world(f"sqlite:///{tmp_path_factory.mktemp('db') / 'letters.db'}", sandbox.base_url) as made:
        yield made


def die_at(service: World, channel: Channel, step: int, ending: type[BaseException]) -> Fuse:
    """A round that ends at the given step, counted from 1."""
    fuse = Fuse(steps=step, ending=ending)
    watched = WatchedGateway(service.gateway(channel), before=fuse.burn, after=fuse.burn)
    with burning_at_commits(fuse), suppress(ending, StoreUnavailable):
        service.dispatcher(channel, owner="first", gateway=watched).round()
    return fuse


def recover(service: World, channel: Channel) -> None:
    """A fresh worker; at first all is still leased or settling."""
    for pause in (0, LEASE, SETTLE - LEASE, SETTLE):
        service.clock.advance(pause)
        service.dispatcher(channel, owner="second").round()


def report(service: World, letter_id: str, code: str, status: Status, provider_id: str = "") -> Report:
    attempt = service.attempt(letter_id)
    return Report(
        gateway=attempt.gateway,
        code=code,
        status=status,
        provider_id=provider_id or attempt.provider_id,
        reference=attempt.reference,
        at=service.clock.now(),
    )


def take(service: World, said: Report) -> bool:
    app = service.app
    return take_report(app.store, service.clock, app.settings, SERVICE.id, said)


def accepted_id(sandbox: SandboxServer, reference: str) -> str:
    [acceptance] = sandbox.ledger(reference)
    return str(acceptance["provider_id"])


@pytest.mark.parametrize("ending", [Killed, DiskFull])
@pytest.mark.parametrize("step", range(1, STEPS_OF_A_ROUND + 1))
def test_a_worker_that_ends_at_any_step_leaves_one_acceptance(
    service: World, sandbox: SandboxServer, step: int, ending: type[BaseException]
) -> None:
    """Rows 3 to 6 and 33."""
    letter_id = service.queued(Channel.H)
    assert die_at(service, Channel.H, step, ending).steps <= 0
    assert service.get(letter_id).status in (Status.QUEUED, Status.SENT_FOR_PROCESSING)
    recover(service, Channel.H)
    attempt, letter = service.attempt(letter_id), service.get(letter_id)
    assert attempt.provider_id == accepted_id(sandbox, attempt.reference)
    assert (attempt.state, letter.status) == (AttemptState.ACCEPTED, Status.SENT_FOR_PROCESSING)
    assert not letter.in_doubt


@pytest.mark.parametrize("channel", [Channel.GP, Channel.E])
def test_two_ends_one_after_the_other(
    sqlite_service: World, sandbox: SandboxServer, channel: Channel
) -> None:
    service = sqlite_service
    for first in range(1, STEPS_OF_A_ROUND + 1):
        for second in range(1, STEPS_OF_A_ROUND + 1, 3):
            letter_id = service.queued(channel)
            die_at(service, channel, first, Killed)
            service.clock.advance(SETTLE)
            die_at(service, channel, second, Killed)
            service.clock.advance(SETTLE)
            recover(service, channel)
            attempt = service.attempt(letter_id)
            assert attempt.provider_id == accepted_id(sandbox, attempt.reference), (first, second)


def test_a_click_that_is_cut_off_queues_or_does_not(service: World, sandbox: SandboxServer) -> None:
    """Rows 1 and 2: before the commit nothing is sent, after it all is."""
    outcomes = set()
    for step in range(1, 5):  # the document is stored, then the letter is queued
        letter_id = service.letter(Channel.E)
        with burning_at_commits(Fuse(steps=step)), suppress(Killed):
            service.send(letter_id)
        status = service.get(letter_id).status
        service.dispatch(Channel.E)
        with service.app.store.read(SERVICE.id) as uow:
            attempts = uow.attempts.of_letters([letter_id])
        sent = sum(len(sandbox.ledger(attempt.reference)) for attempt in attempts)
        outcomes.add((step, status, sent))
    pending, queued = (Status.PENDING, 0), (Status.QUEUED, 1)
    assert outcomes == {(1, *pending), (2, *pending), (3, *pending), (4, *queued)}


def test_two_workers_share_a_queue(service: World, sandbox: SandboxServer) -> None:
    """Row 26."""
    letter_ids = [service.letter(Channel.E) for _ in range(30)]
    service.send(*letter_ids)
    together = Barrier(2)

    def work(owner: str) -> list[str]:
        watched = WatchedGateway(service.gateway(Channel.E))
        dispatcher = service.dispatcher(Channel.E, owner=owner, gateway=watched)
        together.wait(PATIENCE)
        while dispatcher.round():
            pass
        return watched.sent

    with ThreadPoolExecutor(2) as threads:
        calls = [reference for sent in threads.map(work, ["one", "two"]) for reference in sent]
    calls += work_left(service)
    references = sorted(service.attempt(letter_id).reference for letter_id in letter_ids)
    assert sorted(calls) == references
    assert sorted(acceptance["reference"] for acceptance in sandbox.ledger()) == references


def work_left(service: World) -> list[str]:
    """What both passed over while the other was claiming it (PostgreSQL skips locked rows)."""
    watched = WatchedGateway(service.gateway(Channel.E))
    service.dispatcher(Channel.E, gateway=watched).round()
    return watched.sent


def test_a_worker_that_wakes_too_late_writes_nothing(service: World, sandbox: SandboxServer) -> None:
    """Row 27: paused between the call and the record, until another worker has adopted the letter."""
    letter_id = service.queued(Channel.E)

    def sleep() -> None:
        service.clock.advance(SETTLE)
        service.dispatcher(Channel.E, owner="second").round()
        take(service, report(service, letter_id, "delivered", Status.DELIVERED))

    paused = WatchedGateway(service.gateway(Channel.E), after=sleep)
    service.dispatcher(Channel.E, owner="first", gateway=paused).round()
    attempt = service.attempt(letter_id)
    assert (attempt.fence, attempt.state, attempt.last_code) == (2, AttemptState.ACCEPTED, "delivered")
    assert service.get(letter_id).status is Status.DELIVERED
    assert attempt.provider_id == accepted_id(sandbox, attempt.reference)


def test_a_worker_that_was_held_up_before_the_call_does_not_make_it(
    service: World, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row 27: the commit of IN_DOUBT took longer than the lease; another worker may be looking it up."""
    letter_id = service.queued(Channel.E)
    watched = WatchedGateway(service.gateway(Channel.E))
    commit = SqlUnitOfWork.commit

    def slow_commit(uow: SqlUnitOfWork) -> None:
        commit(uow)
        if service.attempt(letter_id).state is AttemptState.IN_DOUBT:
            service.clock.advance(LEASE)

    monkeypatch.setattr(SqlUnitOfWork, "commit", slow_commit)
    service.dispatcher(Channel.E, gateway=watched).round()
    monkeypatch.undo()
    assert watched.sent == []
    recover(service, Channel.E)
    assert service.attempt(letter_id).provider_id == accepted_id(
        sandbox, service.attempt(letter_id).reference
    )


def test_a_receipt_before_the_id_is_recorded_is_matched_by_the_reference(
    service: World, sandbox: SandboxServer
) -> None:
    """Row 21: the process ended between the call and the record, and the receipt comes before the look-up."""
    letter_id = service.queued(Channel.E)
    die_at(service, Channel.E, 8, Killed)
    reference = service.attempt(letter_id).reference
    said = report(service, letter_id, "delivered", Status.DELIVERED, accepted_id(sandbox, reference))
    assert take(service, said)
    recover(service, Channel.E)
    attempt = service.attempt(letter_id)
    assert (attempt.state, attempt.provider_id) == (AttemptState.ACCEPTED, accepted_id(sandbox, reference))
    assert service.get(letter_id).status is Status.DELIVERED


@pytest.mark.parametrize("answer", ["read", "lost"])
def test_a_receipt_during_the_call_ends_the_doubt(
    service: World, sandbox: SandboxServer, answer: str
) -> None:
    """Row 21: the receipt overtakes the answer, which may even be lost."""
    letter_id = service.queued(Channel.E)

    def overtake() -> None:
        reference = service.attempt(letter_id).reference
        take(
            service,
            report(service, letter_id, "delivered", Status.DELIVERED, accepted_id(sandbox, reference)),
        )
        if answer == "lost":
            raise OutcomeUnknown("The connection broke off.")

    watched = WatchedGateway(service.gateway(Channel.E), after=overtake)
    service.dispatcher(Channel.E, gateway=watched).round()
    recover(service, Channel.E)
    letter, attempt = service.get(letter_id), service.attempt(letter_id)
    assert (letter.status, letter.in_doubt) == (Status.DELIVERED, False)
    assert (attempt.state, attempt.last_code) == (AttemptState.ACCEPTED, "delivered")
    assert len(sandbox.ledger(attempt.reference)) == 1


def test_a_receipt_stops_the_letter_from_being_sent_again(service: World, sandbox: SandboxServer) -> None:
    """The look-up found nothing (the provider lagged beyond the settle time); then the receipt comes."""
    sandbox.script("lookup-lags", gateway="sms")
    letter_id = service.queued(Channel.E)
    service.dispatch(Channel.E)
    service.clock.advance(SETTLE)
    # Stopped right after the look-up, before the second call.
    die_at(service, Channel.E, 5, Killed)
    attempt = service.attempt(letter_id)
    assert attempt.state is AttemptState.READY
    said = report(service, letter_id, "delivered", Status.DELIVERED, accepted_id(sandbox, attempt.reference))
    assert take(service, said)
    recover(service, Channel.E)
    assert len(sandbox.ledger(attempt.reference)) == 1
    assert service.attempt(letter_id).state is AttemptState.ACCEPTED


def test_at_sigterm_the_rest_is_given_back(service: World, sandbox: SandboxServer) -> None:
    """Row 35: what was only claimed is free at once for another worker."""
    letter_ids = [service.letter(Channel.E) for _ in range(30)]
    service.send(*letter_ids)
    watched = WatchedGateway(service.gateway(Channel.E))
    begun = service.dispatcher(Channel.E, gateway=watched, stop=lambda: len(watched.sent) >= 2).round()
    assert 2 <= begun <= 2 + service.app.settings.calls_at_once
    assert service.states() == {AttemptState.ACCEPTED: begun, AttemptState.READY: 30 - begun}
    assert service.dispatcher(Channel.E, owner="second").round() == 30 - begun
    references = [acceptance["reference"] for acceptance in sandbox.ledger()]
    assert len(references) == len(set(references)) == 30

"""Letters go to providers that fail: docs/faults.md rows 7 to 14, 25, 28, 29 and 31, against the sandbox."""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import update

from services.domain.errors import Temporary
from services.domain.verdict import OUTCOME_UNKNOWN, Answer, verdict
from services.domain.vocabulary import Action, AttemptState, Channel, Status
from services.pace import FIRST_REST, LONGEST_REST
from services.store.tables import documents
from tests.builders import SERVICE
from tests.contract.dispatch_cases import (
    CHANNELS,
    SETTLE,
    acceptances,
    gateway,
    is_in_doubt,
    script,
    service_fixture,  # noqa: F401 – pytest finds the fixture here
)
from tests.contract.watched_gateway import WatchedGateway
from tests.sandbox_server import HANGING, SandboxServer, sandbox_fixture  # noqa: F401 – pytest finds the fixture here
from tests.worlds import World, world


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_letter_is_handed_over_once(service: World, sandbox: SandboxServer, channel: Channel) -> None:
    letter_id = service.queued(channel)
    assert [service.dispatch(channel), service.dispatch(channel)] == [1, 0]
    attempt = service.attempt(letter_id)
    [acceptance] = sandbox.ledger(attempt.reference)
    assert (attempt.state, attempt.provider_id) == (AttemptState.ACCEPTED, acceptance["provider_id"])


@pytest.mark.parametrize("course", ["error-accepted", "unreadable", "error-once"])
@pytest.mark.parametrize("channel", CHANNELS)
def test_an_unknown_outcome_is_looked_up_after_the_settle_time(
    service: World, sandbox: SandboxServer, channel: Channel, course: str
) -> None:
    """Rows 11 and 14: what the provider has is adopted; what it has not goes out with the same reference."""
    script(sandbox, channel, course)
    letter_id = service.queued(channel)
    service.dispatch(channel)
    first = service.attempt(letter_id)
    accepted = 0 if course == "error-once" else 1
    assert is_in_doubt(service, letter_id)
    service.clock.advance(SETTLE - 1)
    assert service.dispatch(channel) == 0
    assert acceptances(service, sandbox, letter_id) == accepted
    service.clock.advance(1)
    service.dispatch(channel)
    attempt = service.attempt(letter_id)
    assert not is_in_doubt(service, letter_id)
    assert (attempt.id, attempt.reference, attempt.state) == (
        first.id,
        first.reference,
        AttemptState.ACCEPTED,
    )
    assert acceptances(service, sandbox, letter_id) == 1


@pytest.mark.parametrize("course", ["hangs", "hangs-accepted"])
@pytest.mark.parametrize("channel", CHANNELS)
def test_a_provider_that_hangs(service: World, sandbox: SandboxServer, channel: Channel, course: str) -> None:
    """Rows 7 and 8: the call that hangs is given up; the look-up after it has all the time it needs."""
    script(sandbox, channel, course)
    letter_id = service.queued(channel)
    service.dispatch(channel, gateway(sandbox.base_url, channel, gateway_timeout=HANGING))
    assert is_in_doubt(service, letter_id)
    assert acceptances(service, sandbox, letter_id) == (course == "hangs-accepted")
    service.clock.advance(SETTLE)
    service.dispatch(channel)
    assert service.attempt(letter_id).state is AttemptState.ACCEPTED
    assert acceptances(service, sandbox, letter_id) == 1


def test_a_look_up_that_lags_is_waited_for(tmp_path: Path, sandbox: SandboxServer) -> None:
    """Row 9: the sandbox shows the letter after 600 seconds; the settle time is longer."""
    sandbox.script("lookup-lags", gateway="sms")
    with world(f"sqlite:///{tmp_path / 'letters.db'}", sandbox.base_url, settle=700) as service:
        letter_id = service.queued(Channel.E)
        service.dispatch(Channel.E)
        for _ in range(6):
            service.clock.advance(100)
            sandbox.advance(100)
            assert service.dispatch(Channel.E) == 0
        service.clock.advance(100)
        service.dispatch(Channel.E)
        assert service.attempt(letter_id).state is AttemptState.ACCEPTED
        assert acceptances(service, sandbox, letter_id) == 1


def test_while_the_look_up_fails_nothing_is_sent(service: World, sandbox: SandboxServer) -> None:
    """Row 10: three look-ups answer 500, the fourth finds it; the questions become rarer."""
    sandbox.script("lookup-fails", gateway="sms")
    letter_id = service.queued(Channel.E)
    service.dispatch(Channel.E)
    service.clock.advance(SETTLE)
    for pause in (30, 45, 67.5):
        service.dispatch(Channel.E)
        assert is_in_doubt(service, letter_id)
        service.clock.advance(pause - 1)
        assert service.dispatch(Channel.E) == 0
        service.clock.advance(1)
    service.dispatch(Channel.E)
    assert service.attempt(letter_id).state is AttemptState.ACCEPTED
    assert acceptances(service, sandbox, letter_id) == 1


def test_an_outcome_that_is_never_known_is_shown_as_failed(service: World, sandbox: SandboxServer) -> None:
    """Held while the provider remembers, then Failed; re-sending it is confirmed by itself."""
    sandbox.script("error-accepted", gateway="sms")
    letter_id = service.queued(Channel.E)
    service.dispatch(Channel.E)
    mute = WatchedGateway(service.gateway(Channel.E))
    mute.fault = Temporary("Not now.")
    for _ in range(60):
        service.clock.advance(timedelta(hours=6))
        service.dispatch(Channel.E, mute)
    letter = service.get(letter_id)
    assert (letter.status, letter.reason_code) == (Status.FAILED, OUTCOME_UNKNOWN)
    assert not is_in_doubt(service, letter_id)
    assert letter.row.pending_group
    assert "check with GOV.UK Notify (SMS)" in letter.reason
    assert verdict(letter, Action.RESEND).answer is Answer.CONFIRM
    assert (mute.sent, len(mute.sought) < 30) == ([], True)
    assert acceptances(service, sandbox, letter_id) == 1


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_refused_connection_is_tried_again_without_look_up(
    service: World, sandbox: SandboxServer, channel: Channel, free_port: int
) -> None:
    """Row 12."""
    letter_id = service.queued(channel)
    unreachable = WatchedGateway(gateway(f"http://127.0.0.1:{free_port}", channel))
    with pytest.raises(Temporary):
        service.dispatcher(channel, gateway=unreachable).round()
    assert service.attempt(letter_id).state is AttemptState.READY
    assert not is_in_doubt(service, letter_id)
    assert service.dispatch(channel) == 0
    service.clock.advance(FIRST_REST)
    back = WatchedGateway(service.gateway(channel))
    service.dispatcher(channel, gateway=back).round()
    assert (unreachable.sought, back.sought, len(back.sent)) == ([], [], 1)
    assert acceptances(service, sandbox, letter_id) == 1


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_busy_provider_is_waited_for(service: World, sandbox: SandboxServer, channel: Channel) -> None:
    """Row 13: 429 with Retry-After, twice."""
    script(sandbox, channel, "busy")
    letter_id = service.queued(channel)
    for _ in range(2):
        service.dispatch(channel)
        assert service.attempt(letter_id).state is AttemptState.READY
        service.clock.advance(1.9)
        assert service.dispatch(channel) == 0
        service.clock.advance(0.1)
    service.dispatch(channel)
    assert acceptances(service, sandbox, letter_id) == 1


def test_a_long_wait_is_kept_to(service: World) -> None:
    letter_id = service.queued(Channel.E)

    refused: list[int] = []

    def refuse() -> None:
        refused.append(1)
        raise Temporary("Asks us to wait.", retry_after=timedelta(minutes=7))

    busy = WatchedGateway(service.gateway(Channel.E), before=refuse)
    service.dispatch(Channel.E, busy)
    other_id = service.queued(Channel.E)
    service.clock.advance(timedelta(minutes=7) - timedelta(seconds=1))
    assert service.dispatch(Channel.E, busy) == 0
    assert len(refused) == 1, "nor was the other letter tried"
    service.clock.advance(1)
    assert service.dispatch(Channel.E) == 2, "it asked for a pause, and needs no probe"
    assert service.attempt(other_id).state is AttemptState.ACCEPTED
    assert service.attempt(letter_id).tries == 1, "nothing was sent the first time"


def test_an_hour_without_the_provider_fails_no_letter(
    service: World, sandbox: SandboxServer, free_port: int
) -> None:
    """Row 16: one letter at a time tries it; then all go."""
    letter_ids = [service.queued(Channel.GP) for _ in range(5)]
    unreachable = WatchedGateway(gateway(f"http://127.0.0.1:{free_port}", Channel.GP))
    service.dispatch(Channel.GP, unreachable)
    for _ in range(120):
        before = len(unreachable.sent)
        service.dispatch(Channel.GP, unreachable)
        assert len(unreachable.sent) - before <= 1
        service.clock.advance(30)
    probes = len(unreachable.sent) - 5
    assert 60 / 5.5 <= probes <= 60 / 5 + 5, "ever less often, at last every five minutes"
    assert service.states() == {AttemptState.READY: 5}
    service.clock.advance(LONGEST_REST)
    assert service.dispatch(Channel.GP) == 1, "it is back: the probe goes"
    assert service.dispatch(Channel.GP) == 4
    assert [acceptances(service, sandbox, letter_id) for letter_id in letter_ids] == [1] * 5


def test_a_document_that_was_changed_is_not_sent(service: World, sandbox: SandboxServer) -> None:
    letter_id = service.queued(Channel.H)
    with service.app.store.engine.begin() as connection:
        connection.execute(update(documents).values(pdf=b"%PDF-1.7 another"))
    service.dispatch(Channel.H)
    letter = service.get(letter_id)
    assert (letter.status, letter.reason_code) == (Status.FAILED, "document-changed")
    assert acceptances(service, sandbox, letter_id) == 0


def test_past_its_memory_a_provider_that_finds_nothing_says_nothing(
    service: World, sandbox: SandboxServer
) -> None:
    """A worker that stood still for longer than Notify remembers: held as unknown, never sent again."""
    sandbox.script("error-accepted", gateway="sms")
    letter_id = service.queued(Channel.E)
    service.dispatch(Channel.E)
    service.clock.advance(timedelta(days=8))
    forgetful = WatchedGateway(service.gateway(Channel.E), finds=[])
    service.dispatch(Channel.E, forgetful)
    letter = service.get(letter_id)
    assert (letter.status, letter.reason_code) == (Status.FAILED, OUTCOME_UNKNOWN)
    assert (forgetful.sent, acceptances(service, sandbox, letter_id)) == ([], 1)


def test_two_hits_are_one_letter_and_a_warning(service: World, sandbox: SandboxServer) -> None:
    """Row 25."""
    sandbox.script("error-accepted", gateway="sms")
    letter_id = service.queued(Channel.E)
    service.dispatch(Channel.E)
    sandbox.send_sms(service.attempt(letter_id).reference, phone="07700900124")
    service.clock.advance(SETTLE)
    watched = WatchedGateway(service.gateway(Channel.E))
    service.dispatcher(Channel.E, gateway=watched).round()
    assert watched.sent == []
    assert service.attempt(letter_id).state is AttemptState.ACCEPTED
    assert "Possible duplicate" in service.get(letter_id).warning
    assert acceptances(service, sandbox, letter_id) == 2


@pytest.mark.parametrize("channel", [Channel.GP, Channel.H])
def test_what_is_handed_over_is_what_was_queued(
    service: World, sandbox: SandboxServer, channel: Channel
) -> None:
    """Rows 28 and 29: the letter is edited, rendered anew and removed after it was queued."""
    letter_id = service.queued(channel)
    attempt = service.attempt(letter_id)
    with service.app.store.begin(SERVICE.id) as uow:
        uow.letters.patch([letter_id], title="Edited", removed_at=service.clock.now())
        uow.commit()
    service.app.rendering.ensure(SERVICE.id, [service.get(letter_id)])
    assert service.get(letter_id).document_id != attempt.document_id
    service.dispatch(channel)
    [acceptance] = sandbox.ledger(attempt.reference)
    with service.app.store.read(SERVICE.id) as uow:
        snapshot = uow.documents.get([attempt.document_id])[attempt.document_id]
    assert acceptance["sha256"] == attempt.sha256 == sha256(snapshot.pdf).hexdigest()
    sandbox.advance(3600)
    service.clock.advance(3600)
    service.reconcile(channel)
    assert service.get(letter_id).status in (Status.DELIVERED, Status.POSTED)
    assert [event.to_status for event in service.history(letter_id)][-1] in (Status.DELIVERED, Status.POSTED)


def test_a_clock_that_is_set_back_sends_nothing_twice(service: World, sandbox: SandboxServer) -> None:
    """Row 31."""
    sandbox.script("error-accepted", gateway="sms")
    letter_id = service.queued(Channel.E)
    service.dispatch(Channel.E)
    service.clock.advance(timedelta(hours=-1))
    for _ in range(4):
        service.dispatch(Channel.E)
        service.clock.advance(timedelta(minutes=30))
    assert service.attempt(letter_id).state is AttemptState.ACCEPTED
    assert acceptances(service, sandbox, letter_id) == 1
    assert not service.get(letter_id).in_doubt

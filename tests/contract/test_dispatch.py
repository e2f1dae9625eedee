"""Letters go to providers that fail: docs/faults.md rows 7 to 17, 24 and 25, against the sandbox."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from services.dispatch import MOST_TRIES, PAUSE
from services.domain.errors import Misconfigured, Temporary
from services.domain.verdict import OUTCOME_UNKNOWN, Answer, verdict
from services.domain.vocabulary import Action, AttemptState, Badge, Channel, Status
from services.gateways.registry import gateways
from services.ports.gateway import Gateway
from tests import builders
from tests.builders import PRACTICE, SERVICE
from tests.contract.watched_gateway import WatchedGateway
from tests.sandbox_server import SandboxServer, sandbox_fixture  # noqa: F401 – pytest finds the fixture here
from tests.worlds import GATEWAYS, PATIENT, World, settings_for, world

CHANNELS = (Channel.GP, Channel.E, Channel.H)
SETTLE = 60.0


@pytest.fixture
def service(tmp_path: Path, sandbox: SandboxServer) -> Iterator[World]:
    with world(f"sqlite:///{tmp_path / 'letters.db'}", sandbox.base_url) as made:
        yield made


@pytest.fixture
def hasty(tmp_path: Path, sandbox: SandboxServer) -> Iterator[World]:
    """A service that waits for an answer for a second only."""
    with world(f"sqlite:///{tmp_path / 'letters.db'}", sandbox.base_url, gateway_timeout=1) as made:
        yield made


def script(sandbox: SandboxServer, channel: Channel, course: str) -> None:
    sandbox.script(course, gateway={Channel.GP: "gp", Channel.E: "sms", Channel.H: "letter"}[channel])


def gateway(base_url: str, channel: Channel, **changes: object) -> Gateway:
    return gateways(settings_for("sqlite://", base_url, **changes))[GATEWAYS[channel]]


def acceptances(service: World, sandbox: SandboxServer, letter_id: str) -> int:
    return len(sandbox.ledger(service.attempt(letter_id).reference))


def is_in_doubt(service: World, letter_id: str) -> bool:
    letter, attempt = service.get(letter_id), service.attempt(letter_id)
    doubtful = attempt.state is AttemptState.IN_DOUBT
    assert letter.in_doubt is doubtful
    assert (letter.badge is Badge.IN_DOUBT) is doubtful
    assert not doubtful or letter.status is Status.QUEUED
    return doubtful


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
def test_a_provider_that_hangs(hasty: World, sandbox: SandboxServer, channel: Channel, course: str) -> None:
    """Rows 7 and 8."""
    script(sandbox, channel, course)
    letter_id = hasty.queued(channel)
    hasty.dispatch(channel)
    assert is_in_doubt(hasty, letter_id)
    assert acceptances(hasty, sandbox, letter_id) == (course == "hangs-accepted")
    hasty.clock.advance(SETTLE)
    hasty.dispatch(channel)
    assert hasty.attempt(letter_id).state is AttemptState.ACCEPTED
    assert acceptances(hasty, sandbox, letter_id) == 1


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
        service.dispatcher(Channel.E, gateway=mute).round()
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
    service.dispatcher(channel, gateway=unreachable).round()
    assert service.attempt(letter_id).state is AttemptState.READY
    assert not is_in_doubt(service, letter_id)
    assert service.dispatch(channel) == 0
    service.clock.advance(2)
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

    def refuse() -> None:
        raise Temporary("Asks us to wait.", retry_after=timedelta(minutes=7))

    busy = WatchedGateway(service.gateway(Channel.E), before=refuse)
    service.dispatcher(Channel.E, gateway=busy).round()
    service.clock.advance(timedelta(minutes=7) - timedelta(seconds=1))
    assert service.dispatch(Channel.E) == 0
    service.clock.advance(1)
    assert service.dispatch(Channel.E) == 1
    assert service.attempt(letter_id).tries == 2


def test_a_letter_that_docman_refuses_is_failed(service: World, sandbox: SandboxServer) -> None:
    """Row 15: a DC code; nothing is tried again."""
    closed = replace(PRACTICE, ods_code="Y90998")
    with service.app.store.begin(SERVICE.id) as uow:
        uow.people.save_practices([closed])
        uow.commit()
    letter_id = service.queued(Channel.GP)
    service.dispatch(Channel.GP)
    service.clock.advance(timedelta(days=1))
    assert service.dispatch(Channel.GP) == 0
    letter = service.get(letter_id)
    assert (letter.status, letter.reason_code) == (Status.FAILED, "DC02")
    assert letter.reason
    assert letter.row.pending_group
    assert service.attempt(letter_id).state is AttemptState.ENDED
    assert acceptances(service, sandbox, letter_id) == 0


def test_a_message_that_notify_refuses_is_failed(service: World, sandbox: SandboxServer) -> None:
    """Row 15: 400, since there is no such template."""
    letter_id = service.queued(Channel.E)
    wrong = gateway(sandbox.base_url, Channel.E, notify_sms_template="00000000-0000-4000-8000-000000000bad")
    service.dispatcher(Channel.E, gateway=wrong).round()
    letter = service.get(letter_id)
    assert (letter.status, letter.reason_code) == (Status.FAILED, "BadRequestError")
    assert "Template" in letter.reason
    assert acceptances(service, sandbox, letter_id) == 0


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_refusal_of_our_key_pauses_the_channel(
    service: World, sandbox: SandboxServer, channel: Channel
) -> None:
    """Row 15: 403 is about us; no letter fails, and those behind the first are not even tried."""
    letter_ids = [service.queued(channel) for _ in range(3)]
    script(sandbox, channel, "forbidden")
    refused = WatchedGateway(service.gateway(channel))
    with pytest.raises(Misconfigured):
        service.dispatcher(channel, gateway=refused).round()
    assert len(refused.sent) == 1
    assert service.states() == {AttemptState.READY: 3}
    service.clock.advance(PAUSE - timedelta(seconds=1))
    assert service.dispatch(channel) == 0
    service.clock.advance(1)
    script(sandbox, channel, "delivers")
    assert service.dispatch(channel) == 3
    assert [acceptances(service, sandbox, letter_id) for letter_id in letter_ids] == [1, 1, 1]


@pytest.mark.parametrize("channel", [Channel.E, Channel.H])
def test_a_letter_that_the_provider_never_takes_is_failed(
    service: World, sandbox: SandboxServer, channel: Channel
) -> None:
    """Row 17: 500 at each try, nothing accepted."""
    script(sandbox, channel, "error")
    letter_id = service.queued(channel)
    watched = WatchedGateway(service.gateway(channel))
    for _ in range(2 * MOST_TRIES):
        service.dispatcher(channel, gateway=watched).round()
        service.clock.advance(SETTLE)
    letter = service.get(letter_id)
    assert (letter.status, letter.reason_code, letter.in_doubt) == (Status.FAILED, "not-sent", False)
    assert f"Tried {MOST_TRIES} times" in letter.reason
    assert letter.row.pending_group
    assert len(watched.sent) == MOST_TRIES
    assert acceptances(service, sandbox, letter_id) == 0


def test_a_provider_that_is_always_busy_is_given_up(service: World, sandbox: SandboxServer) -> None:
    """Row 17: the day's limit is used up."""
    sandbox.script("daily-limit", gateway="sms")
    letter_id = service.queued(Channel.E)
    for _ in range(2 * MOST_TRIES):
        service.dispatch(Channel.E)
        service.clock.advance(timedelta(minutes=10))
    letter = service.get(letter_id)
    assert (letter.status, letter.reason_code) == (Status.FAILED, "429")
    assert f"Tried {MOST_TRIES} times" in letter.reason


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_look_up_with_the_wrong_key_is_no_answer(
    service: World, sandbox: SandboxServer, channel: Channel
) -> None:
    """Row 24: refused is not the same as absent."""
    script(sandbox, channel, "error-accepted")
    letter_id = service.queued(channel)
    service.dispatch(channel)
    service.clock.advance(SETTLE)
    wrong_keys = {
        "notify_api_key": "wrong-00000000-0000-4000-8000-000000000001-99999999-9999-4999-8999-999999999999",
        "docman_client_secret": "wrong",
    }
    wrong = WatchedGateway(gateway(sandbox.base_url, channel, **wrong_keys))
    with pytest.raises(Misconfigured):
        service.dispatcher(channel, gateway=wrong).round()
    assert is_in_doubt(service, letter_id)
    assert (len(wrong.sought), wrong.sent) == (1, [])
    assert acceptances(service, sandbox, letter_id) == 1


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


def test_a_resend_is_a_new_attempt_with_a_new_reference(service: World, sandbox: SandboxServer) -> None:
    patient = replace(PATIENT, mobile="07700 900001")  # for whom the sandbox reports a permanent failure
    with service.app.store.begin(SERVICE.id) as uow:
        uow.people.save_patients([patient])
        uow.commit()
    letter_id = service.queued(Channel.E)
    service.dispatch(Channel.E)
    first = service.attempt(letter_id)
    sandbox.advance(60)
    service.clock.advance(60)
    service.reconcile(Channel.E)
    assert service.get(letter_id).status is Status.FAILED
    service.app.batch.sending.resend(SERVICE.id, builders.ADMIN, [letter_id])
    service.dispatch(Channel.E)
    second = service.attempt(letter_id)
    assert (second.number, second.reference != first.reference) == (2, True)
    assert [len(sandbox.ledger(each.reference)) for each in (first, second)] == [1, 1]

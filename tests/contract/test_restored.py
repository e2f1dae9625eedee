"""A restored store carries on where the former one was, and sends nothing that that one may have sent."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.bootstrap import back_up, put_back
from services.domain.verdict import OUTCOME_UNKNOWN
from services.domain.vocabulary import AttemptState, Channel, Status
from services.restored import Restored
from tests import builders
from tests.builders import ADMIN, SERVICE
from tests.clock import FakeClock
from tests.contract.watched_gateway import WatchedGateway
from tests.sandbox_server import SandboxServer, sandbox_fixture  # noqa: F401 – pytest finds the fixture here
from tests.worlds import World, world

SETTLE, HOUR, DAY = timedelta(seconds=61), timedelta(hours=1), timedelta(days=1)
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def service(tmp_path: Path, sandbox: SandboxServer) -> Iterator[World]:
    clock = FakeClock(datetime.now(UTC))
    with world(f"sqlite:///{tmp_path / 'letters.db'}", sandbox.base_url, clock=clock) as made:
        yield made


@pytest.fixture
def backup(service: World, tmp_path: Path) -> Path:
    return tmp_path / "backup"


def save(service: World, file: Path) -> None:
    back_up(service.app.settings, file)


def restore(service: World, file: Path) -> None:
    service.app.store.close()
    put_back(service.app.settings, file)
    service.clock.advance(SETTLE)


def sent_anew(service: World, letter_id: str, channel: Channel = Channel.E) -> int:
    """How often the worker calls the provider for the letter from now on, until it is accepted."""
    watched = WatchedGateway(service.gateway(channel))
    for _ in range(2):
        service.dispatcher(channel, gateway=watched).round()
    assert service.attempt(letter_id).state is AttemptState.ACCEPTED
    return len(watched.sent)


def status_later(service: World, sandbox: SandboxServer, letter_id: str) -> Status:
    sandbox.advance(HOUR.total_seconds())
    service.clock.advance(HOUR)
    service.reconcile(Channel.E)
    return service.get(letter_id).status


@pytest.mark.parametrize("channel", [Channel.GP, Channel.E, Channel.H])
def test_what_was_pending_and_is_sent_by_now_is_found(
    service: World, sandbox: SandboxServer, backup: Path, channel: Channel
) -> None:
    letter_id = service.letter(channel)
    save(service, backup)
    service.send(letter_id)
    service.dispatch(channel)
    reference = service.attempt(letter_id).reference
    restore(service, backup)
    assert service.get(letter_id).status is Status.PENDING
    service.send(letter_id)
    assert service.attempt(letter_id).reference == reference
    assert sent_anew(service, letter_id, channel) == 0
    assert len(sandbox.ledger()) == 1


@pytest.mark.parametrize("went", [True, False])
def test_what_was_queued_is_looked_up_first(
    service: World, sandbox: SandboxServer, backup: Path, went: bool
) -> None:
    letter_id = service.queued(Channel.E)
    save(service, backup)
    if went:
        service.dispatch(Channel.E)
    restore(service, backup)
    assert service.attempt(letter_id).state is AttemptState.IN_DOUBT
    assert sent_anew(service, letter_id) == (0 if went else 1)
    assert len(sandbox.ledger()) == 1
    assert status_later(service, sandbox, letter_id) is Status.DELIVERED


def test_each_of_several_attempts_is_found_again(
    service: World, sandbox: SandboxServer, backup: Path
) -> None:
    """The former store sent the letter, it failed, and somebody sent it again."""
    letter_id = service.letter(Channel.E)
    save(service, backup)
    sandbox.script("permanent-failure", gateway="sms")
    service.send(letter_id)
    service.dispatch(Channel.E)
    assert status_later(service, sandbox, letter_id) is Status.FAILED
    sandbox.script("delivers", gateway="sms")
    resend(service, letter_id)
    service.dispatch(Channel.E)
    restore(service, backup)
    service.send(letter_id)
    assert sent_anew(service, letter_id) == 0
    assert status_later(service, sandbox, letter_id) is Status.FAILED
    resend(service, letter_id)
    assert sent_anew(service, letter_id) == 0
    assert status_later(service, sandbox, letter_id) is Status.DELIVERED
    assert len(sandbox.ledger()) == 2


def test_a_letter_that_is_brought_again_is_found(
    service: World, sandbox: SandboxServer, backup: Path
) -> None:
    save(service, backup)
    first = service.queued(Channel.E, reference="WTT-again")
    service.dispatch(Channel.E)
    restore(service, backup)
    again = service.queued(Channel.E, reference="WTT-again")
    assert again != first
    assert sent_anew(service, again) == 0
    assert len(sandbox.ledger()) == 1


def test_past_the_providers_memory_somebody_has_to_say_so(
    service: World, sandbox: SandboxServer, backup: Path
) -> None:
    letter_id = service.letter(Channel.E)
    save(service, backup)
    restore(service, backup)
    service.clock.advance(8 * DAY)
    service.send(letter_id)
    service.dispatch(Channel.E)
    letter = service.get(letter_id)
    assert (letter.status, letter.reason_code) == (Status.FAILED, OUTCOME_UNKNOWN)
    assert sandbox.ledger() == []
    resend(service, letter_id, confirmed=[letter_id])
    assert sent_anew(service, letter_id) == 1


def test_a_new_letter_is_looked_up_for_as_long_as_it_may_be_an_old_one() -> None:
    restored = Restored(backup_at=NOW - DAY, restored_at=NOW)
    old = builders.letter(created_at=NOW - 30 * DAY)
    new = builders.letter(created_at=NOW + DAY)
    doubt = AttemptState.IN_DOUBT
    assert restored.first_state(old, NOW + 900 * DAY) == {"state": doubt, "doubt_since": NOW - DAY}
    assert restored.first_state(new, NOW + 2 * DAY) == {"state": doubt, "doubt_since": NOW + 2 * DAY}
    assert restored.first_state(new, NOW + 91 * DAY) == {}


def test_another_store_has_other_references(service: World, tmp_path: Path) -> None:
    letter_id = service.queued(Channel.E, reference="WTT-same")
    with world(f"sqlite:///{tmp_path / 'other.db'}") as other:
        assert other.attempt(other.queued(Channel.E, reference="WTT-same")).reference != (
            service.attempt(letter_id).reference
        )


def resend(service: World, letter_id: str, confirmed: list[str] | None = None) -> None:
    [result] = service.app.batch.sending.resend(
        SERVICE.id, ADMIN, [letter_id], confirmed=confirmed or []
    ).results
    assert result.outcome == "done", result

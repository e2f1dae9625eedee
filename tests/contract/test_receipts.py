"""Reports that come by themselves: matched, taken once, or set aside (docs/faults.md rows 20 to 22)."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from sqlalchemy import select

from services.domain.errors import LostRace
from services.domain.letter import Attempt
from services.domain.verdict import POSSIBLE_DUPLICATE
from services.domain.vocabulary import AttemptState, Channel
from services.ports.gateway import Report
from services.reconcile import take_report
from services.store.running_tables import stray_reports
from tests.builders import ADMIN, SERVICE
from tests.contract.batch_world import World, world_on
from tests.waiting import PATIENCE

AT_ONCE = 20


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with world_on(database_url) as world:
        yield world


def take(world: World, report: Report) -> bool:
    return take_report(world.app.store, world.clock, world.app.settings, SERVICE.id, report)


def take_at_once(world: World, report: Report) -> Counter[str]:
    """The same receipt on many connections at once; how often it was taken, or has to come again."""
    start = Barrier(AT_ONCE)

    def receive(_: int) -> str:
        start.wait(PATIENCE)
        try:
            return "taken" if take(world, report) else "unknown"
        except LostRace:
            return "again"

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return Counter(pool.map(receive, range(AT_ONCE)))


def queued(world: World, channel: Channel) -> Attempt:
    """A letter whose attempt nobody has handed over yet."""
    letter_id = world.add(channel)
    world.app.batch.sending.send(SERVICE.id, ADMIN, [letter_id])
    [attempt] = world.attempts(letter_id)
    return attempt


@pytest.mark.parametrize(
    ("channel", "code", "status"),
    [
        (Channel.E, "delivered", "e.delivered"),
        (Channel.GP, "4002", "gp.sent"),
        (Channel.H, "returned-letter", "h.failed"),
    ],
)
def test_the_same_receipt_many_times_at_once_makes_one_event(
    world: World, channel: Channel, code: str, status: str
) -> None:
    letter_id, attempt = world.sent(channel)
    told = len(world.events(letter_id))
    answers = take_at_once(world, world.says(attempt, code))
    assert answers["taken"] >= 1
    assert answers["taken"] + answers["again"] == AT_ONCE
    assert len(world.events(letter_id)) == told + 1
    assert world.status(letter_id) == status


def test_receipts_that_only_make_history_are_kept_once_too(world: World) -> None:
    letter_id, attempt = world.sent(Channel.E)
    world.report(attempt, "delivered")
    world.clock.pass_by(minutes=1)
    told = len(world.events(letter_id))
    take_at_once(world, world.says(attempt, "permanent-failure"))
    assert len(world.events(letter_id)) == told + 1
    assert world.status(letter_id) == "e.delivered"


def test_a_receipt_is_matched_by_the_providers_id_or_by_our_reference(world: World) -> None:
    letter_id, attempt = world.sent(Channel.E)
    assert take(world, replace(world.says(attempt, "sending"), reference=""))
    assert world.status(letter_id) == "e.sent"
    assert take(world, replace(world.says(attempt, "delivered"), provider_id=""))
    assert world.status(letter_id) == "e.delivered"


def test_a_receipt_that_comes_before_the_id_is_recorded_is_not_lost(world: World) -> None:
    attempt = queued(world, Channel.E)
    assert take(world, world.says(attempt, "delivered"))
    [adopted] = world.attempts(attempt.letter_id)
    assert (adopted.state, adopted.provider_id) == (AttemptState.ACCEPTED, f"provider-{attempt.id}")
    assert world.status(attempt.letter_id) == "e.delivered"


def test_a_receipt_of_another_copy_warns_and_moves_nothing(world: World) -> None:
    """The provider has our reference twice: the copy that was adopted is the one that counts."""
    letter_id, attempt = world.sent(Channel.E)
    other = replace(world.says(attempt, "permanent-failure"), provider_id="the other copy")
    assert take(world, other)
    letter = world.letter(letter_id)
    assert (letter.row.key, letter.warning) == ("e.queued", POSSIBLE_DUPLICATE)
    assert take(world, world.says(attempt, "delivered"))
    assert world.status(letter_id) == "e.delivered"


@pytest.mark.parametrize("stranger", ["another id", "another gateway", "nothing"])
def test_a_receipt_of_no_letter_of_ours_is_set_aside(world: World, stranger: str) -> None:
    letter_id, attempt = world.sent(Channel.E)
    known = world.says(attempt, "delivered")
    receipt = {
        "another id": replace(known, provider_id="unknown", reference="unknown"),
        "another gateway": replace(known, gateway="docman"),
        "nothing": replace(known, provider_id="", reference=""),
    }[stranger]
    assert not take(world, receipt)
    assert world.status(letter_id) == "e.queued"
    with world.work() as uow:
        [kept] = uow.connection.execute(select(stray_reports)).all()
    assert (kept.gateway, kept.provider_id, kept.code) == (receipt.gateway, receipt.provider_id, "delivered")


def test_a_returned_letter_comes_back_with_its_reason(world: World) -> None:
    letter_id, attempt = world.sent(Channel.H)
    world.report(attempt, "received")
    assert world.status(letter_id) == "h.posted"
    receipt = world.app.receipts["returned-letters"](
        {
            "notification_id": attempt.provider_id,
            "reference": attempt.reference,
            "date_sent": "2026-11-20T10:00:00.000000Z",
        }
    )
    world.clock.pass_by(days=9)
    assert take(world, receipt)
    letter = world.letter(letter_id)
    assert (letter.row.key, letter.reason_code) == ("h.failed", "returned-letter")
    assert letter.reason
    assert world.events(letter_id)[-1].raw == {
        "id": attempt.provider_id, "reference": attempt.reference, "date_sent": "2026-11-20T10:00:00.000000Z",
    }  # fmt: skip

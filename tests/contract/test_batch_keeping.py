"""Change channel, remove, close and open again (docs/product.md section 2)."""

from collections.abc import Iterator

import pytest

from services.batch.results import BatchResult, Outcome
from services.domain.vocabulary import AttemptState, Channel
from services.listing.filters import Filters
from services.listing.sort import Sort
from tests.builders import ADMIN, PAPER_ONLY, SERVICE
from tests.contract.batch_world import World, world_on


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with world_on(database_url) as world:
        yield world


def outcomes(result: BatchResult) -> dict[str, Outcome]:
    return {each.letter_id: each.outcome for each in result.results}


def change(world: World, letter_id: str, channel: Channel) -> BatchResult:
    return world.app.batch.keeping.change_channel(SERVICE.id, ADMIN, [letter_id], channel)


def failed(world: World, channel: Channel = Channel.E) -> str:
    letter_id, attempt = world.sent(channel)
    assert world.report(attempt, "permanent-failure")
    return letter_id


def pending_group(world: World) -> list[str]:
    """What the table shows when it opens."""
    listing = world.app.listing(SERVICE.id)
    return [row.id for row in listing.page(ADMIN, Filters(), Sort(), 1, 100).rows]


def test_a_failed_letter_waits_again_on_another_channel(world: World) -> None:
    letter_id = failed(world)
    assert outcomes(change(world, letter_id, Channel.H)) == {letter_id: Outcome.DONE}
    letter = world.letter(letter_id)
    assert letter.row.key == "h.pending"
    assert (letter.attempt_id, letter.reason, letter.warning) == (None, "", "")
    event = world.events(letter_id)[-1]
    assert (event.from_status, event.to_status, event.cause) == ("failed", "pending", "change_channel")
    assert (event.channel, event.user_name) == (Channel.H, ADMIN.name)
    world.app.batch.sending.send(SERVICE.id, ADMIN, [letter_id])
    numbers = [(attempt.number, attempt.channel) for attempt in world.attempts(letter_id)]
    assert numbers == [(1, Channel.E), (2, Channel.H)]


def test_an_unviewed_letter_is_printed_instead(world: World) -> None:
    letter_id, attempt = world.sent(Channel.E)
    world.report(attempt, "delivered")
    assert outcomes(change(world, letter_id, Channel.PRINT)) == {letter_id: Outcome.DONE}
    assert world.status(letter_id) == "print.pending"


def test_a_letter_to_the_practice_is_made_anew_for_the_patient(world: World) -> None:
    letter_id = world.add(Channel.GP)
    world.app.batch.printing.download(SERVICE.id, ADMIN, [letter_id])
    old = world.letter(letter_id).document_id
    change(world, letter_id, Channel.H)
    world.app.batch.printing.download(SERVICE.id, ADMIN, [letter_id])
    assert world.letter(letter_id).document_id not in (None, old)


def test_a_channel_that_the_template_does_not_offer_is_refused(world: World) -> None:
    letter_id = world.add(template=PAPER_ONLY)
    result = change(world, letter_id, Channel.E)
    assert outcomes(result) == {letter_id: Outcome.SKIPPED}
    assert result.results[0].reason == "The template “Paper only” doesn't offer Patient electronic."
    assert world.status(letter_id) == "print.pending"


@pytest.mark.parametrize("channel", [Channel.GP, Channel.E, Channel.H])
def test_a_queued_letter_keeps_its_channel(world: World, channel: Channel) -> None:
    letter_id = world.add(channel)
    world.app.batch.sending.send(SERVICE.id, ADMIN, [letter_id])
    assert outcomes(change(world, letter_id, Channel.PRINT)) == {letter_id: Outcome.SKIPPED}
    assert [attempt.state for attempt in world.attempts(letter_id)] == [AttemptState.READY]


def test_a_removed_letter_is_gone_from_the_batch_but_its_history_stays(world: World) -> None:
    letter_id, kept = world.add(), world.add()
    remove = world.app.batch.keeping.remove
    assert outcomes(remove(SERVICE.id, ADMIN, [letter_id])) == {letter_id: Outcome.DONE}
    assert pending_group(world) == [kept]
    assert [event.kind for event in world.events(letter_id)] == ["created", "remove"]
    assert world.events(letter_id)[-1].user_name == ADMIN.name
    printing = world.app.batch.printing.print_letters(SERVICE.id, ADMIN, [letter_id])
    assert printing.results[0].reason == "It was removed from the batch."
    assert outcomes(remove(SERVICE.id, ADMIN, [letter_id])) == {letter_id: Outcome.SKIPPED}


def test_only_pending_letters_are_removed(world: World) -> None:
    ids = [world.sent(Channel.E)[0], failed(world)]
    result = world.app.batch.keeping.remove(SERVICE.id, ADMIN, ids)
    assert set(outcomes(result).values()) == {Outcome.SKIPPED}
    assert [world.letter(each).removed_at for each in ids] == [None, None]


def test_a_closed_letter_leaves_the_pending_group_and_keeps_its_status(world: World) -> None:
    letter_id = failed(world)
    assert pending_group(world) == [letter_id]
    world.clock.pass_by(hours=1)
    closing = world.app.batch.keeping.close(SERVICE.id, ADMIN, [letter_id], "Handed over in person.")
    assert outcomes(closing) == {letter_id: Outcome.DONE}
    assert pending_group(world) == []
    letter = world.letter(letter_id)
    assert (letter.row.key, letter.closed_note) == ("e.failed", "Handed over in person.")
    assert letter.closed_at == world.clock.now()
    assert world.events(letter_id)[-1].reason == "Handed over in person."
    listing = world.app.listing(SERVICE.id)
    closed = listing.page(ADMIN, Filters(status=frozenset({"closed"})), Sort(), 1, 100)
    assert [row.id for row in closed.rows] == [letter_id]


def test_a_closed_letter_is_opened_again_before_anything_else(world: World) -> None:
    letter_id = failed(world)
    keeping = world.app.batch.keeping
    keeping.close(SERVICE.id, ADMIN, [letter_id], "A note.")
    resend = world.app.batch.sending.resend
    assert outcomes(resend(SERVICE.id, ADMIN, [letter_id])) == {letter_id: Outcome.SKIPPED}
    assert outcomes(keeping.reopen(SERVICE.id, ADMIN, [letter_id])) == {letter_id: Outcome.DONE}
    assert pending_group(world) == [letter_id]
    letter = world.letter(letter_id)
    assert (letter.closed_at, letter.closed_note) == (None, "")
    assert outcomes(resend(SERVICE.id, ADMIN, [letter_id])) == {letter_id: Outcome.DONE}
    assert [event.kind for event in world.events(letter_id)][-3:] == ["close", "reopen", "status"]


def test_only_failed_letters_are_closed(world: World) -> None:
    pending, sent = world.add(), world.sent(Channel.GP)[0]
    result = world.app.batch.keeping.close(SERVICE.id, ADMIN, [pending, sent, "unknown"], "A note.")
    assert outcomes(result) == dict.fromkeys([pending, sent, "unknown"], Outcome.SKIPPED)
    assert [each.reason for each in result.results if not each.reason] == []

"""No way round the one-by-one confirmation of letters in doubt (docs/product.md section 2)."""

from collections.abc import Iterator

import pytest

from services.batch.results import BatchResult, Outcome
from services.domain.verdict import OUTCOME_UNKNOWN, PRINTERS_FAULT
from services.domain.vocabulary import Action, Cause, Channel, Status
from services.transition import Change, transition
from tests.builders import ADMIN, SERVICE
from tests.contract.batch_world import World, world_on

REASON = "Why it failed."


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with world_on(database_url) as world:
        yield world


def failed(world: World, channel: Channel = Channel.H, code: str = OUTCOME_UNKNOWN) -> str:
    """A letter that the worker could not hand over."""
    letter_id = world.add(channel)
    world.app.batch.sending.send(SERVICE.id, ADMIN, [letter_id])
    with world.work() as uow:
        change = Change(
            letter=world.letter(letter_id),
            to=Status.FAILED,
            cause=Cause.DISPATCH,
            at=world.clock.now(),
            code=code,
            reason=REASON,
        )
        assert transition(uow, [change]) == {letter_id}
    return letter_id


def outcome(result: BatchResult) -> Outcome:
    [one] = result.results
    return one.outcome


def change_channel(world: World, letter_id: str, channel: Channel, *, sure: bool = True) -> Outcome:
    keeping, confirmed = world.app.batch.keeping, [letter_id] if sure else []
    return outcome(keeping.change_channel(SERVICE.id, ADMIN, [letter_id], channel, confirmed=confirmed))


def select_all(world: World, letter_id: str) -> tuple[int, str]:
    """Print/Send selected with every tick but the letter's own: how many were asked about, and its status."""
    plan = world.app.batch.plan(SERVICE.id, ADMIN, [letter_id])
    world.app.batch.print_or_send(SERVICE.id, ADMIN, plan, resend=True)
    return len(plan.confirm), world.status(letter_id)


@pytest.mark.parametrize("code", [OUTCOME_UNKNOWN, PRINTERS_FAULT])
def test_a_doubt_goes_along_to_another_channel(world: World, code: str) -> None:
    letter_id = failed(world, code=code)
    assert change_channel(world, letter_id, Channel.E, sure=False) is Outcome.SKIPPED
    assert change_channel(world, letter_id, Channel.E) is Outcome.DONE
    assert world.letter(letter_id).reason == REASON
    assert select_all(world, letter_id) == (1, "e.pending")
    assert change_channel(world, letter_id, Channel.PRINT) is Outcome.DONE
    assert select_all(world, letter_id) == (1, "print.pending")
    printing = world.app.batch.printing
    assert outcome(printing.print_letters(SERVICE.id, ADMIN, [letter_id])) is Outcome.SKIPPED
    sure = printing.print_letters(SERVICE.id, ADMIN, [letter_id], confirmed=[letter_id])
    assert outcome(sure) is Outcome.DONE


@pytest.mark.parametrize("code", [OUTCOME_UNKNOWN, PRINTERS_FAULT])
def test_a_doubt_outlasts_a_printing(world: World, code: str) -> None:
    letter_id = failed(world, code=code)
    batch = world.app.batch
    asked = batch.second_thoughts(SERVICE.id, ADMIN, [letter_id], Action.PRINT)
    assert [each.letter_id for each in asked] == [letter_id]
    batch.printing.print_letters(SERVICE.id, ADMIN, [letter_id], confirmed=[letter_id])
    assert world.status(letter_id) == "h.printed"
    assert outcome(batch.sending.resend(SERVICE.id, ADMIN, [letter_id], again=True)) is Outcome.SKIPPED
    sure = batch.sending.resend(SERVICE.id, ADMIN, [letter_id], confirmed=[letter_id], again=True)
    assert outcome(sure) is Outcome.DONE
    assert (world.letter(letter_id).reason_code, world.letter(letter_id).reason) == ("", "")


def test_a_known_failure_is_left_behind_on_another_channel(world: World) -> None:
    """A text message that failed by a technical failure has nothing to do with a printer."""
    letter_id = failed(world, Channel.E, PRINTERS_FAULT)
    assert change_channel(world, letter_id, Channel.H, sure=False) is Outcome.DONE
    assert (world.letter(letter_id).reason_code, world.letter(letter_id).reason) == ("", "")
    assert select_all(world, letter_id) == (0, "h.queued")


def test_a_printed_letter_goes_on_saying_why_it_had_failed(world: World) -> None:
    letter_id = failed(world, Channel.E, "permanent-failure")
    world.app.batch.printing.print_letters(SERVICE.id, ADMIN, [letter_id])
    letter = world.letter(letter_id)
    assert (letter.row.key, letter.reason_code, letter.reason) == ("e.printed", "permanent-failure", REASON)

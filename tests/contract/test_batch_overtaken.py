"""What a user meant is what happens: nothing goes out that changed between the look and the click."""

from collections.abc import Iterator

import pytest
from sqlalchemy.exc import OperationalError

from services.batch import sending
from services.batch.results import BatchResult, Outcome
from services.domain.vocabulary import Channel
from services.store.unit_of_work import SqlUnitOfWork
from tests.builders import ADMIN, OTHER_ADMIN, SERVICE
from tests.contract.batch_world import World, world_on


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with world_on(database_url) as world:
        yield world


def failed(world: World, channel: Channel = Channel.H) -> str:
    letter_id, _ = world.sent(channel)
    world.report(world.attempts(letter_id)[-1], "permanent-failure")
    assert world.letter(letter_id).row.pending_group
    return letter_id


def outcomes(result: BatchResult) -> list[Outcome]:
    return [each.outcome for each in result.results]


def test_what_a_colleague_printed_meanwhile_is_not_sent_again(world: World) -> None:
    batch, letter_id = world.app.batch, failed(world)
    plan = batch.plan(SERVICE.id, ADMIN, [letter_id])
    batch.printing.print_letters(SERVICE.id, OTHER_ADMIN, [letter_id])
    assert outcomes(batch.print_or_send(SERVICE.id, ADMIN, plan, resend=True)) == [Outcome.SKIPPED]
    assert outcomes(batch.sending.resend(SERVICE.id, ADMIN, [letter_id])) == [Outcome.SKIPPED]
    assert (world.status(letter_id), len(world.attempts(letter_id))) == ("h.printed", 1)
    assert outcomes(batch.sending.resend(SERVICE.id, ADMIN, [letter_id], again=True)) == [Outcome.DONE]


def test_who_confirms_a_first_sending_does_not_send_again(world: World) -> None:
    """The patient has died: it is confirmed by itself, and a colleague was faster."""
    batch, letter_id = world.app.batch, world.add(Channel.E)
    world.edit_patient(letter_id, deceased=True)
    plan = batch.plan(SERVICE.id, ADMIN, [letter_id])
    batch.sending.send(SERVICE.id, OTHER_ADMIN, [letter_id], confirmed=[letter_id])
    world.fail(letter_id)
    assert outcomes(batch.print_or_send(SERVICE.id, ADMIN, plan, confirmed=[letter_id])) == [Outcome.SKIPPED]
    assert (world.status(letter_id), len(world.attempts(letter_id))) == ("e.failed", 1)


@pytest.mark.parametrize("correction", [{"address": ("2 New Road", "ZZ99 9ZZ")}, {"deceased": True}])
@pytest.mark.parametrize("channel", [Channel.PRINT, Channel.H])
def test_a_correction_while_letters_are_set_is_not_passed_over(
    world: World, channel: Channel, correction: dict[str, object]
) -> None:
    letter_id, other_id = world.add(channel), world.add(channel)
    world.press.when_set = lambda: world.edit_patient(letter_id, **correction)
    batch = world.app.batch
    act = batch.printing.print_letters if channel is Channel.PRINT else batch.sending.send
    result = act(SERVICE.id, ADMIN, [letter_id, other_id])
    ended = {each.letter_id: each.outcome for each in result.results}
    assert ended == {letter_id: Outcome.SKIPPED, other_id: Outcome.DONE}
    assert world.letter(letter_id).row.pending_group
    assert not world.letter(other_id).row.pending_group


def test_a_store_that_is_full_half_way_says_what_was_done(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "_CHUNK", 1)
    letter_ids = [world.add(Channel.E) for _ in range(3)]
    commit, commits = SqlUnitOfWork.commit, iter(range(100))

    def commit_until_full(uow: SqlUnitOfWork) -> None:
        if next(commits) == 2:  # the first stores the documents, the others queue a letter each
            raise OperationalError("COMMIT", None, Exception("database or disk is full"))
        commit(uow)

    monkeypatch.setattr(SqlUnitOfWork, "commit", commit_until_full)
    result = world.app.batch.sending.send(SERVICE.id, ADMIN, letter_ids)
    assert outcomes(result) == [Outcome.DONE, Outcome.FAILED, Outcome.DONE]
    assert "do it again" in result.results[1].reason
    assert [world.letter(each).row.pending_group for each in letter_ids] == [False, True, False]


def test_a_print_that_breaks_down_hides_no_sending(world: World) -> None:
    batch, paper, message = world.app.batch, world.add(), world.add(Channel.E)
    plan = batch.plan(SERVICE.id, ADMIN, [paper, message])

    def break_down() -> None:
        raise ZeroDivisionError("a defect of ours")

    world.press.meanwhile = break_down
    result = batch.print_or_send(SERVICE.id, ADMIN, plan)
    ended = {each.letter_id: each.outcome for each in result.results}
    assert ended == {paper: Outcome.FAILED, message: Outcome.DONE}
    assert (world.status(paper), world.status(message)) == ("print.pending", "e.queued")

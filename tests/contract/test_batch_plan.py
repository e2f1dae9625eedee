"""Print/Send selected says what it will do, does that, and can be repeated (docs/product.md section 2)."""

from collections.abc import Iterator

import pytest

from services.batch.results import BatchResult, Outcome, Plan, Planned
from services.domain.vocabulary import Action, Channel
from tests import builders
from tests.builders import ADMIN, SERVICE
from tests.contract.batch_world import World, world_on


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with world_on(database_url) as world:
        yield world


def outcomes(result: BatchResult) -> dict[str, Outcome]:
    return {each.letter_id: each.outcome for each in result.results}


def ids_of(planned: tuple[Planned, ...]) -> list[str]:
    return [each.letter_id for each in planned]


def plan(world: World, *ids: str) -> Plan:
    return world.app.batch.plan(SERVICE.id, ADMIN, ids)


def do(world: World, planned: Plan, *, resend: bool = False, confirmed: tuple[str, ...] = ()) -> BatchResult:
    return world.app.batch.print_or_send(SERVICE.id, ADMIN, planned, resend=resend, confirmed=confirmed)


def failed(world: World, channel: Channel, code: str) -> str:
    letter_id, attempt = world.sent(channel)
    assert world.report(attempt, code)
    return letter_id


def test_each_letter_is_in_its_group_before_anything_happens(world: World) -> None:
    paper, text, post = world.add(), world.add(Channel.E), world.add(Channel.H)
    again = failed(world, Channel.E, "permanent-failure")
    printers_fault = failed(world, Channel.H, "technical-failure")
    died = world.add(patient=builders.patient(deceased=True))
    unreached = world.add(Channel.E, patient=builders.patient(mobile=""))
    on_its_way, _ = world.sent(Channel.GP)
    everything = [paper, text, post, again, printers_fault, died, unreached, on_its_way, "unknown"]
    before = [world.status(each) for each in everything[:-1]]
    found = plan(world, *everything)
    assert ids_of(found.to_print) == [paper]
    assert {channel: ids_of(group) for channel, group in found.to_send.items()} == {
        Channel.E: [text], Channel.H: [post],
    }  # fmt: skip
    assert ids_of(found.resend) == [again]
    assert ids_of(found.confirm) == [printers_fault, died]
    assert ids_of(found.cannot) == [unreached, on_its_way, "unknown"]
    assert [each.reason for each in (*found.confirm, *found.cannot) if not each.reason] == []
    assert [world.status(each) for each in everything[:-1]] == before


def test_the_electronic_ones_are_sent_and_the_rest_printed(world: World) -> None:
    paper, text, practice, post = (world.add(channel) for channel in Channel)
    result = do(world, plan(world, paper, text, practice, post))
    assert set(outcomes(result).values()) == {Outcome.DONE}
    assert {each.action for each in result.results} == {Action.PRINT, Action.SEND}
    assert result.made is not None
    assert result.made.letter_count == 1
    assert sorted(world.letter(each).status for each in (paper, text, practice, post)) == [
        "printed", "queued", "queued", "queued",
    ]  # fmt: skip


def test_the_same_plan_done_twice_prints_and_sends_nothing_twice(world: World) -> None:
    paper, text = world.add(), world.add(Channel.E)
    again = failed(world, Channel.E, "temporary-failure")
    found = plan(world, paper, text, again)
    do(world, found, resend=True)
    steps = [world.steps(each) for each in (paper, text, again)]
    repeated = do(world, found, resend=True)
    assert set(outcomes(repeated).values()) == {Outcome.SKIPPED}
    assert repeated.made is None
    assert [world.steps(each) for each in (paper, text, again)] == steps
    assert [len(world.attempts(each)) for each in (paper, text, again)] == [0, 1, 2]
    assert len(world.prints(ADMIN.id)) == 1


def test_failed_letters_go_again_only_with_the_tick(world: World) -> None:
    text, again = world.add(Channel.E), failed(world, Channel.E, "permanent-failure")
    found = plan(world, text, again)
    result = do(world, found)
    assert outcomes(result) == {text: Outcome.DONE, again: Outcome.SKIPPED}
    assert "re-sending was not ticked" in result.of(Outcome.SKIPPED)[0].reason
    assert world.status(again) == "e.failed"
    assert outcomes(do(world, plan(world, again), resend=True)) == {again: Outcome.DONE}
    assert world.status(again) == "e.queued"


def test_a_letter_that_failed_after_the_plan_was_made_is_not_sent_again(world: World) -> None:
    text = world.add(Channel.E)
    found = plan(world, text)
    world.app.batch.sending.send(SERVICE.id, ADMIN, [text])
    world.fail(text)
    assert outcomes(do(world, found)) == {text: Outcome.SKIPPED}
    assert len(world.attempts(text)) == 1


def test_doubtful_letters_go_only_when_each_is_confirmed(world: World) -> None:
    died = world.add(patient=builders.patient(deceased=True))
    opted_out = world.add(Channel.E, patient=builders.patient(opted_out=True))
    printers_fault = failed(world, Channel.H, "technical-failure")
    found = plan(world, died, opted_out, printers_fault)
    untouched = dict.fromkeys((died, opted_out, printers_fault), Outcome.SKIPPED)
    assert outcomes(do(world, found, resend=True)) == untouched
    result = do(world, found, confirmed=(died, printers_fault))
    assert outcomes(result) == untouched | {died: Outcome.DONE, printers_fault: Outcome.DONE}
    assert result.of(Outcome.SKIPPED)[0].reason.startswith("Not confirmed.")
    assert [world.status(each) for each in (died, opted_out, printers_fault)] == [
        "print.printed", "e.pending", "h.queued",
    ]  # fmt: skip


def test_second_thoughts_name_the_letters_to_confirm(world: World) -> None:
    sound, died = world.add(), world.add(patient=builders.patient(deceased=True))
    asked = world.app.batch.second_thoughts(SERVICE.id, ADMIN, [sound, died], Action.PRINT)
    assert ids_of(asked) == [died]
    assert world.app.batch.second_thoughts(SERVICE.id, ADMIN, [sound, died], Action.DOWNLOAD) == ()


def test_one_letter_without_a_doubt_needs_no_question(world: World) -> None:
    paper, text = world.add(), world.add(Channel.E)
    assert plan(world, paper).needs_no_question
    assert plan(world, text).needs_no_question
    assert not plan(world, paper, text).needs_no_question
    assert not plan(world, "unknown").needs_no_question
    assert not plan(world, paper, "unknown").needs_no_question
    assert not plan(world, failed(world, Channel.E, "permanent-failure")).needs_no_question

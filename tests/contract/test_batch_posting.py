"""Hybrid mail takes what keeps the print rules and shows the patient's own address (docs/print-rules.md)."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from services.batch.results import BatchResult, Outcome
from services.domain.layout import Box, Finding, Layout
from services.domain.verdict import NOT_CHECKED, OTHER_ADDRESS
from services.domain.vocabulary import Action, Channel
from services.letter_detail import detail
from services.store import tables
from tests.builders import ADMIN, SERVICE
from tests.contract.batch_world import World, world_on

ADDRESS = ("Ada Example1", "7 Mill Row", "Wherrymere", "ZZ99 4AA")
IN_MARGIN = Finding(
    code="content-outside-printable-area",
    reason="There is print in the margin on the left: keep 15 mm free.",
    page=2,
    boxes=(Box(3, 100, 9, 4),),
)
SPOILT = Layout(address=ADDRESS, findings=(IN_MARGIN,))
REASON = f"It can't go by hybrid mail. Page 2: {IN_MARGIN.reason}"


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with world_on(database_url) as world:
        yield world


def send(world: World, letter_id: str) -> BatchResult:
    return world.app.batch.sending.send(SERVICE.id, ADMIN, [letter_id])


def uploaded(world: World, window: tuple[str, ...], channel: Channel = Channel.H) -> str:
    """A letter whose PDF somebody brought along, with this address in its window."""
    letter_id = world.add(channel)
    world.press.layout = Layout(address=window)
    world.app.rendering.ahead(SERVICE.id, 10)
    with world.work() as uow:
        uow.letters.patch([letter_id], uploaded=True, window=window)
    return letter_id


def changed(world: World, letter_id: str) -> bool:
    with world.app.store.read(SERVICE.id) as uow:
        return detail(uow, ADMIN, letter_id, now=world.clock.now()).changed


def reasons(result: BatchResult, outcome: Outcome) -> list[str]:
    return [each.reason for each in result.of(outcome)]


def test_a_letter_that_breaks_a_rule_stays_and_says_which_and_where(world: World) -> None:
    letter_id = world.add(Channel.H)
    world.press.layout = SPOILT
    assert reasons(send(world, letter_id), Outcome.FAILED) == [REASON]
    assert world.status(letter_id) == "h.pending"
    assert world.attempts(letter_id) == []


def test_what_was_rendered_ahead_is_refused_before_anything_is_asked(world: World) -> None:
    letter_id = world.add(Channel.H)
    world.press.layout = SPOILT
    world.app.rendering.ahead(SERVICE.id, 10)
    assert world.letter(letter_id).post_problem == f"Page 2: {IN_MARGIN.reason}"
    assert [each.reason for each in world.app.batch.plan(SERVICE.id, ADMIN, [letter_id]).cannot] == [REASON]
    assert reasons(send(world, letter_id), Outcome.SKIPPED) == [REASON]


def test_a_letter_that_is_corrected_goes(world: World) -> None:
    letter_id = world.add(Channel.H)
    world.press.layout = SPOILT
    world.app.rendering.ahead(SERVICE.id, 10)
    world.press.layout = None
    world.edit_patient(letter_id, address=("9 New Street", "Elsewhere", "ZZ99 5BB"))
    assert world.letter(letter_id).post_problem == ""
    assert len(send(world, letter_id).of(Outcome.DONE)) == 1


@pytest.mark.parametrize("channel", [Channel.GP, Channel.E, Channel.PRINT])
def test_the_other_channels_know_no_print_rules(world: World, channel: Channel) -> None:
    letter_id = world.add(channel)
    world.press.layout = SPOILT
    act = world.app.batch.printing.print_letters if channel is Channel.PRINT else world.app.batch.sending.send
    assert len(act(SERVICE.id, ADMIN, [letter_id]).of(Outcome.DONE)) == 1


def test_another_address_in_the_window_goes_nowhere(world: World) -> None:
    letter_id = uploaded(world, ("Mr B Other", *ADDRESS[1:]))
    [reason] = reasons(send(world, letter_id), Outcome.SKIPPED)
    assert OTHER_ADDRESS in reason
    assert "Mr B Other" in reason
    assert world.status(letter_id) == "h.pending"


def test_what_is_frozen_is_the_address_that_the_provider_will_read(world: World) -> None:
    window = ("Ms A Example1", *ADDRESS[1:])
    letter_id = uploaded(world, window)
    send(world, letter_id)
    [attempt] = world.attempts(letter_id)
    assert attempt.recipient.address == window
    assert not changed(world, letter_id)  # it says the same in other words
    world.edit_patient(letter_id, address=("9 New Street", "Elsewhere", "ZZ99 5BB"))
    assert changed(world, letter_id)


def test_a_file_whose_layout_nobody_has_looked_at_is_not_posted(world: World) -> None:
    """An upload of a store that is older than the print rules: it can't be made anew."""
    letter_id = world.add(Channel.H)
    world.app.rendering.ahead(SERVICE.id, 10)
    with world.work() as uow:
        uow.letters.patch([letter_id], uploaded=True, window=ADDRESS)
        uow.connection.execute(tables.documents.update().values(layout=None))
    assert NOT_CHECKED in reasons(send(world, letter_id), Outcome.FAILED)[0]


def test_an_upload_whose_patient_has_moved_is_posted_nowhere_and_says_so_before(world: World) -> None:
    letter_id = uploaded(world, ADDRESS)
    assert world.letter(letter_id).window == ADDRESS
    assert world.app.batch.plan(SERVICE.id, ADMIN, [letter_id]).cannot == ()
    world.edit_patient(letter_id, address=("9 New Street", "Elsewhere", "ZZ99 5BB"))
    [planned] = world.app.batch.plan(SERVICE.id, ADMIN, [letter_id]).cannot
    assert f"{OTHER_ADDRESS}: {', '.join(ADDRESS)}." in planned.reason
    assert reasons(send(world, letter_id), Outcome.SKIPPED) == [planned.reason]
    world.app.batch.keeping.change_channel(SERVICE.id, ADMIN, [letter_id], Channel.E)
    back = world.app.batch.keeping.change_channel(SERVICE.id, ADMIN, [letter_id], Channel.H)
    assert reasons(back, Outcome.SKIPPED) == [planned.reason]


def test_an_uploaded_letter_keeps_its_file_whatever_changes(world: World) -> None:
    letter_id = world.add(Channel.PRINT)
    world.press.layout = SPOILT
    world.app.rendering.ahead(SERVICE.id, 10)
    with world.work() as uow:
        uow.letters.patch([letter_id], uploaded=True, window=ADDRESS)
    before = world.letter(letter_id)
    world.press.layout = None
    world.edit_patient(letter_id, forename="Adela")
    with world.work() as uow:
        uow.people.save_letterhead(replace(SERVICE, name="Otherwhere Talking Therapies"))
    to_post = world.app.batch.keeping.change_channel(SERVICE.id, ADMIN, [letter_id], Channel.H)
    assert reasons(to_post, Outcome.SKIPPED) == [REASON]
    world.app.batch.keeping.change_channel(SERVICE.id, ADMIN, [letter_id], Channel.GP)
    assert send(world, letter_id).of(Outcome.DONE)
    after = world.letter(letter_id)
    assert (after.document_id, after.post_problem) == (before.document_id, before.post_problem)
    assert world.attempts(letter_id)[0].document_id == before.document_id


def test_an_upload_to_an_old_address_is_printed_only_when_it_is_confirmed(world: World) -> None:
    letter_id, other = (
        uploaded(world, ADDRESS, Channel.PRINT),
        uploaded(world, ("Page 1 of 2",), Channel.PRINT),
    )
    batch = world.app.batch
    assert batch.second_thoughts(SERVICE.id, ADMIN, [letter_id], Action.PRINT) == ()
    world.edit_patient(letter_id, address=("9 New Street", "Elsewhere", "ZZ99 5BB"))
    plan = batch.plan(SERVICE.id, ADMIN, [letter_id, other])
    assert [each.letter_id for each in plan.confirm] == [letter_id]
    assert [each.letter_id for each in plan.to_print] == [other]  # not laid out for a window
    assert OTHER_ADDRESS in plan.confirm[0].reason
    assert batch.print_or_send(SERVICE.id, ADMIN, plan).of(Outcome.SKIPPED)
    assert world.status(letter_id) == "print.pending"

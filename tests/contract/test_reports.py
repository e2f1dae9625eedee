"""What delivery providers report, applied once and never backwards (docs/product.md sections 4 and 5)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from services.domain.letter import Attempt, Letter
from services.domain.status import status_row
from services.domain.verdict import RESOLVED_UNSEEN
from services.domain.vocabulary import NOTHING_MORE, Cause, Channel, Status
from services.transition import Change, Vetoed, transition
from tests.builders import ADMIN, SERVICE
from tests.contract.batch_world import POLL_PAUSE, World, world_on


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with world_on(database_url) as world:
        yield world


def after(world: World, attempt: Attempt, *codes: str) -> str:
    """The letter's status when the provider has said these one after the other."""
    for code in codes:
        world.clock.pass_by(minutes=1)
        world.report(attempt, code)
    return world.status(attempt.letter_id)


def asked_about(world: World, attempt: Attempt) -> bool:
    """Whether the provider is asked about this attempt again at any later time."""
    later = world.clock.now() + timedelta(days=30)
    with world.app.store.read(SERVICE.id) as uow:
        due = uow.attempts.due_for_poll(gateway=attempt.gateway, now=later, limit=100)
    return attempt.id in {each.id for each in due}


@pytest.mark.parametrize(
    ("channel", "codes", "status"),
    [
        (Channel.GP, ["4002"], "gp.sent"),
        (Channel.GP, ["4002", "4003"], "gp.delivered"),
        (Channel.GP, ["4010"], "gp.delivered"),
        (Channel.GP, ["4002", "4010", "4003"], "gp.delivered"),
        (Channel.GP, ["4005"], "gp.failed"),
        (Channel.GP, ["4002", "4003", "4005"], "gp.failed"),
        (Channel.GP, ["5000"], "gp.failed"),
        (Channel.GP, ["4002", "7000"], "gp.failed"),
        (Channel.GP, ["4005", "6000"], "gp.delivered"),
        (Channel.GP, ["4003", "4005", "6000"], "gp.delivered"),
        (Channel.GP, ["4003", "4005", "6000", "4005"], "gp.failed"),
        (Channel.GP, ["4003", "4005", "4002", "9999", "6000"], "gp.delivered"),
        (Channel.GP, ["5000", "6000"], "gp.failed"),
        (Channel.GP, ["4002", "6000"], "gp.sent"),
        (Channel.GP, ["4003", "4002"], "gp.delivered"),
        (Channel.E, ["sending"], "e.sent"),
        (Channel.E, ["pending"], "e.sent"),
        (Channel.E, ["sending", "delivered"], "e.delivered"),
        (Channel.E, ["delivered"], "e.delivered"),
        (Channel.E, ["delivered", "sending"], "e.delivered"),
        (Channel.E, ["delivered", "permanent-failure"], "e.delivered"),
        (Channel.E, ["sending", "permanent-failure"], "e.failed"),
        (Channel.E, ["temporary-failure"], "e.failed"),
        (Channel.E, ["technical-failure"], "e.failed"),
        (Channel.E, ["permanent-failure", "delivered"], "e.failed"),
        (Channel.H, [], "h.sent_for_processing"),
        (Channel.H, ["accepted"], "h.sent_for_processing"),
        (Channel.H, ["received"], "h.posted"),
        (Channel.H, ["received", "accepted"], "h.posted"),
        (Channel.H, ["validation-failed"], "h.failed"),
        (Channel.H, ["virus-scan-failed"], "h.failed"),
        (Channel.H, ["received", "returned-letter"], "h.failed"),
        (Channel.H, ["returned-letter"], "h.failed"),
    ],
)
def test_what_the_provider_says_becomes_the_status(
    world: World, channel: Channel, codes: list[str], status: str
) -> None:
    _, attempt = world.sent(channel)
    assert after(world, attempt, *codes) == status


def test_a_failure_shows_the_practices_own_code(world: World) -> None:
    letter_id, attempt = world.sent(Channel.GP)
    after(world, attempt, "4003")
    world.report(attempt, "4005", reason_code="REJ01", reason="Patient is no longer registered")
    letter = world.letter(letter_id)
    assert (letter.reason_code, letter.reason) == ("REJ01", "Patient is no longer registered")
    event = world.events(letter_id)[-1]
    assert (event.from_status, event.to_status, event.code) == ("delivered", "failed", "REJ01")
    assert after(world, attempt, "6000") == "gp.delivered"
    assert (world.letter(letter_id).reason_code, world.letter(letter_id).reason) == ("", "")


def test_a_report_that_repeats_the_last_one_leaves_no_trace(world: World) -> None:
    letter_id, attempt = world.sent(Channel.E)
    after(world, attempt, "sending", "sending", "sending")
    assert world.steps(letter_id) == ["pending", "queued", "sent"]
    told = len(world.events(letter_id))
    moment = world.clock.now() - timedelta(minutes=2)
    after(world, attempt, "delivered")
    world.report(attempt, "sending", at=moment)  # the very receipt that was taken first
    assert len(world.events(letter_id)) == told + 1
    assert world.status(letter_id) == "e.delivered"


def test_an_older_report_is_kept_in_the_history_only(world: World) -> None:
    letter_id, attempt = world.sent(Channel.E)
    after(world, attempt, "delivered", "sending")
    last = world.events(letter_id)[-1]
    assert (last.kind, last.to_status, last.applied) == ("report", "sent", False)
    assert world.steps(letter_id) == ["pending", "queued", "delivered"]


def test_an_unknown_code_is_kept_and_shown_and_moves_nothing(world: World) -> None:
    letter_id, attempt = world.sent(Channel.GP)
    after(world, attempt, "4002")
    moved_at = world.letter(letter_id).status_at
    assert after(world, attempt, "4999") == "gp.sent"
    last = world.events(letter_id)[-1]
    assert (last.kind, last.code, last.to_status, last.applied) == ("unknown_code", "4999", None, False)
    assert world.letter(letter_id).status_at == moved_at
    assert asked_about(world, attempt)
    assert after(world, attempt, "4003") == "gp.delivered"


@pytest.mark.parametrize(
    ("channel", "code"), [(Channel.E, "delivered"), (Channel.GP, "4003"), (Channel.H, "received")]
)
def test_an_earlier_attempt_that_arrives_after_all_warns_staff(
    world: World, channel: Channel, code: str
) -> None:
    letter_id, first = world.sent(channel)
    after(
        world, first, {Channel.E: "temporary-failure", Channel.GP: "5000"}.get(channel, "technical-failure")
    )
    world.app.batch.sending.resend(SERVICE.id, ADMIN, [letter_id], confirmed=[letter_id])
    assert after(world, first, code) == f"{channel}.queued"
    assert "the letter may arrive twice" in world.letter(letter_id).warning
    last = world.events(letter_id)[-1]
    assert (last.attempt_id, last.applied) == (first.id, False)


def test_an_earlier_attempts_failure_warns_nobody(world: World) -> None:
    letter_id, first = world.sent(Channel.E)
    after(world, first, "delivered")
    world.app.batch.keeping.change_channel(SERVICE.id, ADMIN, [letter_id], Channel.H)
    assert after(world, first, "permanent-failure") == "h.pending"
    assert world.letter(letter_id).warning == ""
    assert world.events(letter_id)[-1].applied is False


@pytest.mark.parametrize("then", ["printed", "closed", "changed to print"])
def test_a_report_about_a_letter_that_was_seen_to_is_history(world: World, then: str) -> None:
    letter_id, attempt = world.sent(Channel.GP)
    after(world, attempt, "4005")
    if then == "printed":
        world.app.batch.printing.print_letters(SERVICE.id, ADMIN, [letter_id])
    elif then == "closed":
        world.app.batch.keeping.close(SERVICE.id, ADMIN, [letter_id], "Handed over.")
    else:
        world.app.batch.keeping.change_channel(SERVICE.id, ADMIN, [letter_id], Channel.PRINT)
    before = world.status(letter_id)
    assert after(world, attempt, "6000") == before
    last = world.events(letter_id)[-1]
    assert (last.code, last.to_status, last.applied) == ("6000", "delivered", False)
    assert "may arrive twice" in world.letter(letter_id).warning


@pytest.mark.parametrize(("before", "status"), [([], "gp.queued"), (["4002"], "gp.sent")])
def test_a_rejection_that_was_resolved_before_we_heard_of_it_is_not_taken_for_an_arrival(
    world: World, before: list[str], status: str
) -> None:
    letter_id, attempt = world.sent(Channel.GP)
    assert after(world, attempt, *before, "6000", "6000") == status
    assert world.letter(letter_id).warning == RESOLVED_UNSEEN
    last = world.events(letter_id)[-1]
    assert (last.code, last.to_status, last.applied) == ("6000", "delivered", False)
    assert after(world, attempt, "4005", "6000") == "gp.delivered"
    assert world.letter(letter_id).warning == ""


def test_an_international_text_message_is_not_asked_about_again(world: World) -> None:
    letter_id, attempt = world.sent(Channel.E)
    assert asked_about(world, attempt)
    assert after(world, attempt, "sent") == "e.sent"
    assert world.letter(letter_id).reason_code == NOTHING_MORE
    assert not asked_about(world, attempt)
    after(world, attempt, "sent")
    assert not asked_about(world, attempt)
    world.clock.pass_by(days=30)
    assert world.app.listing(SERVICE.id).headline(ADMIN).stuck == 0


@pytest.mark.parametrize("channel", [Channel.GP, Channel.E, Channel.H])
def test_only_what_can_still_change_is_asked_about(world: World, channel: Channel) -> None:
    codes = {
        Channel.GP: ["4002", "4003", "4005"],
        Channel.E: ["sending", "delivered", "delivered"],
        Channel.H: ["accepted", "received", "received"],
    }
    letter_id, attempt = world.sent(channel)
    for code in codes[channel]:
        after(world, attempt, code)
        assert asked_about(world, attempt) is status_row(channel, world.letter(letter_id).status).polled


def test_an_attempt_is_asked_about_even_when_its_letter_went_another_way(world: World) -> None:
    letter_id, attempt = world.sent(Channel.E)
    after(world, attempt, "sending")
    world.app.batch.keeping.change_channel(SERVICE.id, ADMIN, [letter_id], Channel.PRINT)
    after(world, attempt, "sending")
    assert asked_about(world, attempt)
    assert after(world, attempt, "delivered") == "print.pending"
    assert "may arrive twice" in world.letter(letter_id).warning
    assert not asked_about(world, attempt)


def opened(world: World, letter: Letter, to: Status) -> set[str]:
    with world.work() as uow:
        change = Change(letter=letter, to=to, cause=Cause.PORTAL, at=world.clock.now())
        return transition(uow, [change])


def test_a_letter_may_be_viewed_before_the_network_says_delivered(world: World) -> None:
    letter_id, attempt = world.sent(Channel.E)
    after(world, attempt, "sending")
    assert opened(world, world.letter(letter_id), Status.VIEWED) == {letter_id}
    assert after(world, attempt, "delivered", "permanent-failure") == "e.viewed"
    assert world.steps(letter_id) == ["pending", "queued", "sent", "viewed"]


def test_a_step_that_is_not_in_the_table_writes_nothing(world: World) -> None:
    letter_id, attempt = world.sent(Channel.E)
    after(world, attempt, "delivered")
    opened(world, world.letter(letter_id), Status.VIEWED)
    viewed, told = world.letter(letter_id), len(world.events(letter_id))
    with pytest.raises(Vetoed):
        opened(world, viewed, Status.ACCESSED)
    assert world.letter(letter_id) == viewed
    assert len(world.events(letter_id)) == told


def test_a_change_of_a_letter_as_it_was_once_changes_nothing(world: World) -> None:
    letter_id, attempt = world.sent(Channel.E)
    stale = world.letter(letter_id)
    after(world, attempt, "permanent-failure")
    told = len(world.events(letter_id))
    assert opened(world, stale, Status.ACCESSED) == set()
    assert len(world.events(letter_id)) == told


def test_the_pause_before_the_next_question_is_kept(world: World) -> None:
    _, attempt = world.sent(Channel.GP)
    after(world, attempt, "4002")
    with world.app.store.read(SERVICE.id) as uow:
        due = world.clock.now() + POLL_PAUSE
        early = uow.attempts.due_for_poll(gateway="docman", now=due - timedelta(seconds=1), limit=9)
        in_time = uow.attempts.due_for_poll(gateway="docman", now=due, limit=9)
    assert (early, [each.id for each in in_time]) == ([], [attempt.id])

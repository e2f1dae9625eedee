"""Send and Re-send: what is queued is frozen, and every attempt is its own (docs/product.md section 2)."""

from collections.abc import Iterator

import pytest

from services.batch.results import BatchResult, Outcome
from services.domain.vocabulary import AttemptState, Channel
from tests import builders
from tests.builders import ADMIN, DATED, PRACTICE, SERVICE
from tests.contract.batch_world import World, world_on

ELECTRONIC = [Channel.GP, Channel.E, Channel.H]


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with world_on(database_url) as world:
        yield world


def outcomes(result: BatchResult) -> dict[str, Outcome]:
    return {each.letter_id: each.outcome for each in result.results}


def send(world: World, *ids: str) -> BatchResult:
    return world.app.batch.sending.send(SERVICE.id, ADMIN, ids)


def resend(world: World, *ids: str, confirmed: tuple[str, ...] = (), again: bool = False) -> BatchResult:
    return world.app.batch.sending.resend(SERVICE.id, ADMIN, ids, confirmed=confirmed, again=again)


@pytest.mark.parametrize("channel", ELECTRONIC)
def test_a_sent_letter_is_queued_with_one_attempt_of_its_own(world: World, channel: Channel) -> None:
    letter_id = world.add(channel)
    assert outcomes(send(world, letter_id)) == {letter_id: Outcome.DONE}
    [attempt] = world.attempts(letter_id)
    letter = world.letter(letter_id)
    assert letter.row.key == f"{channel}.queued"
    assert letter.attempt_id == attempt.id
    assert (attempt.number, attempt.state, attempt.channel) == (1, AttemptState.READY, channel)
    assert attempt.gateway == world.gateway(channel).name
    event = world.events(letter_id)[-1]
    assert (event.attempt_id, event.user_name, event.to_status) == (attempt.id, ADMIN.name, "queued")


def test_the_practice_is_told_who_writes_and_about_whom(world: World) -> None:
    letter_id = world.add(Channel.GP)
    send(world, letter_id)
    [attempt] = world.attempts(letter_id)
    assert attempt.recipient.ods_code == PRACTICE.ods_code
    assert attempt.recipient.details["nhs_number"] == world.letter(letter_id).patient.nhs_number
    assert attempt.recipient.details["sender_ods_code"] == SERVICE.ods_code
    assert attempt.recipient.details["sender_person"] == "Ann Ames"


def test_what_is_queued_stays_as_it_was_when_the_record_is_edited(world: World) -> None:
    letter_id = world.add(Channel.H)
    send(world, letter_id)
    [before] = world.attempts(letter_id)
    pdf = world.pdf(before.document_id)
    world.edit_patient(letter_id, address=("9 New Street", "Elsewhere", "ZZ99 5BB"), mobile="07700 900009")
    world.app.rendering.ensure(SERVICE.id, [world.letter(letter_id)])  # renders the edited letter
    assert world.letter(letter_id).document_id != before.document_id
    [after] = world.attempts(letter_id)
    assert after == before
    assert after.recipient.address[1] == "7 Mill Row"
    assert world.pdf(after.document_id) == pdf


def test_a_pending_letter_that_was_edited_goes_out_as_it_reads_now(world: World) -> None:
    letter_id = world.add(Channel.H)
    world.app.batch.printing.download(SERVICE.id, ADMIN, [letter_id])
    old = world.letter(letter_id).document_id
    world.edit_patient(letter_id, address=("9 New Street", "Elsewhere", "ZZ99 5BB"))
    send(world, letter_id)
    [attempt] = world.attempts(letter_id)
    assert attempt.document_id != old
    assert attempt.recipient.address[1:] == ("9 New Street", "Elsewhere", "ZZ99 5BB")


def test_a_failed_letter_that_was_printed_goes_out_again_corrected(world: World) -> None:
    letter_id, first = world.sent(Channel.E)
    world.report(first, "permanent-failure")
    assert world.status(letter_id) == "e.failed"
    printed = world.app.batch.printing.print_letters(SERVICE.id, ADMIN, [letter_id])
    assert outcomes(printed) == {letter_id: Outcome.DONE}
    assert world.status(letter_id) == "e.printed"
    world.edit_patient(letter_id, mobile="07700 900777")
    assert outcomes(resend(world, letter_id)) == {letter_id: Outcome.SKIPPED}, "who clicks saw it as Failed"
    assert outcomes(resend(world, letter_id, again=True)) == {letter_id: Outcome.DONE}
    one, two = world.attempts(letter_id)
    assert (one.number, two.number) == (1, 2)
    assert one.reference != two.reference
    assert (one.recipient.mobile, two.recipient.mobile) == ("+447700900001", "+447700900777")
    letter = world.letter(letter_id)
    assert (letter.attempt_id, letter.reason, letter.reason_code) == (two.id, "", "")
    assert world.steps(letter_id) == ["pending", "queued", "failed", "printed", "queued"]


def test_send_leaves_failed_letters_alone(world: World) -> None:
    letter_id, attempt = world.sent(Channel.E)
    world.report(attempt, "temporary-failure")
    result = send(world, letter_id)
    assert outcomes(result) == {letter_id: Outcome.SKIPPED}
    assert "[E] Failed" in result.results[0].reason
    assert len(world.attempts(letter_id)) == 1


def test_a_letter_that_was_sent_is_not_sent_again(world: World) -> None:
    letter_id, _ = world.sent(Channel.GP)
    assert outcomes(send(world, letter_id)) == {letter_id: Outcome.SKIPPED}
    assert outcomes(resend(world, letter_id)) == {letter_id: Outcome.SKIPPED}
    assert len(world.attempts(letter_id)) == 1


def test_what_is_missing_is_said_and_the_others_go(world: World) -> None:
    sound = world.add(Channel.E)
    silent = world.add(Channel.E, patient=builders.patient(sms_consent=False, mobile=""))
    homeless = world.add(Channel.H, patient=builders.patient(address=("NFA", "Wherrymere", "ZZ99 4AA")))
    broken = world.add(Channel.GP, template=DATED)
    result = send(world, sound, silent, homeless, broken)
    reasons = {each.letter_id: each.reason for each in result.results}
    assert outcomes(result) == {
        sound: Outcome.DONE, silent: Outcome.SKIPPED, homeless: Outcome.SKIPPED, broken: Outcome.FAILED,
    }  # fmt: skip
    assert "no mobile number; no consent to text messages" in reasons[silent]
    assert "the address says no fixed abode" in reasons[homeless]
    assert "appointment_date" in reasons[broken]
    assert [world.status(each) for each in (silent, homeless, broken)] == [
        "e.pending", "h.pending", "gp.pending",
    ]  # fmt: skip
    assert [world.attempts(each) for each in (silent, homeless, broken)] == [[], [], []]


def test_a_letter_to_one_who_died_goes_only_when_it_is_confirmed(world: World) -> None:
    letter_id = world.add(Channel.H, patient=builders.patient(deceased=True))
    assert outcomes(send(world, letter_id)) == {letter_id: Outcome.SKIPPED}
    sending = world.app.batch.sending
    confirmed = sending.send(SERVICE.id, ADMIN, [letter_id], confirmed=[letter_id])
    assert outcomes(confirmed) == {letter_id: Outcome.DONE}


def test_a_printers_fault_is_sent_again_only_when_it_is_confirmed(world: World) -> None:
    letter_id, attempt = world.sent(Channel.H)
    world.report(attempt, "technical-failure")
    assert outcomes(resend(world, letter_id)) == {letter_id: Outcome.SKIPPED}
    assert outcomes(resend(world, letter_id, confirmed=(letter_id,))) == {letter_id: Outcome.DONE}


def test_every_id_has_one_result(world: World) -> None:
    letter_id = world.add(Channel.E)
    result = send(world, letter_id, "unknown", letter_id, "unknown")
    assert [(each.letter_id, each.outcome) for each in result.results] == [
        (letter_id, Outcome.DONE), ("unknown", Outcome.SKIPPED),
    ]  # fmt: skip


def test_a_big_batch_is_queued_whole(world: World) -> None:
    ids = [world.add(Channel.E) for _ in range(130)]
    assert set(outcomes(send(world, *ids)).values()) == {Outcome.DONE}
    assert [len(world.attempts(each)) for each in ids] == [1] * 130

"""What providers report, asked for or by themselves: docs/faults.md rows 18 to 23, 29, 32 and 34."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from services.domain.errors import GatewayError, LostRace, Temporary
from services.domain.vocabulary import AttemptState, Channel, Status
from services.gateways.notify_receipts import returned_letter
from services.ports.gateway import Report
from services.reconcile import ASK_LATER, PAGES, take_report
from services.store import tables
from services.store.running_tables import stray_reports
from tests.builders import ADMIN, SERVICE
from tests.contract.watched_gateway import WatchedGateway
from tests.sandbox_server import SandboxServer, sandbox_fixture  # noqa: F401 – pytest finds the fixture here
from tests.waiting import PATIENCE
from tests.worlds import World, world

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def service(tmp_path: Path, sandbox: SandboxServer) -> Iterator[World]:
    with world(f"sqlite:///{tmp_path / 'letters.db'}", sandbox.base_url) as made:
        yield made


@pytest.fixture
def either_service(database_url: str, sandbox: SandboxServer) -> Iterator[World]:
    with world(database_url, sandbox.base_url) as made:
        yield made


def handed_over(service: World, channel: Channel) -> str:
    letter_id = service.queued(channel)
    service.dispatch(channel)
    assert service.attempt(letter_id).state is AttemptState.ACCEPTED
    return letter_id


def pass_time(service: World, sandbox: SandboxServer, channel: Channel, step: timedelta) -> Status:
    """Let time pass for both sides and ask; returns the status of the letter asked about last."""
    sandbox.advance(step.total_seconds())
    service.clock.advance(step)
    service.reconcile(channel)
    with service.app.store.read(SERVICE.id) as uow:
        return Status(uow.connection.execute(select(tables.letters.c.status)).scalars().all()[-1])


def said(service: World, letter_id: str, code: str, status: Status | None, **values: Any) -> Report:
    attempt = service.attempt(letter_id)
    known: dict[str, Any] = {"provider_id": attempt.provider_id, "reference": attempt.reference}
    return Report(gateway=attempt.gateway, code=code, status=status, **known | values)


def take(service: World, report: Report) -> bool:
    app = service.app
    return take_report(app.store, service.clock, app.settings, SERVICE.id, report)


def test_every_channel_reaches_its_end(service: World, sandbox: SandboxServer) -> None:
    ends = {Channel.GP: Status.DELIVERED, Channel.E: Status.DELIVERED, Channel.H: Status.POSTED}
    for channel, end in ends.items():
        letter_id = handed_over(service, channel)
        for _ in range(20):
            pass_time(service, sandbox, channel, 2 * MINUTE)
        assert service.get(letter_id).status is end


def test_an_older_status_is_history_only(service: World) -> None:
    """Row 18."""
    letter_id = handed_over(service, Channel.E)
    take(service, said(service, letter_id, "delivered", Status.DELIVERED))
    take(service, said(service, letter_id, "sending", Status.SENT))
    assert service.get(letter_id).status is Status.DELIVERED
    late = service.history(letter_id)[-1]
    assert (late.kind, late.code, late.applied) == ("report", "sending", False)


def test_a_text_message_that_fails_after_delivery_stays_delivered(service: World) -> None:
    """Row 19."""
    letter_id = handed_over(service, Channel.E)
    take(service, said(service, letter_id, "delivered", Status.DELIVERED))
    take(service, said(service, letter_id, "permanent-failure", Status.FAILED))
    assert service.get(letter_id).status is Status.DELIVERED
    assert service.history(letter_id)[-1].applied is False


def test_a_practice_that_rejects_after_delivery_fails_the_letter(
    service: World, sandbox: SandboxServer
) -> None:
    """Rows 19 and 32."""
    sandbox.script("rejected-after-delivery", gateway="gp")
    letter_id = handed_over(service, Channel.GP)
    assert pass_time(service, sandbox, Channel.GP, 6 * MINUTE) is Status.DELIVERED
    assert pass_time(service, sandbox, Channel.GP, 10 * MINUTE) is Status.FAILED
    letter = service.get(letter_id)
    assert (letter.reason_code, letter.reason) == (
        "REJ01",
        "Patient is no longer registered at this practice",
    )


def test_a_practice_resolves_its_rejection(service: World, sandbox: SandboxServer) -> None:
    sandbox.script("rejected-then-resolved", gateway="gp")
    handed_over(service, Channel.GP)
    assert pass_time(service, sandbox, Channel.GP, 6 * MINUTE) is Status.FAILED
    assert pass_time(service, sandbox, Channel.GP, 10 * MINUTE) is Status.DELIVERED


def test_a_letter_that_comes_back_is_failed(service: World, sandbox: SandboxServer) -> None:
    """Row 19: returned to sender, by Notify's callback."""
    letter_id = handed_over(service, Channel.H)
    assert pass_time(service, sandbox, Channel.H, 20 * MINUTE) is Status.POSTED
    attempt = service.attempt(letter_id)
    body = {"notification_id": attempt.provider_id, "reference": attempt.reference}
    body |= {"date_sent": "2026-11-23T14:05:00.000000Z", "service_id": "s", "template_id": "t"}
    assert take(service, returned_letter(body))
    assert service.get(letter_id).status is Status.FAILED


def test_a_receipt_that_comes_again_is_one_event(service: World) -> None:
    """Row 20."""
    letter_id = handed_over(service, Channel.E)
    before = len(service.history(letter_id))
    for code, status in (("sending", Status.SENT), ("delivered", Status.DELIVERED), ("sending", Status.SENT)):
        take(service, said(service, letter_id, code, status))
    assert len(service.history(letter_id)) == before + 2
    assert service.attempt(letter_id).last_code == "delivered"


@pytest.mark.parametrize("code", ["delivered", "a-new-word"])
def test_twenty_receipts_at_once_are_one_event(either_service: World, code: str) -> None:
    """Row 20: who comes second while the first is being written is told to come again."""
    service = either_service
    letter_id = handed_over(service, Channel.E)
    before = len(service.history(letter_id))
    report = said(service, letter_id, code, Status.DELIVERED if code == "delivered" else None, known=False)
    together = Barrier(20)

    def post(_: int) -> bool:
        together.wait(PATIENCE)
        try:
            return take(service, report)
        except LostRace:
            return take(service, report)

    with ThreadPoolExecutor(20) as threads:
        assert all(threads.map(post, range(20)))
    assert len(service.history(letter_id)) == before + 1
    known = code == "delivered"
    assert (service.attempt(letter_id).last_code == code) is known, "an unknown word is not the last one"


def test_a_receipt_for_an_unknown_letter_is_set_aside(service: World) -> None:
    """Row 22."""
    letter_id = handed_over(service, Channel.E)
    before = service.history(letter_id)
    stray = Report(gateway="notify_sms", code="delivered", provider_id="nobody's", reference="nobody's")
    assert take(service, stray) is False
    assert service.history(letter_id) == before
    with service.app.store.read(SERVICE.id) as uow:
        assert uow.connection.scalar(select(func.count()).select_from(stray_reports)) == 1


def test_a_receipt_of_another_gateway_touches_nothing(service: World) -> None:
    letter_id = handed_over(service, Channel.E)
    assert take(service, said(service, letter_id, "delivered", Status.DELIVERED)) is True
    forged = Report(gateway="docman", code="4003", reference=service.attempt(letter_id).reference)
    assert take(service, forged) is False


def test_an_unknown_code_is_kept_and_moves_nothing(service: World, sandbox: SandboxServer) -> None:
    sandbox.script("unknown-status", gateway="sms")
    letter_id = handed_over(service, Channel.E)
    assert pass_time(service, sandbox, Channel.E, MINUTE) is Status.QUEUED
    kept = service.history(letter_id)[-1]
    assert (kept.kind, kept.code, kept.applied) == ("unknown_code", "some-new-status", False)


def test_what_the_provider_has_forgotten_keeps_its_last_status(
    service: World, sandbox: SandboxServer
) -> None:
    """Row 23."""
    sandbox.script("forgotten", gateway="sms")
    letter_id = handed_over(service, Channel.E)
    assert pass_time(service, sandbox, Channel.E, timedelta(seconds=31)) is Status.SENT
    assert pass_time(service, sandbox, Channel.E, 2 * MINUTE) is Status.SENT
    letter, last = service.get(letter_id), service.history(letter_id)[-1]
    assert "Not known to the delivery provider" in letter.warning
    assert (last.kind, last.at) == ("not_known", service.clock.now())
    service.clock.advance(DAY)
    assert service.reconcile(Channel.E) == 1, "one answer without it proves nothing: it is asked about again"
    service.clock.advance(10 * DAY)
    assert service.reconcile(Channel.E) == 1
    service.clock.advance(DAY)
    assert service.reconcile(Channel.E) == 0, "past its retention the provider can't know it any more"
    assert [event.kind for event in service.history(letter_id)].count("not_known") == 1
    assert service.get(letter_id).status is Status.SENT


def test_a_practice_that_does_not_answer_for_five_days(service: World, sandbox: SandboxServer) -> None:
    """Row 34."""
    sandbox.script("never-collected", gateway="gp")
    letter_id = handed_over(service, Channel.GP)
    assert pass_time(service, sandbox, Channel.GP, 5 * DAY) is Status.SENT
    assert pass_time(service, sandbox, Channel.GP, 2 * timedelta(hours=1)) is Status.FAILED
    letter = service.get(letter_id)
    assert (letter.reason_code, letter.row.pending_group) == ("not-collected", True)
    assert "5 days" in letter.reason


def test_a_delivered_letter_is_not_called_uncollected(service: World, sandbox: SandboxServer) -> None:
    handed_over(service, Channel.GP)
    assert pass_time(service, sandbox, Channel.GP, DAY) is Status.DELIVERED
    assert pass_time(service, sandbox, Channel.GP, 6 * DAY) is Status.DELIVERED


@pytest.mark.parametrize("wanted", [None, 5 * MINUTE])
def test_a_question_that_fails_is_asked_later(service: World, wanted: timedelta | None) -> None:
    """As soon as the provider wants it, if it says so."""
    handed_over(service, Channel.E)
    service.clock.advance(MINUTE)
    mute = WatchedGateway(service.gateway(Channel.E))
    mute.fault = Temporary("Not now.", retry_after=wanted)
    with pytest.raises(GatewayError):
        service.reconcile(Channel.E, mute)
    service.clock.advance((wanted or ASK_LATER) - timedelta(seconds=1))
    assert service.reconcile(Channel.E, mute) == 0
    service.clock.advance(1)
    mute.fault = None
    assert service.reconcile(Channel.E, mute) == 1
    assert len(mute.asked) == 2


def test_questions_are_bounded_and_the_oldest_come_first(service: World) -> None:
    watched = WatchedGateway(service.gateway(Channel.GP))
    page = watched.capabilities.poll_page
    letter_ids = [service.letter(Channel.GP) for _ in range(page * PAGES + 5)]
    service.send(*letter_ids)
    while service.dispatch(Channel.GP):
        service.clock.advance(1)
    provider_ids = [service.attempt(letter_id).provider_id for letter_id in letter_ids]
    service.clock.advance(MINUTE)
    assert service.reconcile(Channel.GP, watched) == page * PAGES
    assert [len(asked) for asked in watched.asked] == [page] * PAGES
    asked = {provider_id for page_ids in watched.asked for provider_id in page_ids}
    assert asked == set(provider_ids[: page * PAGES])
    assert service.reconcile(Channel.GP, watched) == 5


def test_a_letter_is_asked_about_ever_less_often(service: World, sandbox: SandboxServer) -> None:
    sandbox.script("stuck", gateway="sms")
    handed_over(service, Channel.E)
    watched = WatchedGateway(service.gateway(Channel.E))
    hours: list[int] = []
    for _ in range(24):
        before = len(watched.asked)
        for _ in range(120):
            service.clock.advance(30)
            service.reconcile(Channel.E, watched)
        hours.append(len(watched.asked) - before)
    assert 10 < hours[0] < 30
    assert hours[5:] == [1] * 19
    assert len(watched.asked) < 60


def test_a_delivered_text_message_is_asked_about_no_more(service: World, sandbox: SandboxServer) -> None:
    handed_over(service, Channel.E)
    assert pass_time(service, sandbox, Channel.E, 2 * MINUTE) is Status.DELIVERED
    service.clock.advance(DAY)
    assert service.reconcile(Channel.E) == 0


def test_a_report_about_an_earlier_attempt_warns_and_changes_nothing(
    service: World, sandbox: SandboxServer
) -> None:
    letter_id = handed_over(service, Channel.GP)
    late = said(service, letter_id, "4003", Status.DELIVERED)
    take(service, said(service, letter_id, "5000", Status.FAILED))
    service.app.batch.sending.resend(SERVICE.id, ADMIN, [letter_id])
    assert take(service, late)
    letter = service.get(letter_id)
    assert (letter.status, "may arrive twice" in letter.warning) == (Status.QUEUED, True)


def test_a_report_after_printing_is_history_and_warns(service: World) -> None:
    letter_id = handed_over(service, Channel.GP)
    take(service, said(service, letter_id, "5000", Status.FAILED))
    service.app.batch.printing.print_letters(SERVICE.id, ADMIN, [letter_id])
    take(service, said(service, letter_id, "4003", Status.DELIVERED))
    letter = service.get(letter_id)
    assert (letter.status, "may arrive twice" in letter.warning) == (Status.PRINTED, True)

"""Words of a delivery provider that come too late, too long, or not at all."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest

from services.domain.errors import GatewayError, Temporary
from services.domain.letter import Letter
from services.domain.people import User
from services.domain.vocabulary import NOTHING_MORE, AttemptState, Channel, Status
from services.gateways.docman import DocmanConnect
from services.ports.gateway import Gateway, Report
from services.reconcile import ASK_LATER, take_report
from tests.builders import ADMIN, SERVICE
from tests.contract.watched_gateway import WatchedGateway
from tests.sandbox_server import SandboxServer, sandbox_fixture  # noqa: F401 – pytest finds the fixture here
from tests.worlds import World, world

DAY = timedelta(days=1)


@pytest.fixture
def service(database_url: str, sandbox: SandboxServer) -> Iterator[World]:
    with world(database_url, sandbox.base_url) as made:
        yield made


def handed_over(service: World, channel: Channel) -> str:
    letter_id = service.queued(channel)
    service.dispatch(channel)
    assert service.attempt(letter_id).state is AttemptState.ACCEPTED
    return letter_id


def tell(
    service: World, letter_id: str, code: str, status: Status | None, *, nothing_more: bool = False
) -> Letter:
    attempt, app = service.attempt(letter_id), service.app
    report = Report(
        gateway=attempt.gateway,
        code=code,
        status=status,
        provider_id=attempt.provider_id,
        reason=code,
        nothing_more=nothing_more,
    )
    assert take_report(app.store, service.clock, app.settings, SERVICE.id, report)
    return service.get(letter_id)


def stuck(service: World, user: User = ADMIN) -> int:
    return service.app.listing(SERVICE.id).headline(user).stuck


@pytest.mark.parametrize("before", [[], ["sending"]])
def test_an_international_message_is_never_stuck(service: World, before: list[str]) -> None:
    letter_id = handed_over(service, Channel.E)
    for code in before:
        tell(service, letter_id, code, Status.SENT)
    letter = tell(service, letter_id, "sent", Status.SENT, nothing_more=True)
    assert (letter.status, letter.reason_code) == (Status.SENT, NOTHING_MORE)
    service.clock.advance(5 * DAY)
    assert stuck(service) == 0


def test_staff_are_told_when_a_letter_that_was_given_up_arrives(
    service: World, sandbox: SandboxServer
) -> None:
    sandbox.script("never-collected", gateway="gp")
    letter_id = handed_over(service, Channel.GP)
    service.clock.advance(5 * DAY + timedelta(hours=2))
    service.reconcile(Channel.GP)
    assert service.get(letter_id).reason_code == "not-collected"
    letter = tell(service, letter_id, "4003", Status.DELIVERED)
    assert letter.status is Status.FAILED
    assert letter.warning == "Reported as Delivered after it had failed: check before you send it again."


class _Forgets(WatchedGateway):
    """Knows no letter any more."""

    def poll(self, provider_ids: Sequence[str]) -> list[Report]:
        self.asked.append(list(provider_ids))
        return []


def test_a_letter_that_the_provider_forgot_is_given_up_all_the_same(service: World) -> None:
    letter_id = handed_over(service, Channel.GP)
    forgets = _Forgets(service.gateway(Channel.GP))
    for _ in range(6):
        service.clock.advance(DAY)
        service.reconcile(Channel.GP, forgets)
    letter = service.get(letter_id)
    assert (letter.status, letter.reason_code) == (Status.FAILED, "not-collected")
    assert [event.kind for event in service.history(letter_id)].count("not_known") == 1
    assert len(forgets.asked) == 6, "it is asked about for as long as the provider may know it again"


class _CantRead(WatchedGateway):
    """Fails for every page that one letter is on."""

    def __init__(self, inner: Gateway, poison: str) -> None:
        super().__init__(inner)
        self._poison = poison

    def poll(self, provider_ids: Sequence[str]) -> list[Report]:
        if self._poison in provider_ids:
            raise Temporary("The answer could not be read.")
        return super().poll(provider_ids)


def test_one_letter_that_can_not_be_read_holds_up_no_other(service: World, sandbox: SandboxServer) -> None:
    letter_ids = [handed_over(service, Channel.GP) for _ in range(5)]
    picky = _CantRead(service.gateway(Channel.GP), service.attempt(letter_ids[0]).provider_id)
    sandbox.advance(3600)
    service.clock.advance(3600)
    for _ in range(int(ASK_LATER.total_seconds()) + len(letter_ids)):
        with suppress(GatewayError):
            service.reconcile(Channel.GP, picky)
        service.clock.advance(1)
    statuses = [service.get(letter_id).status for letter_id in letter_ids]
    assert statuses == [Status.QUEUED, *[Status.DELIVERED] * 4]


def test_words_without_bounds_are_cut_and_kept(service: World) -> None:
    letter_id = handed_over(service, Channel.GP)
    endless = DocmanConnect.report("4005" * 50, {}, provider_id="p", reference="", reason="x" * 5000)
    letter = tell(service, letter_id, endless.code, None)
    assert service.history(letter_id)[-1].code == endless.code
    assert (len(endless.code), len(endless.reason), letter.status) == (60, 500, Status.QUEUED)


def test_writers_never_meet_in_a_deadlock(service: World) -> None:
    """Polls, receipts and users at once, each touching the same letters in an order of its own."""
    letter_ids = [handed_over(service, Channel.E) for _ in range(6)]

    def work(turn: int) -> None:
        if turn % 3 == 0:
            service.reconcile(Channel.E)
        elif turn % 3 == 1:
            for letter_id in letter_ids:
                tell(service, letter_id, "sending", Status.SENT)
        else:
            service.app.batch.keeping.change_channel(SERVICE.id, ADMIN, letter_ids[::-1], Channel.PRINT)

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(work, range(18)))
    assert {service.get(letter_id).status for letter_id in letter_ids} <= {Status.SENT, Status.PENDING}


class _Silent(WatchedGateway):
    """Leaves every letter out of its answer for as long as it is silent."""

    silent = True

    def poll(self, provider_ids: Sequence[str]) -> list[Report]:
        return [] if self.silent else super().poll(provider_ids)


def test_one_answer_without_a_letter_ends_no_watching(service: World, sandbox: SandboxServer) -> None:
    sandbox.script("rejected-after-delivery", gateway="gp")
    letter_id = handed_over(service, Channel.GP)
    sandbox.advance(400)
    service.clock.advance(DAY)
    silent = _Silent(service.gateway(Channel.GP))
    service.reconcile(Channel.GP, silent)
    assert service.get(letter_id).warning.startswith("Not known to the delivery provider")
    silent.silent = False
    service.clock.advance(DAY)
    service.reconcile(Channel.GP, silent)
    assert (service.get(letter_id).status, service.get(letter_id).warning) == (Status.DELIVERED, "")
    sandbox.advance(600)
    for _ in range(20):
        service.clock.advance(DAY / 2)
        service.reconcile(Channel.GP)
    assert service.get(letter_id).status is Status.FAILED, "the practice's rejection was seen"


def test_what_another_worker_took_meanwhile_counts(service: World, sandbox: SandboxServer) -> None:
    """One worker chose what to ask before the rejection, and hears of its withdrawal after it."""
    sandbox.script("rejected-then-resolved", gateway="gp")
    letter_id = handed_over(service, Channel.GP)
    gateway = service.gateway(Channel.GP)
    sandbox.advance(400)
    service.clock.advance(3600)

    class Overtaken(WatchedGateway):
        def poll(self, provider_ids: Sequence[str]) -> list[Report]:
            service.reconcile(Channel.GP, gateway)
            assert service.get(letter_id).status is Status.FAILED
            sandbox.advance(600)
            return super().poll(provider_ids)

    service.reconcile(Channel.GP, Overtaken(gateway))
    assert service.get(letter_id).status is Status.DELIVERED


def test_an_answer_that_nobody_foresaw_holds_up_no_other_letter(
    service: World, sandbox: SandboxServer
) -> None:
    letter_ids = [handed_over(service, Channel.GP) for _ in range(3)]
    sandbox.advance(3600)
    service.clock.advance(3600)
    broken = WatchedGateway(service.gateway(Channel.GP))
    broken.fault = ZeroDivisionError("a defect of ours")
    with pytest.raises(ZeroDivisionError):
        service.reconcile(Channel.GP, broken)
    assert service.reconcile(Channel.GP, broken) == 0, "they are asked about later"
    service.clock.advance(2 * ASK_LATER)
    service.reconcile(Channel.GP)
    assert {service.get(letter_id).status for letter_id in letter_ids} == {Status.DELIVERED}

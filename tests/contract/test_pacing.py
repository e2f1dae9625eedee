"""Workers share the breaker and the pace of an account through the store."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from services.domain.errors import Temporary
from services.domain.vocabulary import Channel
from services.pace import FIRST_REST
from tests.builders import SERVICE
from tests.clock import START
from tests.contract.dispatch_cases import gateway
from tests.contract.watched_gateway import WatchedGateway
from tests.sandbox_server import SandboxServer, sandbox_fixture  # noqa: F401 – pytest finds the fixture here
from tests.worlds import World, world

APART = timedelta(milliseconds=20)


@pytest.fixture
def service(database_url: str, sandbox: SandboxServer) -> Iterator[World]:
    with world(database_url, sandbox.base_url) as made:
        yield made


def take(service: World, count: int, *, account: str = "notify", late: float = 0) -> timedelta:
    """The first of so many moments, counted from the start."""
    with service.app.store.begin(SERVICE.id) as uow:
        now = START + timedelta(seconds=late)
        first = uow.pacing.take_slots(account, count, now=now, apart=APART)
        uow.commit()
    return first - START


def test_nobody_gets_a_moment_that_another_has(service: World) -> None:
    with ThreadPoolExecutor(8) as threads:
        firsts = sorted(threads.map(lambda _: take(service, 5), range(16)))
    assert firsts == [place * 5 * APART for place in range(16)]
    assert take(service, 1, account="docman") == timedelta(0), "each account has its own"
    assert take(service, 1, late=60) == timedelta(seconds=60), "what nobody took is gone"


def test_a_clock_that_was_set_back_makes_nobody_wait(service: World) -> None:
    take(service, 5)
    assert take(service, 5, late=-3600) == timedelta(hours=-1)


def test_text_messages_and_letters_share_one_account(service: World) -> None:
    accounts = {service.gateway(channel).capabilities.account for channel in (Channel.E, Channel.H)}
    assert len(accounts) == 1
    assert service.gateway(Channel.GP).capabilities.account not in accounts


def test_one_worker_learns_from_the_other_and_one_of_them_tries(service: World, free_port: int) -> None:
    for _ in range(3):
        service.queued(Channel.E)
    down = gateway(f"http://127.0.0.1:{free_port}", Channel.E)
    with pytest.raises(Temporary):
        service.dispatcher(Channel.E, owner="one", gateway=down).round()
    back = WatchedGateway(service.gateway(Channel.E))
    one, two = (service.dispatcher(Channel.E, owner=owner, gateway=back) for owner in ("one", "two"))
    assert (two.round(), back.sent) == (0, []), "the other worker has not met it itself"
    service.clock.advance(FIRST_REST)
    assert (two.round(), len(back.sent)) == (1, 1), "one letter tries it"
    assert one.round() == 2

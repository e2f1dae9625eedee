"""What the Worker page is told, and what a superuser may do there."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from services.domain.errors import NotAllowed, Temporary
from services.domain.people import User
from services.domain.vocabulary import Channel
from services.ports.gateway import Report
from services.ports.pacing import GatewayState
from services.watch import Watch, retry_now, settle_strays, watch
from tests.builders import ADMIN, ANALYST, ANN, MANAGER, SERVICE, SUPERUSER
from tests.clock import START
from tests.contract.dispatch_cases import gateway as gateway_at
from tests.sandbox_server import SandboxServer, sandbox_fixture  # noqa: F401 – pytest finds the fixture here
from tests.worlds import World, world

MINUTE = timedelta(minutes=1)


@pytest.fixture
def service(database_url: str, sandbox: SandboxServer) -> Iterator[World]:
    with world(database_url, sandbox.base_url) as made:
        yield made


def seen(service: World) -> Watch:
    with service.app.store.read(SERVICE.id) as uow:
        return watch(uow, service.clock.now(), service.app.gateways)


def set_state(service: World, **values: object) -> None:
    with service.app.store.begin(SERVICE.id) as uow:
        uow.pacing.save(GatewayState(gateway="notify_sms", **values))  # type: ignore[arg-type]  # its fields
        uow.commit()


def retry(service: World, user: User = SUPERUSER) -> int:
    app = service.app
    return retry_now(app.store, service.clock, SERVICE.id, user, service.gateway(Channel.E))


def test_each_provider_shows_what_waits_there(service: World, sandbox: SandboxServer) -> None:
    sandbox.script("error-accepted", gateway="sms")
    service.queued(Channel.E)
    service.dispatch(Channel.E)
    service.clock.advance(MINUTE / 2)
    service.queued(Channel.E)
    service.queued(Channel.GP)
    service.dispatch(Channel.GP)
    by_name = {gateway.name: gateway for gateway in seen(service).gateways}
    sms, gp, post = by_name["notify_sms"].queue, by_name["docman"].queue, by_name["notify_letter"].queue
    assert (sms.ready, sms.in_doubt, sms.on_its_way, sms.oldest) == (1, 1, 0, START)
    assert (gp.ready, gp.in_doubt, gp.on_its_way, gp.oldest) == (0, 0, 1, None)
    assert (post.ready, post.in_doubt, post.on_its_way, post.oldest) == (0, 0, 0, None)
    assert by_name["docman"].answered_at == service.clock.now()
    assert not by_name["docman"].paused


def test_a_provider_that_is_down_says_why_and_a_superuser_has_it_tried_at_once(
    service: World, free_port: int
) -> None:
    service.queued(Channel.E)
    down = gateway_at(f"http://127.0.0.1:{free_port}", Channel.E)
    with pytest.raises(Temporary):
        service.dispatcher(Channel.E, gateway=down).round()
    [sms] = [gateway for gateway in seen(service).gateways if gateway.name == "notify_sms"]
    assert sms.paused
    assert "could not be reached" in sms.why
    assert service.dispatch(Channel.E) == 0
    assert retry(service) == 1
    assert service.dispatch(Channel.E) == 1
    assert not any(gateway.paused for gateway in seen(service).gateways)


def test_what_is_in_doubt_is_not_hastened_before_it_has_settled(
    service: World, sandbox: SandboxServer
) -> None:
    sandbox.script("error-accepted", gateway="sms")
    service.queued(Channel.E)
    service.dispatch(Channel.E)
    assert retry(service) == 0
    assert service.dispatch(Channel.E) == 0


def test_a_pause_that_the_provider_asked_for_is_kept(service: World) -> None:
    asked = START + timedelta(hours=3)
    set_state(service, rest_until=asked, reason="It asks us to wait.")
    service.queued(Channel.E)
    retry(service)
    assert service.dispatch(Channel.E) == 0
    service.clock.advance(timedelta(hours=3))
    assert service.dispatch(Channel.E) == 1


@pytest.mark.parametrize("user", [ANN, ADMIN, MANAGER, ANALYST])
def test_others_look_only(service: World, user: User) -> None:
    with pytest.raises(NotAllowed, match="may not make the worker retry"):
        retry(service, user)
    with pytest.raises(NotAllowed):
        settle_strays(service.app.store, service.clock, SERVICE.id, user, ["id"])


def test_a_stray_report_is_listed_until_somebody_has_seen_to_it(service: World) -> None:
    with service.app.store.begin(SERVICE.id) as uow:
        for code in ("delivered", "sent"):
            report = Report(gateway="notify_sms", code=code, status=None, provider_id="theirs", reference="x")
            uow.events.set_aside(report, service.clock.now())
        uow.commit()
    first, second = seen(service).strays
    assert (first.code, first.provider_id, first.reference) == ("delivered", "theirs", "x")
    settle_strays(service.app.store, service.clock, SERVICE.id, SUPERUSER, [first.id])
    assert seen(service).strays == [second]


def test_workers_are_listed_by_their_last_sign_of_life(service: World) -> None:
    with service.app.store.begin(SERVICE.id) as uow:
        answer = (START - 2 * MINUTE).isoformat()
        uow.settings.beat("old", START - MINUTE, {"host": "one", "pid": 1})
        uow.settings.beat("new", START, {"host": "two", "pid": 2, "last_success": {"docman": answer}})
        uow.commit()
    found = seen(service)
    assert [(beat.worker, beat.host, beat.pid) for beat in found.beats] == [
        ("new", "two", 2),
        ("old", "one", 1),
    ]
    assert [gateway.answered_at for gateway in found.gateways if gateway.name == "docman"] == [
        START - 2 * MINUTE
    ]

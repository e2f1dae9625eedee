"""The Worker page run as a script: everybody sees it, a superuser may retry."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from services.domain.people import User
from services.domain.vocabulary import Channel
from services.ports.gateway import Report
from services.ports.pacing import GatewayState
from tests.builders import ADMIN, SUPERUSER
from tests.contract.batch_world import World
from tests.pages.desk import opened

WHY = "GOV.UK Notify (SMS) could not be *reached*."


def _page() -> None:
    from pages.worker import page

    page.show()


@pytest.fixture
def open_as(world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[[User], AppTest]:
    return lambda user: opened(world, monkeypatch, user, _page)


def test_a_superuser_has_a_paused_provider_tried_and_settles_a_stray(
    world: World, open_as: Callable[[User], AppTest]
) -> None:
    now = world.clock.now()
    letter_id = world.add(Channel.E)
    world.app.batch.sending.send(world.service_id, ADMIN, [letter_id])
    with world.work() as uow:
        uow.pacing.save(GatewayState(gateway="notify_sms", opened_at=now, rest_until=now, reason=WHY))
        uow.events.set_aside(Report(gateway="docman", code="4003", status=None, reference="X-1"), now)
    page = open_as(SUPERUSER)
    [warning] = page.warning
    assert WHY in warning.value.replace("\\", "")
    assert [metric.value for metric in page.metric if metric.label == "Queued"].count("1") == 1
    page.button(key="retry notify_sms").click().run()
    assert "is tried again now" in page.success[0].value
    page.button(key="settle strays").click().run()
    assert "no longer listed" in page.success[0].value
    with world.work() as uow:
        assert uow.events.strays(10) == []


def test_an_admin_sees_it_without_buttons(open_as: Callable[[User], AppTest]) -> None:
    page = open_as(ADMIN)
    assert [header.value for header in page.header] == ["Worker"]
    assert list(page.button) == []
    assert "No worker has ever run here." in [caption.value for caption in page.caption]

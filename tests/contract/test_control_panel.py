"""The Control panel's use cases: who may change what to which value, and that it holds at once."""

from collections.abc import Iterator
from typing import Any

import pytest

from services.control import SETTINGS, control
from services.domain.errors import NotAllowed, UserError
from services.domain.people import User
from services.domain.sms import length_of
from services.domain.vocabulary import Channel
from services.links import link_to
from tests.builders import ADMIN, ANALYST, ANN, MANAGER, SUPERUSER
from tests.contract.batch_world import World, world_on


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with world_on(database_url) as world:
        yield world


def _value(world: World, key: str) -> Any:
    with world.work() as uow:
        return control(uow, key)


def test_what_a_superuser_saves_holds_at_once(world: World) -> None:
    panel, service = world.app.control_panel, world.service_id
    assert panel.values(service, SUPERUSER) == {key: each.default for key, each in SETTINGS.items()}
    panel.change(service, SUPERUSER, {"link_days": 3, "sms_text": "A letter: ((link))"})
    assert (_value(world, "link_days"), _value(world, "sms_text")) == (3, "A letter: ((link))")
    _, attempt = world.sent(Channel.E)
    with world.work() as uow:
        link = uow.links.of_attempts([attempt.id])[attempt.id]
    assert (link.expires_at - link.created_at).days == 3


@pytest.mark.parametrize("user", [ANN, ADMIN, MANAGER, ANALYST])
def test_nobody_else_reads_or_changes_settings(world: World, user: User) -> None:
    panel, service = world.app.control_panel, world.service_id
    with pytest.raises(NotAllowed, match="may not change settings"):
        panel.values(service, user)
    with pytest.raises(NotAllowed, match="may not change settings"):
        panel.change(service, user, {"link_days": 3})
    assert _value(world, "link_days") == SETTINGS["link_days"].default


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("link_days", 0, "a number from 1 to 365"),
        ("link_days", 366, "a number from 1 to 365"),
        ("link_days", True, "a number from 1 to 365"),
        ("link_days", "3", "a number from 1 to 365"),
        ("gp_stuck_hours", 0, "a number from 1 to 720"),
        ("h_stuck_hours", 721, "a number from 1 to 720"),
        ("e_gateway", "docman", "choose one of GOV.UK Notify (SMS)"),
        ("simplex", 1, "on or off"),
        ("gp_gateway", "pigeon", "choose one of Docman Connect"),
        ("portal_sender", " ", "one line of at most 60"),
        ("portal_sender", "A\nB", "one line of at most 60"),
        ("portal_sender", "x" * 61, "one line of at most 60"),
        ("portal_sender", None, "one line of at most 60"),
        ("sms_text", "Dear ((name)): ((link))", "“((name))” is no field"),
        ("sms_text", "No link", "needs ((link)) exactly once"),
        ("sms_text", f"{'x' * 860}((link))", "more than 918 characters"),
        ("sms_text", None, "Text message"),
        ("colour", "red", "There is no setting colour"),
    ],
)
def test_a_value_that_cannot_be_is_refused_and_nothing_is_saved(
    world: World, key: str, value: Any, said: str
) -> None:
    with pytest.raises(UserError) as refused:
        world.app.control_panel.change(world.service_id, SUPERUSER, {"checklist": True, key: value})
    assert said in str(refused.value)
    assert str(refused.value).endswith("Nothing was saved.")
    assert _value(world, "checklist") is False


def test_a_text_message_is_counted_with_its_link(world: World) -> None:
    _, attempt = world.sent(Channel.E)
    panel, text = world.app.control_panel, SETTINGS["sms_text"].default
    sent = text.replace("((link))", link_to(world.app.settings, world.service_id, attempt))
    assert panel.length(text) == length_of(sent)
    assert panel.length(f"ł {text}").parts > panel.length(text).parts

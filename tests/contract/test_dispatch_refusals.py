"""Providers that refuse a letter, or us: docs/faults.md rows 15, 17 and 24, against the sandbox."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from services.dispatch import MOST_TRIES
from services.domain.errors import Misconfigured
from services.domain.vocabulary import NOT_SENT, AttemptState, Channel, Status
from services.pace import REFUSED_REST
from services.store.link_tables import patient_links
from tests import builders
from tests.builders import PRACTICE, SERVICE
from tests.contract.dispatch_cases import (
    CHANNELS,
    SETTLE,
    acceptances,
    gateway,
    is_in_doubt,
    script,
    service_fixture,  # noqa: F401 – pytest finds the fixture here
)
from tests.contract.watched_gateway import WatchedGateway
from tests.sandbox_server import SandboxServer, sandbox_fixture  # noqa: F401 – pytest finds the fixture here
from tests.worlds import PATIENT, World


def test_a_letter_that_docman_refuses_is_failed(service: World, sandbox: SandboxServer) -> None:
    """Row 15: a DC code; nothing is tried again."""
    closed = replace(PRACTICE, ods_code="Y90998")
    with service.app.store.begin(SERVICE.id) as uow:
        uow.people.save_practices([closed])
        uow.commit()
    letter_id = service.queued(Channel.GP)
    service.dispatch(Channel.GP)
    service.clock.advance(timedelta(days=1))
    assert service.dispatch(Channel.GP) == 0
    letter = service.get(letter_id)
    assert (letter.status, letter.reason_code) == (Status.FAILED, "DC02")
    assert letter.reason
    assert letter.row.pending_group
    assert service.attempt(letter_id).state is AttemptState.ENDED
    assert acceptances(service, sandbox, letter_id) == 0


def test_a_message_that_notify_refuses_is_failed(service: World, sandbox: SandboxServer) -> None:
    """Row 15: 400, since there is no such template."""
    letter_id = service.queued(Channel.E)
    wrong = gateway(sandbox.base_url, Channel.E, notify_sms_template="00000000-0000-4000-8000-000000000bad")
    service.dispatcher(Channel.E, gateway=wrong).round()
    letter = service.get(letter_id)
    assert (letter.status, letter.reason_code) == (Status.FAILED, "BadRequestError")
    assert "Template" in letter.reason
    assert acceptances(service, sandbox, letter_id) == 0


def test_a_text_message_whose_link_would_open_nothing_is_failed(
    service: World, sandbox: SandboxServer
) -> None:
    """It was queued with another key, or its link was stopped before the worker came to it."""
    stopped, other = service.queued(Channel.E), service.queued(Channel.E)
    service.app.batch.keeping.stop_link(SERVICE.id, builders.ADMIN, [stopped])
    with service.app.store.engine.begin() as connection:
        theirs = patient_links.c.letter_id == other
        connection.execute(update(patient_links).where(theirs).values(token_hash="of another key"))
    service.dispatch(Channel.E)
    assert [service.get(each).reason_code for each in (stopped, other)] == ["link-stopped", "link-unknown"]
    assert [service.get(each).status for each in (stopped, other)] == [Status.FAILED] * 2
    assert sandbox.ledger() == []
    service.app.batch.sending.resend(SERVICE.id, builders.ADMIN, [other])
    service.dispatch(Channel.E)
    assert acceptances(service, sandbox, other) == 1


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_refusal_of_our_key_pauses_the_channel(
    service: World, sandbox: SandboxServer, channel: Channel
) -> None:
    """Row 15: 403 is about us; no letter fails, and those behind the first ones are not even tried."""
    letter_ids = [service.queued(channel) for _ in range(20)]
    script(sandbox, channel, "forbidden")
    refused = WatchedGateway(service.gateway(channel))
    with pytest.raises(Misconfigured):
        service.dispatcher(channel, gateway=refused).round()
    assert 1 <= len(refused.sent) <= service.app.settings.calls_at_once
    assert service.states() == {AttemptState.READY: 20}
    service.clock.advance(REFUSED_REST - timedelta(seconds=1))
    assert service.dispatch(channel) == 0
    service.clock.advance(1)
    script(sandbox, channel, "delivers")
    assert service.dispatch(channel) == 1, "one letter tries it"
    assert service.dispatch(channel) == 19
    assert {acceptances(service, sandbox, letter_id) for letter_id in letter_ids} == {1}


@pytest.mark.parametrize("channel", [Channel.E, Channel.H])
def test_a_letter_that_the_provider_never_takes_is_failed(
    service: World, sandbox: SandboxServer, channel: Channel
) -> None:
    """Row 17: 500 at each try, nothing accepted."""
    script(sandbox, channel, "error")
    letter_id = service.queued(channel)
    watched = WatchedGateway(service.gateway(channel))
    for _ in range(2 * MOST_TRIES):
        service.dispatcher(channel, gateway=watched).round()
        service.clock.advance(SETTLE)
    letter = service.get(letter_id)
    assert (letter.status, letter.reason_code, letter.in_doubt) == (Status.FAILED, "not-sent", False)
    assert f"Tried {MOST_TRIES} times" in letter.reason
    assert letter.row.pending_group
    assert len(watched.sent) == MOST_TRIES
    assert acceptances(service, sandbox, letter_id) == 0


def test_a_provider_that_is_always_busy_is_given_up(service: World, sandbox: SandboxServer) -> None:
    """Row 17: the day's limit is used up."""
    sandbox.script("daily-limit", gateway="sms")
    letter_id = service.queued(Channel.E)
    for _ in range(25):
        service.dispatch(Channel.E)
        assert service.get(letter_id).status is Status.QUEUED
        service.clock.advance(timedelta(hours=1))
    service.dispatch(Channel.E)
    letter = service.get(letter_id)
    assert (letter.status, letter.reason_code) == (Status.FAILED, NOT_SENT)
    assert "Tried for a day" in letter.reason


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_look_up_with_the_wrong_key_is_no_answer(
    service: World, sandbox: SandboxServer, channel: Channel
) -> None:
    """Row 24: refused is not the same as absent."""
    script(sandbox, channel, "error-accepted")
    letter_id = service.queued(channel)
    service.dispatch(channel)
    service.clock.advance(SETTLE)
    wrong_keys = {
        "notify_api_key": "wrong-00000000-0000-4000-8000-000000000001-99999999-9999-4999-8999-999999999999",
        "docman_client_secret": "wrong",
    }
    wrong = WatchedGateway(gateway(sandbox.base_url, channel, **wrong_keys))
    with pytest.raises(Misconfigured):
        service.dispatcher(channel, gateway=wrong).round()
    assert is_in_doubt(service, letter_id)
    assert (len(wrong.sought), wrong.sent) == (1, [])
    assert acceptances(service, sandbox, letter_id) == 1


def test_a_resend_is_a_new_attempt_with_a_new_reference(service: World, sandbox: SandboxServer) -> None:
    patient = replace(PATIENT, mobile="07700 900001")  # for whom the sandbox reports a permanent failure
    with service.app.store.begin(SERVICE.id) as uow:
        uow.people.save_patients([patient])
        uow.commit()
    letter_id = service.queued(Channel.E)
    service.dispatch(Channel.E)
    first = service.attempt(letter_id)
    sandbox.advance(60)
    service.clock.advance(60)
    service.reconcile(Channel.E)
    assert service.get(letter_id).status is Status.FAILED
    service.app.batch.sending.resend(SERVICE.id, builders.ADMIN, [letter_id])
    service.dispatch(Channel.E)
    second = service.attempt(letter_id)
    assert (second.number, second.reference != first.reference) == (2, True)
    assert [len(sandbox.ledger(each.reference)) for each in (first, second)] == [1, 1]

"""The provider's answer is late, lost, unreadable, or a refusal."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from services.dispatch import ANOTHER_KEY, MOST_TRIES
from services.domain.verdict import POSSIBLE_DUPLICATE
from services.domain.vocabulary import AttemptState, Channel, Status
from services.pace import LONGEST_REST
from tests.faults.site import SETTLE, Site
from tests.sandbox_server import HANGING, STOPPED_CLOCK, running_sandbox

BY_CHANNEL = {Channel.GP: "gp", Channel.E: "sms", Channel.H: "letter"}
BREAKER_RESTED = LONGEST_REST.total_seconds()


def doubtful(site: Site, course: str, channel: Channel, **changes: Any) -> str:
    """A letter whose call went as the course says, so that its outcome is not known."""
    site.sandbox.script(course, gateway=BY_CHANNEL[channel])
    letter_id = site.queued(channel)
    site.start(**changes)
    site.until_doubtful(letter_id)
    return letter_id


def adopted(site: Site, letter_id: str) -> bool:
    """After the settle time the provider is found to have it; nothing more is posted."""
    site.later(SETTLE)
    site.until_accepted(letter_id)
    assert site.posts(letter_id) == 1
    assert not site.letter(letter_id).in_doubt
    return site.was_sent_once(letter_id)


def test_row_07_time_out_provider_accepted(site: Site) -> None:
    letter_id = doubtful(site, "hangs-accepted", Channel.E, gateway_timeout=HANGING)
    assert adopted(site, letter_id)


def test_row_08_time_out_not_accepted(site: Site) -> None:
    letter_id = doubtful(site, "hangs", Channel.GP, gateway_timeout=HANGING)
    reference = site.attempt(letter_id).reference
    assert site.acceptances(letter_id) == []
    site.later(SETTLE)
    site.until_accepted(letter_id)
    assert site.attempt(letter_id).reference == reference
    assert site.was_sent_once(letter_id)
    assert site.posts(letter_id) == 2


def test_row_09_look_up_lags_behind_acceptance(site: Site) -> None:
    """Until the settle time ends nobody looks, so nobody believes that it is absent."""
    letter_id = doubtful(site, "lookup-lags", Channel.H)
    site.sandbox.script("delivers", gateway="letter")
    site.later(SETTLE - 20)
    site.a_round_passes(Channel.H)
    assert site.attempt(letter_id).state is AttemptState.IN_DOUBT
    assert site.posts(letter_id) == 1
    site.sandbox.advance(600)
    assert adopted(site, letter_id)


def test_row_10_look_up_itself_answers_5xx(site: Site) -> None:
    letter_id = doubtful(site, "lookup-fails", Channel.E)
    for time in range(3):
        site.later(BREAKER_RESTED * 3**time)  # the questions become rarer
        site.until_failed(Channel.E, 2 + time)  # the post was the first
        assert site.letter(letter_id).in_doubt
        assert site.posts(letter_id) == 1
    site.later(BREAKER_RESTED * 27)
    assert adopted(site, letter_id)


def test_row_11_200_with_an_unreadable_body(site: Site) -> None:
    letter_id = doubtful(site, "unreadable", Channel.GP)
    assert site.letter(letter_id).status is Status.QUEUED
    assert adopted(site, letter_id)


def test_row_13_429_with_retry_after(site: Site) -> None:
    """Twice it asks for two seconds; by the real clock, nothing is posted before they are over."""
    site.sandbox.script("busy", gateway="sms")
    letter_id = site.queued(Channel.E)
    waits: list[datetime] = []

    def accepted_after_two_waits() -> bool:
        rest_until = site.state(Channel.E).rest_until
        if rest_until and rest_until not in waits:
            waits.append(rest_until)
            assert not site.letter(letter_id).in_doubt
        return site.attempt(letter_id).state is AttemptState.ACCEPTED

    site.start()
    site.until(accepted_after_two_waits)
    [acceptance] = site.acceptances(letter_id)
    assert len(waits) == 2
    assert waits[0] < waits[1] <= datetime.fromisoformat(acceptance["accepted_at"])
    assert (waits[1] - waits[0]).total_seconds() >= 2
    assert site.posts(letter_id) == 3


def test_row_14_5xx_after_post(site: Site) -> None:
    letter_id = doubtful(site, "error-accepted", Channel.H)
    assert adopted(site, letter_id)
    site.sandbox.script("error-once", gateway="sms")
    absent = site.queued(Channel.E)
    site.until_doubtful(absent)
    site.later(SETTLE)
    site.until_accepted(absent)
    assert site.was_sent_once(absent)
    assert site.posts(absent) == 2


def test_row_15_refused_letter_and_refused_key(site: Site) -> None:
    """400: Failed with the reason, no retry. 403: the channel rests, and the page says why."""
    site.sandbox.script("forbidden", gateway="letter")
    refused, paused = site.queued(Channel.E), site.queued(Channel.H)
    site.start(notify_sms_template=str(uuid4()))
    site.until_at(refused, Status.FAILED)
    letter = site.letter(refused)
    assert (letter.reason_code, letter.reason) == ("BadRequestError", "Template not found")
    site.until(lambda: "Ask a superuser" in site.health().paused.get("notify_letter", ""))
    assert site.letter(paused).status is Status.QUEUED
    site.sandbox.script("delivers", gateway="letter")
    site.later(BREAKER_RESTED)
    site.until_accepted(paused)
    assert site.was_sent_once(paused)
    assert site.attempt(refused).state is AttemptState.ENDED
    assert site.acceptances(refused) == []


def test_row_17_retries_used_up(site: Site) -> None:
    site.sandbox.script("error", gateway="letter")
    letter_id = site.queued(Channel.H)
    site.start()
    for tried in range(1, MOST_TRIES + 1):
        site.until_tried(letter_id, tried)
        site.until_doubtful(letter_id)
        site.later(BREAKER_RESTED)
    site.until_at(letter_id, Status.FAILED)
    letter = site.letter(letter_id)
    assert (letter.reason_code, letter.row.pending_group) == ("not-sent", True)
    assert f"Tried {MOST_TRIES} times" in letter.reason
    assert site.posts(letter_id) == MOST_TRIES
    assert site.acceptances(letter_id) == []


def test_row_24_look_up_with_a_key_of_another_environment(site: Site) -> None:
    """There the letter can't be found; that proves nothing, and nothing is sent there."""
    letter_id = doubtful(site, "error-accepted", Channel.E)
    with running_sandbox(STOPPED_CLOCK) as elsewhere:
        site.start_anew(notify_base_url=elsewhere.base_url)
        site.later(SETTLE)
        site.until(lambda: ANOTHER_KEY in site.letter(letter_id).warning)
        assert site.letter(letter_id).in_doubt
        site.start_anew()
        site.later(BREAKER_RESTED)
        assert adopted(site, letter_id)
        assert elsewhere.ledger() == []


def test_row_25_two_hits_for_one_reference(site: Site) -> None:
    """Somebody else, who does not look before he leaps, posts with our reference."""
    letter_id = doubtful(site, "error-accepted", Channel.E)
    reference = site.attempt(letter_id).reference
    site.sandbox.send_sms(reference, phone="07700900124")
    site.doubled_by_others.add(reference)
    site.later(SETTLE)
    site.until_accepted(letter_id)
    site.until(lambda: POSSIBLE_DUPLICATE in site.letter(letter_id).warning)
    ids = [acceptance["provider_id"] for acceptance in site.acceptances(letter_id)]
    assert len(ids) == 2
    assert site.attempt(letter_id).provider_id in ids
    assert site.posts(letter_id) == 2, "ours and the other's"

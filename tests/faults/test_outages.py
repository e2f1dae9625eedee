"""The provider can't be reached at all."""

from datetime import timedelta

from services.domain.vocabulary import AttemptState, Channel
from services.pace import LONGEST_REST, MOST_FAILURES
from tests.faults.site import Site
from tests.sandbox_server import STOPPED_CLOCK, running_sandbox

REST = LONGEST_REST.total_seconds()


def test_row_12_connection_refused(site: Site, free_port: int) -> None:
    """Surely not sent: READY for the next try, never in doubt."""
    letter_id = site.queued(Channel.E)
    site.start(notify_base_url=f"http://127.0.0.1:{free_port}")
    site.until(lambda: site.attempt(letter_id).unreachable_since is not None)
    assert site.attempt(letter_id).state is AttemptState.READY
    assert not site.letter(letter_id).in_doubt
    with running_sandbox(STOPPED_CLOCK, port=free_port) as site.sandbox:
        site.later(REST)
        site.until_accepted(letter_id)
        assert site.was_sent_once(letter_id)
        assert site.posts(letter_id) == 1


def test_row_16_provider_down_for_an_hour(site: Site, free_port: int) -> None:
    letter_ids = [site.queued(Channel.E) for _ in range(12)]
    began = site.world.clock.now()
    site.start(notify_base_url=f"http://127.0.0.1:{free_port}")
    site.until(lambda: site.state(Channel.E).opened_at is not None)
    failures = MOST_FAILURES
    while site.world.clock.now() - began < timedelta(hours=1):
        site.a_round_passes(Channel.GP)
        assert site.state(Channel.E).failures == failures, "calls under way together count once"
        failures += 1
        site.later(REST)
        site.until_failed(Channel.E, failures)
    assert {site.attempt(letter_id).state for letter_id in letter_ids} == {AttemptState.READY}
    site.until(lambda: "could not be reached" in site.health().paused.get("notify_sms", ""))
    with running_sandbox(STOPPED_CLOCK, port=free_port) as site.sandbox:
        site.later(REST)
        site.until_accepted(*letter_ids)
        assert site.was_sent_once(*letter_ids)
        site.until(lambda: site.state(Channel.E).opened_at is None)

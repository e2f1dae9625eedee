"""The clock goes back and forth."""

from datetime import UTC, datetime, timedelta

from services.domain.vocabulary import Channel, Status
from tests.faults.site import SETTLE, Site

SUMMER_TIME_ENDS = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)
"""When 2 o'clock becomes 1 o'clock in Britain."""
HOUR = timedelta(hours=1).total_seconds()


def test_row_31_clock_an_hour_off_and_summer_time(site: Site) -> None:
    """A letter is in doubt while the clocks change; then a clock is set back by an hour, and forth again."""
    clock = site.world.clock
    clock.advance(SUMMER_TIME_ENDS - timedelta(seconds=30) - clock.now())
    site.sandbox.script("error-accepted", gateway="sms")
    first = site.queued(Channel.E)
    site.start()
    site.until_doubtful(first)
    site.later(SETTLE)  # the clocks change
    site.until_accepted(first)
    second = site.queued(Channel.E)
    site.until_doubtful(second)
    site.later(-HOUR)
    site.a_round_passes(Channel.GP)
    third = site.queued(Channel.H)
    site.until_accepted(third)
    site.later(HOUR + SETTLE)
    site.until_accepted(second)
    assert site.was_sent_once(first, second, third)
    assert {site.posts(letter_id) for letter_id in (first, second, third)} == {1}
    site.later(-HOUR)
    site.sandbox.advance(HOUR)
    site.later(2 * HOUR)
    site.until_at(second, Status.DELIVERED)
    statuses = [event.to_status for event in site.history(second) if event.to_status]
    assert statuses == [Status.PENDING, Status.QUEUED, Status.DELIVERED], "by sequence, not by time"

"""The worker is killed, stopped or held up at each step."""

import os
import signal

from services.crash_points import CrashPoint
from services.domain.vocabulary import AttemptState, Channel, Status
from tests.builders import SERVICE
from tests.faults.processes import Stop
from tests.faults.site import SETTLE, Site


def killed_on_the_way(site: Site, point: CrashPoint, channel: Channel) -> str:
    """A letter during whose handing over the worker was killed; its successor works already."""
    letter_id = site.queued(channel)
    site.start({point: Stop.KILLED})
    site.until_killed(point)
    return letter_id


def test_row_03_crash_after_the_claim(site: Site) -> None:
    letter_id = killed_on_the_way(site, CrashPoint.AFTER_CLAIM, Channel.E)
    assert site.attempt(letter_id).state is AttemptState.READY
    site.later(SETTLE)
    site.until_accepted(letter_id)
    assert site.was_sent_once(letter_id)


def test_row_04_crash_after_in_doubt_before_the_call(site: Site) -> None:
    letter_id = killed_on_the_way(site, CrashPoint.BEFORE_CALL, Channel.H)
    assert site.attempt(letter_id).state is AttemptState.IN_DOUBT
    assert site.posts(letter_id) == 0
    site.later(SETTLE)
    site.until_accepted(letter_id)
    assert site.was_sent_once(letter_id)


def test_row_05_crash_after_acceptance_before_the_record(site: Site) -> None:
    letter_id = killed_on_the_way(site, CrashPoint.AFTER_CALL, Channel.GP)
    site.a_round_passes(Channel.GP)
    assert site.attempt(letter_id).state is AttemptState.IN_DOUBT, "before the settle time nobody looks"
    site.later(SETTLE)
    site.until_accepted(letter_id)
    assert site.was_sent_once(letter_id)
    assert site.posts(letter_id) == 1


def test_row_06_crash_after_the_record(site: Site) -> None:
    letter_id = killed_on_the_way(site, CrashPoint.AFTER_RECORD, Channel.E)
    assert site.attempt(letter_id).state is AttemptState.ACCEPTED
    site.later(SETTLE)
    site.a_round_passes(Channel.E)
    assert site.was_sent_once(letter_id)
    assert site.posts(letter_id) == 1


def test_row_27_a_paused_worker_wakes_after_its_lease_is_lost(site: Site) -> None:
    """Once right before the call, which it then doesn't make; once after it, when its write is refused."""
    for point, channel in ((CrashPoint.BEFORE_CALL, Channel.E), (CrashPoint.AFTER_CALL, Channel.H)):
        letter_id = site.queued(channel)
        site.start({point: Stop.HELD}, count=1)
        sleeper = site.until_stopped(point)
        site.later(SETTLE)
        site.start()
        site.until_accepted(letter_id)
        taken = site.attempt(letter_id)
        site.let_go(point)
        os.kill(sleeper, signal.SIGTERM)
        assert site.gone(sleeper) == 0
        assert "was taken over" in site.log()
        assert site.attempt(letter_id) == taken
        assert site.was_sent_once(letter_id)
        assert site.posts(letter_id) == 1
        site.kill_all()


def test_row_33_database_locked_or_disk_full_at_the_record(site: Site) -> None:
    letter_id = site.queued(Channel.H)
    on_sqlite = site.world.app.settings.database_url.startswith("sqlite")
    site.start({CrashPoint.AFTER_CALL: Stop.DISK_FULL if on_sqlite else Stop.HELD}, count=1)
    worker = site.until_stopped(CrashPoint.AFTER_CALL)
    if on_sqlite:
        site.until(lambda: "could not be handled" in site.log())
    else:
        _lock_the_store(site)
    assert site.attempt(letter_id).state is AttemptState.IN_DOUBT
    os.kill(worker, signal.SIGKILL)
    site.gone(worker)
    site.start()
    site.later(SETTLE)
    site.until_accepted(letter_id)
    assert site.was_sent_once(letter_id)
    assert site.posts(letter_id) == 1


def _lock_the_store(site: Site) -> None:
    """Another writer stays in its transaction for longer than anybody waits."""
    with site.world.app.store.begin(SERVICE.id):
        site.let_go(CrashPoint.AFTER_CALL)
        site.until(lambda: "could not be handled" in site.log())


def test_row_35_sigterm_during_a_send_and_an_overlapping_run(site: Site) -> None:
    """The scheduler's next rounds come while the letter is being handed over; then the worker is ended."""
    letter_id = site.queued(Channel.E)
    site.start({CrashPoint.BEFORE_CALL: Stop.HELD})
    worker = site.until_stopped(CrashPoint.BEFORE_CALL)
    site.a_round_passes(Channel.GP)  # meanwhile many ticks have come
    os.kill(worker, signal.SIGTERM)
    site.let_go(CrashPoint.BEFORE_CALL)
    assert site.gone(worker) == 0
    assert site.attempt(letter_id).state is AttemptState.ACCEPTED
    assert site.letter(letter_id).status is Status.QUEUED
    assert site.was_sent_once(letter_id)
    assert site.posts(letter_id) == 1

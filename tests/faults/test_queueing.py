"""From the click to the worker: what is queued, is queued once and as it was."""

from dataclasses import replace

import pytest

from services.crash_points import CrashPoint
from services.domain.errors import NotAllowed
from services.domain.vocabulary import Channel, Status
from services.editing import Edit
from tests.builders import ADMIN, OTHER_ADMIN, SERVICE
from tests.faults.processes import Stop
from tests.faults.site import Site
from tests.worlds import PATIENT


def cut_off(site: Site, point: CrashPoint) -> str:
    """A letter whose sender's process is killed at the point, before any worker runs."""
    letter_id = site.world.letter(Channel.E)
    sender = site.press_send(letter_id, stops={point: Stop.KILLED})
    assert site.gone(sender) == -9
    return letter_id


def test_row_01_crash_before_the_queue_commit(site: Site) -> None:
    letter_id = cut_off(site, CrashPoint.BEFORE_QUEUE_COMMIT)
    site.start()
    site.a_round_passes(Channel.E)
    assert site.letter(letter_id).status is Status.PENDING
    assert len(site.sandbox.ledger()) == 1, "the other letter, of this round"


def test_row_02_crash_after_the_queue_commit(site: Site) -> None:
    letter_id = cut_off(site, CrashPoint.AFTER_QUEUE_COMMIT)
    assert site.letter(letter_id).status is Status.QUEUED
    site.start()
    site.until_accepted(letter_id)
    assert site.was_sent_once(letter_id)


def test_row_26_two_workers_one_letter(site: Site) -> None:
    letter_ids = [site.world.letter(channel) for channel in (Channel.GP, Channel.E, Channel.H) * 5]
    site.world.send(*letter_ids)
    site.start()
    site.until_accepted(*letter_ids)
    assert site.was_sent_once(*letter_ids)
    assert {site.posts(letter_id) for letter_id in letter_ids} == {1}


def test_row_28_letter_edited_after_queued(site: Site) -> None:
    """The patient has moved, and somebody tries to change the words: neither touches what was queued."""
    letter_id = site.queued(Channel.H)
    frozen = site.attempt(letter_id)
    app = site.world.app
    with pytest.raises(NotAllowed, match="edits are no longer saved"):
        app.editing.edit(SERVICE.id, ADMIN, letter_id, Edit(read={}, title="Other words", fields={}))
    with app.store.begin(SERVICE.id) as uow:
        uow.people.save_patients([replace(PATIENT, address=("9 New Road", "Wherrymere", "ZZ99 4AB"))])
        uow.letters.unrender([letter_id])
        uow.commit()
    app.rendering.ensure(SERVICE.id, [site.letter(letter_id)])
    site.start()
    site.until_accepted(letter_id)
    [acceptance] = site.acceptances(letter_id)
    assert acceptance["sha256"] == frozen.sha256
    assert "7 Mill Row" in acceptance["recipient"]
    assert site.letter(letter_id).title == frozen.title


def test_row_29_letter_deleted_after_queued(site: Site) -> None:
    letter_id = site.queued(Channel.E)
    [result] = site.world.app.batch.keeping.remove(SERVICE.id, ADMIN, [letter_id]).results
    site.start()
    site.until_accepted(letter_id)
    assert site.was_sent_once(letter_id)
    site.hours_pass(120)
    site.until_at(letter_id, Status.DELIVERED)
    statuses = [event.to_status for event in site.history(letter_id) if event.to_status]
    assert statuses == [Status.PENDING, Status.QUEUED, Status.DELIVERED], result


def test_row_30_double_click_and_two_admins_at_once(site: Site) -> None:
    """Three clicks; the first is about to commit when the others come."""
    letter_id = site.world.letter(Channel.E)
    first = site.press_send(letter_id, stops={CrashPoint.BEFORE_QUEUE_COMMIT: Stop.HELD})
    site.until_stopped(CrashPoint.BEFORE_QUEUE_COMMIT)
    others = [site.press_send(letter_id, user=user) for user in (ADMIN, OTHER_ADMIN)]
    site.let_go(CrashPoint.BEFORE_QUEUE_COMMIT)
    assert [site.gone(each) for each in (first, *others)] == [0, 0, 0]
    site.start()
    site.until_accepted(letter_id)
    site.a_round_passes(Channel.E)
    with site.world.app.store.read(SERVICE.id) as uow:
        assert len(uow.attempts.of_letters([letter_id])) == 1
    assert site.was_sent_once(letter_id)
    assert site.posts(letter_id) == 1

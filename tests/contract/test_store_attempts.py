"""Claims: a lease to one worker, a fence against those who come too late; and whom to ask next."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from services.domain.errors import LostRace
from services.domain.letter import Attempt
from services.domain.vocabulary import AttemptState
from services.ports.letters import Scope
from services.store.unit_of_work import SqlStore
from tests.builders import SERVICE
from tests.clock import START
from tests.contract.store_cases import (
    LEASE,
    add_attempts,
    claim,
    new_attempt,
    store_fixture,  # noqa: F401 – pytest finds the fixture here
)


def read(store: SqlStore, attempt: Attempt) -> Attempt:
    with store.read(SERVICE.id) as uow:
        return uow.attempts.get([attempt.id])[attempt.id]


def record(store: SqlStore, attempt: Attempt, **changes: Any) -> None:
    with store.begin(SERVICE.id) as uow:
        uow.attempts.record(attempt, **changes)
        uow.commit()


def test_a_claim_takes_what_is_due_oldest_first(store: SqlStore) -> None:
    ready = add_attempts(store, 3)
    [oldest] = add_attempts(store, 1, created_at=START - timedelta(hours=1))
    add_attempts(store, 1, created_at=START + timedelta(seconds=1))
    add_attempts(store, 1, gateway="notify_sms")
    add_attempts(store, 1, state=AttemptState.IN_DOUBT)
    assert [each.id for each in claim(store, "one", limit=3)] == [oldest.id, ready[0].id, ready[1].id]
    assert [each.id for each in claim(store, "one", limit=3)] == [ready[2].id]
    assert claim(store, "one", limit=3) == []


def test_what_is_leased_is_claimed_by_nobody_else_until_the_lease_ends(store: SqlStore) -> None:
    [attempt] = add_attempts(store, 1)
    assert claim(store, "one")[0].fence == 1
    assert claim(store, "two", now=START + LEASE - timedelta(seconds=1)) == []
    [again] = claim(store, "two", now=START + LEASE)
    assert (again.id, again.fence) == (attempt.id, 2)


def test_who_lost_the_lease_can_write_nothing_more(store: SqlStore) -> None:
    add_attempts(store, 1)
    [first] = claim(store, "one")
    [second] = claim(store, "two", now=START + LEASE)
    with pytest.raises(LostRace):
        record(store, first, state=AttemptState.ENDED)
    with store.begin(SERVICE.id) as uow:
        uow.attempts.release([first], due_at=START)
        uow.commit()
    assert claim(store, "three", now=START + LEASE) == []
    record(store, second, state=AttemptState.ACCEPTED, provider_id="theirs")
    assert read(store, second).provider_id == "theirs"


def test_an_expired_lease_that_nobody_took_still_writes(store: SqlStore) -> None:
    add_attempts(store, 1)
    [held] = claim(store, "one")
    record(store, held, state=AttemptState.ACCEPTED)
    assert read(store, held).state is AttemptState.ACCEPTED


def test_what_is_given_back_can_be_claimed_at_once(store: SqlStore) -> None:
    add_attempts(store, 1)
    claimed = claim(store, "one")
    with store.begin(SERVICE.id) as uow:
        uow.attempts.release(claimed, due_at=START + timedelta(minutes=1))
        uow.commit()
    assert claim(store, "two") == []
    assert len(claim(store, "two", now=START + timedelta(minutes=1))) == 1


def test_due_questions_come_oldest_first_and_no_more_than_asked_for(store: SqlStore) -> None:
    accepted = add_attempts(store, 5, state=AttemptState.ACCEPTED)
    with store.begin(SERVICE.id) as uow:
        for number, attempt in enumerate(accepted):
            uow.attempts.heard(attempt.id, code="4002", poll_at=START - timedelta(minutes=number))
        uow.attempts.heard(accepted[4].id, poll_at=None)
        uow.attempts.heard(accepted[3].id, poll_at=START + timedelta(minutes=1))
        uow.commit()
    with store.read(SERVICE.id) as uow:
        due = uow.attempts.due_for_poll(gateway="docman", now=START, limit=2)
        assert [each.id for each in due] == [accepted[2].id, accepted[1].id]
        assert uow.attempts.due_for_poll(gateway="notify_sms", now=START, limit=2) == []


def test_a_word_that_is_not_new_leaves_the_last_one(store: SqlStore) -> None:
    [attempt] = add_attempts(store, 1, state=AttemptState.ACCEPTED)
    with store.begin(SERVICE.id) as uow:
        uow.attempts.heard(attempt.id, code="4005", poll_at=START)
        uow.attempts.heard(attempt.id, poll_at=START)
        uow.commit()
    assert read(store, attempt).last_code == "4005"


def test_asking_again_later_wakes_no_question_that_has_ended(store: SqlStore) -> None:
    asked, ended = add_attempts(store, 2, state=AttemptState.ACCEPTED)
    with store.begin(SERVICE.id) as uow:
        uow.attempts.heard(asked.id, poll_at=START)
        uow.attempts.ask_again([asked.id, ended.id], START + timedelta(seconds=30))
        uow.commit()
    with store.read(SERVICE.id) as uow:
        assert uow.attempts.due_for_poll(gateway="docman", now=START, limit=9) == []
        later = uow.attempts.due_for_poll(gateway="docman", now=START + timedelta(seconds=30), limit=9)
    assert [each.id for each in later] == [asked.id]


def test_ending_all_keeps_what_was_accepted(store: SqlStore) -> None:
    [first] = add_attempts(store, 1)
    with store.begin(SERVICE.id) as uow:
        [letter] = uow.letters.get([first.letter_id], Scope())
        new_attempt(uow, letter, number=2, state=AttemptState.ACCEPTED)
        uow.attempts.end_all([letter.id])
        uow.commit()
        states = [each.state for each in uow.attempts.of_letters([letter.id])]
        assert states == [AttemptState.ENDED, AttemptState.ACCEPTED]
        assert uow.attempts.count_by_state() == {AttemptState.ENDED: 1, AttemptState.ACCEPTED: 1}


def test_an_ended_attempt_is_not_sent_by_who_had_claimed_it(store: SqlStore) -> None:
    add_attempts(store, 1)
    [claimed] = claim(store, "one")
    with store.begin(SERVICE.id) as uow:
        uow.attempts.end_all([claimed.letter_id])
        uow.commit()
    with pytest.raises(LostRace):
        record(store, claimed, state=AttemptState.IN_DOUBT)


def test_one_reference_is_one_attempt(store: SqlStore) -> None:
    add_attempts(store, 1, reference="twice")
    with pytest.raises(IntegrityError):
        add_attempts(store, 1, reference="twice")


def test_attempts_are_found_by_either_name(store: SqlStore) -> None:
    [one] = add_attempts(store, 1, provider_id="theirs", reference="ours")
    add_attempts(store, 1)
    with store.read(SERVICE.id) as uow:
        for ids, references in ((["theirs"], [""]), ([""], ["ours"]), (["theirs"], ["ours"])):
            found = uow.attempts.known_to(gateway="docman", provider_ids=ids, references=references)
            assert [each.id for each in found] == [one.id]
        nothing = {"provider_ids": [""], "references": [""]}
        assert uow.attempts.known_to(gateway="docman", **nothing) == []
        assert uow.attempts.known_to(gateway="notify_sms", provider_ids=["theirs"], references=[]) == []

"""Letters, their history, their people and links, on both databases."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from services.domain.documents import DocumentFacts
from services.domain.errors import LostRace
from services.domain.people import Session
from services.domain.prints import FileLink, Print
from services.domain.vocabulary import Cause, Channel, Status
from services.ports.gateway import Report
from services.ports.letters import Move, Scope
from services.store.unit_of_work import SqlStore
from tests import builders
from tests.builders import ADMIN, ANN, BOB, SERVICE
from tests.clock import START
from tests.contract.store_cases import (
    add_attempts,
    add_letter,
    claim,
    event,
    get_letter,
    new_attempt,
    store_fixture,  # noqa: F401 – pytest finds the fixture here
)
from tests.worlds import PATIENT, settle_in

ELSEWHERE = replace(SERVICE, id="elsewhere", name="Elsewhere Talking Therapies")


def move(letter_id: str, **values: Any) -> Move:
    whole: dict[str, Any] = {
        "letter_id": letter_id,
        "channel": Channel.GP,
        "to": Status.QUEUED,
        "cause": Cause.SEND,
        "at": START,
        "expected": frozenset({Status.PENDING}),
    }
    return Move(**whole | values)


def moved(store: SqlStore, *moves: Move) -> set[str]:
    with store.begin(SERVICE.id) as uow:
        changed = uow.letters.move(moves)
        uow.commit()
    return changed


def test_a_letter_comes_back_as_it_was_written(store: SqlStore) -> None:
    letter = add_letter(store, Channel.GP, fields={"appointment_date": "3 December"})
    assert get_letter(store, letter.id) == replace(letter, change=get_letter(store, letter.id).change)


def test_a_move_changes_the_expected_status_alone(store: SqlStore) -> None:
    pending = add_letter(store, Channel.GP)
    sent = add_letter(store, Channel.GP, status=Status.SENT)
    assert moved(store, move(pending.id), move(sent.id)) == {pending.id}
    assert get_letter(store, pending.id).status is Status.QUEUED
    assert get_letter(store, sent.id).status is Status.SENT
    assert moved(store, move(pending.id)) == set()


def test_a_move_does_not_touch_a_letter_of_another_channel(store: SqlStore) -> None:
    letter = add_letter(store, Channel.E)
    assert moved(store, move(letter.id)) == set()
    assert get_letter(store, letter.id).status is Status.PENDING


def test_a_move_sets_the_reason_and_ends_the_doubt(store: SqlStore) -> None:
    letter = add_letter(store, Channel.GP, status=Status.QUEUED, in_doubt=True)
    failure = {
        "to": Status.FAILED,
        "expected": frozenset({Status.QUEUED}),
        "reason_code": "x",
        "reason": "why",
    }
    later = START + timedelta(minutes=3)
    assert moved(store, move(letter.id, at=later, **failure)) == {letter.id}
    now = get_letter(store, letter.id)
    assert (now.reason_code, now.reason, now.in_doubt, now.status_at) == ("x", "why", False, later)


def test_a_removed_letter_is_not_sent(store: SqlStore) -> None:
    letter = add_letter(store, Channel.GP, removed_at=START)
    assert moved(store, move(letter.id)) == set()


def test_a_letter_removed_after_it_was_queued_goes_its_way(store: SqlStore) -> None:
    """docs/faults.md row 29: deleting it does not stop it, and its history is kept."""
    letter = add_letter(store, Channel.GP, status=Status.QUEUED, removed_at=START)
    assert moved(store, move(letter.id, to=Status.SENT, expected=frozenset({Status.QUEUED}))) == {letter.id}


def test_a_status_is_changed_by_move_alone(store: SqlStore) -> None:
    letter = add_letter(store)
    with store.begin(SERVICE.id) as uow, pytest.raises(ValueError, match="move alone"):
        uow.letters.patch([letter.id], status=Status.PRINTED)


def test_patch_where_leaves_letters_that_moved_on(store: SqlStore) -> None:
    failed = add_letter(store, Channel.E, status=Status.FAILED)
    sent = add_letter(store, Channel.E, status=Status.SENT)
    read = [failed, replace(sent, status=Status.FAILED)]
    with store.begin(SERVICE.id) as uow:
        assert uow.letters.patch_where(read, closed_note="done") == {failed.id}
        uow.commit()
    assert get_letter(store, failed.id).closed_note == "done"
    assert get_letter(store, sent.id).closed_note == ""


@pytest.mark.parametrize("column", ["closed_at", "removed_at"])
def test_patch_where_leaves_letters_that_were_closed_or_removed_meanwhile(
    store: SqlStore, column: str
) -> None:
    """Two who close one letter both read it open: the second finds it closed, and the other way about."""
    set_already: dict[str, Any] = {column: START}
    was_open, was_not = add_letter(store), add_letter(store, **set_already)
    with store.begin(SERVICE.id) as uow:
        assert uow.letters.patch_where([was_open, was_not], **{column: START}) == {was_open.id, was_not.id}
        assert uow.letters.patch_where([was_open], **{column: None}) == set()
        assert uow.letters.patch_where([was_not], **{column: None}) == {was_not.id}
        assert uow.letters.patch_where([was_not], **{column: None}) == set()


def test_more_letters_than_one_statement_can_name(store: SqlStore) -> None:
    letters = [builders.letter(patient=PATIENT) for _ in range(1201)]
    ids = [letter.id for letter in letters]
    with store.begin(SERVICE.id) as uow:
        uow.letters.add(letters)
        assert uow.letters.patch(ids, warning="all") == len(ids)
        assert [letter.id for letter in uow.letters.get(ids[::-1], Scope())] == ids[::-1]


def test_a_scope_shows_one_users_letters(store: SqlStore) -> None:
    mine, theirs = add_letter(store), add_letter(store, created_by=BOB.id)
    with store.read(SERVICE.id) as uow:
        found = uow.letters.get([mine.id, theirs.id], Scope(created_by=ANN.id))
    assert [letter.id for letter in found] == [mine.id]


def test_services_with_the_same_keys_do_not_see_each_other(store: SqlStore) -> None:
    here = builders.letter(Channel.GP, patient=PATIENT, title="Here")
    with store.begin(ELSEWHERE.id) as uow:
        settle_in(uow, ELSEWHERE)
        uow.letters.add([replace(here, title="There")])
        new_attempt(uow, here, id="attempt", reference="reference", provider_id="provider")
        uow.events.append([event(here, report_key="key")])
        uow.commit()
    with store.begin(SERVICE.id) as uow:
        assert uow.letters.get([here.id], Scope()) == []
        assert uow.letters.by_reference([here.reference]) == {}
        assert uow.attempts.get(["attempt"]) == {}
        known = {"provider_ids": ["provider"], "references": ["reference"]}
        assert uow.attempts.known_to(gateway="docman", **known) == []
        assert uow.events.known_reports(["key"]) == set()
        assert uow.letters.patch([here.id], title="Changed") == 0
        assert uow.letters.move([move(here.id)]) == set()
        uow.letters.add([here])
        new_attempt(uow, here, id="attempt", reference="reference")
        uow.events.append([event(here, report_key="key")])
        uow.commit()
    assert claim(store, "worker")[0].id == "attempt"
    assert get_letter(store, here.id, ELSEWHERE.id).title == "There"
    with store.read(ELSEWHERE.id) as uow:
        assert uow.attempts.get(["attempt"])["attempt"].fence == 0
        assert len(uow.events.of_letter(here.id)) == 1


def test_a_letter_cannot_name_a_patient_of_another_service(store: SqlStore) -> None:
    with store.begin(ELSEWHERE.id) as uow:
        uow.people.add_service(ELSEWHERE)
        uow.commit()
    with store.begin(ELSEWHERE.id) as uow, pytest.raises(IntegrityError):
        uow.letters.add([builders.letter(patient=PATIENT)])


def test_history_is_in_the_order_of_commits_though_clocks_go_back(store: SqlStore) -> None:
    letter = add_letter(store)
    for number, at in enumerate((START, START - timedelta(hours=1), START + timedelta(hours=1), START)):
        with store.begin(SERVICE.id) as uow:
            uow.events.append(
                [event(letter, at=at, code=f"{number}a"), event(letter, at=at, code=f"{number}b")]
            )
            uow.commit()
    with store.read(SERVICE.id) as uow:
        codes = [each.code for each in uow.events.of_letter(letter.id)]
    assert codes == ["0a", "0b", "1a", "1b", "2a", "2b", "3a", "3b"]


def test_a_report_is_kept_once(store: SqlStore) -> None:
    letter = add_letter(store)
    with store.begin(SERVICE.id) as uow:
        uow.events.append([event(letter, report_key="key"), event(letter), event(letter)])
        uow.commit()
    with store.read(SERVICE.id) as uow:
        assert uow.events.known_reports(["key", "other"]) == {"key"}
    with store.begin(SERVICE.id) as uow, pytest.raises(LostRace):
        uow.events.append([event(letter, report_key="key")])


def test_the_history_has_no_statement_that_changes_it(store: SqlStore) -> None:
    """Append-only: what the port offers is append, and reading."""
    with store.read(SERVICE.id) as uow:
        offered = {name for name in dir(uow.events) if not name.startswith("_")}
    assert offered == {
        "append",
        "of_letter",
        "printed_documents",
        "known_reports",
        "set_aside",
        "strays",
        "settle_stray",
    }


def test_a_stray_report_is_set_aside(store: SqlStore) -> None:
    with store.begin(SERVICE.id) as uow:
        uow.events.set_aside(Report(gateway="docman", code="4002", raw={"Id": "x"}), START)
        uow.commit()


def test_saving_people_again_brings_them_up_to_date(store: SqlStore) -> None:
    letter = add_letter(store)
    with store.begin(SERVICE.id) as uow:
        uow.people.save_preferences(ADMIN.id, {"rows": 100})
        uow.people.save_users([replace(ADMIN, name="Ada Alder")])
        uow.people.save_patients([replace(PATIENT, surname="Married")])
        uow.commit()
    with store.read(SERVICE.id) as uow:
        assert uow.people.preferences(ADMIN.id) == {"rows": 100}
        assert uow.people.user(ADMIN.id) == replace(ADMIN, name="Ada Alder")
        service = uow.people.service()
        assert service.origin
        assert service == replace(SERVICE, origin=service.origin)
    assert get_letter(store, letter.id).patient == replace(PATIENT, surname="Married")


def test_sessions_prints_settings_and_heartbeats_come_back(store: SqlStore) -> None:
    session = Session(
        token_hash="t", user_id=ANN.id, created_at=START, seen_at=START, expires_at=START + timedelta(hours=1)
    )
    with store.begin(SERVICE.id) as uow:
        key = uow.documents.add(b"%PDF", DocumentFacts(sha256="0" * 64, page_count=1), START)
        made = Print(
            id="p",
            user_id=ANN.id,
            kind="print",
            document_id=key,
            filename="a.pdf",
            letter_count=1,
            created_at=START,
        )
        uow.access.open_session(session)
        uow.access.close_session("t", START)
        uow.access.add_print(made)
        uow.settings.put("simplex", True, by=ADMIN.id, at=START)
        uow.settings.put("simplex", False, by=ADMIN.id, at=START)
        uow.settings.beat("worker", START, {"pid": 1})
        uow.settings.beat("worker", START + timedelta(seconds=2), {"pid": 1})
        uow.commit()
    with store.read(SERVICE.id) as uow:
        assert uow.access.session("t") == replace(session, revoked_at=START)
        assert uow.access.recent_prints(ANN.id, START) == [made]
        assert uow.access.recent_prints(BOB.id, START) == []
        assert uow.settings.all() == {"simplex": False}
        assert uow.settings.beats() == {"worker": (START + timedelta(seconds=2), {"pid": 1})}


def test_a_link_that_has_run_out_is_not_used(store: SqlStore) -> None:
    link = FileLink(
        token_hash="t", user_id=ANN.id, session_hash="s", kind="csv", filename="a.csv", expires_at=START
    )
    with store.begin(SERVICE.id) as uow:
        uow.access.add_link(link)
        assert uow.access.use_link("t", START) is None
        assert uow.access.use_link("t", START - timedelta(seconds=1)) == link
        assert uow.access.use_link("t", START - timedelta(seconds=1)) is None


def test_attempts_come_back_as_they_were_written(store: SqlStore) -> None:
    [attempt] = add_attempts(store, 1)
    with store.read(SERVICE.id) as uow:
        assert uow.attempts.get([attempt.id]) == {attempt.id: attempt}
        assert uow.attempts.of_letters([attempt.letter_id]) == [attempt]

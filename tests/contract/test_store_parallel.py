"""Several processes at one database, played by threads with an engine each: nobody misses, nobody doubles."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event
from typing import TypeVar

import pytest
from sqlalchemy import select

from services.domain.errors import LostRace
from services.domain.prints import FileLink
from services.ports.letters import Scope
from services.store import tables
from services.store.unit_of_work import SqlStore
from tests import builders
from tests.builders import ANN, SERVICE
from tests.clock import START
from tests.contract.store_cases import (
    add_attempts,
    add_letter,
    claim,
    event,
    get_letter,
    store_fixture,  # noqa: F401 – pytest finds the fixture here
)
from tests.waiting import PATIENCE
from tests.worlds import PATIENT

WRITERS = 4


T = TypeVar("T")


def at_once(store: SqlStore, count: int, work: Callable[[SqlStore], T]) -> list[T]:
    """What each of so many threads returns, all started at once, each with an engine of its own."""
    together = Barrier(count)

    def one(_: int) -> T:
        own = SqlStore(store.database_url, b"test")
        try:
            own.service_ids()  # the connection is there
            together.wait(PATIENCE)
            return work(own)
        finally:
            own.close()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(one, range(count)))


def test_a_reader_of_changes_misses_none(store: SqlStore) -> None:
    written: set[str] = set()
    done = Event()

    def write(own: SqlStore) -> None:
        for _ in range(25):
            letter = builders.letter(patient=PATIENT)
            with own.begin(SERVICE.id) as uow:
                uow.letters.add([letter])
                written.add(letter.id)
                uow.commit()

    def read() -> list[str]:
        seen, last = [], 0
        while True:
            final = done.wait(0.01)
            with store.read(SERVICE.id) as uow:
                letters = tables.letters
                news = select(letters.c.id, letters.c.change).where(letters.c.change > last)
                rows = uow.connection.execute(news).all()
            seen += [row.id for row in rows]
            last = max([last, *(row.change for row in rows)])
            if final:
                return seen

    with ThreadPoolExecutor(1) as reader:
        reading = reader.submit(read)
        try:
            at_once(store, WRITERS, write)
        finally:
            done.set()
        seen = reading.result(timeout=PATIENCE)
    assert len(seen) == len(set(seen)) == WRITERS * 25
    assert set(seen) == written


def test_parallel_workers_never_claim_the_same(store: SqlStore) -> None:
    attempts = {attempt.id for attempt in add_attempts(store, 60)}

    def work(own: SqlStore) -> list[str]:
        mine: list[str] = []
        while claimed := claim(own, "worker", limit=7):
            mine += [attempt.id for attempt in claimed]
        return mine

    shares = at_once(store, WRITERS, work)
    claimed = [attempt_id for share in shares for attempt_id in share]
    assert len(claimed) == len(set(claimed))
    # On PostgreSQL a worker passes over what another one is claiming at that moment, and may end early.
    claimed += [attempt.id for attempt in claim(store, "worker")]
    assert set(claimed) == attempts


def test_a_link_is_used_once_by_twenty(store: SqlStore) -> None:
    link = FileLink(
        token_hash="t",
        user_id=ANN.id,
        session_hash="s",
        kind="csv",
        filename="a.csv",
        expires_at=START + timedelta(minutes=1),
    )
    with store.begin(SERVICE.id) as uow:
        uow.access.add_link(link)
        uow.commit()

    def use(own: SqlStore) -> FileLink | None:
        with own.begin(SERVICE.id) as uow:
            used = uow.access.use_link("t", START)
            uow.commit()
        return used

    assert [used for used in at_once(store, 20, use) if used] == [link]


def test_one_report_that_arrives_twenty_times_at_once_is_one_event(store: SqlStore) -> None:
    letter = add_letter(store)

    def keep(own: SqlStore) -> bool:
        try:
            with own.begin(SERVICE.id) as uow:
                uow.events.append([event(letter, report_key="key")])
                uow.commit()
        except LostRace:
            return False
        return True

    assert sum(at_once(store, 20, keep)) == 1
    with store.read(SERVICE.id) as uow:
        assert len(uow.events.of_letter(letter.id)) == 1


def test_writers_that_read_first_wait_for_each_other(store: SqlStore) -> None:
    """Nobody hears "database is locked", and no update is lost."""
    letter = add_letter(store, fields={"count": "0"})

    def add_one(own: SqlStore) -> None:
        for _ in range(10):
            with own.begin(SERVICE.id) as uow:
                uow.attempts.count_by_state()
                uow.events.append([])  # takes the number of its change, and with it the service's turn
                [now] = uow.letters.get([letter.id], Scope())
                uow.letters.patch([letter.id], fields={"count": str(int(now.fields["count"]) + 1)})
                uow.commit()

    at_once(store, WRITERS, add_one)
    assert get_letter(store, letter.id).fields == {"count": str(WRITERS * 10)}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_reader_of_sqlite_waits_for_no_writer(store: SqlStore) -> None:
    letter = add_letter(store)
    reader = SqlStore(store.database_url, b"test")
    with store.begin(SERVICE.id) as writing:
        writing.letters.patch([letter.id], warning="not yet")
        # A reader that waited for the writer, who waits for it here, would give up with an error.
        assert get_letter(reader, letter.id).warning == ""
        writing.commit()
        assert get_letter(reader, letter.id).warning == "not yet"
    reader.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_reader_of_sqlite_sees_one_moment(store: SqlStore) -> None:
    """PostgreSQL reads each statement afresh (READ COMMITTED)."""
    letter = add_letter(store)
    with store.read(SERVICE.id) as reading:
        assert reading.letters.get([letter.id], Scope())[0].warning == ""
        with store.begin(SERVICE.id) as writing:
            writing.letters.patch([letter.id], warning="later")
            writing.commit()
        assert reading.letters.get([letter.id], Scope())[0].warning == ""

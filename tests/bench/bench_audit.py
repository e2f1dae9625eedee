"""What the audit costs a click, and what checking it costs, with 100,000 entries there already."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from statistics import quantiles

from services import audit
from services.domain.audit import Deed, Entry
from services.domain.people import Service
from services.store.migrate import migrate
from services.store.unit_of_work import SqlStore
from tests.bench.figures import Figure
from tests.builders import ADMIN
from tests.clock import FakeClock

ENTRIES, LOOKS, AT_ONCE = 100_000, 200, 500
KEY = b"bench"
SERVICE = "bench"
NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


def measure() -> list[Figure]:
    with _store() as store:
        clock = FakeClock(NOW)
        looks = [
            _seconds(
                lambda number=number: audit.note_look(  # type: ignore[misc]  # bound here
                    store, clock, SERVICE, ADMIN, f"letter {number}", Deed.OPEN_LETTER
                )
            )
            for number in range(LOOKS)
        ]
        many = min(_seconds(lambda: _note_many(store)) for _ in range(5))
        whole = _seconds(lambda: _verify(store))
    return [
        Figure(name="audit_look_p95_ms", value=quantiles(looks, n=20)[-1] * 1000, unit="ms", bound="<= 20"),
        Figure(name="audit_500_letters_ms", value=many * 1000, unit="ms", bound="<= 100"),
        Figure(name="audit_verify_100k_s", value=whole, unit="s", bound="<= 10"),
    ]


@contextmanager
def _store() -> Iterator[SqlStore]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/audit.sqlite3"
        migrate(url)
        store = SqlStore(url, KEY)
        with store.begin(SERVICE) as uow:
            uow.people.add_service(Service(id=SERVICE, name="Bench"))
            uow.people.save_users([ADMIN])
            uow.audit.append([_entry(number) for number in range(ENTRIES)])
            uow.commit()
        yield store
        store.close()


def _entry(number: int) -> Entry:
    at = NOW - timedelta(days=30) + timedelta(seconds=number)
    return Entry(
        at=at, deed=Deed.ACT, user_id=ADMIN.id, letter_id=f"old {number}", details={"action": "send"}
    )


def _note_many(store: SqlStore) -> None:
    with store.begin(SERVICE) as uow:
        uow.audit.append([_entry(number) for number in range(AT_ONCE)])
        uow.commit()


def _verify(store: SqlStore) -> None:
    with store.read(SERVICE) as uow:
        found = audit.verify(uow, KEY)
    if found.problem:
        raise ValueError(found.problem)


def _seconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began

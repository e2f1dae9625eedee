"""What a round of asking providers costs with 10,000 and with 100,000 letters in flight, 200 of them due.

Both stores are measured in turn, round by round. Each round reads what is due, and applies the answers.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import Engine, delete, insert, select, update

from services.domain.ids import new_id
from services.domain.vocabulary import AttemptState, Channel
from services.reconcile import Reconciler
from services.settings import Settings
from services.store import tables
from services.store.schema import metadata
from services.store.unit_of_work import SqlStore
from tests.bench.figures import Figure
from tests.bench.listing_seed import NOW, SERVICE, seed
from tests.clock import FakeClock
from tests.contract.memory_gateway import MemoryGateway
from tests.worlds import never

FEW, MANY, DUE, ROUNDS = 10_000, 100_000, 200, 15


def measure() -> list[Figure]:
    with _in_flight(FEW) as few, _in_flight(MANY) as many:
        times: dict[int, list[float]] = {FEW: [], MANY: []}
        for _ in range(ROUNDS):
            for letters, store in ((FEW, few), (MANY, many)):
                times[letters].append(_round(store))
    for letters, taken in times.items():
        print(f"  {letters:>7,} in flight, {DUE} due: {median(taken) * 1000:.1f} ms a round")
    ratio = median(times[MANY]) / median(times[FEW])
    name = "reconcile_cost_in_flight_100k_vs_10k_same_due"
    return [Figure(name=name, value=ratio, unit="times", bound="<= 1.5")]


def _round(store: SqlStore) -> float:
    """Seconds of a round; the same letters are due again before it."""
    due = tables.attempts.c.last_code == "due"
    with store.engine.begin() as connection:
        connection.execute(update(tables.attempts).where(due).values(poll_at=NOW))
        names = connection.scalars(select(tables.attempts.c.id).where(due)).all()
    reconciler = Reconciler(
        store=store,
        clock=FakeClock(NOW + timedelta(minutes=1)),
        settings=Settings(),
        gateway=MemoryGateway(channel=Channel.E),
        service_id=SERVICE,
        stop=never,
    )
    began = time.perf_counter()
    assert reconciler.round() == DUE
    taken = time.perf_counter() - began
    with store.engine.begin() as connection:
        again = tables.attempts.c.id.in_(names)
        connection.execute(update(tables.attempts).where(again).values(last_code="due"))
    return taken


@contextmanager
def _in_flight(letters: int) -> Iterator[SqlStore]:
    with tempfile.TemporaryDirectory() as folder:
        store = SqlStore(f"sqlite:///{Path(folder) / 'letters.sqlite3'}", b"test")
        with store.engine.begin() as connection:
            metadata.create_all(connection)
            seed(connection, letters=letters)
        _send_all(store.engine)
        yield store
        store.close()


def _send_all(engine: Engine) -> None:
    """Every letter is on its way, whatever it was seeded as; the first ones are due."""
    with engine.begin() as connection:
        connection.execute(delete(tables.attempts))
        ids = connection.scalars(select(tables.letters.c.id).order_by(tables.letters.c.id)).all()
        rows = [_attempt(letter_id, due=place < DUE) for place, letter_id in enumerate(ids)]
        connection.execute(insert(tables.attempts), rows)


def _attempt(letter_id: str, *, due: bool) -> dict[str, object]:
    reference = new_id()
    return {
        "service_id": SERVICE, "id": new_id(), "letter_id": letter_id, "number": 1, "channel": Channel.E,
        "gateway": "notify_sms", "reference": reference, "state": AttemptState.ACCEPTED,
        "document_id": "document", "sha256": "0" * 64, "recipient": {"address": []},
        "created_at": NOW - timedelta(minutes=5), "accepted_at": NOW - timedelta(minutes=5),
        "provider_id": f"id-{reference}", "poll_at": NOW + timedelta(hours=1),
        "last_code": "due" if due else "",
    }  # fmt: skip

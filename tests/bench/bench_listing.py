"""What the list costs the server with 100,000 letters, beside the plain ways of doing the same."""

import csv
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from statistics import median, quantiles

import pandas as pd

from services.domain.overdue import Patience
from services.domain.people import Role, User
from services.domain.status import STATUSES
from services.domain.vocabulary import Channel
from services.listing.csv_file import csv_file
from services.listing.export import export_table
from services.listing.filters import Filters
from services.listing.listing import Listing
from services.listing.snapshot import load
from services.listing.sort import COLUMNS, Sort
from services.store.engine import make_engine
from services.store.listing_reader import SqlListingReader
from services.store.schema import metadata
from tests.bench.figures import Figure
from tests.bench.listing_naive import NaiveListing
from tests.bench.listing_seed import NOW, SERVICE, seed

LETTERS = 100_000
CHANGES = 120
NAIVE_RUNS = 4
PAGE = 100
PATIENCE = Patience(stuck_hours=dict.fromkeys(Channel, 48), unviewed_days=7)
ADMIN = User(id="user-1", username="user1", name="User 1", role=Role.ADMIN)
THERAPIST = User(id="user-7", username="user7", name="User 7", role=Role.THERAPIST)
View = tuple[User, Filters, Sort]


class _Clock:
    def now(self) -> datetime:
        return NOW


@contextmanager
def _store() -> Iterator[tuple[Listing, SqlListingReader, NaiveListing]]:
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{folder}/letters.sqlite3")
        with engine.begin() as connection:
            metadata.create_all(connection)
            seed(connection, letters=LETTERS)
        reader = SqlListingReader(engine)
        listing = Listing(
            service_id=SERVICE, reader=reader, clock=_Clock(), patience=lambda: PATIENCE, gateway_labels={}
        )
        yield listing, reader, NaiveListing(engine, SERVICE)
        engine.dispose()


def measure() -> list[Figure]:
    """Every figure from one run on one store; each ratio is of two times taken in that run."""
    with _store() as (listing, reader, naive):
        views = _views()
        _show(listing, views[0])  # the snapshot is loaded once, when the process starts
        times = {view: _best(_showing(listing, view)) for view in views}
        compared = random.Random(2).sample(views, NAIVE_RUNS)
        naive_times = [_best(_naively(naive, view), of=2) for view in compared]
        for view in compared:
            _same(listing, naive, view)
        pending = median(_best(lambda: _open(listing)) for _ in range(101))
        faster_csv = _csv_ratio(reader)
    ratio = median(naive_times) / median(times[view] for view in compared)
    p95 = quantiles(times.values(), n=20)[-1]
    return [
        Figure(name="filter_100k_p95_ms", value=p95 * 1000, unit="ms", bound="<= 50"),
        Figure(name="filter_100k_vs_naive", value=ratio, unit="times", bound=">= 20"),
        Figure(name="pending_100k_ms", value=pending * 1000, unit="ms", bound="<= 5"),
        Figure(name="csv_100k_vs_pandas", value=faster_csv, unit="times", bound=">= 3"),
    ]


def _views() -> list[View]:
    """Filter changes as staff make them, one to three filters at a time, always the same ones."""
    chance = random.Random(1)
    return [_view(chance) for _ in range(CHANGES)]


def _view(chance: random.Random) -> View:
    statuses = [frozenset[str](), frozenset({chance.choice(STATUSES).key, "gp.sent"}), Filters().status]
    filters = Filters(
        status=chance.choice(statuses),
        created_from=chance.choice([None, (NOW - timedelta(days=chance.randrange(500))).date()]),
        team=chance.choice([frozenset(), frozenset({f"Team {chance.randrange(15)}"})]),
        practice=chance.choice([frozenset(), frozenset({f"Y9{chance.randrange(40):04}", "Y90001"})]),
        patient=chance.choice(["", chance.choice(["mull", "smith", "o'b", "JOSÉ", "garcia-no"])]),
    )
    sort = Sort(column=chance.choice(COLUMNS), descending=chance.random() < 0.5)
    return chance.choice([ADMIN, ADMIN, ADMIN, THERAPIST]), filters, sort


def _show(listing: Listing, view: View) -> None:
    user, filters, sort = view
    listing.page(user, filters, sort, 1, PAGE)
    listing.facets(user, filters)


def _showing(listing: Listing, view: View) -> Callable[[], None]:
    return lambda: _show(listing, view)


def _naively(naive: NaiveListing, view: View) -> Callable[[], object]:
    user, filters, _ = view
    return lambda: naive.show(user, filters, PAGE)


def _open(listing: Listing) -> None:
    listing.page(ADMIN, Filters.default(), Sort(), 1, PAGE)
    listing.headline(ADMIN)


def _same(listing: Listing, naive: NaiveListing, view: View) -> None:
    """Raises ValueError unless both ways show the same: a fast wrong answer counts for nothing."""
    user, filters, _ = view
    page, facets = listing.page(user, filters, Sort(), 1, PAGE), listing.facets(user, filters)
    counts = {name: {each.value: each.count for each in facets[name] if each.count} for name in naive.FACETS}
    ids = [row.id for row in page.rows]
    if (page.total, ids, counts) != naive.show(user, filters, PAGE):
        raise ValueError(f"The list and the plain way differ for {filters}.")


def _csv_ratio(reader: SqlListingReader) -> float:
    """From what is in memory to the file's bytes: ours from codes, the plain way from a frame of texts."""
    snapshot = load(reader, SERVICE)
    positions = snapshot.newest_first()
    details = reader.details(SERVICE, snapshot.ids)

    def ours() -> bytes:
        table = export_table(snapshot, positions, details, with_patients=True, gateway_labels={})
        return b"".join(csv_file(table))

    frame = export_table(snapshot, positions, details, with_patients=True, gateway_labels={}).to_pandas()
    if ours() != _pandas_csv(frame):
        raise ValueError("The two files differ.")
    return _best(lambda: _pandas_csv(frame), of=3) / _best(ours, of=3)


def _pandas_csv(frame: pd.DataFrame) -> bytes:
    safe = frame.copy()
    for name in safe.columns:
        dangerous = safe[name].str.match(r"[=+\-@\t\r\n＝＋－＠]")
        safe[name] = safe[name].where(~dangerous, "'" + safe[name])
    text = safe.to_csv(index=False, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    return text.encode("utf-8-sig")


def _best(work: Callable[[], object], *, of: int = 9) -> float:
    """Seconds by the clock, the best of several: what the machine's other work takes away is not ours."""
    return min(_seconds(work) for _ in range(of))


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start

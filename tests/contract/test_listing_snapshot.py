"""The snapshot says what the letters say, whatever was written and asked for; on both databases."""

import subprocess
import sys
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from services.domain.people import User
from services.domain.status import STATUSES
from services.listing import snapshot
from services.listing.filters import CHOICES, STATUS_VALUES, Filters
from services.listing.rows import FacetValue
from services.listing.sort import Sort
from services.store.engine import make_engine
from services.store.listing_reader import SqlListingReader
from services.store.schema import metadata
from tests.contract.listing_world import (
    ADMIN,
    ALL,
    ANN,
    BOB,
    NOW,
    PATIENTS,
    PRACTICES,
    TEMPLATES,
    USERS,
    World,
    has_status,
    matches,
)

ONE_STORE = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # each example has a service of its own
)
TITLES = ("Discharge summary", "", "=A1", "Ünï")
PRACTICE_CODES = {code for code, _ in PRACTICES.values()}
VALUES = {
    "provider": {user.provider for user in USERS}, "team": {user.team for user in USERS}, "consortium": {""},
    "practice": PRACTICE_CODES | {""}, "title": set(TITLES), "template": set(TEMPLATES),
    "created_by": {user.id for user in USERS},
}  # fmt: skip
MOMENTS = st.sampled_from([NOW - timedelta(hours=hours) for hours in (0, 1, 15, 49, 100, 5000)])
KINDS = st.sampled_from([(row.channel.value, row.status.value) for row in STATUSES])
DAYS = st.none() | st.sampled_from([date(2026, 4, 29), date(2026, 11, 21), date(2026, 11, 23)])


@st.composite
def letters(draw: st.DrawFn) -> dict[str, Any]:
    channel, status = draw(KINDS)
    return {
        "channel": channel,
        "status": status,
        "status_at": draw(MOMENTS),
        "created_at": draw(MOMENTS),
        "title": draw(st.sampled_from(TITLES)),
        "patient_id": draw(st.sampled_from(sorted(PATIENTS))),
        "template_id": draw(st.sampled_from(sorted(TEMPLATES))),
        "created_by": draw(st.sampled_from(sorted(VALUES["created_by"]))),
        "in_doubt": draw(st.booleans()),
        "closed_at": draw(st.none() | st.just(NOW)) if status == "failed" else None,
    }


def some(values: set[str] | frozenset[str]) -> st.SearchStrategy[frozenset[str]]:
    return st.just(frozenset()) | st.frozensets(st.sampled_from(sorted(values)), max_size=2)


FILTERS = st.builds(
    Filters,
    status=st.just(Filters().status) | some(STATUS_VALUES),
    created_from=DAYS,
    created_to=DAYS,
    patient=st.sampled_from(["", "", "Muller", "o'b", "n, s", "drop table", "nobody"]),
    **{name: some(values) for name, values in VALUES.items()},
)
VIEWERS = st.sampled_from([ADMIN, ANN, BOB])


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    metadata.create_all(engine)
    yield engine
    engine.dispose()


@ONE_STORE
@given(
    written=st.lists(letters(), max_size=12), asked=st.lists(FILTERS, min_size=1, max_size=4), user=VIEWERS
)
def test_page_facets_and_counts_are_those_of_a_plain_filter(
    engine: Engine, written: list[dict[str, Any]], asked: list[Filters], user: User
) -> None:
    world = World(engine)
    world.add_all(written)
    listing = world.listing()
    for filters in asked:
        expected = world.matching(user, filters)
        page = listing.page(user, filters, Sort(), 1, 100)
        assert [row.id for row in page.rows] == [letter["id"] for letter in expected]
        assert page.total == len(expected)
        assert listing.ids(user, filters, Sort(), 100) == [row.id for row in page.rows]
        _facets_are_plain(world, user, filters, listing.facets(user, filters))
    headline = listing.headline(user)
    visible = world.matching(user, ALL)
    assert headline.pending == sum(has_status(letter, "pending-group") for letter in visible)


def _facets_are_plain(
    world: World, user: User, filters: Filters, facets: dict[str, list[FacetValue]]
) -> None:
    for name in CHOICES:
        under_others = world.matching(user, choosing(filters, name, frozenset()))
        counts = {
            value: sum(matches(each, choosing(ALL, name, {value})) for each in under_others)
            for value in VALUES[name]
        }
        assert {value.value: value.count for value in facets[name] if value.count} == shown(counts)
    under_others = world.matching(user, replace(filters, status=frozenset()))
    counts = {key: sum(has_status(letter, key) for letter in under_others) for key in STATUS_VALUES}
    assert {value.value: value.count for value in facets["status"] if value.count} == shown(counts)
    assert filters.status <= {value.value for value in facets["status"]}


def choosing(filters: Filters, name: str, values: AbstractSet[str]) -> Filters:
    changes: dict[str, Any] = {name: frozenset(values)}
    return replace(filters, **changes)


def shown(counts: dict[str, int]) -> dict[str, int]:
    return {value: count for value, count in counts.items() if count}


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "change", "remove", "patient", "user", "look"]), st.integers(0, 99), letters()
    ),
    min_size=1,
    max_size=20,
)


@ONE_STORE
@given(steps=STEPS)
def test_a_snapshot_that_followed_equals_one_that_is_loaded(
    engine: Engine, steps: list[tuple[str, int, dict[str, Any]]]
) -> None:
    world = World(engine)
    reader = SqlListingReader(engine)
    followed = snapshot.load(reader, world.service_id)
    for step, number, values in steps:
        _take(world, step, number, values)
        if step == "look":
            followed = snapshot.advance(followed, reader, world.service_id)
    followed = snapshot.advance(followed, reader, world.service_id)
    assert _content(followed) == _content(snapshot.load(reader, world.service_id))


def _take(world: World, step: str, number: int, values: dict[str, Any]) -> None:
    ids = list(world.letters)
    if step == "add":
        world.add(**values)
    elif step == "patient":
        world.change_patient(values["patient_id"], surname=f"Surname {number}", practice_id="elm")
    elif step == "user":
        world.change_user(values["created_by"], team=f"Team {number}")
    elif step in ("change", "remove") and ids:
        kept = {name: value for name, value in values.items() if name != "created_at"}
        gone = {"removed_at": NOW} if step == "remove" else {}
        world.change(ids[number % len(ids)], **kept, **gone)


def _content(found: snapshot.Snapshot) -> list[tuple[Any, ...]]:
    """What the snapshot says of each letter; codes may differ from one snapshot to another."""
    axes = [[axis.labels[axis.of[code]] for code in found.columns[axis.base]] for axis in found.axes.values()]
    search = found.tables["patient"]["search"].take(found.columns["patient"]).to_pylist()
    states = found.columns["state"].tolist()
    times = zip(found.created.tolist(), found.status_at.tolist(), strict=True)
    return list(zip(found.ids.to_pylist(), times, states, search, *axes, strict=True))


def test_loading_takes_no_committed_change_from_other_processes(tmp_path: Path) -> None:
    """A second SQLite in this process would remove the write-ahead log under the first."""
    engine = make_engine(f"sqlite:///{tmp_path / 'log.db'}")
    metadata.create_all(engine)
    world = World(engine)
    world.add()
    snapshot.load(SqlListingReader(engine), world.service_id)
    world.add()
    count = (
        "import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).execute('SELECT count(*) FROM letters'))"
    )
    seen = subprocess.run(
        [sys.executable, "-c", count, str(engine.url.database)], capture_output=True, text=True, check=True
    )
    engine.dispose()
    assert seen.stdout.strip() == "(2,)"

"""Letters that stand where they are for too long: stuck ones, and those that were not viewed."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from services.control import WATCHED
from services.domain.overdue import Patience
from services.domain.status import STATUSES
from services.domain.vocabulary import NOTHING_MORE, Badge, Channel
from services.listing.filters import Filters
from services.listing.sort import Sort
from tests.contract.listing_world import ADMIN, ALL, ANN, NOW, PATIENCE, World, shown, world_of

LONG_AGO = NOW - timedelta(days=3)
LONGER_AGO = NOW - timedelta(days=9)


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with world_of(database_url) as world:
        yield world


def test_stuck_is_sent_long_ago_with_more_to_hear(world: World) -> None:
    stuck = world.add(channel="gp", status="sent", status_at=LONG_AGO)
    world.add(channel="gp", status="sent", status_at=NOW)
    queued = world.add(channel="e", status="queued", status_at=LONG_AGO, in_doubt=True)
    world.add(channel="e", status="sent", status_at=LONG_AGO, reason_code=NOTHING_MORE)  # sent abroad
    listing = world.listing()
    assert shown(listing, Filters(status=frozenset({"stuck"}))) == [stuck]
    assert shown(listing, Filters(status=frozenset({"in-doubt"}))) == [queued]
    headline = listing.headline(ADMIN)
    assert (headline.stuck, headline.in_doubt, headline.pending, headline.unviewed) == (1, 1, 0, 0)
    assert headline.patience == PATIENCE


def test_the_late_rows_are_amber_and_those_of_the_filters_and_the_counts(world: World) -> None:
    for row in STATUSES:
        for status_at in (NOW, LONG_AGO, NOW - timedelta(days=2), NOW - timedelta(days=7), LONGER_AGO):
            for code in ("", NOTHING_MORE):
                world.add(channel=row.channel, status=row.status, status_at=status_at, reason_code=code)
    listing = world.listing()
    rows = listing.page(ADMIN, ALL, Sort(), 1, 500).rows
    late = {value: set(shown(listing, Filters(status=frozenset({value})))) for value in ("stuck", "unviewed")}
    amber = {row.id for row in rows if row.badge is Badge.IN_DOUBT}
    assert amber == {row.id for row in rows if row.overdue} == late["stuck"] | late["unviewed"]
    headline = listing.headline(ADMIN)
    assert (headline.stuck, headline.unviewed) == (len(late["stuck"]), len(late["unviewed"])) == (9, 6)
    assert {row.overdue for row in rows if row.channel == "e"} == {
        "",
        "Sent on 20 Nov 2026, not delivered yet.",
        "Sent on 16 Nov 2026, not delivered yet.",
        "Sent on 14 Nov 2026, not delivered yet.",
        "Sent on 14 Nov 2026, not viewed yet.",
        "Delivered on 14 Nov 2026, not viewed yet.",
        "Accessed on 14 Nov 2026, not viewed yet.",
    }
    facets = {each.value: each.count for each in listing.facets(ADMIN, ALL)["status"]}
    assert (facets["stuck"], facets["unviewed"]) == (9, 6)


def test_an_own_count_of_unviewed_letters_is_of_own_letters(world: World) -> None:
    for author in ("ann", "bob", "bob"):
        world.add(channel="e", status="delivered", status_at=LONGER_AGO, created_by=author)
    listing = world.listing()
    assert (listing.headline(ANN).unviewed, listing.headline(ADMIN).unviewed) == (1, 3)


def test_each_channel_has_a_patience_of_its_own(world: World) -> None:
    for row in STATUSES:
        if row.awaited:
            world.add(channel=row.channel, status=row.status, status_at=NOW - timedelta(hours=50))
    listing = world.listing()
    assert (
        {row.channel for row in STATUSES if row.awaited} == {*WATCHED} == {Channel.GP, Channel.E, Channel.H}
    )
    for late in ({Channel.GP}, {Channel.E, Channel.H}, set(WATCHED), set()):
        hours = {channel: 49 if channel in late else 51 for channel in WATCHED}
        listing = world.listing(patience=Patience(stuck_hours=hours, unviewed_days=7))
        rows = listing.page(ADMIN, Filters(status=frozenset({"stuck"})), Sort(), 1, 50).rows
        assert {row.channel for row in rows} == late
        assert listing.headline(ADMIN).stuck == len(late)

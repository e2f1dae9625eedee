"""What the listing shows to whom, on both databases (docs/product.md sections 1 and 7)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.domain.errors import NotAllowed
from services.listing.filters import CHOICES, Filters
from services.listing.sort import COLUMNS, Sort
from tests.contract.listing_world import ADMIN, ALL, ANALYST, ANN, BOB, NOW, World, shown, world_of

LONG_AGO = NOW - timedelta(days=3)
HOSTILE = [
    "'; DROP TABLE letters; --",
    '"',
    "%",
    "_",
    "\\",
    "ü’‮\U0001f4a3",
    "x" * 100_000,
    "1 OR 1=1",
    "(",
    "\x00",
]


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with world_of(database_url) as world:
        yield world


def choosing(name: str, value: str) -> Filters:
    values: dict[str, Any] = {name: frozenset({value})}
    return replace(ALL, **values)


def test_opens_with_what_waits_for_a_user(world: World) -> None:
    pending = world.add(created_at=LONG_AGO)
    failed = world.add(channel="e", status="failed")
    world.add(channel="e", status="sent")
    world.add(status="printed")
    world.add(channel="gp", status="failed", closed_at=NOW)
    world.change(world.add(), removed_at=NOW)
    page = world.listing().page(ADMIN, Filters.default(), Sort(), 1, 100)
    assert [row.id for row in page.rows] == [failed, pending]
    assert (page.total, page.page, page.page_count) == (2, 1, 1)


def test_the_snapshot_shows_the_default_view_as_sql_does(world: World) -> None:
    for status, days in (("pending", 2), ("printed", 1), ("pending", 0), ("pending", 2)):
        world.add(status=status, created_at=NOW - timedelta(days=days))
    listing = world.listing()
    by_sql = listing.page(ADMIN, Filters.default(), Sort(), 1, 100)
    by_snapshot = listing.page(ADMIN, Filters(created_from=date(2000, 1, 1)), Sort(), 1, 100)
    assert by_sql == by_snapshot
    assert by_sql.total == 3


def test_a_row_says_all_that_the_table_shows(world: World) -> None:
    letter = world.add(
        channel="e", status="failed", patient_id="mueller", reason_code="permanent-failure",
        reason="The number does not exist", document_id="document", created_by="ann",
    )  # fmt: skip
    world.add_attempt(letter, number=2)
    world.change_patient("mueller", deceased=True)
    (row,) = world.listing().page(ADMIN, Filters.default(), Sort(), 1, 100).rows
    assert (row.patient_name, row.practice_ods, row.practice_name) == ("MÜLLER, Zoë", "Y90001", "Elm Surgery")
    assert (row.created_by_name, row.team, row.provider, row.template) == (
        "Ann Ames",
        "North",
        "P1",
        "Discharge",
    )
    assert (row.reason_code, row.reason) == ("permanent-failure", "The number does not exist")
    assert (row.row.label, row.deceased, row.has_document, row.attempts) == ("[E] Failed", True, True, 2)
    assert row.created_at == NOW


def test_neither_therapist_ever_sees_the_others(world: World) -> None:
    letters = {ANN: world.add(created_by="ann", title="Anns"), BOB: world.add(created_by="bob", title="Bobs")}
    world.add(created_by="bob", channel="gp", status="sent", status_at=LONG_AGO, title="Bobs")
    world.add(created_by="bob", channel="gp", status="failed", title="Bobs")
    listing = world.listing()
    for filters in (
        Filters.default(),
        ALL,
        Filters(created_by=frozenset({"bob"})),
        Filters(status=ALL.status, patient="s"),
    ):
        page = listing.page(ANN, filters, Sort(), 1, 100)
        expected = [] if filters.created_by else [letters[ANN]]
        assert [row.id for row in page.rows] == expected
        assert page.total == len(expected)
        assert listing.ids(ANN, filters, Sort(), 100) == expected
        facets = listing.facets(ANN, filters)
        assert {value.value for value in facets["created_by"] if value.count} <= {"ann"}
        assert {value.value for value in facets["title"]} <= {"Anns"}
        assert b"Bobs" not in b"".join(listing.csv(ANN, filters))
    headline = listing.headline(ANN)
    assert (headline.pending, headline.failed, headline.stuck) == (1, 0, 0)
    assert listing.page(BOB, ALL, Sort(), 1, 100).total == 3


def test_an_analyst_sees_no_patient(world: World) -> None:
    mine, other = world.add(patient_id="mueller"), world.add(patient_id="smith")
    listing = world.listing()
    for filters in (Filters.default(), ALL):
        rows = listing.page(ANALYST, filters, Sort(column="patient", descending=False), 1, 100).rows
        assert {row.id for row in rows} == {mine, other}
        assert all(row.patient_name.startswith("Patient ") and not row.patient_id for row in rows)
        assert len({row.patient_name for row in rows}) == 2
    assert listing.page(ANALYST, replace(ALL, patient="müller"), Sort(), 1, 100).total == 2
    file = b"".join(listing.csv(ANALYST, ALL)).decode("utf-8-sig")
    assert "MÜLLER" not in file
    assert "NHS number" not in file
    assert "999000000" not in file.replace(" ", "")


def test_a_user_who_left_sees_nothing(world: World) -> None:
    left = replace(ADMIN, active=False)
    listing = world.listing()
    for ask in (
        lambda: listing.page(left, ALL, Sort(), 1, 100),
        lambda: listing.facets(left, ALL),
        lambda: listing.ids(left, ALL, Sort(), 100),
        lambda: listing.csv(left, ALL),
        lambda: listing.headline(left),
    ):
        with pytest.raises(NotAllowed):
            ask()


def test_hostile_filter_values_find_nothing_and_break_nothing(world: World) -> None:
    world.add(patient_id="smith")
    listing = world.listing()
    for text in HOSTILE:
        for name in CHOICES:
            assert listing.ids(ADMIN, choosing(name, text), Sort(), 100) == [], (name, text)
            assert listing.page(ADMIN, choosing(name, text), Sort(), 1, 100).total == 0
        assert listing.page(ADMIN, replace(ALL, patient=f"smith{text}"), Sort(), 1, 100).total == 0
    assert listing.page(ADMIN, ALL, Sort(), 1, 100).total == 1


def test_a_percent_sign_in_a_name_is_only_a_character(world: World) -> None:
    hostile, _ = world.add(patient_id="hostile"), world.add(patient_id="smith")
    assert shown(world.listing(), replace(ALL, patient="%_'; DROP TABLE")) == [hostile]


def test_a_part_of_a_name_finds_it(world: World) -> None:
    muller, _ = world.add(patient_id="mueller"), world.add(patient_id="obrien")
    listing = world.listing()
    for part in ("müll", "MULL", "muller, zo", "zoe muller", "Zoë", "  MÜLLER ,  zoë "):
        assert shown(listing, replace(ALL, patient=part)) == [muller], part


def test_days_are_those_of_london(world: World) -> None:
    world.add(created_at=datetime(2026, 6, 30, 22, 59, tzinfo=UTC))  # 30 June, 23:59
    first = world.add(created_at=datetime(2026, 6, 30, 23, 0, tzinfo=UTC))  # 1 July, 00:00
    last = world.add(created_at=datetime(2026, 7, 1, 22, 59, 59, 999999, tzinfo=UTC))
    world.add(created_at=datetime(2026, 7, 1, 23, 0, tzinfo=UTC))
    day = date(2026, 7, 1)
    assert shown(world.listing(), Filters(created_from=day, created_to=day)) == [last, first]


def test_the_last_day_there_is_can_be_asked_for(world: World) -> None:
    letter = world.add()
    last = Filters(created_from=date(1900, 1, 1), created_to=date(2200, 12, 31))
    assert shown(world.listing(), last) == [letter]


def test_an_analyst_learns_no_order_of_names_and_nothing_else_of_a_patient(world: World) -> None:
    newer, older = world.add(patient_id="smith"), world.add(patient_id="mueller", created_at=LONG_AGO)
    world.change_patient("mueller", deceased=True)
    world.change_patient("smith", opted_out=True)
    by_name = Sort(column="patient", descending=False)
    listing = world.listing()
    assert [row.id for row in listing.page(ADMIN, ALL, by_name, 1, 100).rows] == [older, newer]
    for filters in (Filters.default(), ALL):
        page = listing.page(ANALYST, filters, by_name, 1, 100)
        assert [row.id for row in page.rows] == [newer, older]
        assert (page.sort, page.sees_patients) == (Sort(), False)
        assert not [row for row in page.rows if row.deceased or row.opted_out]
        assert listing.page(ADMIN, filters, by_name, 1, 100).sort == by_name
        assert listing.page(ADMIN, filters, by_name, 1, 100).sees_patients
    assert len([row for row in listing.page(ADMIN, ALL, by_name, 1, 100).rows if row.deceased]) == 1


def test_a_closed_letter_keeps_its_status_and_leaves_the_group(world: World) -> None:
    closed = world.add(channel="gp", status="failed", closed_at=NOW)
    listing = world.listing()
    assert shown(listing, Filters(status=frozenset({"gp.failed"}))) == [closed]
    counts = {value.value: value.count for value in listing.facets(ADMIN, ALL)["status"]}
    assert counts == {"pending-group": 0, "gp.failed": 1, "closed": 1}


def test_pages_are_clamped(world: World) -> None:
    for _ in range(5):
        world.add()
    listing = world.listing()
    for filters in (Filters.default(), ALL):
        assert [listing.page(ADMIN, filters, Sort(), page, 2).page for page in (-1, 1, 3, 99)] == [1, 1, 3, 3]
        assert len(listing.page(ADMIN, filters, Sort(), 3, 2).rows) == 1
        assert len(listing.page(ADMIN, filters, Sort(), 1, 0).rows) == 1


def test_every_column_sorts(world: World) -> None:
    low = world.add(
        created_by="ann", title="a letter", patient_id="mueller", created_at=LONG_AGO, status_at=LONG_AGO,
        template_id="appointment",
    )  # fmt: skip
    high = world.add(created_by="bob", title="B letter", patient_id="obrien", status="printed")
    listing = world.listing()
    for column in COLUMNS:
        rising = [high, low] if column == "consortium" else [low, high]  # equal: the newest comes first
        assert shown(listing, ALL, Sort(column=column, descending=False)) == rising, column
        assert shown(listing, ALL, Sort(column=column, descending=True)) == [high, low], column


def test_the_snapshot_follows_what_others_write(world: World) -> None:
    letter = world.add(title="Before", patient_id="smith")
    listing = world.listing()
    assert shown(listing, ALL) == [letter]
    before = listing.change()
    world.change(letter, title="After")
    world.change_patient("smith", surname="Nowak")
    world.change_user("ann", team="West")
    newer = world.add(patient_id="obrien", title="New")
    assert listing.change() > before
    assert shown(listing, replace(ALL, patient="nowak", title=frozenset({"After"}))) == [letter]
    assert shown(listing, replace(ALL, patient="smith")) == []
    assert shown(listing, replace(ALL, team=frozenset({"West"}))) == [newer, letter]
    world.change(letter, removed_at=NOW)
    assert shown(listing, ALL) == [newer]


def test_another_service_is_never_seen(world: World) -> None:
    other = World(world.engine)
    other.add(title="Theirs")
    mine = world.add()
    for filters in (Filters.default(), ALL):
        assert shown(world.listing(), filters) == [mine]

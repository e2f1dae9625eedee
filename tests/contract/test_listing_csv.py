"""The CSV of the list on both databases (docs/product.md section 3, docs/security.md 6)."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from services.listing.filters import Filters
from tests.contract.listing_world import ADMIN, ALL, NOW, World, world_of


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with world_of(database_url) as world:
        yield world


def read(world: World, filters: Filters = ALL) -> list[dict[str, str]]:
    file = b"".join(world.listing().csv(ADMIN, filters))
    assert file.startswith(b"\xef\xbb\xbf")
    assert file.count(b"\r\n") == file.count(b"\n")
    return list(csv.DictReader(io.StringIO(file.decode("utf-8-sig"), newline=""), strict=True))


def test_it_holds_what_was_asked_for(world: World) -> None:
    letter = world.add(
        reference="BL-1", channel="h", status="failed", patient_id="mueller", reason_code="returned-letter",
        reason="Returned to sender", created_at=datetime(2026, 7, 1, 23, 30, tzinfo=UTC),
    )  # fmt: skip
    world.add_attempt(letter, provider_id="11111111-2222", channel="h")
    world.add_event(
        letter, code="returned-letter", reason="Gone away", at=datetime(2026, 11, 20, 9, tzinfo=UTC)
    )
    world.add_event(letter, code="received", reason="", at=NOW)
    (row,) = read(world)
    assert row == {
        "Status": "[H] Failed",
        "Status in full": "Sent Hybrid Mail – Failed",
        "Channel": "Hybrid mail",
        "Status date": "2026-11-23 14:05",
        "Date created": "2026-07-02 00:30",
        "Reference": "BL-1",
        "Patient": "MÜLLER, Zoë",
        "NHS number": "999 000 0000",
        "Title": "Discharge summary",
        "Template": "Discharge",
        "GP practice": "Elm Surgery",
        "GP practice ODS code": "Y90001",
        "Created by": "Ann Ames",
        "Provider": "P1",
        "Team": "North",
        "Consortium": "",
        "Reason code": "returned-letter",
        "Reason": "Returned to sender",
        "Delivery provider": "GOV.UK Notify",
        "Delivery provider's reference": "11111111-2222",
        "Returned to sender": "2026-11-20 09:00",
        "Returned to sender: what is known": "Gone away",
        "In doubt": "",
        "Closed": "",
    }


def test_it_holds_every_letter_that_matches_in_order(world: World) -> None:
    ids = [
        world.add(reference=f"BL-{number}", created_at=datetime(2026, 1, number, tzinfo=UTC))
        for number in (1, 2, 3)
    ]
    world.change(ids[1], status="printed")
    assert [row["Reference"] for row in read(world, Filters.default())] == ["BL-3", "BL-1"]
    assert [row["Returned to sender"] for row in read(world)] == ["", "", ""]


def test_an_empty_list_is_a_header(world: World) -> None:
    file = b"".join(world.listing().csv(ADMIN, ALL))
    assert file.startswith(b'\xef\xbb\xbf"Status"')
    assert read(world) == []


def test_what_a_spreadsheet_would_run_is_made_text(world: World) -> None:
    titles = ["=1+1", "+44", "-1", "@SUM(A1)", "\tx", "\rx", "＝1", "＋1", "－1", "＠x"]
    for number, title in enumerate(titles):
        world.add(
            title=title, reference=f"BL-{number}", reason=title, reason_code=title, patient_id="hostile"
        )
    rows = sorted(read(world), key=lambda row: row["Reference"])
    assert [row["Title"] for row in rows] == [f"'{title}" for title in titles]
    assert [row["Reason"] for row in rows] == [f"'{title}" for title in titles]
    assert {row["Patient"][:2] for row in rows} == {"'="}


def test_quotes_commas_and_new_lines_come_back_as_they_were(world: World) -> None:
    titles = ['A "quoted" word', "a, b", "one\r\ntwo", "ünï – 文", "plain"]
    for title in titles:
        world.add(title=title)
    assert sorted(row["Title"] for row in read(world)) == sorted(titles)

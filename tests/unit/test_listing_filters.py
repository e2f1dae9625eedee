"""Filters and sort in an address: they come back as they went, and nobody's address breaks anything."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.listing.address import LONGEST_VALUE, MOST_VALUES
from services.listing.filters import CHOICES, STATUS_VALUES, Filters
from services.listing.sort import COLUMNS, Sort

PLAIN = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=LONGEST_VALUE)
FILTERS = st.builds(
    Filters,
    status=st.frozensets(st.sampled_from(sorted(STATUS_VALUES))),
    created_from=st.none() | st.dates(date(1900, 1, 1), date(2200, 12, 31)),
    created_to=st.none() | st.dates(date(1900, 1, 1), date(2200, 12, 31)),
    team=st.frozensets(PLAIN, max_size=5),
    title=st.frozensets(PLAIN, max_size=5),
    created_by=st.frozensets(PLAIN, max_size=5),
)
ANYTHING = st.text() | st.lists(st.text(), max_size=4)
PARAMETERS = st.sampled_from(
    ["status", "created_from", "created_to", "patient", "sort", "direction", *CHOICES]
)


@given(FILTERS)
def test_filters_come_back_from_an_address(filters: Filters) -> None:
    assert Filters.from_query(filters.to_query()) == (filters, [])


@given(st.dictionaries(PARAMETERS, ANYTHING))
def test_no_address_is_an_error(query: dict[str, Any]) -> None:
    filters, _ = Filters.from_query(query)
    sort, _ = Sort.from_query(query)
    assert filters.patient == ""
    assert filters.status <= STATUS_VALUES
    assert sort.column in COLUMNS


def test_the_default_needs_no_parameters() -> None:
    assert Filters.default().to_query() == {}
    assert Filters.from_query({}) == (Filters.default(), [])
    assert Filters.default().is_default
    assert not Filters(patient="x").is_default


def test_all_statuses_are_not_the_default() -> None:
    assert Filters(status=frozenset()).to_query() == {"status": ["any"]}


def test_the_patients_name_never_stands_in_an_address() -> None:
    assert "Smith" not in str(Filters(patient="Smith").to_query())
    filters, problems = Filters.from_query({"patient": "Smith"})
    assert filters == Filters.default()
    assert problems == ["A patient's name is never taken from an address: it was left out."]


@pytest.mark.parametrize(
    ("query", "label"),
    [
        ({"status": ["gp.sent", "'; DROP TABLE letters"]}, "Status"),
        ({"created_from": "23/11/2026"}, "Created from"),
        ({"created_to": "0001-01-01"}, "Created to"),
        ({"created_to": "9999-12-31"}, "Created to"),
        ({"created_from": "1899-12-31"}, "Created from"),
        ({"team": "x" * (LONGEST_VALUE + 1)}, "Team"),
        ({"practice": "\x00"}, "Practice"),
        ({"title": ["\ud800"]}, "Title"),
        ({"created_by": [str(number) for number in range(MOST_VALUES + 1)]}, "Created by"),
    ],
)
def test_what_is_left_out_is_said_and_not_repeated(query: dict[str, Any], label: str) -> None:
    _, problems = Filters.from_query(query)
    assert len(problems) == 1
    assert problems[0].startswith(f"{label}: the address held ")
    assert "DROP" not in problems[0]


@pytest.mark.parametrize("name", ["created_from", "created_to"])
@pytest.mark.parametrize("day", [date.min, date(1899, 12, 31), date(2201, 1, 1), date.max])
def test_no_filter_has_a_day_out_of_all_bounds(name: str, day: date) -> None:
    days: dict[str, Any] = {name: day}
    with pytest.raises(ValueError, match="between 1900 and 2200"):
        Filters(**days)


def test_what_is_understood_stays() -> None:
    filters, _ = Filters.from_query({"status": ["gp.sent", "nonsense"], "team": ["North", "\x07"]})
    assert filters.status == frozenset({"gp.sent"})
    assert filters.team == frozenset({"North"})


def test_a_sort_is_one_of_the_columns() -> None:
    with pytest.raises(ValueError, match="can't be sorted"):
        Sort(column="status; DROP TABLE letters")
    assert Sort.from_query({"sort": "nhs_number", "direction": "up"})[0] == Sort()
    for column in COLUMNS:
        for descending in (True, False):
            sort = Sort(column=column, descending=descending)
            assert Sort.from_query(sort.to_query()) == (sort, [])

"""The filter bar: what stands in it, and what a change of it does."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from pages.batch_letters.filters import bar_data, changed
from pages.components.filter_bar import FilterChange
from services.listing.filters import Filters
from services.listing.rows import FacetValue
from tests.waiting import PATIENCE


def test_the_closed_status_filter_names_a_status_as_its_list_does() -> None:
    facet = [
        FacetValue(value="pending-group", label="All pending (failed ones included)", count=2),
        FacetValue(value="print.pending", label="Pending – print", count=1),
        FacetValue(value="gp.pending", label="[GP] Pending", count=1),
    ]
    bar = bar_data(Filters(), {"status": facet}, date(2026, 11, 23), with_patients=True)
    [options] = [each["options"] for each in bar["filters"] if each["kind"] == "options" and each["options"]]
    assert [option["short"] for option in options] == ["All pending", "Pending – print", "[GP] Pending"]


def _slip() -> None:
    from dataclasses import replace
    from datetime import date

    import streamlit as st

    from pages.batch_letters.filters import changed
    from pages.components.filter_bar import FilterChange
    from services.listing.filters import Filters

    before = replace(Filters(), created_from=date(2026, 11, 1))
    slip = FilterChange(key="created", start=date(2026, 11, 1), end=date(9999, 12, 31))
    st.session_state.unchanged = changed(before, slip) == before


def test_a_date_out_of_all_bounds_is_said_and_changes_nothing() -> None:
    app = AppTest.from_function(_slip, default_timeout=PATIENCE).run()
    assert not app.exception
    assert app.session_state.unchanged
    [toast] = app.toast
    assert toast.value == "Letters are created between 1900 and 2200. The dates stay as they were."


@pytest.mark.parametrize("day", [date(1900, 1, 1), date(2200, 12, 31)])
def test_the_bounds_themselves_are_dates(day: date) -> None:
    assert changed(Filters(), FilterChange(key="created", end=day)).created_to == day

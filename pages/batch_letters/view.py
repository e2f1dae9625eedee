"""What the page shows: filters and sort stand in the address, so that a view can be shared; the rest doesn't.

The patient's name is part of the view and never of the address.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from pages import visits
from services.listing.filters import Filters
from services.listing.sort import Sort

PAGE_SIZE = 100
PAGE_SIZES = (50, 100, 200, 500)
_KEY = "batch letters view"
_PRINTED = "batch letters seen as printed"
_PLACE = "batch letters place of the open letter"


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """One way to look at the letters."""

    filters: Filters = field(default_factory=Filters)
    sort: Sort = field(default_factory=Sort)
    page: int = 1
    open_id: str | None = None

    def to_query(self) -> dict[str, Any]:
        return self.filters.to_query() | self.sort.to_query()

    @property
    def filters_key(self) -> str:
        """Changes when, and only when, the filters do: what is selected survives another sort."""
        return str(hash(self.filters))


def current() -> View:
    """The session's view."""
    view: View | None = st.session_state.get(_KEY)
    return view or View()


def take_address() -> None:
    """An address that says something else (a bookmark, the Back button) wins over the session's view.

    For whole runs: a part of the page that refreshes itself may still carry the address of a moment ago. Who
    comes back from another page, without an address, finds the view as it was left.
    """
    view = current()
    query = {name: st.query_params.get_all(name) for name in st.query_params}
    if _KEY in st.session_state and (query == view.to_query() or (visits.is_return() and not query)):
        show(view)
        return
    filters, problems = Filters.from_query(query)
    sort, more = Sort.from_query(query)
    for problem in problems + more:
        st.toast(problem, icon=":material/info:")
    show(View(filters=replace(filters, patient=view.filters.patient), sort=sort))


def show(view: View) -> View:
    """Make this the session's view, and its filters the address's."""
    st.session_state[_KEY] = view
    st.query_params.from_dict(view.to_query())
    return view


def show_filters(view: View, filters: Filters) -> View:
    """Other filters: back to the first page."""
    return show(replace(view, filters=filters, page=1))


def open_letter(letter_id: str) -> None:
    """Open the pane on a letter, whichever rows are shown."""
    st.session_state[_KEY] = replace(current(), open_id=letter_id)


def note_place(letter_id: str, place: int) -> None:
    """Keep where the open letter stands among the rows."""
    st.session_state[_PLACE] = (letter_id, place)


def left_at(letter_id: str) -> int | None:
    """Where the letter stood when it was last among the rows; None where it never was."""
    known, place = st.session_state.get(_PLACE, ("", None))
    return place if known == letter_id else None


def note_printed(*seen: Collection[str]) -> None:
    """Keep which letters the user sees as Printed at this moment."""
    st.session_state[_PRINTED] = set().union(*seen)


def seen_as_printed() -> set[str]:
    """The letters whose button said "Print again"; a row that went to Printed unseen is not among them."""
    seen: set[str] = st.session_state.get(_PRINTED, set())
    return seen

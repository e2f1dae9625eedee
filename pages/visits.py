"""Which page a session looked at before: on the way back, a page shows what it showed when it was left."""

from typing import Final

import streamlit as st

_NOW: Final = "page looked at"
_BEFORE: Final = "page looked at before"


def note(page: str) -> None:
    """Say which page this whole run shows."""
    st.session_state[_BEFORE] = st.session_state.get(_NOW, page)
    st.session_state[_NOW] = page


def is_return() -> bool:
    """Whether this run comes from another page of the dashboard."""
    now: str | None = st.session_state.get(_NOW)
    before: str | None = st.session_state.get(_BEFORE)
    return now != before

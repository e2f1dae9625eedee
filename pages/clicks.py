"""Whether a user asked for this run. A part of a page that refreshes itself can't tell by itself.

Callbacks note a click; the context of the next run takes it, and so keeps the session alive.
"""

from typing import Final

import streamlit as st

_CLICKED: Final = "a user clicked"


def note() -> None:
    """Say, in the callback of a click, that its run is one that a user asked for."""
    st.session_state[_CLICKED] = True


def take() -> bool:
    """Whether there was a click since the last call."""
    clicked: bool = st.session_state.pop(_CLICKED, False)
    return clicked

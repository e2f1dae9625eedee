"""Which patient's record is open."""

from typing import Final

import streamlit as st

_OPEN: Final = "patient that is open"


def patient_id() -> str | None:
    """Whose record this session looks at; None while somebody is searched for."""
    found: str | None = st.session_state.get(_OPEN)
    return found


def choose(patient_id: str | None) -> None:
    st.session_state[_OPEN] = patient_id

"""What came of a click on the Worklist, kept for the run that shows it."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from pages.plain_text import plain
from services.domain.errors import UserError

_TOLD: Final = "worklist told"


def do(work: Callable[[], str]) -> None:
    """Do it, keep what it says, and draw the page anew.

    No call of Streamlit lies between the work and its result: there it could be cut off.
    """
    try:
        st.session_state[_TOLD] = (work(), True)
    except UserError as error:
        st.session_state[_TOLD] = (str(error), False)
    st.rerun()


def show() -> None:
    """Once."""
    if told := st.session_state.pop(_TOLD, None):
        words, went_well = told
        (st.success if went_well else st.error)(plain(words))

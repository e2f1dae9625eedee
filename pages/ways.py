"""Ways from one page to another that don't need to know its module: two pages may lead to each other."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

_PAGES: Final = "pages of this run"


def note(pages: Sequence[st.Page]) -> None:
    """The pages that this run's user may open."""
    st.session_state[_PAGES] = {page.title: page for page in pages}


def go_to(title: str) -> None:
    """Ends the run and shows the page of this title. Raises KeyError where the user has none."""
    st.switch_page(st.session_state[_PAGES][title])

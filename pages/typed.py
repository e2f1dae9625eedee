"""What is typed in a form stays when another page is looked at meanwhile.

Streamlit forgets the fields of a page that isn't shown, unless somebody writes their values down again.
"""

from typing import Any, Final

import streamlit as st

_PREFIX: Final = "typed "


def key(name: str, given: Any) -> str:
    """The key of a field, which has the value that is given until something is typed; name it once."""
    full = f"{_PREFIX}{name}"
    st.session_state.setdefault(full, given)
    return full


def keep() -> None:
    """For every run of every page."""
    for full in [each for each in st.session_state if str(each).startswith(_PREFIX)]:
        st.session_state[full] = st.session_state[full]


def forget(part: str) -> None:
    """The fields with this in their names: their form is done with."""
    for full in [each for each in st.session_state if str(each).startswith(_PREFIX) and part in str(each)]:
        del st.session_state[full]

"""The Add letters page: one PDF with its patient, or many letters by a CSV file."""

import streamlit as st

from pages.add_letters import many, one
from pages.context import context
from pages.faults import in_our_words
from services.importing.by_user import may_import

_ONE, _MANY = "One PDF", "Many by a CSV file"


def show() -> None:
    """Who may import files chooses between the two ways; the others have one."""
    here = context()
    st.header("Add letters", anchor=False)
    with in_our_words():
        if not may_import(here.signed_in.user):
            one.show(here)
            return
        way = st.segmented_control(
            "Way", [_ONE, _MANY], default=_ONE, required=True, label_visibility="collapsed", key="add way"
        )
        (many if way == _MANY else one).show(here)

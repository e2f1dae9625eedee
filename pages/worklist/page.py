"""The Worklist page: what failed or is stuck, in groups of what has to be done about it."""

import streamlit as st

from pages.context import context
from pages.faults import in_our_words
from pages.measures.bar import analytics_of
from pages.worklist import group_box, told
from services import access


def show() -> None:
    """A group a box, the largest first."""
    here = context()
    st.header("Worklist", anchor=False)
    st.caption("Failed letters that nobody has closed, and letters sent long ago of which nothing was heard.")
    with in_our_words():
        signed_in = here.signed_in
        groups = here.application.worklist.groups(signed_in.service_id, signed_in.user)
        with here.application.store.read(signed_in.service_id) as uow:
            works = access.may_act(uow, signed_in.user)
        told.show()
        if not groups:
            st.info(
                "Nothing failed, and nothing is stuck. There is nothing to do here.",
                icon=":material/task_alt:",
            )
            return
        mine = st.toggle("Only what is mine or nobody's", key="worklist mine")
        practices = analytics_of(here).names("practice")
        for group in groups:
            group_box.show(here, group, practices, works=works, mine=bool(mine))

"""What each status means and what to do about it, and who may do what: the code's own tables, as help."""

import streamlit as st

from services.access import described
from services.domain.status import STATUSES
from services.domain.vocabulary import Channel


def show() -> None:
    """A table for each channel, in the order of the statuses."""
    st.header("Statuses", anchor=False)
    st.caption("What each status means, what to do about it, and which ones wait in “All pending”.")
    for channel in Channel:
        st.subheader(channel.label, anchor=False)
        st.table(
            [
                {
                    "Status": row.label,
                    "In full": row.long_label,
                    "Means": row.meaning,
                    "What to do": row.advice,
                    "Waits for you": "Yes" if row.pending_group else "",
                }
                for row in STATUSES
                if row.channel is channel
            ]
        )
    st.subheader("Who may do what", anchor=False)
    st.caption("“Own” are the letters that a user wrote, and their patients.")
    st.table(described())

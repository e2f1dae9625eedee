"""Today at a glance: what waits, what is stuck, and where it is silent."""

from datetime import date
from urllib.parse import urlencode

import streamlit as st

from pages.measures import figures
from services.analytics.figure import stuck_by
from services.analytics.today import NOW, Today
from services.domain.local_time import day_of
from services.domain.status import STATUSES
from services.domain.vocabulary import Status
from services.listing.filters import IN_DOUBT, STUCK

_FAILED = urlencode([("status", row.key) for row in STATUSES if row.status is Status.FAILED])


def show(today: Today, on: date) -> None:
    """Each number opens its letters. on: the day of today."""
    st.subheader("Now", anchor=False)
    stuck = " · ".join(
        f"[{channel.label} {number:,}](/?{urlencode(stuck_by(channel, on))})"
        for channel, number in today.stuck.items()
        if number
    )
    oldest = ""
    if first := today.oldest_pending:
        oldest = f"[the oldest from {day_of(first)}](/?created_to={first.isoformat()})"
    with st.container(horizontal=True, key="now figures"):
        figures.at_this_moment("Pending", today.pending, "/", NOW["pending"], oldest)
        figures.at_this_moment("Failed and not dealt with", today.failed, f"/?{_FAILED}", NOW["failed"])
        figures.at_this_moment("In doubt", today.in_doubt, f"/?status={IN_DOUBT}", NOW["in_doubt"])
        figures.at_this_moment(
            "Sent, no word in time", sum(today.stuck.values()), f"/?status={STUCK}", NOW["stuck"], stuck
        )
    for channel in today.silent:
        st.warning(
            f"{channel.label}: nothing was sent today, though by now something had been on each of the last "
            "four same weekdays.",
            icon=":material/warning:",
        )

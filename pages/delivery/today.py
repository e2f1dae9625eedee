"""Today at a glance: what waits, what is stuck, and where it is silent."""

import streamlit as st

from services.analytics.analytics import Today
from services.domain.local_time import day_of
from services.domain.status import STATUSES
from services.domain.vocabulary import Status

_FAILED = "&".join(f"status={row.key}" for row in STATUSES if row.status is Status.FAILED)


def show(today: Today) -> None:
    """Each number opens its letters."""
    st.subheader("Now", anchor=False)
    oldest = f", the oldest from {day_of(today.oldest_pending)}" if today.oldest_pending else ""
    stuck = sum(today.stuck.values())
    by_channel = ", ".join(f"{channel.label} {n:,}" for channel, n in today.stuck.items() if n)
    parts = [
        f"[{today.pending:,} pending](/){oldest}",
        f"[{today.failed:,} failed and not dealt with](/?{_FAILED})",
        f"[{today.in_doubt:,} in doubt](/?status=in-doubt)",
        f"[{stuck:,} sent, no word in time](/?status=stuck)" + (f" ({by_channel})" if by_channel else ""),
    ]
    st.markdown(" · ".join(parts))
    for channel in today.silent:
        st.warning(
            f"{channel.label}: nothing was sent today, though by now something had been on each of the last "
            "four same weekdays.",
            icon=":material/warning:",
        )

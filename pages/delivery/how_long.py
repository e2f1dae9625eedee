"""How long it took to each status, by channel and by whatever the page is divided by."""

from typing import Final

import streamlit as st

from pages.context import Context
from pages.measures import words
from pages.measures.bar import LABELS, analytics_of
from pages.plain_text import plain
from services.analytics.measures import REACHED, STEPS
from services.analytics.question import Question
from services.analytics.times import Times
from services.domain.status import status_row
from services.domain.vocabulary import Channel, Status

_WAYS: Final = [(channel, status) for channel, steps in STEPS.items() for status in steps]
_USUAL: Final = (Channel.GP, Status.DELIVERED)
_COUNTED: Final = (
    "Hours from when a sending was queued to the first time of the status that its provider told, of the "
    "sendings of the period that have one. Half, 90 and 99 in 100 were as fast or faster."
)


def show(here: Context, question: Question) -> None:
    """By channel, to each of its statuses."""
    st.subheader("How long it took", anchor=False, help=_COUNTED)
    st.caption("From Queued, of those that came so far. Half, 90 and 99 in 100 were as fast.")
    st.table(
        [
            {"Status": plain(status_row(channel, times.status).label)}
            | _line(times, question.having(channel=channel.value))
            for channel, steps in analytics_of(here).times(here.signed_in.user, question).items()
            for times in steps
        ],
        hide_index=True,
    )


def show_by(here: Context, question: Question, division: str) -> None:
    """To the status that the user chooses, with half of the period before beside it."""
    chosen = question.chosen.get("channel", list(STEPS))
    ways = [way for way in _WAYS if way[0] in chosen]
    if not ways:
        return
    channel, status = st.selectbox(
        "Time from Queued to",
        ways,
        index=ways.index(_USUAL) if _USUAL in ways else 0,
        format_func=lambda way: status_row(*way).label,
        key="delivery time to",
        width=260,
    )
    analytics, user = analytics_of(here), here.signed_in.user
    names = analytics.names(division)
    found = analytics.times_to(user, question, channel, status, division)
    if not found:
        st.caption("No letter came so far.")
        return
    former = (
        {} if division == "week" else analytics.times_to(user, question.before(), channel, status, division)
    )
    within = question.having(channel=channel.value)
    words.table(
        [
            {LABELS[division]: plain(names.get(value, value) or "(none)")}
            | _line(times, within.within(division, value))
            | ({"Half, the period before": _half(former.get(value))} if division != "week" else {})
            for value, times in found.items()
        ],
        "all times",
    )


def _line(times: Times, question: Question) -> dict[str, str]:
    letters = words.link(times.reached, f"reached_{REACHED[times.status]}", question)
    return {"Letters": letters} | dict(
        zip(("Half", "90 %", "99 %"), words.times_in_words(times), strict=True)
    )


def _half(times: Times | None) -> str:
    return words.hours(times.p50) if times else "–"

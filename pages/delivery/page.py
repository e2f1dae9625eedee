"""The Delivery page: what is stuck, how many letters arrive, how long it takes."""

import streamlit as st

from pages.context import Context, context
from pages.delivery import how_long, today
from pages.faults import in_our_words
from pages.measures import charts, figures, words
from pages.measures.bar import analytics_of, ask, division, today_of
from pages.measures.divided import divided
from pages.plain_text import plain
from services.analytics.question import DIMENSIONS, Question
from services.domain.local_time import day_of
from services.domain.status import status_row


def show() -> None:
    """Today first, then the period that is asked about."""
    here = context()
    st.header("Delivery", anchor=False)
    with in_our_words():
        today.show(analytics_of(here).today(here.signed_in.user), today_of(here))
        question = ask(here)
        _rates(here, question)
        _trend(here, question)
        left, right = st.columns(2, gap="large")
        with left:
            how_long.show(here, question)
        with right:
            _funnel(here, question)
        _divided(here, question)
        words.definitions("sent", "arrived", "failed", "under_way", "first_arrived", "reached_sent")


def _rates(here: Context, question: Question) -> None:
    analytics, user = analytics_of(here), here.signed_in.user
    now, before = analytics.totals(user, question), analytics.totals(user, question.before())
    st.subheader(f"{day_of(question.start)} to {day_of(question.end)}", anchor=False)
    with st.container(horizontal=True, key="delivery figures"):
        figures.rate(now, before, question, "arrived")
        figures.rate(now, before, question, "failed")
        figures.rate(now, before, question, "first_arrived", "first")
        figures.count(now, before, question, "under_way")
        figures.count(now, before, question, "sent")
    if not now["sent"]:
        st.info("Nothing was sent then. Choose another period, or fewer filters.", icon=":material/info:")


def _trend(here: Context, question: Question) -> None:
    weekly = divided(here, question, "week")
    st.subheader("Arrived, by week", anchor=False, help=words.help_with("arrived"))
    charts.trend(weekly, "arrived")
    st.caption("What was sent in the last days is still on its way.")
    with st.expander("As a table"):
        words.table(weekly.lines("arrived"), "all weeks")


def _funnel(here: Context, question: Question) -> None:
    st.subheader("How far they came", anchor=False, help=words.help_with("sent", "came_to_delivered"))
    st.caption("At least so far, of all that were queued.")
    analytics, user = analytics_of(here), here.signed_in.user
    counted = analytics.by(user, question, "channel")
    st.table(
        [
            {
                "Status": plain(status_row(channel, status).label),
                "Letters": words.link(counts[figure.measure], figure.measure, figure.question),
                "Share": words.percent(words.rate_of(counts, figure.measure)),
            }
            for channel, steps in analytics.funnel(user, question).items()
            if (counts := counted.get(channel.value))
            for status, figure in steps.items()
        ],
        hide_index=True,
    )


def _divided(here: Context, question: Question) -> None:
    st.subheader("Divided", anchor=False, help=words.help_with("sent", "arrived", "failed", "under_way"))
    by = division("Divided by", (*DIMENSIONS, "week"), "channel")
    st.caption(
        "Change is against the period of the same length before. “95 % sure”: the rate is between these."
    )
    words.table(divided(here, question, by).lines("arrived", "failed", "under_way"), "all divided")
    if by != "channel":  # which stands above, to every status
        how_long.show_by(here, question, by)

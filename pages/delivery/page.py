"""The Delivery page: what is stuck, how many letters arrive, how long it takes."""

import streamlit as st

from pages.context import Context, context
from pages.delivery import today
from pages.faults import in_our_words
from pages.measures import charts, words
from pages.measures.bar import LABELS, analytics_of, ask
from pages.plain_text import plain
from services.analytics.question import DIMENSIONS, Question
from services.domain.certainty import Rate
from services.domain.local_time import day_of
from services.domain.status import status_row


def show() -> None:
    """Today first, then the period that is asked about."""
    here = context()
    st.header("Delivery", anchor=False)
    with in_our_words():
        today.show(analytics_of(here).today(here.signed_in.user))
        question = ask(here)
        _rates(here, question)
        _trend(here, question)
        left, right = st.columns(2, gap="large")
        with left:
            _times(here, question)
        with right:
            _funnel(here, question)
        _divided(here, question)
        words.definitions("sent", "arrived", "failed", "under_way", "first_arrived")


def _rates(here: Context, question: Question) -> None:
    analytics, user = analytics_of(here), here.signed_in.user
    now, before = analytics.totals(user, question), analytics.totals(user, question.before())
    st.subheader(f"{day_of(question.start)} to {day_of(question.end)}", anchor=False)
    with st.container(horizontal=True, key="delivery figures"):
        for label, measure, of in (
            ("Arrived", "arrived", "sent"),
            ("Failed", "failed", "sent"),
            ("Arrived at the first attempt", "first_arrived", "first"),
        ):
            rate, former = words.rate_of(now, measure, of), words.rate_of(before, measure, of)
            st.metric(
                label,
                words.percent(rate),
                _change(rate, former),
                delta_color="off",
                help=f"{words.help_of(measure)} Compared with the period of the same length before.",
                border=True,
            )
        st.metric(
            "Sendings",
            f"{now['sent']:,}",
            f"{now['sent'] - before['sent']:+,}",
            delta_color="off",
            border=True,
        )
    words.open_them(now, ("sent", "arrived", "failed", "under_way"), question)
    if not now["sent"]:
        st.info("Nothing was sent then. Choose another period, or fewer filters.", icon=":material/info:")


def _change(rate: Rate, before: Rate) -> str | None:
    if rate.share is None or before.share is None:
        return None
    return f"{(rate.share - before.share) * 100:+.1f} points"


def _trend(here: Context, question: Question) -> None:
    weekly = analytics_of(here).weekly(here.signed_in.user, question)
    rates = {week: words.rate_of(counts, "arrived") for week, counts in weekly.items()}
    st.subheader("Arrived, by week", anchor=False)
    charts.trend(rates, what="Arrived")
    st.caption("What was sent in the last days is still on its way.")
    words.weeks_table(weekly, "arrived", question)


def _times(here: Context, question: Question) -> None:
    st.subheader("How long it took", anchor=False)
    st.caption("From Queued, of those that came so far. Half, 90 and 99 in 100 were as fast.")
    st.table(
        [
            {
                "Status": plain(status_row(channel, times.status).label),
                "Letters": f"{times.reached:,}",
                **dict(zip(("Half", "90 %", "99 %"), words.times_in_words(times), strict=True)),
            }
            for channel, steps in analytics_of(here).times(here.signed_in.user, question).items()
            for times in steps
        ],
        hide_index=True,
    )


def _funnel(here: Context, question: Question) -> None:
    st.subheader("How far they came", anchor=False)
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
    st.subheader("Divided", anchor=False)
    dimension = st.segmented_control(
        "Divided by",
        DIMENSIONS,
        default="channel",
        required=True,
        format_func=LABELS.__getitem__,
        key="delivery divided by",
        label_visibility="collapsed",
    )
    analytics = analytics_of(here)
    counted = analytics.by(here.signed_in.user, question, dimension)
    words.table_of(counted, analytics.names(dimension), dimension, LABELS[dimension], question)

"""The Reject reasons page: why letters fail, where unusually often, and what became of them."""

import streamlit as st

from pages.context import Context, context
from pages.faults import in_our_words
from pages.measures import charts, words
from pages.measures.bar import analytics_of, ask
from pages.plain_text import plain
from pages.reject_reasons import pivot, practices
from services.analytics.measures import MEASURES
from services.analytics.question import Question
from services.analytics.reason_groups import ReasonGroup
from services.domain.reason import in_words
from services.domain.vocabulary import Channel

_AFTERWARDS = ("resent_arrived", "printed_in_the_end", "closed_in_the_end", "not_dealt_with")


def show() -> None:
    """Reasons first, then practices, then what became of the letters, then any two dimensions."""
    here = context()
    st.header("Reject reasons", anchor=False)
    with in_our_words():
        question = ask(here)
        totals = analytics_of(here).totals(here.signed_in.user, question)
        if not totals["failed"]:
            st.info("Nothing failed then. Choose another period, or fewer filters.", icon=":material/info:")
            return
        _reasons(here, question)
        _afterwards(here, question)
        _weeks(here, question)
        practices.show(here, question)
        pivot.show(here, question)
        words.definitions("failed", "first_arrived", "resent_arrived", "printed_in_the_end", "not_dealt_with")


def _reasons(here: Context, question: Question) -> None:
    analytics, user = analytics_of(here), here.signed_in.user
    groups = analytics.by(user, question, "group")
    st.subheader("Why", anchor=False)
    failures = [(name, each["failed"]) for name, each in groups.items() if each["failed"]]
    charts.bars(sorted(failures, key=lambda each: -each[1]), what="Failed")
    st.table(
        [
            {
                "Reason": plain(in_words(reason, code) or code or "–"),
                "Where": plain(f"{Channel(channel).label}: {group}"),
                "Failed": words.link(count, "failed", question.having(channel=channel, code=code)),
                "What to do": plain(ReasonGroup(group).next_step),
            }
            for channel, code, reason, group, count in analytics.reasons(user, question)
        ],
        hide_index=True,
    )


def _afterwards(here: Context, question: Question) -> None:
    analytics, user = analytics_of(here), here.signed_in.user
    totals, took = analytics.totals(user, question), analytics.hours_to_deal(user, question)
    st.subheader("What became of them", anchor=False)
    with st.container(horizontal=True, key="reject figures"):
        for measure in _AFTERWARDS:
            rate = words.rate_of(totals, measure, "failed")
            st.metric(
                MEASURES[measure].label,
                f"{rate.part:,}",
                words.percent(rate),
                delta_color="off",
                delta_arrow="off",
                help=words.help_of(measure),
                border=True,
            )
    half, most, nearly_all = words.times_in_words(took)
    st.caption(
        f"Until somebody dealt with it: half within {half}, 90 % within {most}, 99 % within {nearly_all}."
    )
    first = words.rate_of(totals, "first_arrived", "first")
    at_first = f"Arrived at the first attempt: **{words.percent(first)}** ({words.between(first)})"
    st.markdown(at_first)
    words.open_them(totals, _AFTERWARDS, question)


def _weeks(here: Context, question: Question) -> None:
    weekly = analytics_of(here).weekly(here.signed_in.user, question)
    rates = {week: words.rate_of(counts, "failed") for week, counts in weekly.items()}
    st.subheader("Failed, by week", anchor=False)
    charts.trend(rates, what="Failed")
    words.weeks_table(weekly, "failed", question)

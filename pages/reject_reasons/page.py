"""The Reject reasons page: why letters fail, where unusually often, and what became of them."""

import streamlit as st

from pages.context import Context, context
from pages.faults import in_our_words
from pages.measures import charts, figures, words
from pages.measures.bar import analytics_of, ask
from pages.measures.charts import Mark
from pages.measures.divided import divided
from pages.plain_text import plain
from pages.reject_reasons import pivot, practices, weeks, where
from services.analytics.question import Question
from services.analytics.reason_groups import ReasonGroup
from services.domain.local_time import day_of
from services.domain.reason import in_words
from services.domain.vocabulary import Channel

_AFTERWARDS = ("resent_arrived", "printed_in_the_end", "closed_in_the_end", "not_dealt_with")


def show() -> None:
    """Figures and reasons first, then when and where, then any two dimensions."""
    here = context()
    st.header("Reject reasons", anchor=False)
    with in_our_words():
        question = ask(here)
        if not _figures(here, question):
            st.info("Nothing failed then. Choose another period, or fewer filters.", icon=":material/info:")
            return
        _reasons(here, question)
        weeks.show(here, question)
        where.show(here, question)
        practices.show(here, question)
        pivot.show(here, question)
        words.definitions("failed", "first_arrived", *_AFTERWARDS)


def _figures(here: Context, question: Question) -> int:
    """How many failed, and what became of them; returns the first of these."""
    analytics, user = analytics_of(here), here.signed_in.user
    now, before = analytics.totals(user, question), analytics.totals(user, question.before())
    st.subheader(f"{day_of(question.start)} to {day_of(question.end)}", anchor=False)
    if not now["failed"]:
        return 0
    with st.container(horizontal=True, key="reject figures"):
        figures.rate(now, before, question, "failed")
        figures.rate(now, before, question, "first_arrived", "first")
        for measure in _AFTERWARDS:
            figures.count(now, before, question, measure, "failed")
    took = analytics.hours_to_deal(user, question)
    half, most, nearly_all = words.times_in_words(took)
    st.caption(
        f"Until somebody dealt with a failure: half within {half}, 90 % within {most}, "
        f"99 % within {nearly_all}.",
        help="Hours from when a provider told of the failure to the first re-send, print, change of channel "
        f"or closing by a user, of the {took.reached:,} failures of the period that somebody dealt with.",
    )
    return now["failed"]


def _reasons(here: Context, question: Question) -> None:
    analytics, user = analytics_of(here), here.signed_in.user
    groups = divided(here, question, "group")
    st.subheader("Why", anchor=False, help=words.help_with("failed"))
    failures = [
        Mark(name=groups.name(value), count=counts["failed"], href=groups.address(value, "failed"))
        for value, counts in groups.counts.items()
        if counts["failed"]
    ]
    charts.bars(sorted(failures, key=lambda mark: -mark.count), what="Failed")
    before = {(row[0], row[1]): row[-1] for row in analytics.reasons(user, question.before())}
    words.table(
        [
            {
                "Reason": plain(in_words(reason, code) or code or "–"),
                "Where": plain(f"{Channel(channel).label}: {group}"),
                "Failed": words.link(count, "failed", question.having(channel=channel, code=code)),
                "Before": words.link(
                    before.get((channel, code), 0),
                    "failed",
                    question.before().having(channel=channel, code=code),
                ),
                "What to do": plain(ReasonGroup(group).next_step),
            }
            for channel, code, reason, group, count in analytics.reasons(user, question)
        ],
        "all reasons",
    )

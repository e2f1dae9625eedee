"""Figures in a row: each is a link to its letters, with its change and an ⓘ that says what is counted."""

import streamlit as st

from pages.measures import words
from pages.plain_text import plain
from services.analytics.analytics import Counts
from services.analytics.measures import MEASURES
from services.analytics.question import Question

_COMPARED = "Compared with the period of the same length before."


def rate(now: Counts, before: Counts, question: Question, measure: str, of: str = "sent") -> None:
    """A share, with its change in points."""
    share = words.rate_of(now, measure, of)
    st.metric(
        MEASURES[measure].label,
        words.link(now[measure], measure, question, words.percent(share)),
        words.change(share, words.rate_of(before, measure, of)),
        delta_color="off",
        delta_description=f"{words.between(share)}, 95 % sure" if share.of else None,
        help=_help(measure),
        border=True,
        height="stretch",
    )


def count(now: Counts, before: Counts, question: Question, measure: str, of: str = "") -> None:
    """A number with its change; with its share where `of` is given."""
    share = (
        f"{words.percent(words.rate_of(now, measure, of))} of {MEASURES[of].label.lower()}" if of else None
    )
    st.metric(
        MEASURES[measure].label,
        words.link(now[measure], measure, question),
        f"{now[measure] - before[measure]:+,}",
        delta_color="off",
        delta_description=share,
        help=_help(measure),
        border=True,
        height="stretch",
    )


def at_this_moment(label: str, number: int, address: str, definition: str, more: str = "") -> None:
    """A number that is of no period; more: a line under it."""
    st.metric(
        label,
        f"[{number:,}]({address})" if number else "0",
        more or None,
        delta_color="off",
        delta_arrow="off",
        help=plain(definition) + ".",
        border=True,
        height="stretch",
    )


def _help(measure: str) -> str:
    return f"{plain(words.help_of(measure))} {_COMPARED}"

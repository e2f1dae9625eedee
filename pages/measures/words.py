"""Figures as they are read, each a link to the letters behind it."""

from typing import Final
from urllib.parse import quote

import streamlit as st

from pages.plain_text import plain
from services.analytics.analytics import Counts
from services.analytics.figure import Figure
from services.analytics.measures import MEASURES
from services.analytics.question import Question
from services.analytics.times import Times
from services.domain.certainty import Rate

_FIRST: Final = 30  # rows of a table that are shown unasked


def address(measure: str, question: Question) -> str:
    """Where the letters behind a figure are."""
    word = Figure(measure=measure, question=question).to_word()
    return f"/?status=any&behind={quote(word, safe='')}"


def link(count: int, measure: str, question: Question, shown: str = "") -> str:
    """The number, or what is shown for it, in Markdown; nothing is behind a nought."""
    words = shown or f"{count:,}"
    return f"[{words}]({address(measure, question)})" if count else words


def percent(rate: Rate) -> str:
    return "–" if rate.share is None else f"{rate.share:.1%}"


def between(rate: Rate) -> str:
    """How sure the share is."""
    if rate.bounds is None:
        return "–"
    low, high = rate.bounds
    return f"{low:.0%} to {high:.0%}"


def change(rate: Rate, before: Rate) -> str | None:
    """Against the period before, in points of a hundred; None where either is not known."""
    if rate.share is None or before.share is None:
        return None
    return f"{(rate.share - before.share) * 100:+.1f} points"


def hours(value: float | None) -> str:
    """In the unit that says most."""
    if value is None:
        return "–"
    if value < 2:
        return f"{value * 60:.0f} min"
    return f"{value:.1f} h" if value < 48 else f"{value / 24:.1f} days"


def times_in_words(times: Times) -> tuple[str, str, str]:
    return hours(times.p50), hours(times.p90), hours(times.p99)


def help_of(measure: str) -> str:
    """What a reader is told of a measure: what is counted, of what, by which clock."""
    each = MEASURES[measure]
    return f"{each.counts}. Of {each.of}. By {each.clock}."


def help_with(*measures: str) -> str:
    """The same of several, in Markdown: what the ⓘ beside the head of a table says."""
    return "\n\n".join(f"**{plain(MEASURES[key].label)}**: {plain(help_of(key))}" for key in measures)


def rate_of(counts: Counts, part: str, of: str = "sent") -> Rate:
    return Rate(part=counts[part], of=counts[of])


def definitions(*measures: str) -> None:
    """The measures of a page, in words that stay on the screen."""
    with st.expander("What is counted"):
        st.markdown(help_with(*measures))


def table(rows: list[dict[str, str]], key: str) -> None:
    """The first of many rows, and all of them where the user asks for it."""
    if len(rows) > _FIRST and not st.toggle(f"Show all {len(rows):,} rows", key=key):
        rows = rows[:_FIRST]
    st.table(rows, hide_index=True)

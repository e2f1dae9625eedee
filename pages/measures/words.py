"""Figures as they are read, each a link to the letters behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import quote

import streamlit as st

from pages.plain_text import plain
from services.analytics.analytics import Counts, Times
from services.analytics.figure import Figure
from services.analytics.measures import MEASURES
from services.analytics.question import Question
from services.domain.certainty import Rate
from services.domain.local_time import day_of


def link(count: int, measure: str, question: Question) -> str:
    """The number, in Markdown; nothing is behind a nought."""
    if not count:
        return "0"
    word = Figure(measure=measure, question=question).to_word()
    return f"[{count:,}](/?status=any&behind={quote(word, safe='')})"


def percent(rate: Rate) -> str:
    return "–" if rate.share is None else f"{rate.share:.1%}"


def between(rate: Rate) -> str:
    """How sure the share is."""
    if rate.bounds is None:
        return "–"
    low, high = rate.bounds
    return f"{low:.0%} to {high:.0%}"


def hours(value: float | None) -> str:
    """In the unit that says most."""
    if value is None:
        return "–"
    if value < 2:
        return f"{value * 60:.0f} min"
    return f"{value:.1f} h" if value < 48 else f"{value / 24:.1f} days"


def help_of(measure: str) -> str:
    """What a reader is told of a measure: what is counted, of what, by which clock."""
    each = MEASURES[measure]
    return f"{each.counts}. Of {each.of}. By {each.clock}."


def rate_of(counts: Counts, part: str, of: str = "sent") -> Rate:
    return Rate(part=counts[part], of=counts[of])


def definitions(*measures: str) -> None:
    """The measures of a page, in words that stay on the screen."""
    with st.expander("What is counted"):
        for key in measures:
            st.markdown(f"**{plain(MEASURES[key].label)}** {plain(help_of(key))}")


def table_of(
    counted: Mapping[str, Counts], names: Mapping[str, str], name: str, head: str, question: Question
) -> None:
    """A line a value of the dimension `name`, with the rate and how sure it is."""
    st.table(
        [
            {
                head: plain(names.get(value, value) or "(none)"),
                "Sent": link(counts["sent"], "sent", question.having(**{name: value})),
                "Arrived": link(counts["arrived"], "arrived", question.having(**{name: value})),
                "Rate": percent(rate_of(counts, "arrived")),
                "95 % sure": between(rate_of(counts, "arrived")),
                "Failed": link(counts["failed"], "failed", question.having(**{name: value})),
                "On the way": link(counts["under_way"], "under_way", question.having(**{name: value})),
            }
            for value, counts in counted.items()
        ],
        hide_index=True,
    )


def times_in_words(times: Times) -> tuple[str, str, str]:
    return hours(times.p50), hours(times.p90), hours(times.p99)


def open_them(counts: Counts, measures: Sequence[str], question: Question) -> None:
    """The letters behind the figures above, a click each."""
    said = (f"{MEASURES[key].label.lower()} {link(counts[key], key, question)}" for key in measures)
    st.markdown("Open the letters: " + " · ".join(said))


def weeks_table(weekly: Mapping[date, Counts], measure: str, question: Question) -> None:
    """What a chart of weeks shows, to be read and to be opened."""
    with st.expander("As a table"):
        st.table(
            [
                {
                    "Week from": day_of(week),
                    "Sent": link(counts["sent"], "sent", _in_week(question, week)),
                    MEASURES[measure].label: link(counts[measure], measure, _in_week(question, week)),
                    "Rate": percent(rate_of(counts, measure)),
                    "95 % sure": between(rate_of(counts, measure)),
                }
                for week, counts in weekly.items()
            ],
            hide_index=True,
        )


def _in_week(question: Question, week: date) -> Question:
    last = min(question.end, week + timedelta(days=6))
    return replace(question, start=max(question.start, week), end=last)

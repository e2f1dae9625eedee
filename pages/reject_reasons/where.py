"""Where letters fail: by channel, team, practice, template, with the reason that is met most often there."""

import streamlit as st

from pages.context import Context
from pages.measures import words
from pages.measures.bar import division
from pages.measures.divided import divided
from pages.plain_text import plain
from pages.reject_reasons.pivot import pivot_of
from services.analytics.question import DIMENSIONS, Question


def show(here: Context, question: Question) -> None:
    """A line a value of what the user chooses, those with the most failures first."""
    st.subheader("Where", anchor=False, help=words.help_with("sent", "failed", "first_arrived"))
    by = division("Where by", DIMENSIONS, "team")
    st.caption(
        "Change is against the period of the same length before. “95 % sure”: the rate is between these."
    )
    found, groups = divided(here, question, by), pivot_of(here, question, by, "group")
    lines = {
        value: line | {"Most often": plain(groups.most_often(value))}
        for value, line in zip(found.counts, found.lines("failed"), strict=True)
    }
    words.table(
        [lines[value] for value in sorted(lines, key=lambda value: -found.counts[value]["failed"])],
        "all where",
    )

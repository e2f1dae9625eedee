"""Failures over time: how many of all, and of what kind or where."""

import streamlit as st

from pages.context import Context
from pages.measures import charts, words
from pages.measures.bar import division
from pages.measures.charts import Mark
from pages.measures.divided import divided
from pages.reject_reasons.pivot import Pivot, pivot_of
from services.analytics.question import DIMENSIONS, REASONS, Question

_MOST = 12  # lines of the chart; the table has them all


def show(here: Context, question: Question) -> None:
    """The rate by week, then numbers by week and by what the user chooses."""
    weekly = divided(here, question, "week")
    st.subheader("Failed, by week", anchor=False, help=words.help_with("failed"))
    charts.trend(weekly, "failed")
    with st.expander("As a table"):
        words.table(weekly.lines("failed"), "all weeks")
    by = division("Weeks by", (*REASONS, *DIMENSIONS), "group")
    found = pivot_of(here, question, by, "week")
    charts.heat(_cells(found), [found.column_name(week) for week in found.columns], what="Failed")
    if len(found.rows) > _MOST:
        st.caption(f"The {_MOST} with the most are drawn; the table has all {len(found.rows):,}.")
    with st.expander("As a table", key="weeks by as a table"):
        words.table(found.lines(), "all weeks by")


def _cells(found: Pivot) -> list[Mark]:
    return [
        Mark(
            name=found.row_name(row),
            week=found.column_name(week),
            count=found.cells[row][week],
            href=found.address(row, week),
        )
        for row in found.rows[:_MOST]
        for week in found.columns
        if week in found.cells[row]
    ]

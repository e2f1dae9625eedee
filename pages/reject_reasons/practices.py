"""Practices that reject unusually: a funnel plot, so that small ones are not blamed for chance."""

import streamlit as st

from pages.context import Context
from pages.measures import words
from pages.measures.divided import divided
from pages.measures.funnel_plot import funnel_plot
from services.analytics.question import Question
from services.domain.certainty import Rate, is_unusual
from services.domain.vocabulary import Channel


def show(here: Context, question: Question) -> None:
    """Of GP electronic alone: by the other channels a practice refuses nothing."""
    st.subheader("Practices that reject unusually", anchor=False, help=words.help_with("sent", "failed"))
    if Channel.GP.value not in question.chosen.get("channel", (Channel.GP.value,)):
        st.caption("This is about GP electronic, which the filter leaves out.")
        return
    found = divided(here, question.having(channel=Channel.GP.value), "practice")
    rates = {value: found.rate(value, "failed") for value in found.counts}
    overall = Rate(part=sum(r.part for r in rates.values()), of=sum(r.of for r in rates.values()))
    if not overall.of:
        st.caption("Nothing was sent to practices electronically.")
        return
    funnel_plot(found, overall, "failed")
    st.caption(
        "Of GP electronic alone. Small practices stand far from the others by chance; outside of the outer "
        "lines that happens once in 500 places."
    )
    unusual = ["Yes" if is_unusual(rate, overall) else "" for rate in rates.values()]
    with st.expander("As a table"):
        words.table(
            [line | {"Unusual": each} for line, each in zip(found.lines("failed"), unusual, strict=True)],
            "all practices",
        )

"""Practices that reject unusually: a funnel plot, so that small ones are not blamed for chance."""

import streamlit as st

from pages.context import Context
from pages.measures import charts, words
from pages.measures.bar import analytics_of
from pages.plain_text import plain
from services.analytics.question import Question
from services.domain.certainty import Rate
from services.domain.vocabulary import Channel


def show(here: Context, question: Question) -> None:
    """Of GP electronic alone: by the other channels a practice refuses nothing."""
    analytics, user = analytics_of(here), here.signed_in.user
    asked = question.having(channel=Channel.GP.value)
    counted, names = analytics.by(user, asked, "practice"), analytics.names("practice")
    places = {
        names.get(code, code) or "(none)": words.rate_of(each, "failed") for code, each in counted.items()
    }
    overall = Rate(part=sum(r.part for r in places.values()), of=sum(r.of for r in places.values()))
    st.subheader("Practices that reject unusually", anchor=False)
    if not overall.of:
        st.caption("Nothing was sent to practices electronically.")
        return
    charts.funnel_plot(places, overall, what="Failed")
    st.caption(
        "Small practices stand far from the others by chance; outside of the outer lines that happens "
        "once in 500 places."
    )
    with st.expander("As a table"):
        st.table(
            [
                {
                    "Practice": plain(names.get(code, code) or "(none)"),
                    "Sent": words.link(each["sent"], "sent", asked.having(practice=code)),
                    "Failed": words.link(each["failed"], "failed", asked.having(practice=code)),
                    "Rate": words.percent(words.rate_of(each, "failed")),
                    "Unusual": "Yes" if charts.is_unusual(words.rate_of(each, "failed"), overall) else "",
                }
                for code, each in counted.items()
            ],
            hide_index=True,
        )

"""Which sendings the figures of a page are about: period and filters, in the page's address."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import streamlit as st

from pages.context import Context
from pages.plain_text import plain
from services.analytics.analytics import Analytics
from services.analytics.question import DIMENSIONS, MOST_VALUES, Question
from services.domain.local_time import LONDON

_ASKED: Final = "question of the figures"
_WEEKS: Final = {4: "Last 4 weeks", 12: "Last 12 weeks", 26: "Last 26 weeks", 52: "Last 52 weeks"}
_WIDTH: Final = 160  # pixels: all choices stand in one row of a wide screen
_OWN: Final = "Other dates"
LABELS: Final = {
    "channel": "Channel",
    "team": "Team",
    "provider": "Provider",
    "consortium": "Consortium",
    "practice": "GP practice",
    "template": "Template",
    "code": "Code",
    "group": "Group",
    "week": "Week",
}


def analytics_of(here: Context) -> Analytics:
    return here.application.analytics(here.signed_in.service_id)


def today_of(here: Context) -> date:
    """The day in the United Kingdom."""
    return here.application.clock.now().astimezone(LONDON).date()


def ask(here: Context) -> Question:
    """Shows the bar; returns what is asked. An address that asks wins over what the session asked before."""
    today = today_of(here)
    query = {name: st.query_params.get_all(name) for name in st.query_params}
    kept: Question | None = st.session_state.get(_ASKED)
    before = Question.from_query(query, today) if query or kept is None else kept
    with st.container(horizontal=True, vertical_alignment="bottom", key="measures bar"):
        start, end = _period(before, today)
        chosen = {name: values for name in DIMENSIONS if (values := _choice(here, before, name))}
    try:
        question = Question(start=start, end=end, chosen=chosen)
    except ValueError as problem:
        st.info(str(problem), icon=":material/info:")
        question = before
    st.session_state[_ASKED] = question
    st.query_params.from_dict(question.to_query())
    return question


def division(label: str, divisions: Sequence[str], usual: str) -> str:
    """By which of these the user divides."""
    chosen: str = st.segmented_control(
        label, divisions, default=usual, required=True, format_func=LABELS.__getitem__, key=f"divided {label}"
    )
    return chosen


def _period(before: Question, today: date) -> tuple[date, date]:
    lengths = {weeks: today - timedelta(days=7 * weeks - 1) for weeks in _WEEKS}
    usual = next((w for w, first in lengths.items() if (before.start, before.end) == (first, today)), None)
    labels = [*_WEEKS.values(), _OWN]
    label = st.selectbox(
        "Period",
        labels,
        index=labels.index(_WEEKS[usual] if usual else _OWN),
        key="measures period",
        width=_WIDTH,
    )
    if label != _OWN:
        weeks = next(weeks for weeks, words in _WEEKS.items() if words == label)
        return lengths[weeks], today
    first = st.date_input("From", before.start, format="DD/MM/YYYY", key="measures from", width=140)
    last = st.date_input("To", before.end, format="DD/MM/YYYY", key="measures to", width=140)
    return first or before.start, last or before.end


def _choice(here: Context, before: Question, name: str) -> tuple[str, ...]:
    """Those that the user picks, of what any sending has; none stands for all."""
    analytics = analytics_of(here)
    names, given, key = analytics.names(name), before.chosen.get(name, ()), f"measures {name}"
    values = {*analytics.values(here.signed_in.user, name), *given}

    def called(value: str) -> str:
        return names.get(value, value) or "(none)"

    picked = [called(value) for value in st.session_state.get(key, given)]
    more = f" +{len(picked) - 1}" if len(picked) > 1 else ""
    pill = f"{LABELS[name]}: {picked[0]}{more}" if picked else LABELS[name]
    with st.popover(plain(pill), key=f"pill {name}", type="primary" if picked else "secondary"):
        chosen: list[str] = st.multiselect(
            LABELS[name],
            sorted(values, key=lambda value: (called(value).casefold(), value)),
            default=list(given),
            format_func=called,
            placeholder="All",
            max_selections=MOST_VALUES,
            key=key,
            width=320,
        )
    return tuple(sorted(chosen))

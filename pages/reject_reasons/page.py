"""The Reject reasons page: why letters fail, where unusually often, and what became of them."""

from urllib.parse import urlencode

import streamlit as st

from pages.context import Context, context
from pages.faults import in_our_words
from pages.measures import charts, words
from pages.measures.bar import LABELS, analytics_of, ask
from pages.plain_text import plain
from services.analytics.measures import MEASURES
from services.analytics.question import DIMENSIONS, REASONS, Question
from services.analytics.reason_groups import ReasonGroup
from services.domain.certainty import Rate
from services.domain.reason import in_words
from services.domain.vocabulary import Channel

_AFTERWARDS = ("resent_arrived", "printed_in_the_end", "closed_in_the_end", "not_dealt_with")
_BY = (*DIMENSIONS, *REASONS, "week")


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
        _practices(here, question)
        _pivot(here, question)
        words.definitions("failed", "first_arrived", "resent_arrived", "printed_in_the_end", "not_dealt_with")


def _reasons(here: Context, question: Question) -> None:
    analytics, user = analytics_of(here), here.signed_in.user
    groups = analytics.by(user, question, "group")
    st.subheader("Why", anchor=False)
    charts.bars([(name, each["failed"]) for name, each in groups.items() if each["failed"]], what="Failed")
    st.table(
        [
            {
                "Reason": plain(in_words(reason, code) or code or "–"),
                "Channel": Channel(channel).label,
                "Group": plain(group),
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


def _practices(here: Context, question: Question) -> None:
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


def _pivot(here: Context, question: Question) -> None:
    st.subheader("Any two", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        rows = st.selectbox(
            "Rows",
            _BY,
            index=_BY.index("practice"),
            format_func=LABELS.__getitem__,
            key="pivot rows",
            width=200,
        )
        columns = st.selectbox(
            "Columns",
            _BY,
            index=_BY.index("group"),
            format_func=LABELS.__getitem__,
            key="pivot columns",
            width=200,
        )
        asked = urlencode({"rows": rows, "columns": columns, **question.to_query()})
        st.link_button("CSV", f"/measures/pivot/csv?{asked}", icon=":material/download:")
        st.link_button("Parquet", f"/measures/pivot/parquet?{asked}", icon=":material/download:")
    analytics = analytics_of(here)
    found = analytics.pivot(here.signed_in.user, question, rows, columns).to_pylist()
    of_rows, of_columns = analytics.names(rows), analytics.names(columns)
    heads = list(dict.fromkeys(each["column"] for each in found))
    lines: dict[str, dict[str, int]] = {}
    for each in found:
        lines.setdefault(each["row"], {})[each["column"]] = each["failed"]
    st.table(
        [
            {LABELS[rows]: plain(of_rows.get(row, row) or "(none)")}
            | {
                of_columns.get(head, head) or "(none)": _cell(
                    cells.get(head, 0), question, {rows: row, columns: head}
                )
                for head in heads
            }
            for row, cells in sorted(lines.items(), key=lambda line: -sum(line[1].values()))
        ],
        hide_index=True,
    )


def _cell(count: int, question: Question, of: dict[str, str]) -> str:
    """With a link, but for weeks, which a question has in its period."""
    return f"{count:,}" if "week" in of else words.link(count, "failed", question.having(**of))

"""Failed letters by any two dimensions, on the page and as a file."""

from urllib.parse import urlencode

import streamlit as st

from pages.context import Context
from pages.measures import words
from pages.measures.bar import LABELS, analytics_of
from pages.plain_text import plain
from services.analytics.question import DIMENSIONS, REASONS, Question

_BY = (*DIMENSIONS, *REASONS, "week")


def show(here: Context, question: Question) -> None:
    """Rows and columns are chosen; each number opens its letters."""
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

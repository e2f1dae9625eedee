"""Failed letters by any two dimensions, on the page and as a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import streamlit as st

from pages.context import Context
from pages.measures import words
from pages.measures.bar import LABELS, analytics_of
from pages.plain_text import plain
from services.analytics.question import DIVISIONS, Question


@dataclass(frozen=True, kw_only=True, slots=True)
class Pivot:
    """Failed sendings by row and column, with the names of both; `rows` have the most first."""

    question: Question
    divisions: tuple[str, str]
    rows: list[str]
    columns: list[str]
    cells: Mapping[str, Mapping[str, int]]
    names: tuple[Mapping[str, str], Mapping[str, str]]

    def row_name(self, row: str) -> str:
        return self.names[0].get(row, row) or "(none)"

    def column_name(self, column: str) -> str:
        return self.names[1].get(column, column) or "(none)"

    def address(self, row: str, column: str) -> str:
        """Where the letters of a cell are."""
        return words.address("failed", self._within(row, column))

    def most_often(self, row: str) -> str:
        """The column with the most of a row; a dash where the row has none."""
        cells = self.cells.get(row, {})
        return self.column_name(max(cells, key=lambda column: cells[column])) if cells else "–"

    def lines(self) -> list[dict[str, str]]:
        """As a table, each number with its letters."""
        return [
            {LABELS[self.divisions[0]]: plain(self.row_name(row))}
            | {
                plain(self.column_name(column)): words.link(
                    self.cells[row].get(column, 0), "failed", self._within(row, column)
                )
                for column in self.columns
            }
            for row in self.rows
        ]

    def _within(self, row: str, column: str) -> Question:
        rows, columns = self.divisions
        return self.question.within(rows, row).within(columns, column)


def pivot_of(here: Context, question: Question, rows: str, columns: str) -> Pivot:
    """Asks for it."""
    analytics = analytics_of(here)
    found = analytics.pivot(here.signed_in.user, question, rows, columns).to_pylist()
    cells: dict[str, dict[str, int]] = {}
    for each in found:
        cells.setdefault(each["row"], {})[each["column"]] = each["failed"]
    return Pivot(
        question=question,
        divisions=(rows, columns),
        rows=sorted(cells, key=lambda row: -sum(cells[row].values())),
        columns=sorted({each["column"] for each in found}),
        cells=cells,
        names=(analytics.names(rows), analytics.names(columns)),
    )


def show(here: Context, question: Question) -> None:
    """Rows and columns are chosen; each number opens its letters."""
    st.subheader("Any two", anchor=False, help=words.help_with("failed"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        rows = _choice("Rows", "practice")
        columns = _choice("Columns", "group")
        asked = urlencode({"rows": rows, "columns": columns, **question.to_query()}, doseq=True)
        st.link_button("CSV", f"/measures/pivot/csv?{asked}", icon=":material/download:")
        st.link_button("Parquet", f"/measures/pivot/parquet?{asked}", icon=":material/download:")
    words.table(pivot_of(here, question, rows, columns).lines(), "all of the pivot")


def _choice(label: str, usual: str) -> str:
    return st.selectbox(
        label,
        DIVISIONS,
        index=DIVISIONS.index(usual),
        format_func=LABELS.__getitem__,
        key=f"pivot {label.lower()}",
        width=200,
    )

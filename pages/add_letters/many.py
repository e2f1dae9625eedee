"""Many letters by a CSV file, with the PDFs that its lines name (docs/import.md)."""

from dataclasses import dataclass
from typing import Final

import streamlit as st

from pages.context import Context
from pages.file_columns import show_columns
from pages.plain_text import plain
from services.domain.errors import UserError
from services.domain.layout import MOST_BYTES
from services.importing.by_user import Result
from services.importing.columns import COLUMNS

_IMPORT: Final = "add letters import"
_MEGABYTES: Final = MOST_BYTES // 1024**2
_SHOWN: Final = 200  # refused lines: a page of thousands of rows is slow, and nobody corrects so many by hand


@dataclass(kw_only=True, slots=True)
class _Last:
    """What came of the last import."""

    result: Result | None = None
    refusal: str = ""


def show(here: Context) -> None:
    last: _Last = st.session_state.setdefault(_IMPORT, _Last())
    left, right = st.columns([2, 3], gap="large")
    with left:
        lines = st.file_uploader("CSV file, one line a letter", type="csv", key="add csv")
        pdfs = st.file_uploader(
            "PDFs that its lines name (optional)",
            type="pdf",
            accept_multiple_files=True,
            max_upload_size=_MEGABYTES,
            key="add pdfs",
        )
        if st.button("Import", type="primary", disabled=lines is None) and lines:
            with st.spinner("Importing. Each letter that is added stays added…"):
                _import(here, last, lines.getvalue(), [(pdf.name, pdf.getvalue()) for pdf in pdfs])
    with right:
        _answer(last)
        show_columns(COLUMNS)


def _import(here: Context, last: _Last, lines: bytes, pdfs: list[tuple[str, bytes]]) -> None:
    """No call of Streamlit lies between the work and its result: there it could be cut off."""
    last.result, last.refusal = None, ""
    try:
        last.result = here.application.importing.run(
            here.signed_in.service_id, here.signed_in.user, lines, pdfs
        )
    except UserError as error:
        last.refusal = str(error)


def _answer(last: _Last) -> None:
    if last.refusal:
        st.error(plain(last.refusal), icon=":material/error:")
    if last.result is None:
        return
    summary = last.result.summary
    icon = ":orange[:material/warning:]" if summary.refused else ":green[:material/check_circle:]"
    st.markdown(f"{icon} **{plain(str(summary))}**")
    if summary.unnamed:
        st.markdown(f":orange[:material/warning:] No line names {plain(', '.join(summary.unnamed))}.")
    if last.result.refused:
        st.markdown(
            "Correct these lines in your file and import it again: what was added is not added twice."
        )
        place = list(last.result.names).index("reference")
        st.table(
            [
                {
                    "Line": str(line.number),
                    "Reference": plain(line.cells[place] if place < len(line.cells) else ""),
                    "Why it was refused": plain("; ".join(line.problems)),
                }
                for line in last.result.refused[:_SHOWN]
            ],
            hide_index=True,
        )
        more = len(last.result.refused) - _SHOWN
        if more > 0:
            st.markdown(f"And {more:,} more: import the corrected file to see them.")

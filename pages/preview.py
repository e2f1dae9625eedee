"""A letter's pages as they will print, shown as pictures that never leave the user's session."""

from base64 import b64encode
from collections.abc import Sequence

import streamlit as st

from pages.plain_text import plain
from services.domain.layout import Layout
from services.preview import Preview

_PAGE = (
    '<img src="data:image/png;base64,{png}" alt="Page {number} of {count} of the letter, as it will print" '
    'style="width: 100%; display: block; margin-bottom: 12px; border: 1px solid #D8DDE0">'
)


def show_preview(seen: Preview, *, by_post: bool) -> None:
    """The pages, or why there are none; by_post: what the print rules have against them matters."""
    if seen.problem:
        st.markdown(f":orange[:material/edit_note:] {plain(seen.problem)}")
        return
    if by_post and seen.layout:
        _findings(seen.layout)
    st.html(_pages(seen.pages))


def _pages(pages: Sequence[bytes]) -> str:
    """Through the session's own connection: Streamlit's picture store would give them to whoever asks."""
    return "".join(
        _PAGE.format(png=b64encode(png).decode("ascii"), number=number, count=len(pages))
        for number, png in enumerate(pages, start=1)
    )


def _findings(layout: Layout) -> None:
    for finding in layout.findings:
        st.markdown(f":orange[:material/warning:] {plain(finding.reason)}")

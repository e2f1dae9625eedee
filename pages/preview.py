"""A letter's pages as they will print, shown as pictures that never leave the user's session."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from pages.plain_text import plain
from services.domain.errors import UserError
from services.domain.layout import Layout
from services.preview import Preview

_PAGE = (
    '<img src="data:image/png;base64,{png}" alt="Page {number} of {count} of the letter, as it will print" '
    'style="width: 100%; display: block; margin-bottom: 12px; border: 1px solid #D8DDE0">'
)


@dataclass(kw_only=True, slots=True)
class Look:
    """The last preview and what it is of: it is made again once that has changed."""

    of: object = None
    preview: Preview | None = None

    def at(self, of: object, make: Callable[[], Preview]) -> Preview:
        """The preview of this. What can't be a letter says why in its place."""
        if self.preview is None or of != self.of:
            with st.spinner("Setting the letter…"):
                self.preview = _made(make)
            self.of = of
        return self.preview

    def forget(self) -> None:
        """Make it again, whatever it is of."""
        self.preview = None


def _made(make: Callable[[], Preview]) -> Preview:
    """Without the assurance that nothing was done: to look does nothing."""
    try:
        return make()
    except UserError as error:
        words = str(error).replace(" Nothing was added.", "").replace(" Nothing was saved.", "")
        return Preview(problem=words)


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

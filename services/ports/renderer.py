"""What the use cases need of whoever makes PDFs."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from services.domain.documents import Checklist, Merged, Rendered, RenderFailed, StoredDocument, Upload
from services.domain.letter_content import LetterContent


class Renderer(Protocol):
    """Letters as PDF."""

    def render_many(self, contents: Sequence[LetterContent]) -> list[Rendered | RenderFailed]:
        """For each letter, in order, its PDF with what the print rules say of it, or why there is none."""
        ...

    def inspect(self, upload: Upload) -> Rendered | RenderFailed:
        """The uploaded PDF as it may be stored and printed, or why no letter can be made of it."""
        ...

    def merge(
        self, documents: Iterable[StoredDocument], *, duplex: bool, checklist: Checklist | None = None
    ) -> Merged:
        """One PDF of them all, each on a new sheet, read back and checked.

        Takes one document at a time, and keeps none.
        """
        ...

    def page_png(self, pdf: bytes, page: int, dpi: int = 110) -> bytes: ...

    def close(self) -> None:
        """End what was started for rendering."""
        ...

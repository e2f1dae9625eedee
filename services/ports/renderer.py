"""What the use cases need of whoever makes PDFs."""

from collections.abc import Sequence
from typing import Protocol

from services.domain.documents import Merged, RenderFailed, StoredDocument
from services.domain.letter_content import LetterContent


class Renderer(Protocol):
    """Letters as PDF."""

    def render_many(self, contents: Sequence[LetterContent]) -> list[bytes | RenderFailed]: ...

    def merge(self, documents: Sequence[StoredDocument], *, duplex: bool) -> Merged:
        """One PDF of them all, each on a new sheet, read back and checked."""
        ...

    def page_count(self, pdf: bytes) -> int: ...

    def page_png(self, pdf: bytes, page: int, dpi: int = 110) -> bytes: ...

    def close(self) -> None:
        """End what was started for rendering."""
        ...

"""The renderer that the rest of the application uses (services.ports.renderer.Renderer)."""

import hashlib
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Self

from services.documents.check import check_merged, page_count
from services.documents.checklist import TITLE, checklist_pdf
from services.documents.images import page_png
from services.documents.merge import merge_letters
from services.documents.pool import RenderPool
from services.domain.documents import Checklist, Merged, Rendered, RenderFailed, StoredDocument, Upload
from services.domain.letter_content import LetterContent


class Press:
    """Sets letters in limited processes, merges and shows them. A context manager; threads may share it."""

    def __init__(self, pool: RenderPool | None = None) -> None:
        self._pool = pool or RenderPool()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the pool's processes."""
        self._pool.close()

    def render_many(self, contents: Sequence[LetterContent]) -> list[Rendered | RenderFailed]:
        """For each letter, in order, its PDF or why there is none."""
        return list(self._pool.do_many(contents))

    def inspect(self, upload: Upload) -> Rendered | RenderFailed:
        """The uploaded PDF as it may be stored and printed, or why no letter can be made of it."""
        [taken] = self._pool.do_many([upload])
        return taken

    def merge(
        self, documents: Iterable[StoredDocument], *, duplex: bool, checklist: Checklist | None = None
    ) -> Merged:
        """One PDF of them all, after the checklist's pages, read back and checked.

        Takes one document at a time, and keeps none. Raises DocumentChanged, CheckFailed or another
        DocumentProblem.
        """
        front = _in_front(checklist_pdf(checklist)) if checklist else None
        pile = merge_letters(documents, duplex=duplex, checklist=front)
        check_merged(pile)
        return pile.merged

    def page_png(self, pdf: bytes, page: int, dpi: int = 110) -> bytes:
        """A page, counted from 1, as PNG. Raises RenderFailed if there is no such page."""
        return page_png(pdf, page, dpi)


def _in_front(pdf: bytes) -> StoredDocument:
    """The checklist's pages as the merge takes them; they are bookmarked as what they are."""
    digest = hashlib.sha256(pdf).hexdigest()
    return StoredDocument(reference=TITLE, pdf=pdf, sha256=digest, page_count=page_count(pdf))

"""The renderer that the rest of the application uses (services.ports.renderer.Renderer)."""

import hashlib
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Self

from services.documents.check import check_merged
from services.documents.checklist import TITLE
from services.documents.images import page_png
from services.documents.merge import merge_letters
from services.documents.pool import RenderPool
from services.documents.tasks import Task
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
        return self._do(upload)

    def merge(
        self, documents: Iterable[StoredDocument], *, duplex: bool, checklist: Checklist | None = None
    ) -> Merged:
        """One PDF of them all, after the checklist's pages, read back and checked.

        Takes one document at a time, and keeps none. Raises DocumentChanged, CheckFailed or another
        DocumentProblem.
        """
        front = self._in_front(checklist) if checklist else None
        pile = merge_letters(documents, duplex=duplex, checklist=front)
        check_merged(pile)
        return pile.merged

    def page_png(self, pdf: bytes, page: int, dpi: int = 110) -> bytes:
        """A page, counted from 1, as PNG. Raises RenderFailed if there is no such page."""
        return page_png(pdf, page, dpi)

    def _in_front(self, checklist: Checklist) -> StoredDocument:
        """The checklist's pages as the merge takes them; they are bookmarked as what they are."""
        made = self._do(checklist)
        if isinstance(made, RenderFailed):
            raise made
        digest = hashlib.sha256(made.pdf).hexdigest()
        return StoredDocument(reference=TITLE, pdf=made.pdf, sha256=digest, page_count=made.page_count)

    def _do(self, task: Task) -> Rendered | RenderFailed:
        [made] = self._pool.do_many([task])
        return made

"""The quick renderer with a gap after it set letters and before a merge, for other things to happen."""

import atexit
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache

from services.documents.plain_press import PlainPress
from services.documents.pool import RenderPool
from services.domain.documents import Checklist, Merged, Rendered, RenderFailed, StoredDocument
from services.domain.layout import Layout
from services.domain.letter_content import LetterContent


class LastingPool(RenderPool):
    """One for all tests of a process: to start its processes takes longer than most tests."""

    def close(self) -> None:
        """A test's end is not the pool's."""


@cache
def lasting_pool() -> RenderPool:
    pool = LastingPool()
    atexit.register(RenderPool.close, pool)
    return pool


class InterruptedPress(PlainPress):
    """Calls `meanwhile`, once, when letters were read and rendered but their file is not yet made.

    `layout`, where it is set, is said of every letter that is set from then on.
    """

    def __init__(self) -> None:
        super().__init__(lasting_pool())
        self.meanwhile: Callable[[], object] | None = None
        self.when_set: Callable[[], object] | None = None
        self.layout: Layout | None = None
        self.merges = 0

    def render_many(self, contents: Sequence[LetterContent]) -> list[Rendered | RenderFailed]:
        """Calls `when_set`, once, when letters were set but are not yet stored."""
        made = super().render_many(contents)
        interruption, self.when_set = self.when_set, None
        if interruption:
            interruption()
        if self.layout:
            return [
                replace(each, layout=self.layout) if isinstance(each, Rendered) else each for each in made
            ]
        return made

    def merge(
        self, documents: Iterable[StoredDocument], *, duplex: bool, checklist: Checklist | None = None
    ) -> Merged:
        self.merges += 1
        interruption, self.meanwhile = self.meanwhile, None
        if interruption:
            interruption()
        return super().merge(documents, duplex=duplex, checklist=checklist)

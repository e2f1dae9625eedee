"""The quick renderer with a gap after it set letters and before a merge, for other things to happen."""

from collections.abc import Callable, Iterable, Sequence

from services.documents.plain_press import PlainPress
from services.domain.documents import Checklist, Merged, RenderFailed, StoredDocument
from services.domain.letter_content import LetterContent


class InterruptedPress(PlainPress):
    """Calls `meanwhile`, once, when letters were read and rendered but their file is not yet made."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], object] | None = None
        self.when_set: Callable[[], object] | None = None
        self.merges = 0

    def render_many(self, contents: Sequence[LetterContent]) -> list[bytes | RenderFailed]:
        """Calls `when_set`, once, when letters were set but are not yet stored."""
        made = super().render_many(contents)
        interruption, self.when_set = self.when_set, None
        if interruption:
            interruption()
        return made

    def merge(
        self, documents: Iterable[StoredDocument], *, duplex: bool, checklist: Checklist | None = None
    ) -> Merged:
        self.merges += 1
        interruption, self.meanwhile = self.meanwhile, None
        if interruption:
            interruption()
        return super().merge(documents, duplex=duplex, checklist=checklist)

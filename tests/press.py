"""The quick renderer with a gap before its merge, in which a test lets other things happen."""

from collections.abc import Callable, Sequence

from services.documents.plain_press import PlainPress
from services.domain.documents import Merged, StoredDocument


class InterruptedPress(PlainPress):
    """Calls `meanwhile`, once, when letters were read and rendered but their file is not yet made."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], object] | None = None
        self.merges = 0

    def merge(self, documents: Sequence[StoredDocument], *, duplex: bool) -> Merged:
        self.merges += 1
        interruption, self.meanwhile = self.meanwhile, None
        if interruption:
            interruption()
        return super().merge(documents, duplex=duplex)

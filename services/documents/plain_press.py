"""A renderer without a layout engine, a hundred times as fast: for the demo's past and for quick tests."""

from collections.abc import Sequence

from services.documents.plain import plain_letter
from services.documents.press import Press
from services.documents.tasks import rendered
from services.domain.documents import Rendered, RenderFailed
from services.domain.letter_content import LetterContent


class PlainPress(Press):
    """Merges, checks and shows as the real one does; its letters are `plain_letter`'s."""

    def render_many(self, contents: Sequence[LetterContent]) -> list[Rendered | RenderFailed]:
        return [_plain(content) for content in contents]


def _plain(content: LetterContent) -> Rendered | RenderFailed:
    try:
        return rendered(plain_letter(content), fonts_embedded=False)
    except RenderFailed as failed:
        return failed

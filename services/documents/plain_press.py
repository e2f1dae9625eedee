"""A renderer without a layout engine, a hundred times as fast: for the demo's past and for quick tests."""

from collections.abc import Sequence

from services.documents.check import page_count
from services.documents.plain import plain_letter
from services.documents.press import Press
from services.domain.documents import Rendered, RenderFailed
from services.domain.layout import Layout
from services.domain.letter_content import LetterContent


class PlainPress(Press):
    """Merges and shows as the real one does; its letters are `plain_letter`'s.

    Their layout is taken as right: fonts that are not embedded keep them from any real delivery provider.
    """

    def render_many(self, contents: Sequence[LetterContent]) -> list[Rendered | RenderFailed]:
        return [_plain(content) for content in contents]


def _plain(content: LetterContent) -> Rendered | RenderFailed:
    try:
        pdf = plain_letter(content)
    except RenderFailed as failed:
        return failed
    return Rendered(pdf=pdf, page_count=page_count(pdf), layout=Layout(address=content.recipient))

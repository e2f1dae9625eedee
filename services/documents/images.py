"""Pages as pictures, for the screen."""

from io import BytesIO

import pypdfium2

from services.documents.pdfium import opened
from services.domain.documents import RenderFailed

_DOTS_PER_INCH = range(20, 301)


def page_png(pdf: bytes, page: int, dpi: int = 110) -> bytes:
    """A page, counted from 1, as PNG. Raises RenderFailed when there is no such page or no such PDF."""
    if dpi not in _DOTS_PER_INCH:
        raise ValueError(f"dpi must lie in {_DOTS_PER_INCH.start} to {_DOTS_PER_INCH.stop - 1}, not {dpi}")
    try:
        with opened(pdf) as document:
            if not 1 <= page <= len(document):
                raise RenderFailed(f"The document has {len(document)} pages; there is no page {page}.")
            picture = document[page - 1].render(scale=dpi / 72).to_pil()
    except pypdfium2.PdfiumError as error:
        raise RenderFailed("The document is not a PDF that can be read.") from error
    png = BytesIO()
    picture.save(png, "PNG", compress_level=3)  # as small as the usual 6 for a page of text, in half the time
    return png.getvalue()

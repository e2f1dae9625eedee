"""Which fonts a PDF leaves to the printer to find."""

from collections.abc import Iterator

import pypdfium2
from pypdfium2 import raw


def missing_fonts(page: pypdfium2.PdfPage) -> list[str]:
    """The names of the fonts in which something is shown on the page, in its forms too, and that are not
    embedded. Many programs list Helvetica on every page and never use it.
    """
    fonts = {text.get_font() for text in _shown(page)}
    return sorted({font.get_base_name() for font in fonts if not font.is_embedded})


def _shown(page: pypdfium2.PdfPage) -> Iterator[pypdfium2.PdfTextObj]:
    """Text that can be seen; behind the picture of a scanned page lies text that can't."""
    for text in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
        if raw.FPDFTextObj_GetTextRenderMode(text) != raw.FPDF_TEXTRENDERMODE_INVISIBLE:
            yield text

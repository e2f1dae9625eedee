"""Whether a page is A4 portrait."""

from typing import TypeAlias

import pikepdf
import pypdfium2

from services.documents.page import POINTS_PER_MM, is_a4
from services.domain.layout import Finding

Size: TypeAlias = tuple[float, float]


def size_problem(page: pypdfium2.PdfPage, sheet: pikepdf.Page, number: int) -> Finding | None:
    """Set where the page as it is shown (turned, cropped, in its own unit), or its whole sheet, is not A4.

    Notify and printers go by the sheet, PDF's MediaBox; one of A4 cut out of a larger one is refused there.
    """
    shown = _in_mm(page.get_size(), unit=float(sheet.get("/UserUnit", 1)))
    left, bottom, right, top = (float(edge) for edge in sheet.mediabox)
    whole = _in_mm((right - left, top - bottom))
    if page.get_rotation() in (90, 270):
        whole = whole[1], whole[0]
    if not is_a4(*shown):
        reason = f"The page is {_said(shown)} mm: it must be A4 portrait, 210 × 297 mm."
    elif not is_a4(*whole):
        reason = (
            f"The page is cut out of one of {_said(whole)} mm: save it as A4, without crop marks or bleed."
        )
    else:
        return None
    return Finding(code="letter-not-a4-portrait-oriented", reason=reason, page=number)


def _in_mm(size: Size, unit: float = 1) -> Size:
    return abs(size[0]) * unit / POINTS_PER_MM, abs(size[1]) * unit / POINTS_PER_MM


def _said(size: Size) -> str:
    return f"{size[0]:.0f} × {size[1]:.0f}"

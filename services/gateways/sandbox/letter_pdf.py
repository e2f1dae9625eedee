"""What the sandbox reads from a letter's PDF: its pages and its address block.

A precompiled letter carries its recipient nowhere else. The block's place is that of docs/print-rules.md:
x 24.6 to 120.0 mm, y 39.5 to 66.3 mm from the top left of page 1, read with 3 mm of slack.
"""

from dataclasses import dataclass

import pypdfium2

_POINTS_PER_MM = 72 / 25.4
_LEFT, _RIGHT, _TOP, _BOTTOM = 24.6 - 3, 120.0 + 3, 39.5 - 3, 66.3 + 3


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterPdf:
    """``pages`` is 0 for a file that can't be read."""

    pages: int
    address: tuple[str, ...] = ()


def read_letter(content: bytes) -> LetterPdf:
    """Read a letter; never raises, since Notify reports an unreadable file only after accepting it."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        return LetterPdf(pages=0)
    try:
        return LetterPdf(pages=len(document), address=_address(document))
    except pypdfium2.PdfiumError:
        return LetterPdf(pages=0)
    finally:
        document.close()


def _address(document: pypdfium2.PdfDocument) -> tuple[str, ...]:
    page = document[0]
    height = page.get_height()
    text = page.get_textpage().get_text_bounded(
        left=_LEFT * _POINTS_PER_MM,
        right=_RIGHT * _POINTS_PER_MM,
        top=height - _TOP * _POINTS_PER_MM,
        bottom=height - _BOTTOM * _POINTS_PER_MM,
    )
    lines = (" ".join(line.split()).rstrip(" ,") for line in text.splitlines())
    return tuple(line for line in lines if line)

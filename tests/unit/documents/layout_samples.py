"""Letters that keep the print rules, and marks that break one of them: what tests of the layout are made of.

Lengths are mm from the top left of the page, as in docs/print-rules.md.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name

from services.documents.layout import check_layout
from services.documents.render import render_letter
from services.domain.layout import Finding
from tests.unit.documents.samples import FOUR_LINES, TWO_PAGES

MM = 72 / 25.4
A4 = (210 * MM, 297 * MM)


@cache
def good_letter() -> bytes:
    """A letter of two pages that has no finding."""
    return render_letter(TWO_PAGES)


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(pdf))


def saved(pdf: pikepdf.Pdf, encryption: pikepdf.Encryption | None = None) -> bytes:
    written = BytesIO()
    pdf.save(written, encryption=encryption or False)
    return written.getvalue()


def rect(left: float, top: float, width: float, height: float, colour: str = "0 g") -> bytes:
    """Operators that fill a rectangle."""
    box = (left * MM, A4[1] - (top + height) * MM, width * MM, height * MM)
    return f"q {colour} {' '.join(f'{edge:.3f}' for edge in box)} re f Q\n".encode()


def marked(mark: bytes, page: int = 1) -> bytes:
    """The good letter with more drawn on one of its pages."""
    with opened(good_letter()) as pdf:
        drawn = pdf.pages[page - 1]
        drawn.contents_add(b"q", prepend=True)
        drawn.contents_add(b"Q " + mark)
        return saved(pdf)


def text(
    lines: Iterable[str],
    left: float = 26,
    top: float = 43,
    size: float = 8,
    leading: float = 9,
    mode: int = 0,
) -> bytes:
    """Operators that show lines of text; the first one's baseline is at `top`, `leading` is in points."""
    shown = b" ".join(b"(%s) Tj T*" % _escaped(line) for line in lines)
    x, y = left * MM, A4[1] - top * MM
    return b"BT /F %.1f Tf %d Tr %.1f TL %.2f %.2f Td %s ET\n" % (size, mode, leading, x, y, shown)


def drawn(*pages: bytes, size: tuple[float, float] = A4) -> bytes:
    """Pages that draw just this, in Helvetica, which is not embedded."""
    with pikepdf.new() as pdf:
        font = pdf.make_indirect(
            Dictionary(
                Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding
            )
        )
        for content in pages:
            page = pdf.add_blank_page(page_size=size)
            page.obj.Resources = Dictionary(Font=Dictionary(F=font))
            page.obj.Contents = pdf.make_stream(content)
        return saved(pdf)


def addressed(*lines: str) -> bytes:
    """A page with nothing but this address."""
    return drawn(text(lines))


def moved(pdf: bytes, matrix: Sequence[float], **entries: object) -> bytes:
    """The letter with each page's drawing transformed and its dictionary changed."""
    with opened(pdf) as changed:
        for page in changed.pages:
            page.contents_add(b"q %s cm" % " ".join(f"{part:.3f}" for part in matrix).encode(), prepend=True)
            page.contents_add(b"Q")
            for key, value in entries.items():
                page.obj[f"/{key}"] = Array(value) if isinstance(value, list) else value
        return saved(changed)


def findings(pdf: bytes) -> tuple[Finding, ...]:
    """What is found; fonts are left out, tests of theirs ask for them."""
    return tuple(each for each in check_layout(pdf).findings if each.code != "fonts-not-embedded")


def codes(pdf: bytes) -> list[str]:
    return [finding.code for finding in findings(pdf)]


def _escaped(line: str) -> bytes:
    ansi = line.encode("cp1252")
    return ansi.replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")


GOOD_ADDRESS = text(FOUR_LINES)

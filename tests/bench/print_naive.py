"""The plain way of printing: each letter is set when the button is pressed, and pypdf puts them together."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from time import perf_counter
from typing import Final

from pypdf import PdfWriter
from weasyprint import CSS, HTML

from services.documents import render
from services.domain.letter_content import LetterContent

_STYLE: Final = Path(render.__file__).parent / "templates" / "letter.css"


def set_each(contents: Iterable[LetterContent]) -> Iterator[tuple[bytes, float]]:
    """Each letter as WeasyPrint makes it unasked, and the seconds that it took."""
    for content in contents:
        start = perf_counter()
        page = HTML(string=render.letter_html(content))
        pdf = page.write_pdf(stylesheets=[CSS(_STYLE)])
        assert isinstance(pdf, bytes)
        yield pdf, perf_counter() - start


def put_together(pdfs: Iterable[bytes]) -> bytes:
    """All of them in one file."""
    writer = PdfWriter()
    for pdf in pdfs:
        writer.append(BytesIO(pdf))
    written = BytesIO()
    writer.write(written)
    return written.getvalue()

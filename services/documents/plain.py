"""The same letter as plain text on A4, without a layout engine: for demo histories and quick tests.

It takes a millisecond or two. Helvetica is not embedded, so the print rules' "fonts embedded" does not hold:
a letter that is really posted comes from `render`.
"""

from collections.abc import Iterator, Sequence
from io import BytesIO

import pikepdf

from services.documents.markdown import to_lines
from services.documents.metrics import wrap
from services.documents.page import A4_POINTS, POINTS_PER_MM
from services.documents.window import WINDOW_LEFT, WINDOW_TOP, fit_in_window
from services.domain.letter_content import LetterContent, long_date, spaced_nhs_number

_SIZE, _LEADING = 10.0, 4.6  # points, mm
_TOP, _TOP_OF_BODY, _BOTTOM = 20, 97, 277  # mm from the top of the page
_LEFT, _SENDER, _RIGHT = 20, 129, 190  # mm from the left


def plain_letter(content: LetterContent) -> bytes:
    """The letter's text as a searchable PDF, the address in the window of a C5 envelope.

    A character that the fonts of every PDF reader lack (outside Windows-1252) is shown as "?".
    """
    pages = _pages(_body_lines(content))
    with pikepdf.new() as pdf:
        font = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Font,
                Subtype=pikepdf.Name.Type1,
                BaseFont=pikepdf.Name.Helvetica,
                Encoding=pikepdf.Name.WinAnsiEncoding,
            )
        )
        for number, lines in enumerate(pages, start=1):
            page = pdf.add_blank_page(page_size=A4_POINTS)
            page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
            page.obj.Contents = pdf.make_stream(_drawing(content, lines, number, len(pages)))
        pdf.Root.Lang = pikepdf.String("en-GB")
        written = BytesIO()
        pdf.save(written, deterministic_id=True)
    return written.getvalue()


def _body_lines(content: LetterContent) -> Iterator[str]:
    texts = [
        content.salutation,
        "",
        content.title,
        f"{content.patient_name}, born {long_date(content.date_of_birth)}",
        f"NHS number {spaced_nhs_number(content.nhs_number)}",
        "",
        *to_lines(content.body),
        content.closing,
        "",
        "",
        content.sender_name,
        *filter(None, [content.sender_role]),
        content.service_name,
        *filter(None, [content.copy_line]),
    ]
    for text in texts:
        yield from _wrapped(text, _LEFT)


def _wrapped(text: str, left: float) -> Iterator[str]:
    return wrap(text, width=(_RIGHT - left) * POINTS_PER_MM, size=_SIZE)


def _pages(lines: Iterator[str]) -> list[list[str]]:
    pages: list[list[str]] = [[]]
    top = _TOP_OF_BODY
    for line in lines:
        if len(pages[-1]) >= (_BOTTOM - top) // _LEADING:
            pages.append([])
            top = _TOP
        pages[-1].append(line)
    return pages


def _drawing(content: LetterContent, lines: Sequence[str], number: int, of: int) -> bytes:
    blocks = [_text(lines, _LEFT, _TOP_OF_BODY if number == 1 else _TOP)]
    if number == 1:
        window = fit_in_window(content.recipient)
        blocks.append(_text(window.lines, WINDOW_LEFT, WINDOW_TOP, window.size, window.leading))
        blocks.append(_text(_sender_lines(content), _SENDER, _TOP))
    blocks.append(_text([f"{content.reference}    Page {number} of {of}"], _LEFT, _BOTTOM + 5))
    return b"\n".join(blocks)


def _sender_lines(content: LetterContent) -> list[str]:
    texts = [content.service_name, *content.service_address, f"Telephone {content.service_telephone}"]
    texts += ["", f"Our reference {content.reference}", long_date(content.letter_date)]
    return [line for text in texts for line in _wrapped(text, _SENDER)]


def _text(
    lines: Sequence[str], left: float, top: float, size: float = _SIZE, leading: float = _LEADING
) -> bytes:
    """Lines of text from a place in mm from the page's top left, as PDF operators."""
    x, y = left * POINTS_PER_MM, A4_POINTS[1] - top * POINTS_PER_MM - size
    shown = b"\n".join(b"(%s) Tj T*" % _escaped(line) for line in lines)
    return b"BT /F %.1f Tf %.2f TL %.2f %.2f Td\n%s\nET" % (size, leading * POINTS_PER_MM, x, y, shown)


def _escaped(line: str) -> bytes:
    ansi = line.encode("cp1252", errors="replace")
    return ansi.replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")

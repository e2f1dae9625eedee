"""All print rules, in the order in which GOV.UK Notify's check looks; then ours."""

from collections.abc import Iterator
from io import BytesIO

import pikepdf
import pypdfium2

from services.documents.layout.address import address_problems
from services.documents.layout.areas import ADDRESS_READ, TAG, TAG_CORNER
from services.documents.layout.fonts import missing_fonts
from services.documents.layout.ink import ink_of, misplaced
from services.documents.layout.size import size_problem
from services.documents.layout.text import lines_in
from services.documents.pdfium import opened
from services.domain.address import normalise
from services.domain.layout import MOST_BYTES, MOST_PAGES, Finding, Layout

# What pikepdf and pypdfium2 raise over a file that is not what it says.
_BAD_FILE = (
    pikepdf.PdfError, pypdfium2.PdfiumError, ValueError, TypeError, KeyError, IndexError, AttributeError,
    AssertionError, OverflowError, RuntimeError,
)  # fmt: skip


def check_layout(pdf: bytes) -> Layout:
    """What the print rules say of the letter; nothing is raised for a file, however bad.

    Of pages past the tenth only their number is judged.
    """
    if not pdf:
        return _refused("no-encoded-string", "The file is empty.")
    try:
        return _checked(pdf)
    except pikepdf.PasswordError:
        return _unreadable("The PDF asks for a password: save it again without one.")
    except _BAD_FILE:
        return _unreadable("The file can't be read as a PDF: save it as PDF again.")


def _unreadable(reason: str) -> Layout:
    return _refused("unable-to-read-the-file", reason)


def _refused(code: str, reason: str) -> Layout:
    return Layout(findings=(Finding(code=code, reason=reason),))


def _checked(pdf: bytes) -> Layout:
    with pikepdf.open(BytesIO(pdf)) as file, opened(pdf) as document:
        if not 0 < len(document) == len(file.pages):
            return _unreadable("The file's pages can't be read: save it as PDF again.")
        sheets = file.pages[:MOST_PAGES]
        pages = {number: document[number - 1] for number in range(1, len(sheets) + 1)}
        findings = [*_too_long(len(document))]
        for number, page in pages.items():
            findings += filter(None, [size_problem(page, sheets[number - 1], number)])
        address, of_pages = _pages_checked(pages, odd={finding.page for finding in findings})
        findings += [*of_pages, *_file_problems(pdf, file), *_font_problems(pages)]
    return Layout(address=address, findings=tuple(findings))


def _pages_checked(
    pages: dict[int, pypdfium2.PdfPage], odd: set[int]
) -> tuple[tuple[str, ...], list[Finding]]:
    """The address, and what is wrong on the pages; of one of an odd size nothing is said but that."""
    inks = {number: ink_of(page) for number, page in pages.items() if number not in odd}
    findings = [finding for number, ink in inks.items() for finding in misplaced(ink, number)]
    findings += [finding for number in inks if number > 1 for finding in _tag(pages[number], number)]
    if 1 not in inks:
        return (), findings
    lines = lines_in(pages[1], ADDRESS_READ)
    return normalise([line.text for line in lines]), [*findings, *address_problems(lines, inks[1])]


def _too_long(pages: int) -> Iterator[Finding]:
    if pages > MOST_PAGES:
        reason = f"The letter has {pages} pages: {MOST_PAGES} are the most that are posted as one."
        yield Finding(code="letter-too-long", reason=reason)


def _tag(page: pypdfium2.PdfPage, number: int) -> Iterator[Finding]:
    """Notify's own tag, on a page that was taken from a letter downloaded there; it may be white."""
    if TAG not in page.get_textpage().get_text_range():
        return
    for line in lines_in(page, TAG_CORNER):
        if TAG in line.text.split():
            reason = "The page has GOV.UK Notify's mark of a first page: it is of a letter downloaded there."
            yield Finding(
                code="notify-tag-found-in-content", reason=reason, page=number, boxes=(line.area.as_box(),)
            )


def _file_problems(pdf: bytes, file: pikepdf.Pdf) -> Iterator[Finding]:
    if file.is_encrypted:
        reason = "The PDF is protected: save it again without a password or restrictions."
        yield Finding(code="file-is-encrypted", reason=reason)
    if len(pdf) > MOST_BYTES:
        reason = f"The file has {len(pdf) / 1024**2:.1f} MB: 2 MB are the most. Save its pictures smaller."
        yield Finding(code="file-too-large", reason=reason)


def _font_problems(pages: dict[int, pypdfium2.PdfPage]) -> Iterator[Finding]:
    for number, page in pages.items():
        if names := missing_fonts(page):
            reason = f"Not embedded: {', '.join(names)}. Save the PDF with its fonts embedded."
            yield Finding(code="fonts-not-embedded", reason=reason, page=number)

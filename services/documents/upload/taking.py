"""An uploaded PDF becomes a letter's document, or is refused with a sentence that says what to do."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from time import process_time
from typing import Final

import pikepdf

from services.documents.check import check_merged
from services.documents.images import page_png
from services.documents.layout import check_layout
from services.documents.limits import TookTooLong
from services.documents.merge import merge_letters
from services.documents.pdfium import opened
from services.documents.upload.bounds import keep_within_bounds
from services.documents.upload.cleaning import clean
from services.documents.upload.paper import NEW_PDF, refuse_what_paper_can_not_show, require
from services.domain.documents import DocumentProblem, Rendered, RenderFailed, StoredDocument
from services.domain.layout import MOST_BYTES, MOST_PAGES, Layout

USED_UP: Final = f"The PDF takes too much time or memory to show. {NEW_PDF}"
_DAMAGED: Final = f"The PDF is damaged. {NEW_PDF}"
_NOT_A_PDF: Final = "The file is not a PDF. Save the letter as PDF and upload that."
_LOCKED: Final = "The PDF is protected by a password. Save it without a password and upload that."
_ENCRYPTED: Final = (
    "The PDF is encrypted, though it opens for everybody. Save it without a password or restrictions and "
    "upload that."
)
_LONGEST_LOOK: Final = 2.0  # seconds of the processor, for a page; a usual one takes a tenth
_WITHIN: Final = 1024  # bytes: where readers look for a PDF's first words
# What pikepdf raises over a file that is not what it says.
_BAD_FILE: Final = (pikepdf.PikepdfError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError,
                    RuntimeError)  # fmt: skip
_NEVER_TAKEN: Final = frozenset(
    {
        "unable-to-read-the-file",
        "letter-not-a4-portrait-oriented",
        "letter-too-long",
        "file-too-large",
        "file-is-encrypted",
        "fonts-not-embedded",
    }
)
"""Rules for every letter, not only for one that is posted: otherwise it isn't printed as it is shown."""


def taken(pdf: bytes) -> Rendered:
    """A clean copy of the upload, with what the print rules say of it. Raises RenderFailed.

    The copy draws the same pages and keeps their links, and their tags where those are right; it holds
    nothing active, and no word of who wrote it with what. The same upload gives the same bytes. To be called
    within limits of time and memory: what is within our bounds may still take too long to draw.
    """
    try:
        copy, page_count, is_whole = _clean_copy(pdf)
        layout = check_layout(copy)
        _refuse_by(layout)
        if not is_whole or not _is_mergeable(copy, page_count):
            copy, page_count, _ = _clean_copy(pdf, tagged=False)
            require(_is_mergeable(copy, page_count), "The PDF can't be printed together with others.")
        text = _shown(copy, page_count)
    except (TookTooLong, MemoryError):
        raise RenderFailed(USED_UP) from None
    except _BAD_FILE as error:
        raise RenderFailed(_DAMAGED) from error
    return Rendered(pdf=copy, page_count=page_count, layout=layout, text=text)


def _shown(pdf: bytes, page_count: int) -> str:
    """The text of its pages. Each is drawn once, as it will be for every look at it, then without limits."""
    for page in range(1, page_count + 1):
        started = process_time()
        page_png(pdf, page)
        require(process_time() - started <= _LONGEST_LOOK, f"Page {page} takes too long to show.")
    with opened(pdf) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def _clean_copy(pdf: bytes, *, tagged: bool = True) -> tuple[bytes, int, bool]:
    """The copy, its number of pages, and whether all that its tags and links name is there."""
    if len(pdf) > MOST_BYTES:
        raise RenderFailed(
            f"The file has {len(pdf) / 1024**2:.1f} MB: 2 MB are the most. Save its pictures smaller and "
            "upload that."
        )
    if b"%PDF-" not in pdf[:_WITHIN]:
        raise RenderFailed(_NOT_A_PDF if pdf else "The file is empty. Save the letter as PDF again.")
    with _opened(pdf) as file:
        if file.is_encrypted:
            raise RenderFailed(_ENCRYPTED)
        pages = _pages(file)
        refuse_what_paper_can_not_show(file, pages)
        clean(file, pages, tagged=tagged)
        holds_others = keep_within_bounds(file, pages)
        file.remove_unreferenced_resources()  # pictures of pages that were taken out may stand among them
        written = BytesIO()
        file.save(written, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return written.getvalue(), len(pages), not holds_others


@contextmanager
def _opened(pdf: bytes) -> Iterator[pikepdf.Pdf]:
    """A file that had to be repaired is not taken: a page may lack what it said, and nobody would see it."""
    try:
        with pikepdf.open(BytesIO(pdf), attempt_recovery=False) as file:
            yield file
    except pikepdf.PasswordError:
        raise RenderFailed(_LOCKED) from None


def _pages(file: pikepdf.Pdf) -> list[pikepdf.Page]:
    count = len(file.pages)
    if not count:
        raise RenderFailed("The PDF has no page. Save the letter as PDF again and upload that.")
    if count > MOST_PAGES:
        raise RenderFailed(
            f"The PDF has {count:,} pages: {MOST_PAGES} are the most of a letter. Upload it in parts, as "
            "letters of their own."
        )
    return list(file.pages)


def _is_mergeable(pdf: bytes, page_count: int) -> bool:
    """A letter that can't be merged would keep those beside it from being printed.

    Most likely its tags are those of other pages, as they are after pages were taken out of a file.
    """
    sha256 = hashlib.sha256(pdf).hexdigest()
    document = StoredDocument(reference="upload", pdf=pdf, sha256=sha256, page_count=page_count)
    try:
        check_merged(merge_letters([document], duplex=True))
    except DocumentProblem:
        return False
    return True


def _refuse_by(layout: Layout) -> None:
    broken = Layout(findings=tuple(each for each in layout.findings if each.code in _NEVER_TAKEN))
    if broken.findings:
        raise RenderFailed(broken.problem)

"""Reads a finished file back before anybody gets it."""

import hashlib
from collections.abc import Sequence
from io import BytesIO

import pikepdf

from services.documents.page import A4_POINTS, POINTS_PER_MM
from services.domain.documents import CheckFailed, LetterPages, Merged, RenderFailed, StoredDocument

_A4_TOLERANCE = 2 * POINTS_PER_MM  # docs/print-rules.md, page


def page_count(pdf: bytes) -> int:
    """The number of pages; raises RenderFailed if the bytes are no PDF that can be read."""
    try:
        with pikepdf.open(BytesIO(pdf)) as document:
            return len(document.pages)
    except pikepdf.PdfError as error:
        raise RenderFailed("The document is not a PDF that can be read.") from error


def check_merged(merged: Merged, expected: Sequence[StoredDocument]) -> None:
    """Raise CheckFailed unless the file is just the expected letters, each on sheets of its own.

    Each page must draw, byte for byte, what the page of the stored letter draws, and a page between two
    letters must draw nothing; so a letter can be neither missing, nor another patient's.
    """
    found = hashlib.sha256(merged.pdf).hexdigest()
    _require(found == merged.sha256, "The file is not the one that was merged.")
    places = merged.page_map
    wanted = [(document.reference, document.page_count) for document in expected]
    _require([(p.reference, p.page_count) for p in places] == wanted, "The page map names other letters.")
    try:
        with pikepdf.open(BytesIO(merged.pdf)) as file:
            _check_sheets(places, len(file.pages), duplex=merged.duplex)
            _check_pages(file, places, expected)
            _check_preferences(file, duplex=merged.duplex)
    except pikepdf.PdfError as error:
        raise CheckFailed("The file can't be read back.") from error


def _check_sheets(places: Sequence[LetterPages], pages: int, *, duplex: bool) -> None:
    per_sheet = 2 if duplex else 1
    next_page = 1
    for place in places:
        _require(place.page_count > 0, f"{place.reference} has no page.")
        _require(place.first_page == next_page, f"{place.reference} does not start on the next sheet.")
        sheets = -(-place.page_count // per_sheet)
        next_page += sheets * per_sheet
    _require(pages == next_page - 1, f"The file has {pages} pages instead of {next_page - 1}.")


def _check_pages(
    file: pikepdf.Pdf, places: Sequence[LetterPages], expected: Sequence[StoredDocument]
) -> None:
    drawn = [_drawing(page) for page in file.pages]
    for page in file.pages:
        _require(_is_a4(page), f"Page {page.index + 1} is not A4 portrait.")
    for place, document in zip(places, expected, strict=True):
        first = place.first_page - 1
        with pikepdf.open(BytesIO(document.pdf)) as letter:
            same = drawn[first : first + place.page_count] == [_drawing(page) for page in letter.pages]
        _require(same, f"The pages of {place.reference} are not those of its letter.")
        drawn[first : first + place.page_count] = [b""] * place.page_count
    _require(not any(drawn), "A page between two letters is not blank.")


def _drawing(page: pikepdf.Page) -> bytes:
    """What the page draws, the operators of its content streams; empty for a blank page."""
    if "/Contents" not in page.obj:
        return b""
    page.contents_coalesce()
    return page.Contents.read_bytes().strip()


def _is_a4(page: pikepdf.Page) -> bool:
    left, bottom, right, top = (float(edge) for edge in page.mediabox)
    sides = zip((right - left, top - bottom), A4_POINTS, strict=True)
    turned = int(page.obj.get("/Rotate", 0)) % 180
    return not turned and all(abs(side - wanted) <= _A4_TOLERANCE for side, wanted in sides)


def _check_preferences(file: pikepdf.Pdf, *, duplex: bool) -> None:
    preferences = file.Root.get("/ViewerPreferences", pikepdf.Dictionary())
    sides = "/DuplexFlipLongEdge" if duplex else "/Simplex"
    _require(preferences.get("/Duplex") == sides, "The file does not ask for the right duplex setting.")
    _require(preferences.get("/PrintScaling") == "/None", "The file does not ask for full size.")


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise CheckFailed(otherwise)

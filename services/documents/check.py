"""Reads a finished file back before anybody gets it."""

import hashlib
from collections.abc import Sequence
from io import BytesIO

import pikepdf

from services.documents.digests import BLANK, DRAWING, Digests, Place, opened, page_text
from services.documents.merge import Drawn, Pile
from services.documents.page import A4_POINTS, POINTS_PER_MM
from services.domain.documents import CheckFailed, DocumentProblem, LetterPages, Merged, RenderFailed

_A4_TOLERANCE = 2 * POINTS_PER_MM  # docs/print-rules.md, page
_PAGES_AT_ONCE = 100  # whose tags are read
_KNOWN = frozenset({*DRAWING, "/Type", "/Parent", "/StructParents"})  # all that a page of a pile has


def page_count(pdf: bytes) -> int:
    """The number of pages; raises RenderFailed if the bytes are no PDF that can be read."""
    try:
        with pikepdf.open(BytesIO(pdf)) as document:
            return len(document.pages)
    except pikepdf.PdfError as error:
        raise RenderFailed("The document is not a PDF that can be read.") from error


def check_merged(pile: Pile) -> None:
    """Raise CheckFailed unless the file is just the letters that were merged, each on sheets of its own.

    Each page must draw, object by object, what the page of the stored letter draws, and a page between two
    letters must draw nothing; so a letter can be neither missing, nor another patient's.
    """
    merged = pile.merged
    found = hashlib.sha256(merged.pdf).hexdigest()
    _require(found == merged.sha256, "The file is not the one that was merged.")
    parts = _parts(pile)
    try:
        if _check_file(merged, parts):
            _check_tags(merged)
    except CheckFailed:
        raise
    except (
        DocumentProblem,
        pikepdf.PikepdfError,
        TypeError,
        ValueError,
        LookupError,
        AttributeError,
    ) as error:
        # whatever stands where something else should
        raise CheckFailed("The file can't be read back.") from error


def _parts(pile: Pile) -> list[tuple[LetterPages, Drawn]]:
    """The checklist and the letters: where each should lie, and what it should draw."""
    merged, places, drawn = pile.merged, list(pile.merged.page_map), list(pile.letters)
    if pile.checklist:
        places.insert(0, LetterPages(pile.checklist.reference, 1, len(pile.checklist.pages)))
        drawn.insert(0, pile.checklist)
    wanted = [(part.reference, len(part.pages)) for part in drawn]
    _require([(p.reference, p.page_count) for p in places] == wanted, "The page map names other letters.")
    in_front = merged.page_map[0].first_page - 1
    _require(merged.front_pages == in_front, "The letters do not begin after the checklist.")
    return list(zip(places, drawn, strict=True))


def _check_file(merged: Merged, parts: Sequence[tuple[LetterPages, Drawn]]) -> bool:
    """Everything but the tags; whether there are any."""
    with opened(merged.pdf) as file:
        pages = list(file.pages)
        _check_sheets([place for place, _ in parts], len(pages), duplex=merged.duplex)
        _check_pages(file, pages, parts)
        _check_bookmarks(file, pages, parts)
        _check_preferences(file, duplex=merged.duplex)
        tagged = "/StructTreeRoot" in file.Root
        _require(tagged or "/MarkInfo" not in file.Root, "The file says that it has tags, and has none.")
    return tagged


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
    file: pikepdf.Pdf, pages: Sequence[pikepdf.Page], parts: Sequence[tuple[LetterPages, Drawn]]
) -> None:
    wanted = {
        number: (place.reference, digest)
        for place, drawn in parts
        for number, digest in enumerate(drawn.pages, start=place.first_page)
    }
    digests = Digests(file)
    for number, page in enumerate(pages, start=1):
        text = page_text(page)
        _require(_is_a4(page), f"Page {number} is not A4 portrait.")
        _require(_KNOWN.issuperset(page.obj.keys()), f"Page {number} shows more than its letter's page.")
        if number in wanted:
            reference, digest = wanted[number]
            same = digests.of_text(text) == digest
            _require(same, f"The pages of {reference} are not those of its letter.")
        else:
            _require(text == BLANK, "A page between two letters is not blank.")


def _is_a4(page: pikepdf.Page) -> bool:
    """As it is shown: cut, turned and enlarged."""
    left, bottom, right, top = (float(edge) for edge in page.cropbox)
    unit = float(page.obj.get("/UserUnit", 1))
    sides = [(right - left) * unit, (top - bottom) * unit]
    if int(page.obj.get("/Rotate", 0)) % 180:
        sides.reverse()
    return all(abs(side - wanted) <= _A4_TOLERANCE for side, wanted in zip(sides, A4_POINTS, strict=True))


def _check_bookmarks(
    file: pikepdf.Pdf, pages: Sequence[pikepdf.Page], parts: Sequence[tuple[LetterPages, Drawn]]
) -> None:
    wanted = [(drawn.bookmark, pages[place.first_page - 1].obj.objgen) for place, drawn in parts]
    found: list[tuple[str, Place]] = []
    item = file.Root.Outlines.get("/First")
    while item is not None and len(found) <= len(wanted):
        found.append((str(item.Title), item.Dest[0].objgen))
        item = item.get("/Next")
    _require(found == wanted, "A bookmark does not lead to its letter.")


def _check_preferences(file: pikepdf.Pdf, *, duplex: bool) -> None:
    preferences = file.Root.get("/ViewerPreferences", pikepdf.Dictionary())
    sides = "/DuplexFlipLongEdge" if duplex else "/Simplex"
    _require(preferences.get("/Duplex") == sides, "The file does not ask for the right duplex setting.")
    _require(preferences.get("/PrintScaling") == "/None", "The file does not ask for full size.")


def _check_tags(merged: Merged) -> None:
    """Every piece of a page's content that has a tag must have it on that page."""
    keys: list[int] = []
    for start in range(0, merged.page_count, _PAGES_AT_ONCE):
        keys += _checked_tags(merged.pdf, slice(start, start + _PAGES_AT_ONCE))
    _require(len(keys) == len(set(keys)), "Two pages share their tags.")


def _checked_tags(pdf: bytes, some: slice) -> list[int]:
    """By what these pages' tags are found. A file that is open keeps all that was read of it."""
    keys = []
    with opened(pdf) as file:
        parents = pikepdf.NumberTree(file.Root.StructTreeRoot.ParentTree)
        for page in file.pages[some]:
            if "/StructParents" in page.obj:
                keys.append(int(page.obj.StructParents))
                tags = (tag for tag in parents[keys[-1]] if isinstance(tag, pikepdf.Dictionary))
                right = all(_is_on(page.obj.objgen, tag) for tag in tags)
                _require(right, f"A tag of page {page.index + 1} belongs to another page.")
    return keys


def _is_on(page: Place, tag: pikepdf.Object) -> bool:
    """Whether some of the element's content lies on the page, by its own word or by its kids'."""
    if "/Pg" in tag and tag.Pg.objgen == page:
        return True
    kids = tag.K if isinstance(tag.K, pikepdf.Array) else [tag.K]
    return any(isinstance(kid, pikepdf.Dictionary) and "/Pg" in kid and kid.Pg.objgen == page for kid in kids)


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise CheckFailed(otherwise)

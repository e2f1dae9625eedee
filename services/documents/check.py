"""Reads a finished file back before anybody gets it."""

import hashlib
from collections.abc import Mapping, Sequence
from io import BytesIO

import pikepdf

from services.documents.digests import BLANK, DRAWING, Digests, Place, opened, page_text, references, text_of
from services.documents.merge import Drawn, Pile
from services.documents.page import POINTS_PER_MM, is_a4
from services.domain.documents import CheckFailed, DocumentProblem, LetterPages, Merged, RenderFailed

_PAGES_TOGETHER = 100  # are read, a tenth at most: a file that is open keeps all that was read of it
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
    pages = _pages_of_sheets([place for place, _ in parts], duplex=merged.duplex)
    wanted = {
        number: (place.reference, digest)
        for place, drawn in parts
        for number, digest in enumerate(drawn.pages, start=place.first_page)
    }
    try:
        _check_whole(merged, parts, pages)
        keys: list[int] = []
        together = max(_PAGES_TOGETHER, pages // 10)
        for first in range(1, pages + 1, together):
            keys += _checked_pages(merged.pdf, range(first, min(first + together, pages + 1)), wanted)
        _require(len(keys) == len(set(keys)), "Two pages share their tags.")
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


def _pages_of_sheets(places: Sequence[LetterPages], *, duplex: bool) -> int:
    """How many pages the file must have, the blank ones too, for each part to have sheets of its own."""
    per_sheet = 2 if duplex else 1
    next_page = 1
    for place in places:
        _require(place.page_count > 0, f"{place.reference} has no page.")
        _require(place.first_page == next_page, f"{place.reference} does not start on the next sheet.")
        sheets = -(-place.page_count // per_sheet)
        next_page += sheets * per_sheet
    return next_page - 1


def _check_whole(merged: Merged, parts: Sequence[tuple[LetterPages, Drawn]], pages: int) -> None:
    """All that is said of the file as a whole. No page is read for it."""
    with opened(merged.pdf, inherit=False) as file:
        tree = file.Root.Pages
        _require(
            set(tree.keys()) == {"/Type", "/Kids", "/Count"},
            "The list of pages is not the one that was written.",
        )
        places = references(text_of(tree.Kids))
        _require(
            int(tree.Count) == len(places) == pages, f"The file has {len(places)} pages instead of {pages}."
        )
        firsts = [places[place.first_page - 1] for place, _ in parts]
        wanted = [(drawn.bookmark, first) for (_, drawn), first in zip(parts, firsts, strict=True)]
        _require(_bookmarks(file, len(wanted)) == wanted, "A bookmark does not lead to its letter.")
        _check_preferences(file, duplex=merged.duplex)
        tagged = "/StructTreeRoot" in file.Root
        _require(tagged or "/MarkInfo" not in file.Root, "The file says that it has tags, and has none.")


def _bookmarks(file: pikepdf.Pdf, most: int) -> list[tuple[str, Place]]:
    """Title and page of each; at most one too many, for they may lead in a circle."""
    found: list[tuple[str, Place]] = []
    item = file.Root.Outlines.get("/First")
    while item is not None and len(found) <= most:
        found.append((str(item.Title), references(text_of(item.Dest))[0]))
        item = item.get("/Next")
    return found


def _checked_pages(pdf: bytes, numbers: range, wanted: Mapping[int, tuple[str, bytes]]) -> list[int]:
    """Check some of the pages, and let go of what was read; the keys of their tags."""
    keys = []
    with opened(pdf, inherit=False) as file:
        digests = Digests(file)
        tags = file.Root.get("/StructTreeRoot")
        for number in numbers:
            page = file.Root.Pages.Kids[number - 1]
            _check_page(number, page, digests, wanted.get(number))
            if tags is not None and "/StructParents" in page:
                keys.append(int(page.StructParents))
                elements = pikepdf.NumberTree(tags.ParentTree)[keys[-1]]
                right = all(
                    _is_on(page.objgen, tag) for tag in elements if isinstance(tag, pikepdf.Dictionary)
                )
                _require(right, f"A tag of page {number} belongs to another page.")
    return keys


def _check_page(
    number: int, page: pikepdf.Object, digests: Digests, wanted: tuple[str, bytes] | None
) -> None:
    """The page must draw what the letter's page draws; where no letter has a page, nothing."""
    text = page_text(page)
    _require(page.Type == "/Page" and _is_a4(pikepdf.Page(page)), f"Page {number} is not A4 portrait.")
    _require(_KNOWN.issuperset(page.keys()), f"Page {number} shows more than its letter's page.")
    if wanted is None:
        _require(text == BLANK, "A page between two letters is not blank.")
    else:
        reference, digest = wanted
        same = digests.of_text(text) == digest
        _require(same, f"The pages of {reference} are not those of its letter.")


def _is_a4(page: pikepdf.Page) -> bool:
    """As it is shown: cut, turned and enlarged."""
    left, bottom, right, top = (float(edge) for edge in page.cropbox)
    unit = float(page.obj.get("/UserUnit", 1))
    sides = [(right - left) * unit, (top - bottom) * unit]
    if int(page.obj.get("/Rotate", 0)) % 180:
        sides.reverse()
    width, height = sides
    return is_a4(width / POINTS_PER_MM, height / POINTS_PER_MM)


def _check_preferences(file: pikepdf.Pdf, *, duplex: bool) -> None:
    preferences = file.Root.get("/ViewerPreferences", pikepdf.Dictionary())
    sides = "/DuplexFlipLongEdge" if duplex else "/Simplex"
    _require(preferences.get("/Duplex") == sides, "The file does not ask for the right duplex setting.")
    _require(preferences.get("/PrintScaling") == "/None", "The file does not ask for full size.")


def _is_on(page: Place, tag: pikepdf.Object) -> bool:
    """Whether some of the element's content lies on the page, by its own word or by its kids'."""
    if "/Pg" in tag and tag.Pg.objgen == page:
        return True
    kids = tag.K if isinstance(tag.K, pikepdf.Array) else [tag.K]
    return any(isinstance(kid, pikepdf.Dictionary) and "/Pg" in kid and kid.Pg.objgen == page for kid in kids)


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise CheckFailed(otherwise)

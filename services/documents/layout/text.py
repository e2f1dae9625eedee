"""What can be read in a part of a page, line by line as the eye goes, however the PDF orders its text."""

import unicodedata
from collections.abc import Iterator
from ctypes import c_double
from dataclasses import dataclass
from itertools import pairwise

import pypdfium2
from pypdfium2 import raw

from services.documents.layout.areas import Area
from services.documents.page import POINTS_PER_MM

_AT_ONCE = 50  # characters
_SAME_LINE = 0.4  # of the height of a letter; superscripts are less out of line
_NEW_WORD = 0.12  # of the height of a letter; an ordinary space is twice as wide


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of text, and where it stands."""

    text: str
    area: Area


@dataclass(frozen=True, kw_only=True, slots=True)
class _Letter:
    text: str
    area: Area
    baseline: float

    @property
    def height(self) -> float:
        return self.area.bottom - self.area.top


def lines_in(page: pypdfium2.PdfPage, area: Area) -> list[Line]:
    """The letters that reach into the area (mm, of the page as shown), in lines from top to bottom.

    Invisible text is read as well: Notify reads it. Ligatures and the like are taken apart, as Notify does.
    """
    return [_line(row) for row in _rows(_letters(page, area))]


def _letters(page: pypdfium2.PdfPage, area: Area) -> Iterator[_Letter]:
    text = page.get_textpage()
    count = text.count_chars()
    for start in range(0, count, _AT_ONCE):
        # Most of a page is far from the area: to look at each letter of it would take ten times as long.
        rectangles = range(text.count_rects(start, _AT_ONCE))
        if any(_as_shown(page, text.get_rect(index)).meets(area) for index in rectangles):
            yield from _letters_of(page, text, range(start, min(start + _AT_ONCE, count)), area)


def _letters_of(
    page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage, places: range, area: Area
) -> Iterator[_Letter]:
    for index in places:
        character = chr(raw.FPDFText_GetUnicode(text, index))
        if character.isspace() or not character.isprintable():
            continue  # spaces are seen as gaps, those that a PDF leaves out too
        shown = _as_shown(page, text.get_charbox(index, loose=True))
        if shown.meets(area):
            yield _Letter(text=character, area=shown, baseline=_baseline(page, text, index))


def _baseline(page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage, index: int) -> float:
    x, y = c_double(), c_double()
    raw.FPDFText_GetCharOrigin(text, index, x, y)
    return _as_shown(page, (x.value, y.value, x.value, y.value)).top


def _as_shown(page: pypdfium2.PdfPage, rectangle: tuple[float, float, float, float]) -> Area:
    """A rectangle of PDF's own co-ordinates in mm of the page as it is turned and cropped."""
    left, bottom, right, top = rectangle
    west, south, east, north = page.get_bbox()
    turned = {
        0: (left - west, north - top, right - west, north - bottom),
        90: (bottom - south, left - west, top - south, right - west),
        180: (east - right, bottom - south, east - left, top - south),
        270: (north - top, east - right, north - bottom, east - left),
    }
    return Area(*(edge / POINTS_PER_MM for edge in turned[page.get_rotation()]))


def _rows(letters: Iterator[_Letter]) -> Iterator[list[_Letter]]:
    """The letters of each line, from left to right."""
    row: list[_Letter] = []
    for letter in sorted(letters, key=lambda letter: letter.baseline):
        if row and letter.baseline - row[-1].baseline > _SAME_LINE * letter.height:
            yield sorted(row, key=lambda letter: letter.area.left)
            row = []
        row.append(letter)
    if row:
        yield sorted(row, key=lambda letter: letter.area.left)


def _line(row: list[_Letter]) -> Line:
    text = row[0].text
    for before, letter in pairwise(row):
        gap = letter.area.left - before.area.right
        is_next_word = gap > _NEW_WORD * max(before.height, letter.height)
        text += f" {letter.text}" if is_next_word else letter.text
    left, top, right, bottom = zip(*(letter.area for letter in row), strict=True)
    return Line(
        text=unicodedata.normalize("NFKC", text), area=Area(min(left), min(top), max(right), max(bottom))
    )

"""Print where none may be, found on a picture of the page."""

from collections.abc import Iterator
from math import ceil, floor
from typing import Any, TypeAlias

import numpy as np
import pypdfium2
from numpy.typing import NDArray

from services.documents.layout.areas import AROUND_ADDRESS, MARGINS, Area
from services.documents.page import POINTS_PER_MM
from services.domain.layout import Box, Finding

Ink: TypeAlias = NDArray[np.bool_]

# Two pixels a point: an edge is known to 0.2 mm, where the tolerance is 1 mm. One pixel a point is 0.35 mm,
# and a glyph is drawn at whole pixels; Notify's 200 dpi take twice as long.
_SCALE = 2.0
_PIXELS_PER_MM = _SCALE * POINTS_PER_MM
_MOST_BOXES = 10
_REACHES = (3, 6, 12, 24, 48, 300)  # mm: what lies so near to each other is marked as one


def ink_of(page: pypdfium2.PdfPage) -> Ink:
    """Which pixels of the page, as it prints with its annotations and form fields, are not white.

    PDFium rounds grey down, so that even the palest colour is below 255; it widens hairlines to a pixel.
    """
    picture = page.render(scale=_SCALE, grayscale=True).to_numpy()
    ink: Ink = picture.reshape(picture.shape[:2]) < 255
    return ink


def is_inked(ink: Ink, area: Area) -> bool:
    """Whether anything is printed in the area, or touches its edge."""
    return bool(ink[_pixels(area.grown(1 / _PIXELS_PER_MM))].any())


def misplaced(ink: Ink, page: int) -> Iterator[Finding]:
    """A finding for each place of the page, counted from 1, where print is and may not be."""
    places = (*MARGINS, AROUND_ADDRESS) if page == 1 else MARGINS
    wrong = {place: areas for place in places if (areas := [a for a in place.areas if ink[_pixels(a)].any()])}
    for reach in _REACHES:
        boxes = {place: _boxes(ink, areas, reach) for place, areas in wrong.items()}
        if sum(map(len, boxes.values())) <= _MOST_BOXES:
            break
    for place in wrong:
        yield Finding(
            code="content-outside-printable-area", reason=place.reason, page=page, boxes=tuple(boxes[place])
        )


def _pixels(area: Area) -> tuple[slice, slice]:
    """The pixels that lie wholly within the area."""
    return _span(area.top, area.bottom), _span(area.left, area.right)


def _span(start: float, end: float) -> slice:
    first = max(0, ceil(start * _PIXELS_PER_MM))
    return slice(first, None if end == float("inf") else max(first, floor(end * _PIXELS_PER_MM)))


def _boxes(ink: Ink, areas: list[Area], reach: int) -> list[Box]:
    return [
        _box(rows, columns, of=_pixels(area))
        for area in areas
        for rows, columns in _islands(ink[_pixels(area)], ceil(reach * _PIXELS_PER_MM))
    ]


def _islands(marks: Ink, cell: int) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
    """The marks, as their rows and columns, in groups that no empty cell of a grid parts."""
    rows, columns = np.nonzero(marks)
    across = marks.shape[1] // cell + 3  # so wide that the neighbours of a row's ends are in no other row
    cells = (rows // cell) * across + columns // cell
    waiting = set(np.unique(cells).tolist())
    around = [down + right for down in (-across, 0, across) for right in (-1, 0, 1)]
    while waiting:
        island = [waiting.pop()]
        for place in island:  # grows while it is walked
            near = waiting.intersection(place + step for step in around)
            waiting -= near
            island.extend(near)
        inside = np.isin(cells, island)
        yield rows[inside], columns[inside]


def _box(rows: NDArray[Any], columns: NDArray[Any], of: tuple[slice, slice]) -> Box:
    """Around all the marks, rounded outwards to 0.1 mm."""
    left, right = of[1].start + columns.min(), of[1].start + columns.max() + 1
    top, bottom = of[0].start + rows.min(), of[0].start + rows.max() + 1
    left, top = (floor(edge / _PIXELS_PER_MM * 10) / 10 for edge in (left, top))
    right, bottom = (ceil(edge / _PIXELS_PER_MM * 10) / 10 for edge in (right, bottom))
    return Area(left, top, right, bottom).as_box()

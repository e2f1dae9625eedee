"""The pages in front of a pile: which letters are in it, in order, each with a box to tick."""

from collections.abc import Iterator
from io import BytesIO
from itertools import zip_longest
from typing import Final, NamedTuple

import pikepdf

from services.documents.page import A4_POINTS, POINTS_PER_MM
from services.documents.render import html_to_pdf
from services.documents.tagged_pages import TaggedPages
from services.documents.typeface import Typeface, specimen
from services.domain.documents import Checklist
from services.domain.local_time import day_and_time

TITLE: Final = "Checklist"


class _Column(NamedTuple):
    name: str
    left: float  # mm
    width: float


_COLUMNS: Final = (
    _Column("No.", 15, 10),
    _Column("Patient", 26, 52),
    _Column("Reference", 80, 36),
    _Column("Title", 117, 41),
    _Column("Pages", 160, 11),
    _Column("Sheet", 172, 11),
    _Column("Done", 184, 11),
)
# mm from the top of the page; points
_TITLE_TOP, _WHOSE_TOP, _COUNTS_TOP, _NAMES_TOP, _FIRST_LINE, _FOOT_TOP = 14.0, 22.0, 27.0, 36.0, 42.5, 284.0
_LINE, _LINES = 6.8, 35  # mm from one line to the next; how many on a page
_SIZE, _TITLE_SIZE, _SMALL = 9.0, 15.0, 8.5
_LEFT, _RIGHT, _BOX = 15.0, 195.0, 3.6


def checklist_pdf(checklist: Checklist) -> bytes:
    """The checklist's pages, A4, tagged, with the house fonts. Sheets are counted from the first letter."""
    rows, heads = list(_rows(checklist)), _heads(checklist)
    pages = -(-len(rows) // _LINES)
    names = [column.name for column in _COLUMNS]
    texts = [TITLE, *heads, *names, *(cell for row in rows for cell in row), _foot(1234567890, 1)]
    with pikepdf.open(BytesIO(html_to_pdf(specimen(texts, title=TITLE)))) as file:
        typeface = Typeface(file)
        del file.pages[:]
        drawn = TaggedPages(file, pikepdf.Dictionary(typeface.fonts))
        sheet = _Sheets(drawn, typeface)
        for page in range(pages):
            sheet.begin(heads, _foot(page + 1, pages))
            for line, row in enumerate(rows[page * _LINES : (page + 1) * _LINES]):
                sheet.row(row, _FIRST_LINE + line * _LINE)
        drawn.finish()
        file.save(
            written := BytesIO(),
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
        )
    return written.getvalue()


def _rows(checklist: Checklist) -> Iterator[tuple[str, ...]]:
    """A cell for each column but the last one."""
    sheet = 1
    for number, line in enumerate(checklist.lines, start=1):
        yield str(number), line.patient, line.reference, line.title, str(line.page_count), str(sheet)
        sheet += _sheets(line.page_count, duplex=checklist.duplex)


def _sheets(pages: int, *, duplex: bool) -> int:
    return -(-pages // 2) if duplex else pages


def _heads(checklist: Checklist) -> tuple[str, str]:
    pages = [line.page_count for line in checklist.lines]
    sheets = sum(_sheets(count, duplex=checklist.duplex) for count in pages)
    sides = "both sides" if checklist.duplex else "one side"
    counts = f"{len(pages)} letters, {sum(pages)} pages, {sheets} sheets printed on {sides}"
    made = f"{checklist.service_name}. Made by {checklist.made_by}, {day_and_time(checklist.made_at)}."
    return made, f"{counts}, counted from the first letter."


def _foot(page: int, pages: int) -> str:
    return f"{TITLE}, page {page} of {pages}"


class _Sheets:
    """Draws the pages one after the other; what every page repeats is read out on the first one alone."""

    def __init__(self, pages: TaggedPages, typeface: Typeface) -> None:
        self._pages = pages
        self._typeface = typeface
        self._unread = [pages.element(kind, pages.document) for kind in ("H1", "P", "P")]
        self._table = pages.element("Table", pages.document)
        row = pages.element("TR", self._table)
        for _ in _COLUMNS:
            name = pages.element("TH", row)
            name.A = pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=pikepdf.Name.Column)
            self._unread.append(name)

    def begin(self, heads: tuple[str, str], foot: str) -> None:
        """A new page, with all that stands around its lines."""
        self._pages.begin_page()
        self._text(foot, _LEFT, _FOOT_TOP, _SMALL)
        above = [
            (TITLE, _LEFT, _TITLE_TOP, _TITLE_SIZE),
            (heads[0], _LEFT, _WHOSE_TOP, _SIZE),
            (heads[1], _LEFT, _COUNTS_TOP, _SIZE),
            *((column.name, column.left, _NAMES_TOP, _SMALL) for column in _COLUMNS),
        ]
        for (text, left, top, size), element in zip_longest(above, self._unread):
            self._text(text, left, top, size, element=element)
        self._unread = []
        self._rule(_NAMES_TOP + 5, 0.8)

    def row(self, cells: tuple[str, ...], top: float) -> None:
        """One letter, with an empty box in the last column."""
        row = self._pages.element("TR", self._table)
        for column, cell in zip(_COLUMNS, (*cells, ""), strict=True):
            element = self._pages.element("TD", row)
            if cell:
                self._text(cell, column.left, top, _SIZE, column.width, element)
        x, y = _COLUMNS[-1].left * POINTS_PER_MM, _up(top + _BOX)
        self._pages.draw(b"0.7 w %.2f %.2f %.2f %.2f re S" % (x, y, *(2 * (_BOX * POINTS_PER_MM,))))
        self._rule(top + _LINE - 1.7, 0.3)

    def _text(
        self,
        text: str,
        left: float,
        top: float,
        size: float,
        width: float = _RIGHT - _LEFT,
        element: pikepdf.Object | None = None,
    ) -> None:
        self._pages.draw(self._typeface.drawn(text, left=left, top=top, size=size, width=width), element)

    def _rule(self, top: float, thickness: float) -> None:
        ends = (_LEFT * POINTS_PER_MM, _up(top), _RIGHT * POINTS_PER_MM, _up(top))
        self._pages.draw(b"%.1f w %.2f %.2f m %.2f %.2f l S" % (thickness, *ends))


def _up(top: float) -> float:
    """From mm below the page's top to points above its bottom."""
    return A4_POINTS[1] - top * POINTS_PER_MM

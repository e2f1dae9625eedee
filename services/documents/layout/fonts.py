"""Which fonts a PDF leaves to the printer to find."""

from collections.abc import Iterable, Iterator

import pikepdf

_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
_FONTS = ("/Type0", "/Type1", "/MMType1", "/TrueType", "/CIDFontType0", "/CIDFontType2")
_ELSEWHERE = ("/Parent", "/P", "/Popup", "/IRT", "/A", "/AA", "/Dest", "/B")  # lead out of what a page draws


def missing_fonts(page: pikepdf.Page, seen: set[tuple[int, int]]) -> list[str]:
    """The names of fonts that the page has, its forms and annotations too, and that are not embedded.

    `seen` holds the objects of pages before, and is added to: a font is named for its first page alone.
    """
    fonts = _fonts([page.resources, page.get("/Annots")], seen)
    return sorted({_name(font) for font in fonts if not _is_embedded(font)})


def _fonts(roots: Iterable[object], seen: set[tuple[int, int]]) -> Iterator[pikepdf.Object]:
    """Every font below the objects, once each."""
    waiting = list(_holders(roots))
    while waiting:
        thing = waiting.pop()
        if thing.is_indirect:
            if thing.objgen in seen:
                continue
            seen.add(thing.objgen)
        if isinstance(thing, pikepdf.Array):
            waiting.extend(_holders(thing))
        elif _is_font(thing):
            yield thing
        else:
            waiting.extend(_holders(value for key, value in thing.items() if key not in _ELSEWHERE))


def _holders(things: Iterable[object]) -> Iterator[pikepdf.Object]:
    return (
        thing for thing in things if isinstance(thing, pikepdf.Array | pikepdf.Dictionary | pikepdf.Stream)
    )


def _is_font(thing: pikepdf.Object) -> bool:
    return "/BaseFont" in thing and str(thing.get("/Subtype")) in _FONTS


def _is_embedded(font: pikepdf.Object) -> bool:
    parts = font.get("/DescendantFonts", [font])
    return all(any(file in part.get("/FontDescriptor", {}) for file in _FILES) for part in parts)


def _name(font: pikepdf.Object) -> str:
    return str(font.BaseFont).lstrip("/")

"""How much a PDF may unfold to: a file of 2 MB can ask for terabytes, or refer to itself for ever."""

import zlib
from collections.abc import Iterator, Sequence
from typing import Final

import pikepdf

from services.documents.upload.cleaning import keep
from services.documents.upload.paper import require

_MOST_PARTS: Final = 100_000  # a tagged letter of ten pages has some thousands
_MOST_INFLATED: Final = 200_000_000  # bytes of all streams
_MOST_PIXELS: Final = 40_000_000  # of a picture: A4 at 600 dpi has 35 million
_DEEPEST: Final = 50  # parts within parts of what is drawn: a font's file lies some ten deep
_AT_ONCE: Final = 16_000_000  # bytes
_DRAWN: Final = ("/Contents", "/Resources", "/Group")
_PICTURES: Final = frozenset({"/DCTDecode", "/CCITTFaxDecode", "/JBIG2Decode", "/JPXDecode"})
_PRIVATE: Final = ("/Metadata", "/PieceInfo", "/AF", "/Alternates", "/OPI", "/LastModified")
"""Of any part: who made it with what, and other pictures to be printed than are shown."""
_Place = tuple[int, int]


def keep_within_bounds(file: pikepdf.Pdf, pages: Sequence[pikepdf.Page]) -> bool:
    """Raises RenderFailed for a file that unfolds to too much; takes private data from what remains.

    Returns whether tags or links named a page that was taken out of the file, such as another patient's: it
    is emptied.
    """
    left, shown, holds_others = _MOST_INFLATED, {page.obj.objgen for page in pages}, False
    for count, part in enumerate(_parts(file.Root)):
        require(count < _MOST_PARTS, "The PDF has too many parts.")
        if isinstance(part, pikepdf.Dictionary) and part.get("/Type") == "/Page" and part.objgen not in shown:
            holds_others = True
            keep(part, ())
        if not isinstance(part, pikepdf.Array):
            _make_harmless(part)
        if isinstance(part, pikepdf.Stream):
            left -= _inflated(part, left)
    known: dict[_Place, int] = {}
    for page in pages:
        for part in (page[key] for key in _DRAWN if key in page):
            _require_shallow(part, known)
    return holds_others


def _make_harmless(part: pikepdf.Object) -> None:
    require("/JS" not in part and "/EF" not in part, "The PDF has scripts or attached files.")
    for key in _PRIVATE:
        if key in part:
            del part[key]


def _parts(root: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Every array, dictionary and stream below, once each, before what it holds."""
    waiting, seen = [root], set()
    while waiting:
        part = waiting.pop()
        if part.is_indirect:
            if part.objgen in seen:
                continue
            seen.add(part.objgen)
        yield part
        waiting.extend(_held(part))


def _held(part: pikepdf.Object) -> list[pikepdf.Object]:
    things = part if isinstance(part, pikepdf.Array) else [value for _, value in part.items()]
    return [
        thing for thing in things if isinstance(thing, pikepdf.Array | pikepdf.Dictionary | pikepdf.Stream)
    ]


def _inflated(stream: pikepdf.Stream, most: int) -> int:
    """How many bytes the stream unfolds to, its pictures as they are packed."""
    require("/F" not in stream, "The PDF refers to other files.")
    require(stream.get("/Subtype") != "/PS", "The PDF has a program for the printer.")
    pixels = int(stream.get("/Width", 0)) * int(stream.get("/Height", 0))
    require(pixels <= _MOST_PIXELS, f"A picture has {pixels:,} pixels: {_MOST_PIXELS:,} are the most.")
    data, filters = stream.read_raw_bytes(), stream.get("/Filter", pikepdf.Array())
    for name in map(str, list(filters) if isinstance(filters, pikepdf.Array) else [filters]):
        if name in _PICTURES:
            break
        if name != "/FlateDecode":
            data = stream.read_bytes()  # old ways of packing, all of which this undoes
            break
        data = _unpacked(data, most)
    require(len(data) <= most, "The PDF unfolds to too much.")
    return len(data)


def _unpacked(data: bytes, most: int) -> bytes:
    """Raises zlib.error or ValueError for a stream that is damaged or was cut off."""
    if not data:
        return data
    unpacking, unpacked = zlib.decompressobj(), bytearray()
    while data and not unpacking.eof:
        unpacked += unpacking.decompress(data, _AT_ONCE)
        require(len(unpacked) <= most, "The PDF unfolds to too much.")
        data = unpacking.unconsumed_tail
    if not unpacking.eof:
        raise ValueError("a stream was cut off")
    return bytes(unpacked)


def _require_shallow(
    part: pikepdf.Object, known: dict[_Place, int], above: frozenset[_Place] = frozenset(), depth: int = 0
) -> int:
    """How many parts lie within each other here; `known` are the answers so far, by place in the file."""
    place = part.objgen if part.is_indirect else None
    if place in known:
        height = known[place]
    else:
        require(place not in above and depth <= _DEEPEST, _TOO_DEEP)
        within = above | {place} if place else above
        height = 1 + max(
            (_require_shallow(each, known, within, depth + 1) for each in _held(part)), default=0
        )
    require(depth + height <= _DEEPEST, _TOO_DEEP)
    if place:
        known[place] = height
    return height


_TOO_DEEP: Final = "A page's drawing refers to itself, or is nested too deep."

"""How wide text is, for the places where a line must surely fit.

The widths are those of Helvetica (Adobe's font metrics for the PDF base fonts), in thousandths of the type
size, from space to tilde; Liberation Sans was drawn to have the same.
"""

from collections.abc import Iterator

_WIDTHS = (
    *(278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278),  # space to /
    *(556,) * 10,  # digits
    *(278, 278, 584, 584, 584, 556, 1015),  # : to @
    *(667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833),  # A to M
    *(722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611),  # N to Z
    *(278, 278, 278, 469, 556, 333),  # [ to `
    *(556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833),  # a to m
    *(556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500),  # n to z
    *(334, 260, 334, 584),  # { to ~
)
_WIDTH_OF = {chr(code): width for code, width in enumerate(_WIDTHS, start=32)}
_OTHER = 722  # accented capitals and the like: none of the usual ones is wider


def text_width(text: str, size: float) -> float:
    """The width in points of a line set at `size` points."""
    return sum(_WIDTH_OF.get(character, _OTHER) for character in text) * size / 1000


def wrap(text: str, *, width: float, size: float) -> Iterator[str]:
    """Lines no wider than `width` points, broken at spaces, or within a word that is wider by itself."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if text_width(longer, size) <= width:
            line = longer
            continue
        if line:
            yield line
        line = word
        while (head := _that_fits(line, width, size)) < len(line):
            yield line[:head]
            line = line[head:]
    yield line


def _that_fits(word: str, width: float, size: float) -> int:
    """How many of the word's first characters fit: one at least."""
    left = width
    for count, character in enumerate(word):
        left -= text_width(character, size)
        if left < 0:
            return max(count, 1)
    return len(word)

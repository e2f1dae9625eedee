"""The house font for text that is placed by its own measure: hundreds of lines in some milliseconds.

WeasyPrint takes a third of a second for a table of one page. Here it sets each character once, and embeds the
font that it would take in a letter, or another one for what that font lacks; the text is then made of these.
"""

import re
import unicodedata
from collections.abc import Iterable
from html import escape
from itertools import groupby

import pikepdf

from services.documents.metrics import text_width
from services.documents.page import A4_POINTS, POINTS_PER_MM

# a line of a /ToUnicode table: the code in a text, and the character that it stands for
_MEANING = re.compile(rb"^<([0-9a-fA-F]{4})> <((?:[0-9a-fA-F]{4}){1,2})>$", re.MULTILINE)
_UNKNOWN, _CUT = "?", "…"


def specimen(texts: Iterable[str], *, title: str) -> str:
    """A page of HTML with each character of the texts, apart from the others, so that none is joined."""
    characters = set().union(*map(_plain, texts), _UNKNOWN, _CUT) - {" "}
    each = " ".join(escape(character) for character in sorted(characters))
    return f'<!DOCTYPE html><html lang="en-GB"><title>{title}</title><body><p>{each}</p></body></html>'


def _plain(text: str) -> str:
    words = " ".join(unicodedata.normalize("NFC", text).split())
    return "".join(character if character.isprintable() else _UNKNOWN for character in words)


class Typeface:
    """The fonts of a specimen that was set."""

    def __init__(self, file: pikepdf.Pdf) -> None:
        self.fonts: dict[str, pikepdf.Object] = {}
        self._code: dict[str, tuple[str, bytes]] = {}
        for page in file.pages:
            for name, font in page.obj.Resources.Font.items():
                self.fonts[name] = font
                for code, meaning in _MEANING.findall(font.ToUnicode.read_bytes()):
                    character = bytes.fromhex(meaning.decode()).decode("utf-16-be")
                    self._code.setdefault(character, (name, code))

    def drawn(self, text: str, *, left: float, top: float, size: float, width: float) -> bytes:
        """Operators for a line of text, cut at `width`; left, top and width in mm, size in points."""
        x, y = left * POINTS_PER_MM, A4_POINTS[1] - top * POINTS_PER_MM - size
        codes = (
            self._code.get(character, self._code[_UNKNOWN])
            for character in _fitted(_plain(text), width, size)
        )
        shown = b" ".join(
            b"%s %g Tf <%s> Tj" % (name.encode(), size, b"".join(code for _, code in run))
            for name, run in groupby(codes, key=lambda code: code[0])
        )
        return b"BT %.2f %.2f Td %s ET" % (x, y, shown)


def _fitted(text: str, width: float, size: float) -> str:
    most = width * POINTS_PER_MM
    if text_width(text, size) <= most:
        return text
    while text and text_width(text + _CUT, size) > most:
        text = text[:-1]
    return text.rstrip() + _CUT

"""The fonts of the house, of which every usual letter carries exactly the same piece.

If each letter carried just the characters that it uses, no two would carry the same, and a file of 500
letters would hold 1,000 fonts. So a letter carries all of HOUSE_CHARACTERS, and its font objects are, byte
for byte, those of every other letter; a merged file stores them once. A font that has to draw anything else
as well is the letter's own.
"""

import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it has no types
from weasyprint import CSS, HTML
from weasyprint.pdf.fonts import Font
from weasyprint.text.fonts import FontConfiguration

HOUSE_CHARACTERS: Final = string.printable[:95] + "‐‑–—‘’“”•…£€·"
_SPECIMEN: Final = '<p lang="en">{0}<p><b>{0}</b><p><i>{0}</i><p><b><i>{0}</i></b>'
# All that a PDF reader takes from a TrueType program in a composite font (ISO 32000-1, 9.9): it is given no
# hints, and reaches glyphs by their number.
_TABLES: Final = {"glyf", "head", "hhea", "hmtx", "loca", "maxp"}


@dataclass(frozen=True, kw_only=True, slots=True)
class HouseFace:
    """One face, as it is embedded: its program, and the width and the meaning of each of its glyphs."""

    program: bytes
    widths: Mapping[int, int]
    to_unicode: Mapping[int, str]
    ascent: int
    descent: int


class LetterFonts(dict[int, Font]):
    """The fonts of one letter (weasyprint.document.Document.fonts), those of the house with all they have."""

    def __init__(self, faces: Mapping[bytes, HouseFace]) -> None:
        super().__init__()
        self._faces = faces

    def __setitem__(self, key: int, font: Font) -> None:
        """Called by WeasyPrint with each font that the letter turns out to use, before it draws with it."""
        face = self._faces.get(font.name)
        super().__setitem__(key, _HouseFont(font, face) if face else font)


class _HouseFont(Font):  # type: ignore[misc]  # WeasyPrint has no types
    def __init__(self, font: Font, face: HouseFace) -> None:
        self.__dict__.update(font.__dict__)
        self.face = face
        self.widths = dict(face.widths)
        self.to_unicode = dict(face.to_unicode)
        self.ascent, self.descent = face.ascent, face.descent

    def clean(self, to_unicode: Mapping[int, str], hinting: bool) -> None:
        """Bring file_content down to the glyphs that were used."""
        if to_unicode == self.face.to_unicode:
            self.file_content = self.face.program
        else:
            super().clean(to_unicode, hinting)


def house_faces(css: CSS, config: FontConfiguration) -> dict[bytes, HouseFace]:
    """Set a specimen in the style sheet's four faces; what it embeds, by font name, every letter will."""
    page = _SPECIMEN.format("".join(f"&#{ord(character)};" for character in HOUSE_CHARACTERS))
    document = HTML(string=page).render(stylesheets=[css], font_config=config)
    document.write_pdf()
    fonts: Iterable[Any] = document.fonts.values()
    return {
        font.name: HouseFace(
            program=_stripped(font.file_content),
            widths=font.widths,
            to_unicode=font.to_unicode,
            ascent=font.ascent,
            descent=font.descent,
        )
        for font in fonts
    }


def _stripped(program: bytes) -> bytes:
    font = TTFont(BytesIO(program), recalcBBoxes=False, recalcTimestamp=False)
    for table in set(font.keys()) - _TABLES - {"GlyphOrder"}:
        del font[table]
    stripped = BytesIO()
    font.save(stripped)
    return stripped.getvalue()

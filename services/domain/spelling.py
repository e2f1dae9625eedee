"""How names are compared: in any letter case or accent."""

import unicodedata
from typing import Final

_NO_DECOMPOSITION: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i", "’": "'", "ʼ": "'", ",": " "}
)
"""Letters that Unicode doesn't take apart, the apostrophes that keyboards differ in, and the comma."""


def fold(text: str) -> str:
    """The text without letter case, accents and commas, its blanks made single."""
    if text.isascii():
        return " ".join(text.lower().replace(",", " ").split())
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in apart if not unicodedata.combining(char))
    return " ".join(bare.casefold().translate(_NO_DECOMPOSITION).split())

"""How names are compared and shown: a part of a name finds it, in any letter case or accent."""

import unicodedata
from hashlib import sha256
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


def search_key(surname: str, forename: str) -> str:
    """What a folded part of a name is looked for in: both orders of the name."""
    last, first = fold(surname), fold(forename)
    return f"{last} {first}\n{first} {last}"


def listed_name(surname: str, forename: str) -> str:
    """As lists show it: "SMITH, Ann"."""
    return f"{surname.upper()}, {forename}"


def patient_reference(patient_id: str) -> str:
    """What stands for a patient's name where it may not be seen: the same for all their letters."""
    return f"Patient {sha256(patient_id.encode()).hexdigest()[:8].upper()}"

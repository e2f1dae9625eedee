"""The text message that carries the patient's link: one text for all, nothing personal in it.

Its only field is the link, so that no name and no clinical detail can get in (docs/product.md section 5).
How long one may be, and how many parts it costs: GOV.UK Notify, "Pricing", and 3GPP TS 23.038.
"""

import re
from dataclasses import dataclass
from typing import Final

LINK: Final = "((link))"
USUAL_TEXT: Final = (
    f"You have a letter to read online: {LINK} We will ask you for your surname and date of birth. "
    "Please do not reply to this message."
)
MOST_CHARACTERS: Final = 918

_PLAIN: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_DOUBLE: Final = frozenset("^{}\\[~]|€")
_OF_PLAIN, _OF_OTHERS = (160, 153), (70, 67)  # characters of a message by itself, and of each joined part
_FIELD: Final = re.compile(r"\(\(.*?\)\)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Length:
    """How long a message is: its characters as they are counted, and the parts that are paid for."""

    characters: int
    parts: int

    def __str__(self) -> str:
        return f"{self.characters} characters, {self.parts} part{'' if self.parts == 1 else 's'}"


def message(text: str, link: str) -> str:
    """The text with the link in its place."""
    return text.replace(LINK, link)


def length_of(written: str) -> Length:
    """How a message counts: some characters count twice, others make all of it cost more than twice."""
    plain = all(character in _PLAIN or character in _DOUBLE for character in written)
    characters = (
        len(written) + sum(character in _DOUBLE for character in written)
        if plain
        else len(written.encode("utf-16-le")) // 2
    )
    one, each = _OF_PLAIN if plain else _OF_OTHERS
    return Length(characters=characters, parts=1 if characters <= one else -(-characters // each))


def why_not_sent(text: str, link: str) -> str:
    """What is wrong with the text of the message, as a sentence; empty where it can be sent."""
    strangers = [field for field in _FIELD.findall(text) if field != LINK]
    if strangers:
        return f"“{strangers[0]}” is no field of the text message. Its only field is {LINK}."
    if text.count(LINK) != 1:
        return f"The text message needs {LINK} exactly once: there the patient's link stands."
    if length_of(message(text, link)).characters > MOST_CHARACTERS:
        return f"With the link the text message has more than {MOST_CHARACTERS} characters. Make it shorter."
    return ""

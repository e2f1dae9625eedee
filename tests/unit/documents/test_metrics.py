import string

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # fontTools has no types
from hypothesis import given
from hypothesis import strategies as st

from services.documents.metrics import text_width, wrap

LIBERATION_SANS = "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf"


def test_widths_are_those_of_the_font_that_letters_are_set_in() -> None:
    with TTFont(LIBERATION_SANS) as font:
        glyphs, advances = font.getBestCmap(), font["hmtx"].metrics
        em = font["head"].unitsPerEm
        for character in string.printable[:95]:
            expected = advances[glyphs[ord(character)]][0] / em * 10
            assert text_width(character, 10) == pytest.approx(expected, abs=0.01), character


@given(st.text(string.ascii_letters + "  ", max_size=300), st.integers(20, 500))
def test_wrapped_lines_fit_and_lose_nothing(text: str, width: int) -> None:
    lines = list(wrap(text, width=width, size=10))
    assert all(text_width(line, 10) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    words = text.split()
    if all(text_width(word, 10) <= width for word in words):
        assert " ".join(lines).split() == words


def test_an_empty_line_stays_a_line() -> None:
    assert list(wrap("", width=100, size=10)) == [""]

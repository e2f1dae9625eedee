"""Every usual letter carries the same fonts, and looks and reads just as with fonts of its own."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it has no types

from services.demo.files import read_templates
from services.documents import render
from services.documents.house_fonts import HOUSE_CHARACTERS
from services.documents.render import render_letter
from services.domain.letter_content import LetterContent
from tests.unit.documents.samples import LARGE_PRINT, ONE_PAGE, TWO_PAGES, page_texts
from tests.unit.documents.test_metrics import LIBERATION_SANS

OTHER = replace(
    LARGE_PRINT,
    recipient=("Mr Quentin Vexley-Jukes", "90 Zinc Yard", "Saltmarsh", "ZZ99 6XQ"),
    salutation="Dear Mr Vexley-Jukes",
    title="“Just – one – more…” £5 or €6?",
)
EMPHASIS = "Plain, **bold**, *italic* and ***both***."
NO_HOUSE_CHARACTERS = {
    "Polish": "Łukasz Żółć",
    "Greek": "Αθήνα, Ελένη",
    "Welsh": "Siân Ŵyn Llŷr",
    "combining": "Zoe\u0308",
    "a tick, from another font": "✓ done",
    "right to left": "שלום",
}


def test_two_letters_have_the_same_fonts() -> None:
    usual, other = _fonts(ONE_PAGE), _fonts(OTHER)
    assert len(usual) == 2  # regular, bold
    assert usual == other


def test_italics_are_the_same_too() -> None:
    one, two = (_fonts(replace(ONE_PAGE, body=EMPHASIS + more)) for more in ("", " *Why? Quite.*"))
    assert len(one) == 4
    assert one == two


def test_a_letter_with_all_the_characters_of_the_house_has_them_still() -> None:
    body = "\n\n".join(f"**\\{character}** \\{character}" for character in HOUSE_CHARACTERS)
    assert _fonts(replace(ONE_PAGE, body=body)) == _fonts(ONE_PAGE)


@pytest.mark.parametrize("text", NO_HOUSE_CHARACTERS.values(), ids=NO_HOUSE_CHARACTERS)
def test_what_the_house_lacks_is_shown_and_read_right(text: str) -> None:
    unusual = replace(ONE_PAGE, body=f"{text} and on.")
    [read] = page_texts(render_letter(unusual))
    assert text in read
    changed = {name for name, font in _fonts(unusual).items() if font != _fonts(ONE_PAGE).get(name)}
    assert len(changed) == 1  # the bold face is still that of the house


@pytest.mark.parametrize("body", [EMPHASIS, "Łukasz Żółć"])
def test_fonts_are_embedded_as_subsets(body: str) -> None:
    """A letter has less than a quarter of the outlines that the whole face has."""
    whole = _outlines(Path(LIBERATION_SANS).read_bytes())
    with pikepdf.open(BytesIO(render_letter(replace(TWO_PAGES, body=body)))) as pdf:
        fonts = {font.objgen: font for page in pdf.pages for font in page.resources.Font.as_dict().values()}
        for font in fonts.values():
            [drawn] = font.DescendantFonts
            names = {str(font.BaseFont), str(drawn.BaseFont), str(drawn.FontDescriptor.FontName)}
            assert len(names) == 1
            assert re.fullmatch(r"/[A-Z]{6}\+Liberation-Sans[\w-]*", names.pop())
            assert 0 < _outlines(drawn.FontDescriptor.FontFile2.read_bytes()) < whole / 4


def test_a_character_that_no_font_has_breaks_nothing() -> None:
    [read] = page_texts(render_letter(replace(ONE_PAGE, body="Well done 🙂 and on.")))
    assert "Well done 🙂 and on." in read


@pytest.mark.parametrize(
    "content",
    [
        ONE_PAGE,
        TWO_PAGES,
        OTHER,
        replace(ONE_PAGE, body=EMPHASIS),
        replace(ONE_PAGE, body="Łukasz Żółć, ✓ 🙂"),
    ],
    ids=["one page", "two pages", "large", "italics", "unusual"],
)
def test_nothing_is_seen_or_read_of_it(content: LetterContent, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: the same letter with fonts that hold no more than it uses, as WeasyPrint makes them."""
    shared = render_letter(content)
    monkeypatch.setattr(render, "LetterFonts", lambda _faces: {})
    own = render_letter(content)
    assert len(own) < len(shared)
    assert page_texts(own) == page_texts(shared)
    assert _pictures(own) == _pictures(shared)


def test_two_full_pages_are_small() -> None:
    """With prose, for the same sentence again and again would take no room, and a heading to each part."""
    parts = [f"## {demo.template.name}\n\n{demo.template.body}" for demo in read_templates()]
    pdf = render_letter(replace(TWO_PAGES, body="\n\n".join(parts)[:3050]))
    first, second = page_texts(pdf)
    assert len(first) > 1600
    assert len(second) > 1800
    assert len(pdf) <= 30_000


PROGRAM = """
import hashlib
from services.documents.render import render_letter
from tests.unit.documents.samples import LARGE_PRINT, TWO_PAGES
print(*(hashlib.sha256(render_letter(content)).hexdigest() for content in ({order})))
"""


def test_the_bytes_are_the_same_in_every_process() -> None:
    """Whatever was set before in the same process, and whatever the hash seed."""
    here = [sha256(render_letter(content)).hexdigest() for content in (TWO_PAGES, LARGE_PRINT)]
    assert _digests_elsewhere("TWO_PAGES, LARGE_PRINT", seed="1") == here
    assert _digests_elsewhere("LARGE_PRINT, TWO_PAGES", seed="2") == here[::-1]


def _digests_elsewhere(order: str, seed: str) -> list[str]:
    command = [sys.executable, "-c", PROGRAM.format(order=order)]
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    return subprocess.run(command, env=environment, capture_output=True, check=True, text=True).stdout.split()


def _fonts(content: LetterContent) -> dict[str, object]:
    """The fonts of a letter by their resource name, with all that they refer to."""
    with pikepdf.open(BytesIO(render_letter(content))) as pdf:
        return {name: _resolved(font) for name, font in pdf.pages[0].resources.Font.items()}


def _resolved(thing: pikepdf.Object) -> object:
    if isinstance(thing, pikepdf.Stream):
        return thing.read_raw_bytes(), {key: _resolved(part) for key, part in thing.items()}
    if isinstance(thing, pikepdf.Dictionary):
        return {key: _resolved(part) for key, part in thing.items()}
    if isinstance(thing, pikepdf.Array):
        return [_resolved(part) for part in thing]
    return thing


def _outlines(program: bytes) -> int:
    font = TTFont(BytesIO(program))
    glyphs = font["glyf"]
    return sum(glyphs[name].numberOfContours != 0 for name in glyphs.keys())  # noqa: SIM118 - not a dict


def _pictures(pdf: bytes) -> list[bytes]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=2).to_numpy().tobytes() for page in document]

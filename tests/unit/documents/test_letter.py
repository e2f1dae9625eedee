"""The letter itself: what it says, where it says it (docs/print-rules.md), in both renderers."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import numpy as np
import pikepdf
import pypdfium2
import pytest

from services.documents.images import page_png
from services.documents.plain import plain_letter
from services.documents.render import render_letter
from services.domain.documents import RenderFailed, RenderRefused
from services.domain.letter_content import LetterContent, long_date, spaced_nhs_number
from tests.unit.documents.samples import (
    FOUR_LINES,
    LARGE_PRINT,
    ONE_PAGE,
    SEVEN_LINES,
    TWO_PAGES,
    WIDE_LINES,
    page_texts,
)

Render = Callable[[LetterContent], bytes]
BOTH = pytest.mark.parametrize("render", [render_letter, plain_letter])
CROWDED = """
| Unbreakableasitstandshere | Likewiseunbreakableentirely | Three | Four |
| --- | --- | --- | --- |
| Supercalifragilisticexpialidocious | 2 | Antidisestablishmentarianism | 4 |
"""
SCORES = """
| Measure | Assessment | Session 3 | Session 6 | Clinical threshold |
| --- | ---: | ---: | ---: | ---: |
| PHQ-9 (depression, 0 to 27) | 19 | 15 | 11 | 10 |
"""
SAMPLES = {
    "one page": ONE_PAGE,
    "two pages": TWO_PAGES,
    "large print": LARGE_PRINT,
    "wide address": replace(ONE_PAGE, recipient=WIDE_LINES),
    "long service": replace(
        ONE_PAGE, service_name="Wherrymere and Saltmarsh Valley Talking Therapies Partnership"
    ),
    "unbroken text": replace(ONE_PAGE, body="x" * 3000, title="y" * 120),
    "unbroken text in large print": replace(
        LARGE_PRINT, body="x" * 3000, title="y" * 120, copy_line="z" * 90
    ),
    "crowded table": replace(LARGE_PRINT, body=CROWDED, patient_name="Featherstonehaugh-Cholmondeley " * 3),
    "long sender in large print": replace(
        LARGE_PRINT,
        service_address=(
            "Wherrymere and Saltmarsh Health Trust",
            "The Old Granary",
            "Wherrymere",
            "ZZ99 3VZ",
        ),
        service_telephone="01632 960 001 (Monday to Friday)",
    ),
}


@BOTH
def test_the_letter_says_all_of_its_content(render: Render) -> None:
    [text] = page_texts(render(ONE_PAGE))
    for expected in (
        *FOUR_LINES,
        *ONE_PAGE.service_address,
        "Wherrymere Talking Therapies",
        "01632 960 001",
        "WTT-2026-004711",
        "23 November 2026",
        "Dear Ms Example",
        "Your first appointment",
        "3 May 1990",
        "999 000 0018",
        "Thursday 3 December 2026",
        "Please find a quiet place.",
        "Yours sincerely",
        "Jordan Okafor",
        "Psychological wellbeing practitioner",
        "Copy to: Dr P Sample, Quayside Surgery (Y90001)",
        "Page 1 of 1",
    ):
        assert expected in text


def test_pages_after_the_first_say_whose_letter_it_is() -> None:
    first, second = page_texts(render_letter(TWO_PAGES))
    assert first.endswith("Page 1 of 2")
    assert "Ms Ada Example · NHS number 999 000 0018" in second
    assert "WTT-2026-004711" in second
    assert second.endswith("Page 2 of 2")


@BOTH
@pytest.mark.parametrize("sample", SAMPLES)
def test_nothing_is_inked_where_nothing_may_be(render: Render, sample: str) -> None:
    for number, ink in enumerate(_ink(render(SAMPLES[sample])), start=1):
        allowed = _box(ink, 15, 195, 5, 292)
        if number == 1:
            allowed &= ~_box(ink, 15, 125, 30, 95) | _box(ink, 24.6, 120, 39.5, 66.3)
        assert not (ink & ~_grown(allowed)).any()
        assert ink.any()


@BOTH
@pytest.mark.parametrize("recipient", [FOUR_LINES, SEVEN_LINES, WIDE_LINES])
def test_the_address_shows_in_the_window_and_nothing_else_does(
    render: Render, recipient: tuple[str, ...]
) -> None:
    pdf = render(replace(ONE_PAGE, recipient=recipient))
    mm = 72 / 25.4
    with pypdfium2.PdfDocument(pdf) as document:
        height = document[0].get_height()
        window = (
            document[0]
            .get_textpage()
            .get_text_bounded(24.6 * mm, height - 66.3 * mm, 120 * mm, height - 39.5 * mm)
        )
    assert window.split() == " ".join(recipient).split()


@BOTH
def test_an_address_that_the_window_does_not_show_is_refused(render: Render) -> None:
    with pytest.raises(RenderRefused, match="takes 8 lines"):
        render(replace(ONE_PAGE, recipient=(*SEVEN_LINES, "United Kingdom")))


def test_the_pdf_is_tagged_with_its_fonts_embedded_and_small() -> None:
    pdf = render_letter(TWO_PAGES)
    with pikepdf.open(BytesIO(pdf)) as document:
        assert document.Root.MarkInfo.Marked
        assert document.Root.Lang == "en-GB"
        assert b"pdfuaid" in document.Root.Metadata.read_bytes()
        fonts = [font for page in document.pages for font in page.resources.Font.as_dict().values()]
        assert all("/FontFile2" in font.DescendantFonts[0].FontDescriptor for font in fonts)
    assert len(pdf) <= 30_000


@pytest.mark.parametrize("content", [TWO_PAGES, LARGE_PRINT])
def test_the_letterhead_is_drawn_and_no_picture_of_it(content: LetterContent) -> None:
    """No image anywhere in the file: neither as an object nor within what a page or a form draws."""
    with pikepdf.open(BytesIO(render_letter(content))) as document:
        streams = [thing for thing in document.objects if isinstance(thing, pikepdf.Stream)]
        assert not [thing for thing in streams if thing.get("/Subtype") == "/Image"]
        drawn = [*document.pages, *(thing for thing in streams if thing.get("/Subtype") == "/Form")]
        operators = {str(done.operator) for one in drawn for done in pikepdf.parse_content_stream(one)}
    assert "INLINE IMAGE" not in operators
    assert "TJ" in operators


def test_the_same_content_gives_the_same_bytes() -> None:
    assert render_letter(ONE_PAGE) == render_letter(ONE_PAGE)
    assert plain_letter(ONE_PAGE) == plain_letter(ONE_PAGE)


@pytest.mark.parametrize(("content", "least"), [(LARGE_PRINT, 16), (ONE_PAGE, 9.5)])
def test_nothing_is_smaller_than_it_should_be(content: LetterContent, least: float) -> None:
    """Large print: 16 point everywhere but in the window, whose lines must fit (in mm, from window.py)."""
    pages = _sizes(render_letter(replace(content, body=SCORES + content.body)))
    for number, sizes in enumerate(pages):
        outside = [size for text, size in sizes if number or text not in FOUR_LINES]
        assert min(outside) == pytest.approx(least, abs=0.1)
        assert ("Ms Ada Example" in [text for text, _ in sizes]) == (number == 0)


def test_the_body_is_of_12_point() -> None:
    """The least that the NHS asks of letters to patients."""
    [sizes] = _sizes(render_letter(ONE_PAGE))
    assert {size for text, size in sizes if text in ("Dear Ms Example", "It takes about forty minutes.")} == {
        12
    }


@pytest.mark.parametrize("content", [ONE_PAGE, LARGE_PRINT])
def test_a_table_breaks_no_word_that_fits(content: LetterContent) -> None:
    text = " ".join(page_texts(render_letter(replace(content, body=SCORES + CROWDED))))
    for word in ["Measure", "Assessment", "threshold", "depression", "Three", "Four"]:
        assert word in text


def test_a_signature_is_never_alone_on_a_page() -> None:
    """Whatever the length of the body, its last lines go over with the closing, and so does the copy line."""
    for paragraphs in range(12, 22):
        texts = page_texts(render_letter(replace(ONE_PAGE, body="So much for that.\n\n" * paragraphs)))
        assert all("So much for that." in text for text in texts)
        assert "Copy to" in texts[-1]
        assert "Yours sincerely" in texts[-1]


@BOTH
def test_hostile_text_is_shown_as_text(render: Render) -> None:
    hostile = "{{ 7*7 }} <script>alert(1)</script> (\\) Tj"
    text = "".join(page_texts(render(replace(ONE_PAGE, salutation=hostile, patient_name=hostile))))
    assert text.replace(" ", "").count(hostile.replace(" ", "")) >= 2  # it may be broken anywhere


def test_plain_letters_show_what_windows_1252_has() -> None:
    [text] = page_texts(plain_letter(replace(ONE_PAGE, patient_name="Zoë O’Neill – Šárka Ł")))
    assert "Zoë O’Neill – Šárka ?" in text


def test_the_closing_follows_the_salutation() -> None:
    assert replace(ONE_PAGE, salutation="Dear Sir or Madam").closing == "Yours faithfully"
    assert ONE_PAGE.closing == "Yours sincerely"


def test_forms_of_numbers_and_dates() -> None:
    assert spaced_nhs_number("9990000018") == "999 000 0018"
    assert spaced_nhs_number("not known") == "not known"
    assert long_date(ONE_PAGE.date_of_birth) == "3 May 1990"


def test_a_page_as_a_picture() -> None:
    pdf = plain_letter(ONE_PAGE)
    assert page_png(pdf, 1, dpi=72).startswith(b"\x89PNG")
    with pytest.raises(RenderFailed, match="no page 2"):
        page_png(pdf, 2)
    with pytest.raises(RenderFailed, match="not a PDF"):
        page_png(b"nonsense", 1)
    with pytest.raises(ValueError, match="dpi"):
        page_png(pdf, 1, dpi=3000)


def _sizes(pdf: bytes) -> list[list[tuple[str, float]]]:
    """For each page, the pieces of text on it and their size in points."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [
            [
                (text.extract().strip(), text.get_font_size() * text.get_matrix().get()[0])
                for text in page.get_objects([pypdfium2.raw.FPDF_PAGEOBJ_TEXT], textpage=page.get_textpage())
            ]
            for page in document
        ]


def _ink(pdf: bytes) -> list[np.ndarray]:
    """For each page, which of its pixels at 72 dpi are not white."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=1, grayscale=True).to_numpy().squeeze() < 250 for page in document]


def _box(ink: np.ndarray, left: float, right: float, top: float, bottom: float) -> np.ndarray:
    """The pixels within edges given in mm."""
    mask = np.zeros_like(ink)
    x0, x1, y0, y1 = (round(edge * 72 / 25.4) for edge in (left, right, top, bottom))
    mask[y0:y1, x0:x1] = True
    return mask


def _grown(allowed: np.ndarray) -> np.ndarray:
    """One mm, three pixels, of tolerance on every side (docs/print-rules.md)."""
    grown = allowed.copy()
    for _ in range(3):
        grown[1:] |= grown[:-1].copy()
        grown[:-1] |= grown[1:].copy()
        grown[:, 1:] |= grown[:, :-1].copy()
        grown[:, :-1] |= grown[:, 1:].copy()
    return grown

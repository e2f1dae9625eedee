"""The address as it is read through the window, however the PDF writes it."""

import pikepdf
import pytest
from pikepdf import Dictionary, Name

from services.documents.layout import check_layout
from services.domain.layout import Box, Layout
from tests.letter_pdf import letter_pdf
from tests.unit.documents.layout_samples import (
    GOOD_ADDRESS,
    addressed,
    codes,
    drawn,
    findings,
    opened,
    saved,
    text,
)
from tests.unit.documents.samples import FOUR_LINES, SEVEN_LINES

TOPS = (43.0, 46.2, 49.4, 52.6)


def read(pdf: bytes) -> Layout:
    return Layout(address=check_layout(pdf).address, findings=findings(pdf))


def test_an_address_finding_marks_the_address_block() -> None:
    [finding] = findings(addressed("Ada Example", "7 Mill Row", "Wherrymere"))
    assert finding.page == 1
    assert finding.boxes == (Box(24.6, 39.5, 95.4, 26.8),)


def test_the_lines_are_read_from_top_to_bottom_whatever_their_order() -> None:
    placed = list(zip(FOUR_LINES, TOPS, strict=True))
    shuffled = b" ".join(text([line], top=top) for line, top in [placed[i] for i in (3, 0, 2, 1)])
    assert read(drawn(shuffled)) == Layout(address=FOUR_LINES)


def test_the_words_are_read_from_left_to_right_whatever_their_order() -> None:
    row = text(["Row"], left=33.5) + text(["7"]) + text(["Mill"], left=28.5)
    rest = text(["Wherrymere", "ZZ99 4AA"], top=48)
    assert read(drawn(rest + row)).address == ("7 Mill Row", "Wherrymere", "ZZ99 4AA")


def test_letters_drawn_one_by_one_make_words() -> None:
    one_by_one = b"".join(
        text([letter], left=26 + 2.2 * place, top=top)
        for line, top in zip(("ADA EXAMPLE", "7 MILL ROW", "ZZ99 4AA"), TOPS, strict=False)
        for place, letter in enumerate(line)
        if letter != " "
    )
    [first, second, postcode] = read(drawn(one_by_one)).address
    assert (first.replace(" ", ""), second.replace(" ", ""), postcode) == (
        "ADAEXAMPLE",
        "7MILLROW",
        "ZZ99 4AA",
    )


def test_the_address_is_shown_as_it_will_be_printed() -> None:
    pdf = addressed("Ada   Example ,", "7 Mill Row,", "zz994aa", "England")
    assert read(pdf) == Layout(address=("Ada Example", "7 Mill Row", "ZZ99 4AA"))


def test_seven_lines_are_read() -> None:
    assert read(addressed(*SEVEN_LINES)) == Layout(address=SEVEN_LINES)


@pytest.mark.parametrize(("name", "expected"), [("Zoë Müller", "Zoë Müller"), ("Seán Ó Flaithearta",) * 2])
def test_accents_are_kept(name: str, expected: str) -> None:
    assert read(addressed(name, "7 Mill Row", "ZZ99 4AA")).address[0] == expected


def test_a_raised_letter_stays_in_its_line() -> None:
    pdf = drawn(
        text(["21"]) + text(["st"], left=29.4, top=42.2, size=5) + text(["7 Mill Row", "ZZ99 4AA"], top=48)
    )
    assert read(pdf).address == ("21st", "7 Mill Row", "ZZ99 4AA")


def test_what_stands_beside_the_window_is_not_read() -> None:
    sender = text(["Wherrymere Talking Therapies", "Staithe House"], left=126)
    assert read(drawn(GOOD_ADDRESS + sender)) == Layout(address=FOUR_LINES)


def test_three_millimetres_more_are_read_than_may_be_printed_on() -> None:
    layout = read(drawn(text(FOUR_LINES, left=22.5)))
    assert layout.address == FOUR_LINES
    assert [finding.code for finding in layout.findings] == ["content-outside-printable-area"]


def test_a_line_that_runs_out_of_the_window_is_refused() -> None:
    long = "Flat 12B, The Old Granary Warehouse, Upper Marketplace North, Little Snoring-by-the-Water"
    [finding] = findings(addressed("Ada Example", long, "Wherrymere", "ZZ99 4AA"))
    assert finding.code == "content-outside-printable-area"
    assert "address" in finding.reason


def test_an_address_below_the_window_is_not_found() -> None:
    assert codes(drawn(text(FOUR_LINES, top=76))) == ["content-outside-printable-area", "address-is-empty"]


def test_invisible_text_is_read_as_notify_reads_it_and_refused() -> None:
    pdf = drawn(text(["Ada Example", "7 Mill Row"]) + text(["Wherrymere", "ZZ99 4AA"], top=50, mode=3))
    layout = read(pdf)
    assert layout.address == ("Ada Example", "7 Mill Row", "Wherrymere", "ZZ99 4AA")
    assert [finding.code for finding in layout.findings] == ["address-not-visible"] * 2
    assert "ZZ99 4AA" in layout.findings[1].reason


def test_white_text_is_read_and_refused() -> None:
    assert codes(drawn(b"1 g " + GOOD_ADDRESS)) == ["address-not-visible"] * 4


def test_text_beneath_a_scan_can_be_seen() -> None:
    with opened(drawn(text(FOUR_LINES, mode=3))) as pdf:
        scan = pdf.make_stream(bytes([0, 255] * 8))
        scan.stream_dict = Dictionary(
            Type=Name.XObject, Subtype=Name.Image, Width=4, Height=4, ColorSpace=Name.DeviceGray,
            BitsPerComponent=8,
        )  # fmt: skip
        page = pdf.pages[0]
        page.add_resource(scan, Name.XObject, Name.Im)
        page.contents_add(b"q 260 0 0 70 72 657 cm /Im Do Q")
        assert read(saved(pdf)) == Layout(address=FOUR_LINES)


def test_an_address_that_is_a_picture_is_empty_and_says_why() -> None:
    outlines = b"80 700 60 10 re f 80 680 60 10 re f"
    assert codes(drawn(outlines)) == ["address-is-empty", "address-not-text"]


def test_notifys_tag_may_stand_on_the_first_page() -> None:
    tag = b"1 g " + text(["NOTIFY"], left=1.8, top=4, size=6) + b" 0 g "
    assert codes(drawn(tag + GOOD_ADDRESS)) == []
    [finding] = findings(drawn(GOOD_ADDRESS, b"", tag))
    assert (finding.code, finding.page) == ("notify-tag-found-in-content", 3)
    assert finding.boxes[0].left == pytest.approx(1.8, abs=0.3)


def test_the_word_notify_elsewhere_is_a_word() -> None:
    assert codes(drawn(GOOD_ADDRESS, text(["NOTIFY US of changes"], left=20, top=20))) == []


def test_letters_of_other_tests_are_read_likewise() -> None:
    assert read(letter_pdf(FOUR_LINES, pages=2)) == Layout(address=FOUR_LINES)


def test_the_sheet_s_turn_does_not_hide_the_address() -> None:
    with opened(drawn(GOOD_ADDRESS)) as pdf:
        pdf.pages[0].obj.Rotate = 360
        assert read(saved(pdf)) == Layout(address=FOUR_LINES)
        pdf.pages[0].obj.Rotate = pikepdf.Name.Nonsense
        assert read(saved(pdf)).address in ((), FOUR_LINES)

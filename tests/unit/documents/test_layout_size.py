"""A4 portrait, as the page is shown: turned, cropped, moved, in its own unit."""

import pikepdf
import pytest

from services.documents.layout import check_layout
from tests.unit.documents.layout_samples import (
    A4,
    GOOD_ADDRESS,
    MM,
    codes,
    drawn,
    findings,
    good_letter,
    marked,
    moved,
    opened,
    rect,
    saved,
)
from tests.unit.documents.samples import SEVEN_LINES

WIDTH, HEIGHT = A4
AS_IT_IS = (1, 0, 0, 1, 0, 0)
# A page that is turned back by /Rotate: (its drawing turned the other way, its sheet, /Rotate).
TURNED = {
    90: ((0, 1, -1, 0, HEIGHT, 0), [0, 0, HEIGHT, WIDTH]),
    180: ((-1, 0, 0, -1, WIDTH, HEIGHT), [0, 0, WIDTH, HEIGHT]),
    270: ((0, -1, 1, 0, 0, WIDTH), [0, 0, HEIGHT, WIDTH]),
}


@pytest.mark.parametrize("turn", TURNED)
def test_a_turned_page_is_judged_as_it_is_shown(turn: int) -> None:
    matrix, sheet = TURNED[turn]
    layout = check_layout(moved(good_letter(), matrix, MediaBox=sheet, Rotate=turn))
    assert layout.findings == ()
    assert layout.address == SEVEN_LINES
    [finding] = findings(moved(marked(rect(5, 60, 2, 2)), matrix, MediaBox=sheet, Rotate=turn))
    assert "left" in finding.reason
    assert finding.boxes[0] == pytest.approx((5, 60, 2, 2), abs=0.5)


def test_a_sheet_that_does_not_begin_at_zero_is_judged_from_its_corner() -> None:
    aside = {"MediaBox": [100, -50, 100 + WIDTH, HEIGHT - 50]}
    layout = check_layout(moved(good_letter(), (1, 0, 0, 1, 100, -50), **aside))
    assert layout.findings == ()
    assert layout.address == SEVEN_LINES
    assert "content-outside-printable-area" in codes(moved(good_letter(), AS_IT_IS, **aside))


@pytest.mark.parametrize("turn", [90, 270])
def test_portrait_shown_as_landscape_is_refused(turn: int) -> None:
    found = findings(moved(good_letter(), AS_IT_IS, Rotate=turn))
    assert [(finding.code, finding.page) for finding in found] == [
        ("letter-not-a4-portrait-oriented", 1),
        ("letter-not-a4-portrait-oriented", 2),
    ]
    assert "297 × 210 mm" in found[0].reason
    assert found[0].boxes == ()


def test_a_landscape_sheet_is_refused() -> None:
    assert codes(drawn(GOOD_ADDRESS, size=(HEIGHT, WIDTH))) == ["letter-not-a4-portrait-oriented"]


@pytest.mark.parametrize(("more", "expected"), [(1.9, []), (2.5, ["letter-not-a4-portrait-oriented"])])
@pytest.mark.parametrize("sign", [1, -1])
def test_two_millimetres_are_let_pass(more: float, sign: int, expected: list[str]) -> None:
    for size in ((WIDTH + sign * more * MM, HEIGHT), (WIDTH, HEIGHT + sign * more * MM)):
        sheet = [0, HEIGHT - size[1], size[0], HEIGHT]
        assert codes(moved(drawn(GOOD_ADDRESS), AS_IT_IS, MediaBox=sheet)) == expected


def test_a_page_that_is_cropped_is_not_a4() -> None:
    [finding, _] = findings(moved(good_letter(), AS_IT_IS, CropBox=[0, 0, WIDTH, HEIGHT / 2]))
    assert finding.code == "letter-not-a4-portrait-oriented"
    assert "210 × 149 mm" in finding.reason


def test_a4_cut_out_of_a_larger_sheet_is_refused_as_notify_does() -> None:
    cut = {"MediaBox": [-30, -30, WIDTH + 30, HEIGHT + 30], "CropBox": [0, 0, WIDTH, HEIGHT]}
    [finding, _] = findings(moved(good_letter(), AS_IT_IS, **cut))
    assert finding.code == "letter-not-a4-portrait-oriented"
    assert "crop marks" in finding.reason


def test_a_crop_box_of_the_whole_page_changes_nothing() -> None:
    assert codes(moved(good_letter(), AS_IT_IS, CropBox=[-9, -9, WIDTH + 9, HEIGHT + 9])) == []


def test_a_page_in_a_larger_unit_is_not_a4() -> None:
    assert codes(moved(drawn(GOOD_ADDRESS), AS_IT_IS, UserUnit=1)) == []
    found = findings(moved(drawn(GOOD_ADDRESS), AS_IT_IS, UserUnit=2))
    assert [finding.code for finding in found] == ["letter-not-a4-portrait-oriented"]
    assert "420 × 594 mm" in found[0].reason


def test_a_page_of_another_size_is_named_and_the_others_are_still_judged() -> None:
    with opened(drawn(GOOD_ADDRESS, b"", rect(5, 100, 1, 1))) as pdf:
        pdf.pages[1].MediaBox = pikepdf.Array([0, 0, 200, 300])
        found = findings(saved(pdf))
    assert [(finding.code, finding.page) for finding in found] == [
        ("letter-not-a4-portrait-oriented", 2),
        ("content-outside-printable-area", 3),
    ]


def test_what_a_page_inherits_counts() -> None:
    with opened(drawn(GOOD_ADDRESS)) as pdf:
        del pdf.pages[0].obj["/MediaBox"]
        pdf.Root.Pages.MediaBox = pikepdf.Array([0, 0, *A4])
        pdf.Root.Pages.Resources = pdf.pages[0].obj.Resources
        del pdf.pages[0].obj["/Resources"]
        assert codes(saved(pdf)) == []
        pdf.Root.Pages.Rotate = 90
        assert codes(saved(pdf)) == ["letter-not-a4-portrait-oriented"]


def test_a_page_without_a_size_is_refused() -> None:
    with opened(drawn(GOOD_ADDRESS)) as pdf:
        del pdf.pages[0].obj["/MediaBox"]
        assert codes(saved(pdf)) in (["unable-to-read-the-file"], ["letter-not-a4-portrait-oriented"])

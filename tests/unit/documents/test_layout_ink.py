"""Margins and no-print areas, from both sides of the tolerance of 1 mm (docs/print-rules.md)."""

from collections.abc import Callable, Mapping

import numpy as np
import pikepdf
import pytest
from numpy.typing import NDArray
from pikepdf import Array, Dictionary, Name

from services.domain.layout import Box
from tests.unit.documents.layout_samples import (
    A4,
    MM,
    codes,
    findings,
    good_letter,
    marked,
    opened,
    rect,
    saved,
)

# What is drawn begins so many mm beyond the edge: (where, how far) -> (left, top) of a mark of 2 x 2 mm.
Beyond = Callable[[float], tuple[float, float]]
MARGINS: dict[str, Beyond] = {
    "left": lambda over: (15 - over, 150),
    "right": lambda over: (193 + over, 150),
    "top": lambda over: (60, 5 - over),
    "bottom": lambda over: (60, 290 + over),
}
AROUND: dict[str, Beyond] = {
    "above": lambda over: (60, 28 + over),
    "below": lambda over: (60, 95 - over),
    "right": lambda over: (125 - over, 80),
    "over the address": lambda over: (100, 39.5 - over),
    "under the address": lambda over: (100, 64.3 + over),
    "left of the address": lambda over: (24.6 - over, 65),
    "right of the address": lambda over: (118 + over, 50),
}


@pytest.mark.parametrize("page", [1, 2])
@pytest.mark.parametrize("side", MARGINS)
def test_a_margin_is_kept_on_every_page(side: str, page: int) -> None:
    assert codes(marked(rect(*MARGINS[side](0.5), 2, 2), page)) == []
    [finding] = findings(marked(rect(*MARGINS[side](2), 2, 2), page))
    assert finding.code == "content-outside-printable-area"
    assert finding.page == page
    assert side in finding.reason


@pytest.mark.parametrize("side", AROUND)
def test_nothing_is_printed_around_the_address_on_page_1(side: str) -> None:
    assert codes(marked(rect(*AROUND[side](0.5), 2, 2))) == []
    [finding] = findings(marked(rect(*AROUND[side](2), 2, 2)))
    assert finding.code == "content-outside-printable-area"
    assert "address" in finding.reason
    assert codes(marked(rect(*AROUND[side](2), 2, 2), page=2)) == []


def test_the_box_is_on_what_is_wrong() -> None:
    [finding] = findings(marked(rect(8, 100, 3, 2)))
    assert _is_near(finding.boxes, [Box(8, 100, 3, 2)])


def test_the_box_leaves_out_what_is_allowed() -> None:
    [finding] = findings(marked(rect(10, 100, 100, 2)))
    assert _is_near(finding.boxes, [Box(10, 100, 4, 2)])


def test_marks_near_to_each_other_have_one_box_and_others_their_own() -> None:
    near, far = rect(8, 100, 2, 2) + rect(11, 102, 2, 2), rect(8, 200, 2, 2)
    [finding] = findings(marked(near + far))
    assert _is_near(finding.boxes, [Box(8, 100, 5, 4), Box(8, 200, 2, 2)])


def test_a_speckled_page_has_ten_boxes_at_most() -> None:
    speckles = b"".join(rect(x, y, 0.5, 0.5) for x in (3, 12, 200, 207) for y in range(6, 290, 12))
    found = findings(marked(speckles))
    assert len(found) == 2
    assert 2 <= sum(len(finding.boxes) for finding in found) <= 10


def test_a_tinted_page_is_marked_place_by_place() -> None:
    found = findings(marked(rect(0, 0, 210, 297, "0.9 g")))
    assert [finding.reason.split(":")[0] for finding in found] == [
        "There is print in the margin on the left",
        "There is print in the margin on the right",
        "There is print in the margin at the top",
        "There is print in the margin at the bottom",
        "There is print around the address",
    ]
    assert sum(len(finding.boxes) for finding in found) == 8


@pytest.mark.parametrize(
    "colour",
    ["0.99 g", "1 1 0.98 rg", "0.996 1 1 rg", "0 0 0.02 0 k"],
    ids=["grey", "yellow", "cyan", "cmyk"],
)
def test_the_palest_ink_counts(colour: str) -> None:
    assert codes(marked(rect(8, 100, 2, 2, colour))) == ["content-outside-printable-area"]


def test_a_thin_pale_line_counts() -> None:
    assert codes(marked(rect(8, 100, 2, 0.01, "0.9 g"))) == ["content-outside-printable-area"]


@pytest.mark.parametrize("colour", ["1 g", "1 1 1 rg", "0 0 0 0 k"])
def test_white_is_no_ink(colour: str) -> None:
    assert codes(marked(rect(0, 0, 14, 297, colour))) == []


@pytest.mark.parametrize(("sample", "expected"), [(0, 1), (250, 1), (255, 0)])
def test_the_pixels_of_an_image_count_where_they_are_not_white(sample: int, expected: int) -> None:
    assert len(findings(_with_image(np.full((4, 4, 3), sample, dtype=np.uint8)))) == expected


def test_an_annotation_is_printed() -> None:
    [finding] = findings(_with_annotation({"/Subtype": Name.Stamp}))
    assert _is_near(finding.boxes, [Box(5, 100, 5, 5)])


def test_a_form_field_is_printed() -> None:
    field = {"/Subtype": Name.Widget, "/FT": Name.Tx, "/T": pikepdf.String("name")}
    [finding] = findings(_with_annotation(field))
    assert _is_near(finding.boxes, [Box(5, 100, 5, 5)])


def test_a_hidden_annotation_is_not() -> None:
    assert codes(_with_annotation({"/Subtype": Name.Stamp, "/F": 2})) == []


def _with_image(pixels: NDArray[np.uint8]) -> bytes:
    with opened(good_letter()) as pdf:
        image = pdf.make_stream(pixels.tobytes())
        height, width, _ = pixels.shape
        image.stream_dict = Dictionary(
            Type=Name.XObject, Subtype=Name.Image, Width=width, Height=height, ColorSpace=Name.DeviceRGB,
            BitsPerComponent=8,
        )  # fmt: skip
        page = pdf.pages[1]
        page.add_resource(image, Name.XObject, Name.Im)
        page.contents_add(b"q", prepend=True)
        page.contents_add(b"Q q 10 0 0 10 10 400 cm /Im Do Q")
        return saved(pdf)


def _with_annotation(entries: Mapping[str, object]) -> bytes:
    """A black square 5 mm from the left and 100 from the top of page 2, 5 mm wide."""
    with opened(good_letter()) as pdf:
        shown = pdf.make_stream(b"0 g 0 0 9 9 re f")
        shown.stream_dict = Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
        where = [5 * MM, A4[1] - 105 * MM, 10 * MM, A4[1] - 100 * MM]
        annotation = pdf.make_indirect(
            Dictionary(
                {"/Type": Name.Annot, "/Rect": Array(where), "/AP": Dictionary(N=shown), "/F": 4, **entries}
            )
        )
        pdf.pages[1].obj.Annots = Array([annotation])
        if entries["/Subtype"] == Name.Widget:
            pdf.Root.AcroForm = Dictionary(Fields=Array([annotation]))
        return saved(pdf)


def _is_near(found: tuple[Box, ...], expected: list[Box]) -> bool:
    """Whether the boxes are these, in any order, within half a millimetre."""
    return np.allclose(sorted(found), expected, atol=0.5)

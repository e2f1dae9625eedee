"""Files from outside: whatever a PDF may be written like, its pages come out of the pile as they went in."""

from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name

from services.documents.check import check_merged
from services.documents.digests import with_references
from services.documents.merge import merge_letters
from services.documents.page import A4_POINTS
from services.domain.documents import DocumentProblem, StoredDocument
from tests.unit.documents.piles import letter
from tests.unit.documents.samples import page_texts, stored

Make = Callable[[pikepdf.Pdf], None]


def written(make: Make, **save: Any) -> bytes:
    """A file with a page of A4 that `make` draws."""
    with pikepdf.new() as file:
        file.add_blank_page(page_size=A4_POINTS)
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        file.pages[0].obj.Resources = Dictionary(Font=Dictionary(F=file.make_indirect(font)))
        make(file)
        file.save(out := BytesIO(), **save)
    return out.getvalue()


def text(words: str, x: int = 90, y: int = 700) -> bytes:
    return b"BT /F 12 Tf %d %d Td (%s) Tj ET" % (x, y, words.encode())


def offset_boxes(file: pikepdf.Pdf) -> None:
    page = file.pages[0].obj
    page.MediaBox = Array([-100, -50, 600, 850])
    page.CropBox = Array([-50, -20, 545, 822])
    page.Contents = file.make_stream(text("offset"))


def turned_by_inheritance(file: pikepdf.Pdf) -> None:
    page = file.pages[0].obj
    page.Contents = file.make_stream(text("inherited"))
    tree = file.Root.Pages
    tree.Rotate, tree.MediaBox = 90, Array([0, 0, 842, 595])
    tree.Resources = page.Resources
    del page.MediaBox, page.Resources


def several_contents(file: pikepdf.Pdf) -> None:
    parts = [text("first"), text("second", y=600)]
    file.pages[0].obj.Contents = file.make_indirect(Array([file.make_stream(part) for part in parts]))


def drawing_in_drawing(file: pikepdf.Pdf) -> None:
    resources = file.pages[0].obj.Resources

    def form(drawing: bytes, **within: Any) -> pikepdf.Object:
        own = Dictionary(Font=resources.Font, XObject=Dictionary(**within))
        return file.make_stream(
            drawing, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 600, 850], Resources=own
        )

    resources.XObject = Dictionary(X=form(text("outer") + b" /Y Do", Y=form(text("inner", y=500))))
    file.pages[0].obj.Contents = file.make_stream(b"/X Do")


def odd_values(file: pikepdf.Pdf) -> None:
    page = file.pages[0].obj
    marks = Dictionary(
        {
            "/a b#(c": pikepdf.String(b"( 12 0 R ) \\ \r \x00\xff"),
            "/Hex": pikepdf.String(bytes(range(256))),
            "/UTF16": pikepdf.String("Łukasz (1 0 R)"),
            "/Reals": Array([1, -0.5, 1.50, True, None, Name("/1 0 R")]),
            "/Nested": file.make_indirect(Array([file.make_indirect(Dictionary()), 3, 4])),
        }
    )
    page.Resources.Properties = Dictionary({"/M": file.make_indirect(marks)})
    page.Contents = file.make_stream(b"/Span /M BDC " + text("odd") + b" EMC")


def inline_image(file: pikepdf.Pdf) -> None:
    drawing = b"q 99 0 0 99 0 0 cm BI /W 2 /H 2 /BPC 8 /CS /G ID (1 R EI Q " + text("inline")
    file.pages[0].obj.Contents = file.make_stream(drawing)


def enlarged(file: pikepdf.Pdf) -> None:
    page = file.pages[0].obj
    page.MediaBox, page.UserUnit = Array([0, 0, 297.5, 421]), 2
    page.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)
    page.Contents = file.make_stream(text("enlarged", 40, 300))


SOURCES = [
    offset_boxes,
    turned_by_inheritance,
    several_contents,
    drawing_in_drawing,
    odd_values,
    inline_image,
    enlarged,
]


def picture(pdf: bytes, page: int) -> bytes:
    with pypdfium2.PdfDocument(pdf) as file:
        drawn: bytes = file[page].render(scale=0.5).to_numpy().tobytes()
    return drawn


@pytest.mark.parametrize("make", SOURCES)
@pytest.mark.parametrize("mode", [pikepdf.ObjectStreamMode.disable, pikepdf.ObjectStreamMode.generate])
def test_a_page_comes_out_as_it_went_in(make: Make, mode: pikepdf.ObjectStreamMode) -> None:
    pdf = written(make, object_stream_mode=mode)
    assert page_texts(pdf) != [""]
    pile = merge_letters([letter(1, 1), stored("up", pdf), letter(2, 1)], duplex=True)
    check_merged(pile)
    assert page_texts(pile.merged.pdf)[2] == page_texts(pdf)[0]
    assert picture(pile.merged.pdf, 2) == picture(pdf, 0)
    with pikepdf.open(BytesIO(pile.merged.pdf)) as file:
        assert file.check_pdf_syntax() == []


def test_a_reference_to_nothing_stays_one_to_nothing() -> None:
    def draw(file: pikepdf.Pdf) -> None:
        file.pages[0].obj.Resources.ExtGState = Name("/Nowhere_")
        file.pages[0].obj.Contents = file.make_stream(text("nothing"))

    pdf = written(draw).replace(b"/Nowhere_", b"99 0 R   ")
    pile = merge_letters([stored("up", pdf)], duplex=False)
    check_merged(pile)
    assert page_texts(pile.merged.pdf) == ["nothing"]


def test_values_are_kept_to_the_byte() -> None:
    pdf = written(odd_values)
    pile = merge_letters([stored("up", pdf)], duplex=False)
    with pikepdf.open(BytesIO(pdf)) as before, pikepdf.open(BytesIO(pile.merged.pdf)) as after:
        was, now = (file.pages[0].obj.Resources.Properties.M for file in (before, after))
        assert was.keys() == now.keys()
        for key in ("/a b#(c", "/Hex", "/UTF16"):
            assert bytes(was[key]) == bytes(now[key])
        assert was.Reals.unparse() == now.Reals.unparse()
        assert now.Nested.unparse(resolved=True).endswith(b"R 3 4 ]")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=20), st.sampled_from([b"1 0 R", b"(", b")\\", b"\n7 0 R)"]))))
def test_no_string_is_taken_for_a_reference(strings: list[bytes]) -> None:
    with pikepdf.new() as file:
        stream = file.make_stream(b"")
        array = Array([part for string in strings for part in (pikepdf.String(string), stream)])
        found = with_references(array.unparse(), lambda place: b"%d 0 R" % (place[0] + 1000))
        numbers = [b"%d 0 R" % (stream.objgen[0] + shift) for shift in (0, 1000)]
    expected = b"".join(pikepdf.String(string).unparse() + b" " + numbers[1] + b" " for string in strings)
    assert found == b"[ " + expected + b"]"


def test_the_same_picture_is_stored_once_however_it_is_numbered() -> None:
    noise = bytes((7 * n * n + n // 3) % 251 for n in range(40_000))

    def pictured(number: int) -> bytes:
        def draw(file: pikepdf.Pdf) -> None:
            for _ in range(number):  # other numbers in each file
                file.Root[f"/Other{_}"] = file.make_stream(b"other")
            image = file.make_stream(
                noise,
                Subtype=Name.Image,
                Width=200,
                Height=200,
                BitsPerComponent=8,
                ColorSpace=Name.DeviceGray,
            )
            file.pages[0].obj.Resources.XObject = Dictionary(I=image)
            file.pages[0].obj.Contents = file.make_stream(b"/I Do " + text(f"letter {number}"))

        return written(draw, compress_streams=False)

    one, ten = (
        merge_letters([stored(f"P{n}", pictured(n)) for n in range(count)], duplex=True).merged.pdf
        for count in (1, 10)
    )
    assert len(one) > 40_000
    assert len(ten) < len(one) + 9 * 600


def test_what_differs_in_its_resources_alone_is_not_taken_for_the_same() -> None:
    def in_font(name: str) -> bytes:
        def draw(file: pikepdf.Pdf) -> None:
            file.pages[0].obj.Resources.Font.F.BaseFont = Name(f"/{name}")
            file.pages[0].obj.Contents = file.make_stream(text("same"))

        return written(draw)

    pile = merge_letters([stored(name, in_font(name)) for name in ("Courier", "Times-Roman")], duplex=False)
    with pikepdf.open(BytesIO(pile.merged.pdf)) as file:
        assert [str(page.obj.Resources.Font.F.BaseFont) for page in file.pages] == [
            "/Courier",
            "/Times-Roman",
        ]
        assert file.pages[0].obj.Contents.objgen == file.pages[1].obj.Contents.objgen


def drawing_of_itself(file: pikepdf.Pdf) -> None:
    drawing = file.make_stream(b"/X Do", Subtype=Name.Form, BBox=[0, 0, 9, 9])
    drawing.Resources = Dictionary(XObject=Dictionary(X=drawing))
    file.pages[0].obj.Resources.XObject = Dictionary(X=drawing)
    file.pages[0].obj.Contents = file.make_stream(b"/X Do")


def layers(file: pikepdf.Pdf) -> None:
    file.Root.OCProperties = Dictionary(OCGs=Array(), D=Dictionary())


def no_page(file: pikepdf.Pdf) -> None:
    del file.pages[0]


@pytest.mark.parametrize(
    ("pdf", "reason"),
    [
        (written(no_page), "no page"),
        (written(drawing_of_itself), "refers to itself"),
        (written(layers), "layers"),
        (written(several_contents, encryption=pikepdf.Encryption(owner="o", user="")), "encrypted"),
        (written(several_contents, encryption=pikepdf.Encryption(owner="o", user="u")), "can't be read"),
    ],
)
def test_what_can_not_be_merged_is_said_with_the_letter(pdf: bytes, reason: str) -> None:
    document = StoredDocument(
        reference="up", pdf=pdf, sha256=sha256(pdf).hexdigest(), page_count=0 if reason == "no page" else 1
    )
    with pytest.raises(DocumentProblem, match=f"^up can't be merged. .*{reason}"):
        merge_letters([letter(1, 1), document], duplex=True)


def annotations_and_actions(file: pikepdf.Pdf) -> None:
    page = file.pages[0].obj
    page.Contents = file.make_stream(text("kept"))
    link = Dictionary(Subtype=Name.Link, Rect=[0, 0, 9, 9], A=Dictionary(S=Name.URI, URI="http://x.example"))
    page.Annots = Array([link])
    page.AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS="app.alert(1)"))
    file.Root.OpenAction = page.AA.O


def test_only_what_draws_is_taken_over() -> None:
    pile = merge_letters([stored("up", written(annotations_and_actions))], duplex=False)
    check_merged(pile)
    assert page_texts(pile.merged.pdf) == ["kept"]
    with pikepdf.open(BytesIO(pile.merged.pdf)) as file:
        assert set(file.pages[0].obj.keys()) == {"/Contents", "/MediaBox", "/Parent", "/Resources", "/Type"}
        assert "/OpenAction" not in file.Root

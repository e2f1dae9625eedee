"""Every font in which a page shows something is embedded."""

import pikepdf
from pikepdf import Array, Dictionary, Name

from services.documents.layout import check_layout
from services.domain.layout import Finding
from tests.unit.documents.layout_samples import GOOD_ADDRESS, drawn, good_letter, opened, saved, text


def font_findings(pdf: pikepdf.Pdf) -> list[Finding]:
    return [finding for finding in check_layout(saved(pdf)).findings if finding.code == "fonts-not-embedded"]


def test_embedded_fonts_pass() -> None:
    with opened(good_letter()) as pdf:
        assert font_findings(pdf) == []


def test_a_standard_font_that_is_not_embedded_is_named() -> None:
    with opened(drawn(GOOD_ADDRESS)) as pdf:
        [finding] = font_findings(pdf)
    assert finding.page == 1
    assert finding.reason.startswith("Not embedded: Helvetica.")


def test_a_font_that_is_listed_and_shows_nothing_is_no_matter() -> None:
    with opened(good_letter()) as pdf:
        for page in pdf.pages:
            page.add_resource(_helvetica(), Name.Font, Name.F1)
        assert font_findings(pdf) == []
    with opened(drawn(text(["behind a scanned page"], mode=3))) as pdf:
        assert font_findings(pdf) == []


def test_each_page_that_needs_it_is_named() -> None:
    with opened(drawn(GOOD_ADDRESS, b"", text(["more"]))) as pdf:
        assert [finding.page for finding in font_findings(pdf)] == [1, 3]


def test_a_font_of_a_form_within_a_form_counts() -> None:
    with opened(good_letter()) as pdf:
        words = b"BT /F 12 Tf 100 300 Td (words) Tj ET"
        inner = _form(pdf, words, Font=Dictionary(F=_helvetica()))
        outer = _form(pdf, b"/Inner Do", XObject=Dictionary(Inner=inner))
        pdf.pages[1].add_resource(outer, Name.XObject, Name.Outer)
        pdf.pages[1].contents_add(b"/Outer Do")
        [finding] = font_findings(pdf)
    assert finding.page == 2


def test_a_composite_font_is_embedded_where_its_descendant_is() -> None:
    with opened(good_letter()) as pdf:
        for font in pdf.pages[0].resources.Font.as_dict().values():
            assert font.Subtype == Name.Type0
            del font.DescendantFonts[0].FontDescriptor["/FontFile2"]
        assert [finding.page for finding in font_findings(pdf)] == [1, 2]


def test_a_font_that_is_drawn_by_the_file_itself_needs_no_program() -> None:
    with opened(drawn(text(["aaa"]))) as pdf:
        square = pdf.make_stream(b"600 0 0 0 500 500 d1 0 0 500 500 re f")
        pdf.pages[0].resources.Font.F = Dictionary(
            Type=Name.Font,
            Subtype=Name.Type3,
            FontBBox=Array([0, 0, 500, 500]),
            FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]),
            CharProcs=Dictionary(a=square),
            Encoding=Dictionary(Differences=Array([97, Name.a])),
            FirstChar=97,
            LastChar=97,
            Widths=Array([600]),
        )
        assert font_findings(pdf) == []


def _helvetica() -> Dictionary:
    return Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)


def _form(pdf: pikepdf.Pdf, drawing: bytes, **resources: pikepdf.Object) -> pikepdf.Object:
    form = pdf.make_stream(drawing)
    names = Dictionary({f"/{kind}": named for kind, named in resources.items()})
    form.stream_dict = Dictionary(
        Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 600, 800], Resources=names
    )
    return form

"""Every font that a page has is embedded."""

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from services.documents.layout import check_layout
from services.domain.layout import Finding
from tests.unit.documents.layout_samples import GOOD_ADDRESS, drawn, good_letter, opened, saved


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


def test_the_rule_can_be_left_out() -> None:
    assert check_layout(drawn(GOOD_ADDRESS), fonts_embedded=False).findings == ()


def test_fonts_are_named_once_for_the_first_page_that_has_them() -> None:
    with opened(drawn(GOOD_ADDRESS, b"", b"")) as pdf:
        assert [finding.page for finding in font_findings(pdf)] == [1]


def test_a_font_of_a_form_within_a_form_counts() -> None:
    with opened(good_letter()) as pdf:
        inner = _form(pdf, {"/Font": Dictionary(F=_helvetica())})
        outer = _form(pdf, {"/XObject": Dictionary(Inner=inner)})
        pdf.pages[1].obj.Resources = Dictionary(XObject=Dictionary(Outer=outer))
        [finding] = font_findings(pdf)
    assert finding.page == 2


def test_a_form_that_holds_itself_is_walked_once() -> None:
    with opened(good_letter()) as pdf:
        form = _form(pdf, {"/XObject": Dictionary()})
        form.Resources.XObject.Self = form
        pdf.pages[1].add_resource(form, Name.XObject, Name.Form)
        assert font_findings(pdf) == []


def test_a_font_of_an_annotation_or_a_field_counts() -> None:
    with opened(good_letter()) as pdf:
        shown = _form(pdf, {"/Font": Dictionary(F=_helvetica())})
        note = Dictionary(
            Type=Name.Annot, Subtype=Name.FreeText, Rect=[100, 100, 200, 200], AP=Dictionary(N=shown)
        )
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])
        assert len(font_findings(pdf)) == 1


def test_a_composite_font_is_embedded_where_its_descendant_is() -> None:
    with opened(good_letter()) as pdf:
        font = next(iter(pdf.pages[0].resources.Font.as_dict().values()))
        assert font.Subtype == Name.Type0
        del font.DescendantFonts[0].FontDescriptor["/FontFile2"]
        [finding] = font_findings(pdf)
        assert str(font.BaseFont)[1:] in finding.reason


@pytest.mark.parametrize("subtype", ["TrueType", "MMType1"])
def test_simple_fonts_of_other_kinds_count(subtype: str) -> None:
    with opened(good_letter()) as pdf:
        font = Dictionary(Type=Name.Font, Subtype=Name(f"/{subtype}"), BaseFont=Name.Arial)
        pdf.pages[0].add_resource(font, Name.Font, Name.Extra)
        assert len(font_findings(pdf)) == 1
        pdf.pages[0].resources.Font.Extra.FontDescriptor = Dictionary(
            FontFile2=pdf.make_stream(b"the font's program")
        )
        assert font_findings(pdf) == []


def _helvetica() -> Dictionary:
    return Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)


def _form(pdf: pikepdf.Pdf, resources: dict[str, pikepdf.Object]) -> pikepdf.Object:
    form = pdf.make_stream(b"")
    form.stream_dict = Dictionary(
        Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9], Resources=Dictionary(resources)
    )
    return form

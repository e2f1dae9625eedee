"""The pages in front of a pile."""

from datetime import UTC, datetime
from io import BytesIO

import pikepdf
import pytest

from services.documents.check import check_merged
from services.documents.checklist import checklist_pdf
from services.documents.merge import merge_letters
from services.documents.plain_press import PlainPress
from services.domain.documents import Checklist, ChecklistLine
from tests.unit.documents.piles import letter, tagged_letter
from tests.unit.documents.samples import page_texts, stored

MADE_AT = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)


def checklist(*lines: ChecklistLine, duplex: bool = True) -> Checklist:
    return Checklist(
        service_name="Wherrymere Talking Therapies",
        made_by="Šárka Åström",
        made_at=MADE_AT,
        duplex=duplex,
        lines=lines,
    )


def line(number: int, pages: int = 1, **more: str) -> ChecklistLine:
    texts = {"reference": f"L-{number}", "patient": f"Patient{number}", "title": f"Title{number}", **more}
    return ChecklistLine(**texts, page_count=pages)


def test_it_says_what_is_in_the_pile_in_order_and_from_which_sheet() -> None:
    lines = [line(1, 1), line(2, 3), line(3, 2)]
    [both_sides] = page_texts(checklist_pdf(checklist(*lines)))
    assert "3 letters, 6 pages, 4 sheets printed on both sides" in both_sides
    assert "Wherrymere Talking Therapies. Made by Šárka Åström, 23 Nov 2026, 14:05." in both_sides
    assert "1 Patient1 L-1 Title1 1 1 2 Patient2 L-2 Title2 3 2 3 Patient3 L-3 Title3 2 4" in both_sides
    [one_side] = page_texts(checklist_pdf(checklist(*lines, duplex=False)))
    assert "3 letters, 6 pages, 6 sheets printed on one side" in one_side
    assert "1 Patient1 L-1 Title1 1 1 2 Patient2 L-2 Title2 3 2 3 Patient3 L-3 Title3 2 5" in one_side


def test_every_line_is_on_some_page_below_the_names_of_its_columns() -> None:
    pages = page_texts(checklist_pdf(checklist(*(line(number) for number in range(1, 101)))))
    assert len(pages) == 3
    for number, text in enumerate(pages, start=1):
        assert f"Checklist, page {number} of 3" in text
        assert "No. Patient Reference Title Pages Sheet Done" in text
    words = " ".join(pages).split()
    assert [word for word in words if word.startswith("Patient") and word != "Patient"] == [
        f"Patient{number}" for number in range(1, 101)
    ]


@pytest.mark.parametrize(
    "name",
    ["Zoë Ẁynne-Łukasiewicz", "Siân Ŵyn", "Ngô Thị Hiền", "Øystein Æsir", "<b>(\\) Tj & Co", "O’Neill ſ"],
)
def test_names_are_written_as_they_are(name: str) -> None:
    [text] = page_texts(checklist_pdf(checklist(line(1, patient=name))))
    assert f"1 {name} L-1" in text


def test_accents_may_be_separate_and_unknown_characters_do_no_harm() -> None:
    [text] = page_texts(checklist_pdf(checklist(line(1, patient="Zoe\u0308 😀\ue000\x07 Li"))))
    assert "1 Zoë" in text
    assert "Li L-1" in text


def test_what_is_too_long_is_cut_and_stays_in_its_column() -> None:
    long = line(1, patient="Featherstonehaugh " * 5, title="W" * 80)
    [text] = page_texts(checklist_pdf(checklist(long)))
    assert "1 Featherstonehaugh Featherstoneh… L-1" in text
    assert "WWW… 1 1" in text


def test_it_is_tagged_and_its_fonts_are_embedded() -> None:
    with pikepdf.open(BytesIO(checklist_pdf(checklist(line(1), line(2))))) as file:
        assert file.check_pdf_syntax() == []
        fonts = file.pages[0].obj.Resources.Font
        assert all("/FontFile2" in font.DescendantFonts[0].FontDescriptor for font in fonts.values())
        [document] = file.Root.StructTreeRoot.K
        assert [str(kid.S) for kid in document.K] == ["/H1", "/P", "/P", "/Table"]
        rows = document.K[3].K
        assert [[str(cell.S) for cell in row.K] for row in rows] == [["/TH"] * 7, ["/TD"] * 7, ["/TD"] * 7]


@pytest.mark.parametrize("duplex", [True, False])
def test_it_never_shares_a_sheet_with_a_letter(duplex: bool) -> None:
    lines = [line(number) for number in range(1, 51)]
    documents = [letter(number, 1) for number in range(1, 51)]
    with PlainPress() as press:
        merged = press.merge(iter(documents), duplex=duplex, checklist=checklist(*lines, duplex=duplex))
        assert merged.front_pages == 2
        one = press.merge(documents[:1], duplex=duplex, checklist=checklist(lines[0], duplex=duplex))
        assert one.front_pages == (2 if duplex else 1)
        assert one.page_map[0].first_page == one.front_pages + 1
    texts = page_texts(one.pdf)
    assert "1 Patient1 L-1 Title1 1 1" in texts[0]
    assert texts[one.front_pages] == page_texts(documents[0].pdf)[0]


def test_a_pile_with_its_checklist_keeps_its_tags() -> None:
    front = stored("Checklist", checklist_pdf(checklist(line(1), line(2))))
    pile = merge_letters([tagged_letter(1, 1), tagged_letter(2, 1)], duplex=True, checklist=front)
    check_merged(pile)
    with pikepdf.open(BytesIO(pile.merged.pdf)) as file:
        assert file.Root.MarkInfo.Marked
        assert b"pdfuaid:part" in file.Root.Metadata.read_bytes()
        assert str(file.Root.Outlines.First.Title) == "Checklist"

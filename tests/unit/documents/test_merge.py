from dataclasses import replace
from functools import cache
from io import BytesIO

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.documents.check import check_merged, page_count
from services.documents.merge import merge_letters
from services.documents.plain import plain_letter
from services.documents.render import render_letter
from services.domain.documents import (
    CheckFailed,
    DocumentChanged,
    LetterPages,
    Merged,
    RenderFailed,
    StoredDocument,
)
from tests.unit.documents.samples import ONE_PAGE, TWO_PAGES, page_texts, stored


@cache
def letter(number: int, pages: int) -> StoredDocument:
    """A letter of so many pages that no other letter is like."""
    paragraphs = f"Paragraph of letter {number}.\n\n" * (6 + (pages - 1) * 27)
    content = replace(ONE_PAGE, reference=f"L-{number}", body=paragraphs)
    document = stored(f"L-{number}", plain_letter(content))
    assert document.page_count == pages
    return document


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 4), min_size=1, max_size=12), st.booleans())
def test_each_letter_has_its_own_sheets(lengths: list[int], duplex: bool) -> None:
    documents = [letter(number, pages) for number, pages in enumerate(lengths)]
    merged = merge_letters(documents, duplex=duplex)
    check_merged(merged, documents)

    texts = page_texts(merged.pdf)
    sheets_of: dict[int, str] = {}
    for document, place in zip(documents, merged.page_map, strict=True):
        assert place.reference == document.reference
        first = place.first_page - 1
        assert texts[first : first + place.page_count] == page_texts(document.pdf)
        for page in range(first, first + place.page_count):
            sheet = page // 2 if duplex else page
            assert sheets_of.setdefault(sheet, document.reference) == document.reference
    padding = sum(pages % 2 for pages in lengths) if duplex else 0
    assert texts.count("") == padding
    assert len(texts) == sum(lengths) + padding


@pytest.mark.parametrize(("duplex", "sides"), [(True, "/DuplexFlipLongEdge"), (False, "/Simplex")])
def test_bookmarks_and_what_the_printer_is_asked_for(duplex: bool, sides: str) -> None:
    merged = merge_letters([letter(1, 1), letter(2, 2)], duplex=duplex)
    with pikepdf.open(BytesIO(merged.pdf)) as file:
        assert file.Root.ViewerPreferences.Duplex == sides
        assert file.Root.ViewerPreferences.PrintScaling == "/None"
        with file.open_outline() as outline:
            assert [item.title for item in outline.root] == ["L-1", "L-2"]


def test_real_letters_are_merged_unchanged() -> None:
    documents = [stored("A", render_letter(ONE_PAGE)), stored("B", render_letter(TWO_PAGES))]
    merged = merge_letters(documents, duplex=True)
    check_merged(merged, documents)
    assert page_texts(merged.pdf) == [*page_texts(documents[0].pdf), "", *page_texts(documents[1].pdf)]
    assert merged == merge_letters(documents, duplex=True)


def test_changed_bytes_are_refused() -> None:
    right = letter(1, 1)
    with pytest.raises(DocumentChanged, match="L-1"):
        merge_letters([letter(2, 1), replace(right, pdf=right.pdf + b" ")], duplex=True)
    with pytest.raises(DocumentChanged, match="has 1 pages, but 2"):
        merge_letters([replace(right, page_count=2)], duplex=True)


def test_nothing_is_not_merged() -> None:
    with pytest.raises(ValueError, match="no letter"):
        merge_letters([], duplex=True)


def wrong_order(merged: Merged) -> Merged:
    return merge_letters([letter(2, 1), letter(1, 1)], duplex=True)


def simplex_given_as_duplex(merged: Merged) -> Merged:
    return replace(merge_letters([letter(1, 1), letter(2, 1)], duplex=False), duplex=True)


def map_of_shared_sheet(merged: Merged) -> Merged:
    return replace(merged, page_map=(LetterPages("L-1", 1, 1), LetterPages("L-2", 2, 1)))


def other_patients_letter(merged: Merged) -> Merged:
    other = replace(letter(3, 1), reference="L-2")
    return merge_letters([letter(1, 1), other], duplex=True)


def other_bytes(merged: Merged) -> Merged:
    return replace(merged, pdf=merged.pdf + b" ")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (wrong_order, "names other letters"),
        (simplex_given_as_duplex, "does not start on the next sheet"),
        (map_of_shared_sheet, "does not start on the next sheet"),
        (other_patients_letter, "pages of L-2 are not those"),
        (other_bytes, "not the one that was merged"),
    ],
)
def test_a_spoilt_file_is_not_given_out(spoil: object, reason: str) -> None:
    documents = [letter(1, 1), letter(2, 1)]
    assert callable(spoil)
    with pytest.raises(CheckFailed, match=reason):
        check_merged(spoil(merge_letters(documents, duplex=True)), documents)


def test_a_page_that_is_not_a4_is_found() -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(612, 792))
        pdf.save(written := BytesIO())
    documents = [stored("US", written.getvalue())]
    with pytest.raises(CheckFailed, match="Page 1 is not A4"):
        check_merged(merge_letters(documents, duplex=True), documents)


def test_page_count_of_what_is_no_pdf() -> None:
    assert page_count(plain_letter(ONE_PAGE)) == 1
    with pytest.raises(RenderFailed, match="not a PDF"):
        page_count(b"<html>")

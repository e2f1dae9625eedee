import subprocess
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.documents.check import check_merged, page_count
from services.documents.merge import merge_letters
from services.documents.plain import plain_letter
from services.documents.render import render_letter
from services.domain.documents import DocumentChanged, DocumentProblem, RenderFailed, StoredDocument
from tests.unit.documents.piles import letter, tagged_letter
from tests.unit.documents.samples import ONE_PAGE, TWO_PAGES, page_texts, stored

LENGTHS = st.lists(st.tuples(st.integers(1, 4), st.booleans()), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(LENGTHS, st.booleans(), st.one_of(st.none(), st.integers(1, 3)))
def test_no_sheet_holds_pages_of_two_letters(
    lengths: list[tuple[int, bool]], duplex: bool, front: int | None
) -> None:
    documents = [
        (tagged_letter if tagged and pages < 3 else letter)(number, pages)
        for number, (pages, tagged) in enumerate(lengths)
    ]
    checklist = replace(letter(99, front), reference="Checklist", initials="") if front else None
    pile = merge_letters(iter(documents), duplex=duplex, checklist=checklist)
    check_merged(pile)

    merged = pile.merged
    texts = page_texts(merged.pdf)
    sheets_of: dict[int, str] = {}
    parts = [*([checklist] if checklist else []), *documents]
    firsts = [*([1] if checklist else []), *(place.first_page for place in merged.page_map)]
    for document, first in zip(parts, firsts, strict=True):
        assert texts[first - 1 : first - 1 + document.page_count] == page_texts(document.pdf)
        for page in range(first - 1, first - 1 + document.page_count):
            sheet = page // 2 if duplex else page
            assert sheets_of.setdefault(sheet, document.reference) == document.reference
    assert [place.reference for place in merged.page_map] == [document.reference for document in documents]
    padding = sum(document.page_count % 2 for document in parts) if duplex else 0
    assert texts.count("") == padding
    assert len(texts) == merged.page_count == sum(document.page_count for document in parts) + padding
    assert merged.front_pages == (0 if front is None else front + (front % 2 if duplex else 0))
    assert _cut_at_bookmarks(merged.pdf, texts) == [
        (_title(document), " ".join(page_texts(document.pdf))) for document in parts
    ]


def _title(document: StoredDocument) -> str:
    return f"{document.initials} · {document.reference}" if document.initials else document.reference


def _cut_at_bookmarks(pdf: bytes, texts: list[str]) -> list[tuple[str, str]]:
    """Each bookmark, and what stands on the pages from it to the next one."""
    items = []
    with pikepdf.open(BytesIO(pdf)) as file:
        item = file.Root.Outlines.get("/First")
        while item is not None:
            items.append((str(item.Title), file.pages.index(pikepdf.Page(item.Dest[0]))))
            item = item.get("/Next")
    ends = [*(start for _, start in items[1:]), len(texts)]
    return [
        (title, " ".join(filter(None, texts[start:end])))
        for (title, start), end in zip(items, ends, strict=True)
    ]


@pytest.mark.parametrize(("duplex", "sides"), [(True, "/DuplexFlipLongEdge"), (False, "/Simplex")])
def test_what_the_printer_is_asked_for(duplex: bool, sides: str) -> None:
    pile = merge_letters([letter(1, 1), letter(2, 2)], duplex=duplex)
    with pikepdf.open(BytesIO(pile.merged.pdf)) as file:
        assert file.Root.ViewerPreferences.Duplex == sides
        assert file.Root.ViewerPreferences.PrintScaling == "/None"
        assert file.Root.Lang == "en-GB"
        assert file.docinfo["/Title"] == "2 letters"
        with file.open_metadata() as metadata:
            assert metadata["dc:title"] == "2 letters"
    assert b"Example" not in pile.merged.pdf


def test_other_programs_read_the_pile(tmp_path: Path) -> None:
    documents = [tagged_letter(1, 2), tagged_letter(2, 1), tagged_letter(3, 2)]
    pile = merge_letters(documents, duplex=True)
    with pikepdf.open(BytesIO(pile.merged.pdf)) as file:
        assert file.check_pdf_syntax() == []
    path = tmp_path / "pile.pdf"
    path.write_bytes(pile.merged.pdf)
    info = subprocess.run(["pdfinfo", path], check=True, capture_output=True, text=True)
    assert info.stderr == ""
    assert "Pages:           6" in info.stdout
    assert "Tagged:          yes" in info.stdout
    read = subprocess.run(["pdftotext", "-q", path, "-"], check=True, capture_output=True, text=True)
    pages = read.stdout.split("\f")
    for document, place in zip(documents, pile.merged.page_map, strict=True):
        assert document.reference in pages[place.first_page - 1]
    assert pages[3].strip() == ""


def test_real_letters_are_merged_unchanged() -> None:
    documents = [stored("A", render_letter(ONE_PAGE)), stored("B", render_letter(TWO_PAGES))]
    pile = merge_letters(documents, duplex=True)
    check_merged(pile)
    assert page_texts(pile.merged.pdf) == [
        *page_texts(documents[0].pdf),
        "",
        *page_texts(documents[1].pdf),
    ]
    assert pile == merge_letters(documents, duplex=True)


def test_what_letters_share_is_stored_once() -> None:
    one, hundred = (
        merge_letters([tagged_letter(1, 2)] * count + [letter(1, 1)], duplex=True).merged.pdf
        for count in (1, 100)
    )
    assert len(hundred) < len(one) + 99 * 200


def test_one_document_is_taken_at_a_time_and_none_is_kept() -> None:
    count, size = 40, 500_000
    with pikepdf.open(BytesIO(letter(1, 1).pdf)) as file:
        file.Root.PieceInfo = file.make_stream(b"not drawn" * (size // 9), Filter=pikepdf.Name.Crypt)
        file.save(written := BytesIO(), compress_streams=False)
    pdf = written.getvalue()
    assert len(pdf) > size - 9

    def from_store() -> Iterator[StoredDocument]:
        for number in range(count):
            yield stored(f"L-{number}", bytes(bytearray(pdf)))

    tracemalloc.start()
    pile = merge_letters(from_store(), duplex=False)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(pile.letters) == count
    assert peak < 5 * size


def test_changed_bytes_are_refused() -> None:
    right = letter(1, 1)
    with pytest.raises(DocumentChanged, match="L-1"):
        merge_letters([letter(2, 1), replace(right, pdf=right.pdf + b" ")], duplex=True)
    with pytest.raises(DocumentChanged, match="has 1 pages, but 2"):
        merge_letters([replace(right, page_count=2)], duplex=True)
    with pytest.raises(DocumentProblem, match="L-1 can't be merged"):
        merge_letters([replace(right, pdf=b"<html>", sha256=sha256(b"<html>").hexdigest())], duplex=True)


def test_nothing_is_not_merged() -> None:
    with pytest.raises(ValueError, match="no letter"):
        merge_letters([], duplex=True)


def test_page_count_of_what_is_no_pdf() -> None:
    assert page_count(plain_letter(ONE_PAGE)) == 1
    with pytest.raises(RenderFailed, match="not a PDF"):
        page_count(b"<html>")

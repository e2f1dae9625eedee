"""A merged file that is not just the letters, each on sheets of its own, is never given out."""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from io import BytesIO

import pikepdf
import pytest

from services.documents.check import check_merged
from services.documents.merge import Pile, merge_letters
from services.domain.documents import CheckFailed, LetterPages
from tests.unit.documents.piles import edited, letter, tagged_letter
from tests.unit.documents.samples import stored

THREE = [letter(1, 1), letter(2, 2), letter(3, 3)]  # on pages 1, 3 and 4, and 5 to 7


def with_file_of(right: Pile, other: Pile) -> Pile:
    """The pile as it should be, and another file."""
    changed = replace(right.merged, pdf=other.merged.pdf, sha256=other.merged.sha256)
    return replace(right, merged=changed)


def wrong_order(right: Pile) -> Pile:
    return replace(right, merged=merge_letters(THREE[::-1], duplex=True).merged)


def simplex_given_as_duplex(right: Pile) -> Pile:
    return replace(right, merged=replace(merge_letters(THREE, duplex=False).merged, duplex=True))


def simplex_file(right: Pile) -> Pile:
    return with_file_of(right, merge_letters(THREE, duplex=False))


def map_of_shared_sheet(right: Pile) -> Pile:
    places = (LetterPages("L-1", 1, 1), LetterPages("L-2", 2, 2), LetterPages("L-3", 5, 3))
    return replace(right, merged=replace(right.merged, page_map=places))


def checklist_that_is_none(right: Pile) -> Pile:
    return replace(right, merged=replace(right.merged, front_pages=2))


def another_patients_letter(right: Pile) -> Pile:
    other = replace(letter(4, 2), reference="L-2", initials="Å2")
    return with_file_of(right, merge_letters([THREE[0], other, THREE[2]], duplex=True))


def a_letter_missing(right: Pile) -> Pile:
    return with_file_of(right, merge_letters(THREE[:2], duplex=True))


def other_bytes(right: Pile) -> Pile:
    return replace(right, merged=replace(right.merged, pdf=right.merged.pdf + b" "))


def garbage(right: Pile) -> Pile:
    pdf = b"%PDF-1.7"
    return replace(right, merged=replace(right.merged, pdf=pdf, sha256=sha256(pdf).hexdigest()))


def no_pages(right: Pile) -> Pile:
    return edited(right, lambda file: file.Root.update({"/Pages": pikepdf.Dictionary()}))


def edit(change: Callable[[pikepdf.Pdf], object]) -> Callable[[Pile], Pile]:
    return lambda right: edited(right, lambda file: (change(file), None)[1])


def swap_pages(file: pikepdf.Pdf) -> None:
    kids = file.Root.Pages.Kids
    kids[5], kids[6] = kids[6], kids[5]


def swap_with_blank(file: pikepdf.Pdf) -> None:
    kids = file.Root.Pages.Kids
    kids[0], kids[1] = kids[1], kids[0]


def lose_blank(file: pikepdf.Pdf) -> None:
    del file.pages[1]


def inherited(file: pikepdf.Pdf) -> None:
    file.Root.Pages.Rotate = 180


def draw_on_blank(file: pikepdf.Pdf) -> None:
    file.pages[1].obj.Contents = file.make_stream(b"0 0 9 9 re f")


def empty_contents_on_blank(file: pikepdf.Pdf) -> None:
    file.pages[1].obj.Contents = file.pages[2].obj.Contents


def note_on_page(index: int) -> Callable[[pikepdf.Pdf], None]:
    def stick(file: pikepdf.Pdf) -> None:
        note = pikepdf.Dictionary(Subtype=pikepdf.Name.FreeText, Rect=[0, 0, 99, 99])
        file.pages[index].obj.Annots = pikepdf.Array([note])

    return stick


def other_contents(file: pikepdf.Pdf) -> None:
    file.pages[2].obj.Contents = file.pages[0].obj.Contents


def more_contents(file: pikepdf.Pdf) -> None:
    page = file.pages[2].obj
    page.Contents = pikepdf.Array([page.Contents, file.pages[0].obj.Contents])


def other_font(file: pikepdf.Pdf) -> None:
    file.pages[0].obj.Resources.Font.F.BaseFont = pikepdf.Name.Symbol


def turned(file: pikepdf.Pdf) -> None:
    file.pages[4].obj.Rotate = 180


def bookmark_to_another_letter(file: pikepdf.Pdf) -> None:
    file.Root.Outlines.First.Dest[0] = file.pages[2].obj


def bookmark_of_another_name(file: pikepdf.Pdf) -> None:
    file.Root.Outlines.Last.Title = "Å2 · L-2"


def bookmark_missing(file: pikepdf.Pdf) -> None:
    del file.Root.Outlines.First.Next


def bookmarks_in_a_ring(file: pikepdf.Pdf) -> None:
    file.Root.Outlines.Last.Next = file.Root.Outlines.First


def bookmarks_gone(file: pikepdf.Pdf) -> None:
    del file.Root.Outlines


def one_sided(file: pikepdf.Pdf) -> None:
    file.Root.ViewerPreferences.Duplex = pikepdf.Name.Simplex


def short_edge(file: pikepdf.Pdf) -> None:
    file.Root.ViewerPreferences.Duplex = pikepdf.Name.DuplexFlipShortEdge


def scaled(file: pikepdf.Pdf) -> None:
    file.Root.ViewerPreferences.PrintScaling = pikepdf.Name.AppDefault


def no_preferences(file: pikepdf.Pdf) -> None:
    del file.Root.ViewerPreferences


def false_mark(file: pikepdf.Pdf) -> None:
    file.Root.MarkInfo = pikepdf.Dictionary(Marked=True)


SPOILT = [
    (wrong_order, "names other letters"),
    (simplex_given_as_duplex, "does not start on the next sheet"),
    (simplex_file, "6 pages instead of 8"),
    (map_of_shared_sheet, "does not start on the next sheet"),
    (checklist_that_is_none, "do not begin after the checklist"),
    (another_patients_letter, "pages of L-2 are not those"),
    (a_letter_missing, "4 pages instead of 8"),
    (garbage, "can't be read back"),
    (other_bytes, "not the one that was merged"),
    (no_pages, "list of pages"),
    (edit(swap_pages), "pages of L-3 are not those"),
    (edit(swap_with_blank), "bookmark does not lead"),
    (edit(inherited), "list of pages"),
    (edit(lose_blank), "7 pages instead of 8"),
    (edit(draw_on_blank), "not blank"),
    (edit(empty_contents_on_blank), "not blank"),
    (edit(note_on_page(1)), "Page 2 shows more"),
    (edit(note_on_page(4)), "Page 5 shows more"),
    (edit(other_contents), "pages of L-2 are not those"),
    (edit(more_contents), "pages of L-2 are not those"),
    (edit(other_font), "pages of L-1 are not those"),
    (edit(turned), "pages of L-3 are not those"),
    (edit(bookmark_to_another_letter), "bookmark does not lead"),
    (edit(bookmark_of_another_name), "bookmark does not lead"),
    (edit(bookmark_missing), "bookmark does not lead"),
    (edit(bookmarks_in_a_ring), "bookmark does not lead"),
    (edit(bookmarks_gone), "can't be read back"),
    (edit(one_sided), "right duplex setting"),
    (edit(short_edge), "right duplex setting"),
    (edit(scaled), "full size"),
    (edit(no_preferences), "right duplex setting"),
    (edit(false_mark), "has tags, and has none"),
]


@pytest.mark.parametrize(("spoil", "reason"), SPOILT)
def test_a_spoilt_file_is_not_given_out(spoil: Callable[[Pile], Pile], reason: str) -> None:
    right = merge_letters(THREE, duplex=True)
    check_merged(right)
    with pytest.raises(CheckFailed, match=reason):
        check_merged(spoil(right))


def test_an_edit_that_changes_nothing_is_passed() -> None:
    for documents in (THREE, [tagged_letter(1, 1), tagged_letter(2, 2)]):
        check_merged(edited(merge_letters(documents, duplex=True), lambda _: None))


def tag_of_another_page(file: pikepdf.Pdf) -> None:
    numbers = file.Root.StructTreeRoot.ParentTree.Nums
    numbers[1], numbers[3] = numbers[3], numbers[1]


def two_pages_with_one_key(file: pikepdf.Pdf) -> None:
    file.pages[3].obj.StructParents = 1
    for tag in filter(None, file.Root.StructTreeRoot.ParentTree.Nums[3]):
        tag.Pg = file.pages[2].obj
        tag.K = pikepdf.Array([pikepdf.Dictionary(Pg=file.pages[3].obj, MCID=0)])


def key_without_tags(file: pikepdf.Pdf) -> None:
    file.pages[0].obj.StructParents = 77


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (tag_of_another_page, "belongs to another page"),
        (two_pages_with_one_key, "share their tags"),
        (key_without_tags, "can't be read back"),
    ],
)
def test_tags_that_lead_elsewhere_are_found(change: Callable[[pikepdf.Pdf], None], reason: str) -> None:
    right = merge_letters([tagged_letter(1, 1), tagged_letter(2, 2)], duplex=True)
    check_merged(right)
    with pytest.raises(CheckFailed, match=reason):
        check_merged(edited(right, change))


def _page(size: tuple[float, float], **more: object) -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=size).obj.update({f"/{key}": value for key, value in more.items()})
        pdf.save(written := BytesIO())
    return written.getvalue()


@pytest.mark.parametrize(
    "pdf",
    [
        _page((612, 792)),
        _page((842, 595)),
        _page((595, 842), Rotate=90),
        _page((595, 842), UserUnit=2),
        _page((595, 842), CropBox=[0, 0, 500, 842]),
        _page((595 + 6, 842)),
    ],
)
def test_a_page_that_is_not_shown_as_a4_is_found(pdf: bytes) -> None:
    with pytest.raises(CheckFailed, match="Page 1 is not A4"):
        check_merged(merge_letters([stored("odd", pdf)], duplex=True))


@pytest.mark.parametrize(
    "pdf",
    [
        _page((595 + 5, 842)),
        _page((842, 595), Rotate=270),
        _page((297.5, 421), UserUnit=2),
        _page((700, 900), CropBox=[50, 20, 645, 862]),
    ],
)
def test_a_page_that_is_shown_as_a4_is_passed(pdf: bytes) -> None:
    check_merged(merge_letters([stored("even", pdf)], duplex=True))

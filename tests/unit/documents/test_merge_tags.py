"""A pile of letters is read out as each of them is read out by itself, or it says that it has no tags."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.documents.check import check_merged
from services.documents.merge import MOST_TAGGED, merge_letters
from services.domain.documents import StoredDocument
from tests.unit.documents.piles import letter, tagged_letter
from tests.unit.documents.samples import stored

Spoken = tuple[str, str, tuple[object, ...]]


def read_out(pdf: bytes) -> list[Spoken]:
    """Each element in order: what it is, in which language, and its kids: elements, or content by page."""
    with pikepdf.open(BytesIO(pdf)) as file:
        pages = {page.obj.objgen: number for number, page in enumerate(file.pages)}
        return [_element(kid, pages) for kid in _kids(file.Root.StructTreeRoot)]


def _kids(element: pikepdf.Object) -> list[Any]:
    kids: Any = element.get("/K", pikepdf.Array())
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _element(element: pikepdf.Object, pages: dict[tuple[int, int], int]) -> Spoken:
    within = [
        (pages[element.Pg.objgen], kid) if isinstance(kid, int) else _element(kid, pages)
        for kid in _kids(element)
    ]
    return str(element.S), str(element.get("/Lang", "")), tuple(within)


def moved(spoken: Spoken, pages: int) -> Spoken:
    """The same on later pages."""
    kind, language, within = spoken
    kids: list[object] = []
    for kid in within:
        assert isinstance(kid, tuple)
        kids.append((kid[0] + pages, kid[1]) if isinstance(kid[0], int) else moved(kid, pages))
    return kind, language, tuple(kids)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 2), min_size=1, max_size=5), st.booleans())
def test_a_pile_is_read_out_letter_by_letter(lengths: list[int], duplex: bool) -> None:
    documents = [tagged_letter(number, pages) for number, pages in enumerate(lengths)]
    pile = merge_letters(documents, duplex=duplex)
    check_merged(pile)
    [(kind, _, letters)] = read_out(pile.merged.pdf)
    assert kind == "/Document"
    assert list(letters) == [
        moved(spoken, place.first_page - 1)
        for document, place in zip(documents, pile.merged.page_map, strict=True)
        for spoken in read_out(document.pdf)
    ]
    with pikepdf.open(BytesIO(pile.merged.pdf)) as file:
        assert file.Root.MarkInfo.Marked
        assert b"pdfuaid:part" in file.Root.Metadata.read_bytes()
        parents = pikepdf.NumberTree(file.Root.StructTreeRoot.ParentTree)
        assert len(parents) == file.Root.StructTreeRoot.ParentTreeNextKey == sum(lengths)
        assert file.check_pdf_syntax() == []


def is_tagged(pdf: bytes) -> bool:
    with pikepdf.open(BytesIO(pdf)) as file:
        assert ("/StructTreeRoot" in file.Root) == ("/MarkInfo" in file.Root)
        assert "/StructTreeRoot" in file.Root or b"pdfuaid" not in file.Root.Metadata.read_bytes()
        return "/StructTreeRoot" in file.Root


@pytest.mark.parametrize("known", [True, False])
def test_up_to_200_letters_keep_their_tags(known: bool) -> None:
    for count in (MOST_TAGGED, MOST_TAGGED + 1):
        letters = [tagged_letter(1, 1)] * count
        pile = merge_letters(letters if known else iter(letters), duplex=False)
        check_merged(pile)
        assert is_tagged(pile.merged.pdf) == (count == MOST_TAGGED)


def changed(change: Callable[[pikepdf.Pdf], None], number: int = 1) -> StoredDocument:
    """A tagged letter with something changed in it."""
    with pikepdf.open(BytesIO(tagged_letter(number, 1).pdf)) as file:
        change(file)
        file.save(written := BytesIO())
    return replace(stored(f"T-{number}", written.getvalue()), initials=f"T{number}")


def cells_of(file: pikepdf.Pdf, kind: str) -> list[pikepdf.Object]:
    return [
        element
        for element in file.objects
        if isinstance(element, pikepdf.Dictionary) and element.get("/S") == kind
    ]


def named_headers(file: pikepdf.Pdf) -> None:
    """Each cell names its header, by names that other letters use too; attributes come in all their forms."""
    for column, (header, cell) in enumerate(zip(cells_of(file, "/TH"), cells_of(file, "/TD"), strict=True)):
        header.ID = pikepdf.String(f"({column}")
        of_cell = pikepdf.Dictionary(O=pikepdf.Name.Table, Headers=[header.ID])
        cell.A = pikepdf.Array([of_cell]) if column else file.make_indirect(of_cell)


def test_a_tables_cells_name_the_headers_of_their_own_letter() -> None:
    pile = merge_letters([changed(named_headers, 1), changed(named_headers, 2)], duplex=True)
    check_merged(pile)
    with pikepdf.open(BytesIO(pile.merged.pdf)) as file:
        names = pikepdf.NameTree(file.Root.StructTreeRoot.IDTree)
        assert len(names) == 4
        named = set()
        for cell in cells_of(file, "/TD"):
            attributes: Any = cell.A[0] if isinstance(cell.A, pikepdf.Array) else cell.A
            [name] = attributes.Headers
            column = names[str(name)]
            assert str(column.ID) == str(name)
            assert column.S == "/TH"
            assert column.Pg.objgen == cell.Pg.objgen
            named.add(str(name))
        assert named == set(names)


def untagged(file: pikepdf.Pdf) -> None:
    del file.Root.StructTreeRoot


def not_marked(file: pikepdf.Pdf) -> None:
    file.Root.MarkInfo.Marked = False


def classes(file: pikepdf.Pdf) -> None:
    file.Root.StructTreeRoot.ClassMap = pikepdf.Dictionary()


def no_parent_tree(file: pikepdf.Pdf) -> None:
    del file.Root.StructTreeRoot.ParentTree


def unknown_key(file: pikepdf.Pdf) -> None:
    file.pages[0].obj.StructParents = 9


def tagged_link(file: pikepdf.Pdf) -> None:
    link = file.make_indirect(pikepdf.Dictionary(Subtype=pikepdf.Name.Link))
    kid = pikepdf.Dictionary(Type=pikepdf.Name.OBJR, Obj=link, Pg=file.pages[0].obj)
    file.Root.StructTreeRoot.K[0].K.append(kid)


def tagged_drawing(file: pikepdf.Pdf) -> None:
    [drawing] = file.pages[0].obj.Resources.XObject.values()
    drawing.StructParents = 1


def stream_in_tree(file: pikepdf.Pdf) -> None:
    file.Root.StructTreeRoot.K[0].A = file.make_stream(b"")


def other_meaning_of_a_role(file: pikepdf.Pdf) -> None:
    file.Root.StructTreeRoot.RoleMap = pikepdf.Dictionary({"/Zeile": pikepdf.Name.Div})


def nonsense(file: pikepdf.Pdf) -> None:
    file.Root.StructTreeRoot.K = pikepdf.Array([1, pikepdf.Name.K])
    file.Root.Lang = pikepdf.String("cy")


@pytest.mark.parametrize(
    "change",
    [
        untagged,
        not_marked,
        classes,
        no_parent_tree,
        unknown_key,
        tagged_link,
        tagged_drawing,
        stream_in_tree,
        other_meaning_of_a_role,
        nonsense,
    ],
)
def test_one_letter_whose_tags_cant_be_taken_over_leaves_the_pile_without(
    change: Callable[[pikepdf.Pdf], None],
) -> None:
    def role(file: pikepdf.Pdf) -> None:
        file.Root.StructTreeRoot.RoleMap = pikepdf.Dictionary({"/Zeile": pikepdf.Name.P})

    pile = merge_letters([changed(role, 2), changed(change), tagged_letter(3, 1)], duplex=True)
    check_merged(pile)
    assert not is_tagged(pile.merged.pdf)


def test_plain_letters_among_them_leave_the_pile_without_tags() -> None:
    pile = merge_letters([tagged_letter(1, 1), letter(2, 1)], duplex=True)
    check_merged(pile)
    assert not is_tagged(pile.merged.pdf)


def test_roles_language_and_the_word_of_each_letter_are_kept() -> None:
    def welsh(file: pikepdf.Pdf) -> None:
        file.Root.Lang = pikepdf.String("cy")
        file.Root.StructTreeRoot.RoleMap = pikepdf.Dictionary({"/Zeile 1": pikepdf.Name.P})
        file.Root.StructTreeRoot.K = file.Root.StructTreeRoot.K[0]  # one kid needs no list
        del file.Root.Metadata

    pile = merge_letters([tagged_letter(2, 1), changed(welsh)], duplex=True)
    check_merged(pile)
    [(_, _, letters)] = read_out(pile.merged.pdf)
    assert [spoken[1] for spoken in letters if isinstance(spoken, tuple)] == ["", "cy"]
    with pikepdf.open(BytesIO(pile.merged.pdf)) as file:
        assert file.Root.StructTreeRoot.RoleMap["/Zeile 1"] == "/P"
        assert b"pdfuaid" not in file.Root.Metadata.read_bytes()

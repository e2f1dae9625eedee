"""The tags of several letters as one structure tree (ISO 32000-1, 14.7): what a screen reader reads by.

Each letter's tree is copied as it is under one Document, with new numbers; only what would be ambiguous in
the pile is renamed. Where that can't be done for one of the letters, the pile has no tags.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

import pikepdf

from services.documents.digests import Place, text_of, with_references
from services.documents.pdf_writer import Packed, PdfWriter, pack

LANGUAGE = "en-GB"
"""Of the pile; a letter in another one says so on its own elements."""

# What a tree may hold that is not taken over: classes of attributes, PDF 2's namespaces, and content that is
# not a page's own (annotations, marks within images).
_NOT_IN_TREES = ("/ClassMap", "/Namespaces")
_NOT_IN_ELEMENTS = re.compile(rb"/OBJR|/Stm ")


class _NoTags(Exception):
    """This file has none, or some that can't be taken over."""


class PileTags:
    """Collects tags letter by letter; keeps them packed, as they are wanted only if every letter has some."""

    def __init__(self, writer: PdfWriter) -> None:
        self._writer = writer
        self._root, self._document = writer.reserve(), writer.reserve()
        self._packed: list[Packed] = []
        self._kids: list[bytes] = []  # of the Document, by letter
        self._parents: list[bytes] = []  # of each page, by its key: which element has which piece of content
        self._roles: dict[str, bytes] = {}
        self._ids: list[tuple[bytes, int]] = []
        self._universal = True
        self._given_up = False

    @property
    def universal(self) -> bool:
        """Whether the pile is as accessible as PDF/UA asks, as each of its letters says of itself."""
        return self._universal and not self._given_up

    def give_up(self) -> None:
        """Want no tags any more."""
        self._given_up = True
        for kept in (self._packed, self._kids, self._parents, self._ids):
            kept.clear()

    def add(self, source: pikepdf.Pdf, pages: Mapping[Place, int]) -> dict[int, int]:
        """Take over a file's tags, given the new numbers of its pages. Returns those pages' StructParents."""
        if self._given_up:
            return {}
        try:
            return self._add(source, pages)
        except (_NoTags, pikepdf.PikepdfError, TypeError, ValueError, LookupError, AttributeError):
            # in the place of tags an uploaded file may have anything; without them it draws the same
            self.give_up()
            return {}

    def _add(self, source: pikepdf.Pdf, pages: Mapping[Place, int]) -> dict[int, int]:
        tree = _tree(source)
        kids = tree.K if isinstance(tree.K, pikepdf.Array) else pikepdf.Array([tree.K])
        _say_language(source, kids)
        self._take_roles(tree)
        numbers = {**pages, tree.objgen: self._document}
        letter = _LetterTags(source, self._writer, numbers, b"%d-" % len(self._kids))
        self._kids.append(letter.moved(text_of(kids))[1:-1])
        keys = {}
        parents = pikepdf.NumberTree(tree.ParentTree)
        for page in source.pages:
            if "/StructParents" in page.obj:
                keys[pages[page.obj.objgen]] = len(self._parents)
                self._parents.append(letter.moved(text_of(parents[int(page.obj.StructParents)])))
        self._packed.append(pack(list(letter.elements())))
        self._ids += letter.ids
        self._universal &= _is_universal(source)
        return keys

    def _take_roles(self, tree: pikepdf.Object) -> None:
        """An author's own kinds of elements must mean the same in all letters."""
        for role, meaning in tree.get("/RoleMap", {}).items():
            if self._roles.setdefault(role, text_of(meaning)) != text_of(meaning):
                raise _NoTags

    def write(self) -> int | None:
        """Write what was collected. The number of the tree's root; None where there are no tags."""
        if self._given_up:
            return None
        for packed in self._packed:
            self._writer.write_packed(packed)
        document = b"<< /Type /StructElem /S /Document /P %d 0 R /K [ %s ] >>"
        self._writer.write(self._document, document % (self._root, b"".join(self._kids)))
        parents = b" ".join(b"%d %s" % keyed for keyed in enumerate(self._parents))
        roles = b" ".join(b"%s %s" % (text_of(pikepdf.Name(role)), self._roles[role]) for role in self._roles)
        ids = b" ".join(b"%s %d 0 R" % (text_of(pikepdf.String(name)), at) for name, at in sorted(self._ids))
        root = (
            b"<< /Type /StructTreeRoot /K [ %d 0 R ] /ParentTree << /Nums [ %s ] >> /ParentTreeNextKey %d"
            b" /RoleMap << %s >> /IDTree << /Names [ %s ] >> >>"
        )
        self._writer.write(self._root, root % (self._document, parents, len(self._parents), roles, ids))
        return self._root


class _LetterTags:
    """The elements of one letter, which get their new numbers as they are come upon."""

    def __init__(
        self, source: pikepdf.Pdf, writer: PdfWriter, numbers: dict[Place, int], prefix: bytes
    ) -> None:
        self._source = source
        self._writer = writer
        self._numbers = numbers
        self._prefix = prefix
        self._waiting: list[tuple[Place, int]] = []
        self.ids: list[tuple[bytes, int]] = []

    def moved(self, text: bytes) -> bytes:
        """The text with references to where things will lie in the pile."""
        return with_references(text, self._reference)

    def _reference(self, place: Place) -> bytes:
        number = self._numbers.get(place)
        if number is None:
            number = self._numbers[place] = self._writer.reserve()
            self._waiting.append((place, number))
        return b"%d 0 R" % number

    def elements(self) -> Iterator[tuple[int, bytes]]:
        """All that was referred to, and what that refers to in its turn."""
        while self._waiting:
            place, number = self._waiting.pop()
            element = self._source.get_object(place)
            text = text_of(element)
            if isinstance(element, pikepdf.Stream) or _NOT_IN_ELEMENTS.search(text):
                raise _NoTags
            if b"/ID " in text or b"/Headers " in text:
                self._rename(element, number)
                text = text_of(element)
            yield number, self.moved(text)

    def _rename(self, element: pikepdf.Object, number: int) -> None:
        """A table's cells name their headers by names that are unique in one letter alone (14.8.5.7)."""
        if not isinstance(element, pikepdf.Dictionary):
            raise _NoTags
        if "/ID" in element:
            element.ID = self._prefixed(element.ID)
            self.ids.append((bytes(element.ID), number))
        attributes = element.get("/A")
        within = attributes if isinstance(attributes, pikepdf.Array) else [attributes]
        direct = [part for part in within if isinstance(part, pikepdf.Dictionary) and not part.is_indirect]
        for part in (element, *direct):
            if "/Headers" in part:
                part.Headers = pikepdf.Array([self._prefixed(name) for name in part.Headers])

    def _prefixed(self, name: pikepdf.Object) -> pikepdf.String:
        return pikepdf.String(self._prefix + bytes(name))


def _tree(source: pikepdf.Pdf) -> pikepdf.Object:
    tree = source.Root.get("/StructTreeRoot")
    if not isinstance(tree, pikepdf.Dictionary) or any(key in tree for key in _NOT_IN_TREES):
        raise _NoTags
    if not bool(source.Root.MarkInfo.Marked):
        raise _NoTags
    return tree


def _say_language(source: pikepdf.Pdf, kids: Iterable[pikepdf.Object]) -> None:
    language = source.Root.get("/Lang")
    if language is not None and str(language) != LANGUAGE:
        for kid in kids:
            if "/Lang" not in kid:
                kid.Lang = language


def _is_universal(source: pikepdf.Pdf) -> bool:
    metadata = source.Root.get("/Metadata")
    return isinstance(metadata, pikepdf.Stream) and b"pdfuaid:part" in metadata.read_bytes()

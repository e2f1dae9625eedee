"""Several letters as one PDF, in which every letter starts on a sheet of its own.

One letter is open at a time, and only what its pages draw is taken over. What was written once is not written
again: letters share their fonts and their letterhead.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from operator import length_hint

import pikepdf

from services.documents.catalog import finish, preferences, write_outline
from services.documents.digests import (
    BLANK,
    Digests,
    Place,
    opened,
    page_text,
    text_and_data,
    with_references,
)
from services.documents.pdf_writer import PdfWriter
from services.documents.tags import PileTags
from services.domain.documents import DocumentChanged, DocumentProblem, LetterPages, Merged, StoredDocument

MOST_TAGGED = 200
"""Letters in a pile that still has tags; a larger one is for the printer. A single letter has its own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """What was taken from one document: its bookmark, and the digest of each page as it was stored."""

    reference: str
    bookmark: str
    pages: tuple[bytes, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pile:
    """A merged file that nobody has read back yet, and what must be found in it."""

    merged: Merged
    checklist: Drawn | None
    letters: tuple[Drawn, ...]


def merge_letters(
    documents: Iterable[StoredDocument], *, duplex: bool, checklist: StoredDocument | None = None
) -> Pile:
    """The letters in the order given, each with a bookmark, after the checklist where there is one.

    With `duplex` a letter of an odd number of pages is followed by a blank page, so that two patients'
    letters never share a sheet (docs/product.md section 2). The printing dialogue is asked for full size
    and for the matching duplex setting. A pile of up to MOST_TAGGED letters keeps their tags, if all have
    some. Raises DocumentChanged, DocumentProblem for a letter that can't be merged, ValueError when there is
    nothing to merge.
    """
    pile = _Pile(duplex=duplex)
    if length_hint(documents) > MOST_TAGGED:
        pile.tags.give_up()  # at once, where their number is known
    first = pile.add(checklist, checklist.reference) if checklist else None
    front_pages = pile.page_count
    page_map, letters = [], []
    for document in documents:
        page_map.append(LetterPages(document.reference, pile.page_count + 1, document.page_count))
        if len(page_map) > MOST_TAGGED:
            pile.tags.give_up()
        letters.append(pile.add(document, " · ".join(filter(None, [document.initials, document.reference]))))
    if not page_map:
        raise ValueError("There is no letter to merge.")
    pdf = pile.finish(title="1 letter" if len(page_map) == 1 else f"{len(page_map)} letters")
    merged = Merged(
        pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
        page_map=tuple(page_map),
        duplex=duplex,
        front_pages=front_pages,
    )
    return Pile(merged=merged, checklist=first, letters=tuple(letters))


class _Pile:
    """The file in the making."""

    def __init__(self, *, duplex: bool) -> None:
        self._duplex = duplex
        self._writer = PdfWriter()
        self._tree = self._writer.reserve()
        self._written: dict[bytes, int] = {}
        self._pages: list[int] = []
        self._bookmarks: list[tuple[str, int]] = []
        self.tags = PileTags(self._writer)

    @property
    def page_count(self) -> int:
        return len(self._pages)

    def add(self, document: StoredDocument, bookmark: str) -> Drawn:
        """Write the document's pages, and a blank one if its last sheet needs it."""
        if hashlib.sha256(document.pdf).hexdigest() != document.sha256:
            raise DocumentChanged(
                f"The stored document of {document.reference} is not the rendered one.", document.reference
            )
        try:
            with opened(document.pdf) as source:
                _require_mergeable(source, document)
                digests = self._add_pages(source)
        except DocumentChanged:
            raise
        except DocumentProblem as problem:
            reason = f"{document.reference} can't be merged. {problem.reason}"
            raise DocumentProblem(reason, document.reference) from problem
        self._bookmarks.append((bookmark, self._pages[-len(digests)]))
        if self._duplex and self.page_count % 2:
            blank = self._writer.reserve()
            self._write_page(blank, BLANK)
            self._pages.append(blank)
        return Drawn(reference=document.reference, bookmark=bookmark, pages=digests)

    def _add_pages(self, source: pikepdf.Pdf) -> tuple[bytes, ...]:
        copy = _Copy(source, self._writer, self._written, self.tags)
        numbers = {page.obj.objgen: self._writer.reserve() for page in source.pages}
        tagged = self.tags.add(source, numbers)
        digests = []
        for page, number in zip(source.pages, numbers.values(), strict=True):
            text = page_text(page.obj)
            digests.append(copy.digests.of_text(text))
            self._write_page(number, copy.moved(text), tagged.get(number))
        self._pages += numbers.values()
        return tuple(digests)

    def _write_page(self, number: int, text: bytes, key: int | None = None) -> None:
        tagged = b"" if key is None else b" /StructParents %d" % key
        page = b"%s /Parent %d 0 R%s /Type /Page >>" % (text.removesuffix(b" >>"), self._tree, tagged)
        self._writer.write(number, page)

    def finish(self, *, title: str) -> bytes:
        """The whole file."""
        kids = b" ".join(b"%d 0 R" % page for page in self._pages)
        self._writer.write(self._tree, b"<< /Count %d /Kids [ %s ] /Type /Pages >>" % (self.page_count, kids))
        root = [
            b"/Pages %d 0 R" % self._tree,
            b"/Outlines %d 0 R" % write_outline(self._writer, self._bookmarks),
            preferences(duplex=self._duplex),
        ]
        if (tags := self.tags.write()) is not None:
            root.append(b"/StructTreeRoot %d 0 R /MarkInfo << /Marked true >>" % tags)
        return finish(self._writer, root, title=title, universal=self.tags.universal)


class _Copy:
    """Takes objects from one file over into another, but for those that are there already."""

    def __init__(
        self, source: pikepdf.Pdf, writer: PdfWriter, written: dict[bytes, int], tags: PileTags
    ) -> None:
        self._source = source
        self._writer = writer
        self._written = written  # numbers in the new file, by digest
        self._tags = tags
        self.digests = Digests(source)

    def moved(self, text: bytes) -> bytes:
        """The text with references to the new file's objects."""
        return with_references(text, self._reference)

    def _reference(self, place: Place) -> bytes:
        digest = self.digests.of(place)
        number = self._written.get(digest)
        if number is None:
            number = self._written[digest] = self._writer.reserve()
            text, data = text_and_data(self._source.get_object(place))
            if (
                b"/StructParent" in text
            ):  # an image or a drawing with tags of its own, which are not taken over
                self._tags.give_up()
            self._writer.write(number, self.moved(text), data)
        return b"%d 0 R" % number


def _require_mergeable(source: pikepdf.Pdf, document: StoredDocument) -> None:
    if len(source.pages) != document.page_count:
        raise DocumentChanged(
            f"The stored document of {document.reference} has {len(source.pages)} pages, "
            f"but {document.page_count} were recorded.",
            document.reference,
        )
    if not document.page_count:
        raise DocumentProblem("It has no page.")
    if source.is_encrypted:
        raise DocumentProblem("It is encrypted.")
    if "/OCProperties" in source.Root:  # which layers show is said for a whole file, not for its pages
        raise DocumentProblem("It has layers that may be hidden.")

"""The tags of a letter, made plain: WeasyPrint's tree says all that PDF/UA-1 asks for, and much besides.

What is left is a tree that a screen reader walks without stopping at nothing: no element for every line of
text, none that is empty or means nothing; header cells say that they head a column; the heads and feet of
pages are artifacts (ISO 14289-1, 7.8), where WeasyPrint has elements that hang in no tree. With half of the
objects a letter is smaller, and is merged faster.

WeasyPrint builds the file of pydyf's objects: an indirect one is a reference in bytes, such as b"12 0 R".
"""

from collections.abc import Iterator
from typing import Any, Final

_MEANS_NOTHING: Final = {"/Span", "/NonStruct"}  # their content is their parent's
_MAY_BE_EMPTY: Final = {"/TD", "/TH"}  # without it the table would have a hole
_PAGINATION: Final = b"<</Type/Pagination>>"


def tidy_structure(_document: Any, pdf: Any) -> None:
    """Rewrite the tags of a pydyf.PDF just before it is written (WeasyPrint's `finisher`)."""
    _Tree(pdf).tidy()


class _Tree:
    def __init__(self, pdf: Any) -> None:
        self._pdf = pdf
        self._kept: set[bytes] = set()
        self._owners: dict[tuple[bytes, int], bytes] = {}  # page and content id: the element that holds it

    def tidy(self) -> None:
        root = self._at(self._pdf.catalog["StructTreeRoot"])
        [document] = root["K"]
        self._kept.add(document)
        self._settle(document)
        pages = self._pdf.page_references
        elements_by_page = self._at(root["ParentTree"])["Nums"][1::2]
        for page, elements in zip(pages, elements_by_page, strict=False):
            elements[:] = [self._owners.get((page, content), b"null") for content in range(len(elements))]
            self._make_artifacts(page)
        self._empty_what_is_left()

    def _at(self, reference: bytes) -> Any:
        return self._pdf.objects[int(reference.split()[0])]

    def _settle(self, reference: bytes) -> bool:
        """Make an element and all below it plain; False if nothing is left of it."""
        element = self._at(reference)
        kids = element["K"]
        kids[:] = list(self._plain(element))
        for kid in kids:
            if isinstance(kid, int):
                self._owners[element["Pg"], kid] = reference
            elif "S" in self._at(kid):
                self._at(kid)["P"] = reference
                _say_what_it_is(self._at(kid), element)
        return bool(kids) or element["S"] in _MAY_BE_EMPTY

    def _plain(self, element: Any) -> Iterator[bytes | int]:
        """The kids of an element; in the place of one that means nothing, its own."""
        for kid in element["K"]:
            if isinstance(kid, int) or "S" not in self._at(kid):  # content, or the annotation of a link
                yield kid
            elif self._at(kid)["S"] in _MEANS_NOTHING and "Pg" in element:
                yield from self._plain(self._at(kid))
            elif self._settle(kid):
                self._kept.add(kid)
                yield kid

    def _make_artifacts(self, page: bytes) -> None:
        """Mark what no element holds as an artifact; WeasyPrint wrote it as /P <</MCID 7>> BDC."""
        operators = self._at(self._at(page)["Contents"]).stream
        for place, operator in enumerate(operators):
            if isinstance(operator, dict) and (page, operator["MCID"]) not in self._owners:
                operators[place - 1 : place + 1] = ["/Artifact", _PAGINATION]

    def _empty_what_is_left(self) -> None:
        """Objects can't be taken out any more, for they are numbered; so nothing is left in them."""
        dictionaries: list[Any] = [thing for thing in self._pdf.objects if isinstance(thing, dict)]
        for thing in dictionaries:
            if thing.get("Type") == "/StructElem" and thing.reference not in self._kept:
                thing.clear()


def _say_what_it_is(element: Any, parent: Any) -> None:
    """Make the tag the right one for where the element stands."""
    if element["S"] == "/TH":
        element["A"]["Scope"] = "/Column"  # as all of a letter's tables have it
        element.pop("ID", None)  # by name, cells would need an index of the names
    elif element["S"] == "/TD":
        element["A"].pop("Headers", None)
    elif element["S"] == "/Div" and parent["S"] == "/LI":
        element["S"] = "/LBody"
    elif element["S"] == "/Div" and isinstance(element["K"][0], int):
        element["S"] = "/P"

"""A4 pages that are drawn by hand, with their tags: what a screen reader says, in which order."""

import pikepdf

from services.documents.page import A4_POINTS


class TaggedPages:
    """Adds pages to a file, and in the end a structure tree in place of the one that it has."""

    def __init__(self, file: pikepdf.Pdf, fonts: pikepdf.Dictionary) -> None:
        self._file = file
        self._fonts = file.make_indirect(fonts)
        self._root = file.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot, K=pikepdf.Array())
        )
        self._parents = pikepdf.Array()  # by page: which element has which piece of its content
        self._drawn: list[bytes] = []
        self.document = self.element("Document", self._root)

    def element(self, kind: str, parent: pikepdf.Object) -> pikepdf.Object:
        """A new element, the last one within `parent`."""
        element = self._file.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.StructElem, S=pikepdf.Name(f"/{kind}"), P=parent, K=pikepdf.Array()
            )
        )
        parent.K.append(element)
        return element

    def begin_page(self) -> None:
        """Further drawing is on a new page."""
        self._end_page()
        self._page = self._file.add_blank_page(page_size=A4_POINTS).obj
        self._here = pikepdf.Array()

    def draw(self, operators: bytes, element: pikepdf.Object | None = None) -> None:
        """Draw the content of an element that is all on this page; without one it is never read out."""
        if element is None:
            self._drawn.append(b"/Artifact BMC %s EMC" % operators)
            return
        content = len(self._here)
        self._here.append(element)
        element.K.append(content)
        element.Pg = self._page
        self._drawn.append(b"%s <</MCID %d>> BDC %s EMC" % (bytes(element.S), content, operators))

    def finish(self) -> None:
        """Put the structure tree into the file."""
        self._end_page()
        numbered = [part for key, here in enumerate(self._parents) for part in (key, here)]
        self._root.ParentTree = pikepdf.Dictionary(Nums=pikepdf.Array(numbered))
        self._file.Root.StructTreeRoot = self._root

    def _end_page(self) -> None:
        if self._drawn:
            self._page.Contents = self._file.make_stream(b"\n".join(self._drawn))
            self._page.Resources = pikepdf.Dictionary(Font=self._fonts)
            self._page.StructParents = len(self._parents)
            self._parents.append(self._here)
            self._drawn = []

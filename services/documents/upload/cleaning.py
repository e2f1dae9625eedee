"""A PDF's pages, tags and links are kept; all else of the file goes."""

from collections.abc import Collection, Sequence
from typing import Final

import pikepdf

# "/Names" and "/Dests" hold the places in the letter that its own links lead to.
_OF_THE_FILE: Final = frozenset(
    {"/Type", "/Pages", "/Lang", "/MarkInfo", "/StructTreeRoot", "/Names", "/Dests"}
)
_OF_A_PAGE: Final = frozenset(
    {"/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Resources", "/Contents", "/Group"}
    | {"/StructParents", "/Tabs", "/Annots"}
)
_OF_A_LINK: Final = frozenset(
    {"/Type", "/Subtype", "/Rect", "/QuadPoints", "/A", "/Dest", "/F", "/Border", "/BS", "/C", "/H"}
    | {"/Contents", "/StructParent"}
)
_TAGS: Final = frozenset(
    {"/StructTreeRoot", "/MarkInfo", "/StructParents", "/StructParent", "/Tabs", "/Names", "/Dests"}
)


def clean(file: pikepdf.Pdf, pages: Sequence[pikepdf.Page], *, tagged: bool) -> None:
    """Take away what is not the letter: its author, programs and dates, private data, bookmarks.

    Its tags, and the places in it that links lead to, stay where it is `tagged`: wrong ones are worse than
    none.

    Raises TypeError for a page that is not what a page is.
    """
    for key in ("/Info", "/ID"):
        if key in file.trailer:
            del file.trailer[key]
    tags = frozenset() if tagged else _TAGS
    keep(file.Root, _OF_THE_FILE - tags)
    if "/Names" in file.Root:
        keep(file.Root.Names, {"/Dests"})
    for page in pages:
        keep(page.obj, _OF_A_PAGE - tags)
        _one_content(page)
        for link in page.get("/Annots", []):
            keep(link, _OF_A_LINK - tags)


def keep(thing: pikepdf.Object, keys: Collection[str]) -> None:
    """Take all else out of the dictionary."""
    for key in [key for key in thing.keys() if key not in keys]:  # noqa: SIM118 - it iterates over values
        del thing[key]


def _one_content(page: pikepdf.Page) -> None:
    """One stream or none draws the page, with a dictionary of fonts and the like."""
    content = page.obj.get("/Contents", pikepdf.Array())
    streams = list(content) if isinstance(content, pikepdf.Array) else [content]
    if not all(isinstance(stream, pikepdf.Stream) for stream in streams):
        raise TypeError("a page's content is no stream")
    if not isinstance(page.obj.get("/Resources", pikepdf.Dictionary()), pikepdf.Dictionary):
        raise TypeError("a page's resources are no dictionary")
    if streams:
        page.contents_coalesce()
    elif "/Contents" in page.obj:
        del page.obj["/Contents"]

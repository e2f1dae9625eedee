"""Several letters as one PDF, in which every letter starts on a sheet of its own."""

import hashlib
from collections.abc import Sequence
from io import BytesIO

import pikepdf

from services.documents.page import A4_POINTS
from services.domain.documents import DocumentChanged, LetterPages, Merged, StoredDocument


def merge_letters(documents: Sequence[StoredDocument], *, duplex: bool) -> Merged:
    """The letters in the order given, with a bookmark for each.

    With `duplex` a letter of an odd number of pages is followed by a blank page, so that two patients'
    letters never share a sheet (docs/product.md section 2). The printing dialogue is asked for full size
    and for the matching duplex setting. Raises DocumentChanged, ValueError when there is nothing to merge.
    """
    if not documents:
        raise ValueError("There is no letter to merge.")
    page_map = []
    with pikepdf.new() as merged:
        for document in documents:
            page_map.append(LetterPages(document.reference, len(merged.pages) + 1, document.page_count))
            _append(merged, document)
            if duplex and len(merged.pages) % 2:
                merged.add_blank_page(page_size=A4_POINTS)
        _bookmark(merged, page_map)
        _ask_for_printing(merged, duplex=duplex)
        written = BytesIO()
        merged.save(written, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    pdf = written.getvalue()
    return Merged(pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest(), page_map=tuple(page_map), duplex=duplex)


def _append(merged: pikepdf.Pdf, document: StoredDocument) -> None:
    if hashlib.sha256(document.pdf).hexdigest() != document.sha256:
        raise DocumentChanged(f"The stored document of {document.reference} is not the rendered one.")
    with pikepdf.open(BytesIO(document.pdf)) as letter:
        if len(letter.pages) != document.page_count:
            raise DocumentChanged(
                f"The stored document of {document.reference} has {len(letter.pages)} pages, "
                f"but {document.page_count} were recorded."
            )
        merged.pages.extend(letter.pages)


def _bookmark(merged: pikepdf.Pdf, page_map: list[LetterPages]) -> None:
    with merged.open_outline() as outline:
        outline.root.extend(pikepdf.OutlineItem(place.reference, place.first_page - 1) for place in page_map)


def _ask_for_printing(merged: pikepdf.Pdf, *, duplex: bool) -> None:
    sides = pikepdf.Name.DuplexFlipLongEdge if duplex else pikepdf.Name.Simplex
    merged.Root.ViewerPreferences = pikepdf.Dictionary(PrintScaling=pikepdf.Name("/None"), Duplex=sides)
    merged.Root.Lang = pikepdf.String("en-GB")

"""The detail pane's document: its pages as pictures, and where it breaks the print rules."""

from collections.abc import Sequence
from typing import Final

from pages.components.detail_pane import Document, Finding, Mark, PageImage
from services.domain import layout
from services.domain.local_time import day_and_time
from services.domain.vocabulary import Channel
from services.letter_detail import LetterDetail

_PAGE: Final = (210, 297)  # mm: only pages of A4 have places marked, and of others their size is the finding
_SIDES, _ENDS = 15, 5  # mm from the edges without print (docs/print-rules.md)
_SHARPNESS: Final = {110: 910, 200: 1654}
"""Dots per inch, and how many pixels wide that makes A4: the browser takes what its screen can show."""


def document(detail: LetterDetail) -> Document:
    """What the pane shows of it; the print rules only where they count."""
    findings = detail.layout.findings if detail.layout and detail.may_be_posted else ()
    letter_id, numbers = detail.letter.id, range(1, detail.pages + 1)
    return {
        "images": [_image(f"/letters/{letter_id}/page/{n}.png?v={detail.document_id}") for n in numbers],
        "pdf_url": f"/letters/{letter_id}/document.pdf" if detail.pages else None,
        "note": _note(detail),
        "findings": [_finding(each) for each in findings],
        "fit_to_post": _is_fit_to_post(detail),
    }


def _is_fit_to_post(detail: LetterDetail) -> bool:
    unhindered = detail.layout is not None and not detail.layout.findings and not detail.misaddressed
    return unhindered and detail.letter.channel is Channel.H


def _image(url: str) -> PageImage:
    widths = [(f"{url}&dpi={dpi}", width) for dpi, width in _SHARPNESS.items()]
    return {"url": widths[0][0], "srcset": ", ".join(f"{address} {width}w" for address, width in widths)}


def _note(detail: LetterDetail) -> str | None:
    if not detail.reads_document:
        return "Your role doesn't read letters."
    if not detail.pages:
        return "The PDF is being made: it appears here within a minute."
    if detail.frozen_at:
        when = day_and_time(detail.frozen_at)
        return f"As it was queued on {when}: later edits of the letter or the record don't change it."
    if detail.attempts and detail.letter.row.pending_group:
        return "As it would go out now. What was sent before stays as it was."
    return None


def _finding(finding: layout.Finding) -> Finding:
    return {
        "reason": finding.reason,
        "page": finding.page,
        "place": _place(finding.page, finding.boxes),
        "marks": [_mark(box) for box in finding.boxes],
    }


def _place(page: int, boxes: Sequence[layout.Box]) -> str:
    if not page:
        return ""
    more = f", and {len(boxes) - 1} more" if len(boxes) > 1 else ""
    return ", ".join([f"page {page}", *map(_in_words, boxes[:1])]) + more


def _in_words(box: layout.Box) -> str:
    """Where a box is: the margin that it lies in and how far along, or its distance from two edges."""
    across, down = f"{box.left:.0f} mm from the left", f"{box.top:.0f} mm from the top"
    margins = {
        f"left margin, {down}": box.left + box.width <= _SIDES,
        f"right margin, {down}": box.left >= _PAGE[0] - _SIDES,
        f"top margin, {across}": box.top + box.height <= _ENDS,
        f"bottom margin, {across}": box.top >= _PAGE[1] - _ENDS,
    }
    return next((words for words, holds in margins.items() if holds), f"{across}, {down}")


def _mark(box: layout.Box) -> Mark:
    """In percent of the page, so that it fits however large the page is shown."""
    width, height = _PAGE
    return {
        "left": 100 * box.left / width,
        "top": 100 * box.top / height,
        "width": 100 * box.width / width,
        "height": 100 * box.height / height,
    }

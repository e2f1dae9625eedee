"""Letters to merge, quickly made, and merged files that were tampered with."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from io import BytesIO

import pikepdf

from services.documents.merge import Pile
from services.documents.plain import plain_letter
from services.documents.render import render_letter
from services.domain.documents import StoredDocument
from tests.unit.documents.samples import ONE_PAGE, stored


@cache
def letter(number: int, pages: int) -> StoredDocument:
    """A letter of so many pages that no other letter is like."""
    body = f"Paragraph of letter {number}.\n\n" * (6 + (pages - 1) * 27)
    document = stored(f"L-{number}", plain_letter(replace(ONE_PAGE, reference=f"L-{number}", body=body)))
    assert document.page_count == pages
    return replace(document, initials=f"Å{number}")


@cache
def tagged_letter(number: int, pages: int) -> StoredDocument:
    """Such a letter as people get it, with tags, fonts of its own, and a table."""
    body = "| When | Where |\n|---|---|\n| Monday | Room 4 |\n\n"
    body += f"Paragraph of letter {number}.\n\n" * (1 + (pages - 1) * 24)
    document = stored(f"T-{number}", render_letter(replace(ONE_PAGE, reference=f"T-{number}", body=body)))
    assert document.page_count == pages
    return replace(document, initials=f"T{number}")


def edited(pile: Pile, edit: Callable[[pikepdf.Pdf], None]) -> Pile:
    """The pile with its file changed behind its back, and its hash made right again."""
    with pikepdf.open(BytesIO(pile.merged.pdf)) as file:
        edit(file)
        file.save(written := BytesIO())
    pdf = written.getvalue()
    return replace(pile, merged=replace(pile.merged, pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest()))

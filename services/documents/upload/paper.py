"""What a PDF may hold that no sheet of paper shows: it would be lost, or act on whoever opens it."""

from collections.abc import Sequence
from typing import Final

import pikepdf

from services.domain.documents import RenderFailed

NEW_PDF: Final = "Print it to a new PDF and upload that."
_ACTIONS: Final = "scripts or actions"
_LINKS: Final = ("http://", "https://", "mailto:", "tel:")


def require(holds: bool, otherwise: str) -> None:
    """Raises RenderFailed that says so, and what helps against all that is odd about a PDF."""
    if not holds:
        raise RenderFailed(f"{otherwise} {NEW_PDF}")


def refuse_what_paper_can_not_show(file: pikepdf.Pdf, pages: Sequence[pikepdf.Page]) -> None:
    """Raises RenderFailed that names all of it. Links within the letter and to the web may stay.

    Raises TypeError for what is not what it should be.
    """
    found = [*_in_the_file(file.Root), *(what for page in pages for what in _on(page))]
    names = list(dict.fromkeys(found))
    listed = " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
    require(not names, f"The PDF has {listed}, which can't be shown on paper.")


def _in_the_file(root: pikepdf.Object) -> list[str]:
    nothing = pikepdf.Dictionary()
    names, form = root.get("/Names", nothing), root.get("/AcroForm", nothing)
    opening = root.get("/OpenAction", nothing)
    moves_on_opening = isinstance(opening, pikepdf.Array) or opening.get("/S", "/GoTo") == "/GoTo"
    holds = {
        "a collection of files (a portfolio)": "/Collection" in root,
        "attached files": _filled(names.get("/EmbeddedFiles")) or "/AF" in root,
        _ACTIONS: "/JavaScript" in names or "/AA" in root or not moves_on_opening,
        "form fields or a signature": "/XFA" in form or len(form.get("/Fields", [])) > 0,
        "layers": len(root.get("/OCProperties", nothing).get("/OCGs", [])) > 0,
    }
    return [what for what, there in holds.items() if there]


def _filled(tree: pikepdf.Object | None) -> bool:
    """Whether a tree of names (ISO 32000-1, 7.9.6) has any."""
    return tree is not None and any(len(tree.get(key, [])) > 0 for key in ("/Names", "/Kids"))


def _on(page: pikepdf.Page) -> list[str]:
    found = [_ACTIONS] if "/AA" in page else []
    notes = page.get("/Annots", pikepdf.Array())
    if not isinstance(notes, pikepdf.Array):
        raise TypeError("a page's notes are no list")
    for note in notes:
        kind = note.get("/Subtype")
        if kind == "/Widget":
            found.append("form fields or a signature")
        elif kind == "/FileAttachment":
            found.append("attached files")
        elif kind != "/Link":
            found.append("comments, stamps or other notes")
        elif not _only_leads_on(note):
            found.append(_ACTIONS)
    return found


def _only_leads_on(link: pikepdf.Object) -> bool:
    action = link.get("/A")
    if "/AA" in link or (action is not None and "/Next" in action):
        return False
    if action is None or action.get("/S") == "/GoTo":
        return True
    return bool(action.get("/S") == "/URI" and str(action.get("/URI", "")).casefold().startswith(_LINKS))

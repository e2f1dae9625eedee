"""A letter's document for the detail pane: the PDF, and its pages as pictures."""

from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services import letter_documents
from services.audit import note_look
from services.bootstrap import Application
from services.domain.audit import Deed
from services.domain.documents import StoredDocument
from services.sessions import SignedIn
from services.web.files import given_out

_DPI: Final = range(50, 221)


def show_pdf(request: Request) -> Response:
    """GET /letters/{letter_id}/document.pdf, shown in the browser."""
    document = _document(request, Deed.OPEN_DOCUMENT)
    return given_out(document.pdf, "application/pdf", 'inline; filename="letter.pdf"')


def show_page(request: Request) -> Response:
    """GET /letters/{letter_id}/page/{number}.png?dpi=110; pages count from 1."""
    dpi = request.query_params.get("dpi", "110")
    if not (dpi.isdecimal() and int(dpi) in _DPI):
        raise HTTPException(400, f"dpi must lie between {_DPI.start} and {_DPI.stop - 1}.")
    document, number = _document(request, Deed.OPEN_LETTER), request.path_params["number"]
    if not 1 <= number <= document.page_count:
        raise HTTPException(404, f"This letter has {document.page_count} pages.")
    application: Application = request.state.application
    png = application.renderer.page_png(document.pdf, number, int(dpi))
    return given_out(png, "image/png", "inline")


ROUTES: Final = [
    Route("/letters/{letter_id}/document.pdf", show_pdf),
    Route("/letters/{letter_id}/page/{number:int}.png", show_page),
]


def _document(request: Request, deed: Deed) -> StoredDocument:
    """For who may read it; noted before it is given out."""
    application: Application = request.state.application
    signed_in: SignedIn = request.state.signed_in
    store, letter_id = application.store, request.path_params["letter_id"]
    with store.read(signed_in.service_id) as uow:
        document = letter_documents.of_letter(uow, signed_in.user, letter_id)
    note_look(store, application.clock, signed_in.service_id, signed_in.user, letter_id, deed)
    return document

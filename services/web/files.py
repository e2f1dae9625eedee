"""The file route: prints, downloads and lists, each by a link that works once (docs/security.md 3 to 5)."""

from typing import Final
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from services import files
from services.bootstrap import Application

_CACHED_BY_NOBODY: Final = "private, no-store"


def fetch(request: Request) -> Response:
    """GET /files/{token}. HEAD is refused, so that nothing that only looks uses a link up."""
    if request.method == "HEAD":
        raise HTTPException(405, headers={"Allow": "GET"})
    application: Application = request.state.application
    file = files.fetch(
        application.store,
        application.clock,
        application.listing(request.state.signed_in.service_id),
        application.audit_trail,
        request.state.signed_in,
        request.path_params["token"],
    )
    disposition = f"attachment; {_named(file.filename)}"
    if isinstance(file.content, bytes):
        return given_out(file.content, "application/pdf", disposition)
    headers = {"Content-Disposition": disposition, "Cache-Control": _CACHED_BY_NOBODY}
    return StreamingResponse(file.content, media_type="text/csv; charset=utf-8", headers=headers)


ROUTES: Final = [Route("/files/{token}", fetch)]


def given_out(content: bytes, media_type: str, disposition: str) -> Response:
    """A letter's bytes: kept by no cache, and not packed again, since PDF and PNG are packed already."""
    headers = {
        "Content-Disposition": disposition,
        "Cache-Control": _CACHED_BY_NOBODY,
        "Content-Encoding": "identity",
    }
    return Response(content, media_type=media_type, headers=headers)


def _named(filename: str) -> str:
    """The name for any browser: RFC 6266, with RFC 5987 for what is not ASCII."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\' else "_" for c in filename)
    return f"filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"

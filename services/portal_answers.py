"""How the patient's letter page answers: its pages, its cookie, and the headers that every answer carries."""

import base64
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_FOLDER: Final = Path(__file__).parent / "portal_pages"
_MOST_BYTES: Final = 8 * 1024
_OUR_OWN: Final = ("same-origin", "none", "")  # "" from browsers that don't say where a request comes from
_ALWAYS: Final = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


class Sealed:
    """Outside of everything else, so that its headers are on every status, a broken page's too.

    A form is small: a body that is large, or doesn't say how large it is, is not read. Nor is one that a page
    of another site sends: our pages say no referrer, so it is told by Sec-Fetch-Site.
    """

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self.app = app
        self._headers = {**_ALWAYS, "Content-Security-Policy": _policy()}
        if secure:
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on requests, and complete the answer's headers on the way back."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
            await send(message)

        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            asked = _unwelcome(scope) or self.app
            await asked(scope, receive, send_with_headers)


def page(template: str, *, status: int = 200, **values: object) -> Response:
    """A page from portal_pages/, with its style sheet in it."""
    html = _templates().get_template(template).render({"error": "", "style": safe(_style()), **values})
    return HTMLResponse(html, status_code=status)


def safe(html: str) -> Markup:
    """HTML that is put in as it stands: our own style sheet, and a body that was made from Markdown."""
    return Markup(html)  # noqa: S704 - see above: neither holds anybody's markup


def set_cookie(answer: Response, session: str, *, secure: bool) -> None:
    """The patient's session; none ends it. With the prefix a browser takes it from this very host alone."""
    answer.set_cookie(_name(secure), session, path="/", httponly=True, samesite="strict", secure=secure)


def cookie_of(request: Request, *, secure: bool) -> str:
    return request.cookies.get(_name(secure), "")


def _name(secure: bool) -> str:
    return "__Host-letter" if secure else "letter"


def _unwelcome(scope: Scope) -> Response | None:
    if scope["method"] in ("GET", "HEAD"):
        return None
    headers = Headers(scope=scope)
    if headers.get("sec-fetch-site", "") not in _OUR_OWN:
        return PlainTextResponse("Open the link in your message.", status_code=403)
    length = headers.get("content-length", "0" if scope["method"] == "OPTIONS" else "")
    if not length.isdecimal():
        return PlainTextResponse("How long is it?", status_code=411)
    return PlainTextResponse("Too long.", status_code=413) if int(length) > _MOST_BYTES else None


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined)


@cache
def _style() -> str:
    return (_FOLDER / "portal.css").read_text(encoding="utf-8")


@cache
def _policy() -> str:
    digest = base64.b64encode(sha256(_style().encode()).digest()).decode()
    style = f"style-src 'sha256-{digest}'"
    return f"default-src 'none'; {style}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

"""Pages of our own in the house style, and the same answer as JSON for programs."""

import base64
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, JSONResponse, Response

_FOLDER = Path(__file__).parent / "templates"


def page(template: str, *, status: int = 200, **values: Any) -> Response:
    """A page from a template; its policy allows nothing to be loaded or run but its own style sheet."""
    html = _templates().get_template(template).render(style=Markup(_style()), **values)  # noqa: S704 - our own file
    headers = {"Content-Security-Policy": _policy(), "Cache-Control": "no-store"}
    return HTMLResponse(html, status_code=status, headers=headers)


def notice(
    connection: HTTPConnection, status: int, title: str, text: str, *, link: tuple[str, str] | None = None
) -> Response:
    """What happened and what to do, to a person as a page, to a program (under /api/) as JSON."""
    if connection.url.path.startswith("/api/"):
        return JSONResponse({"error": title, "detail": text}, status_code=status)
    return page(
        "notice.html", status=status, title=title, text=text, link=link or ("/", "Back to the letters")
    )


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined)


@cache
def _style() -> str:
    return (_FOLDER / "house.css").read_text(encoding="utf-8")


@cache
def _policy() -> str:
    digest = base64.b64encode(sha256(_style().encode()).digest()).decode()
    style = f"style-src 'sha256-{digest}'"
    return f"default-src 'none'; {style}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

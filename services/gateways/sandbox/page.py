"""The sandbox's page: what it holds, for people. Rendered on the server, every value escaped."""

from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

from services.gateways.sandbox.desk import Desk
from services.gateways.sandbox.ledger import Acceptance
from services.gateways.sandbox.page_tables import course_lines, recipient_tables
from services.gateways.sandbox.page_words import GATEWAY_NAMES, callback, coming, duration, said

SHOWN = 50
TEMPLATES = Path(__file__).parent / "templates"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One message as the page shows it; ``text`` is what the patient would read, in a text message."""

    age: str
    gateway: str
    recipient: str
    reference: str
    now: str
    then: str
    course: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Serves the page and its style sheet."""

    desk: Desk

    async def show(self, request: Request) -> Response:
        html = (
            _environment()
            .get_template("page.html")
            .render(
                rows=[self._row(each) for each in islice(self.desk.ledger.newest(), SHOWN)],
                count=self.desk.ledger.count(),
                speed=f"{self.desk.clock.speed:g}",
                tables=list(recipient_tables()),
                courses=list(course_lines()),
            )
        )
        return HTMLResponse(html, headers=HEADERS)

    async def style(self, request: Request) -> Response:
        return FileResponse(TEMPLATES / "page.css", media_type="text/css")

    def _row(self, acceptance: Acceptance) -> Row:
        age = self.desk.age(acceptance)
        return Row(
            age=duration(age),
            gateway=GATEWAY_NAMES[acceptance.gateway],
            recipient=acceptance.recipient,
            reference=acceptance.reference or "–",
            now=said(self.desk.step(acceptance)),
            then=coming(self.desk.next_step(acceptance), age) or callback(acceptance, age),
            course=acceptance.course,
            text=acceptance.details.get("body", ""),
        )


def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)

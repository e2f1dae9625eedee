"""The sandbox's page: what it holds, for people. Rendered on the server, every value escaped."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

from services.gateways.sandbox.courses import COURSES, Course, Gateway, Step
from services.gateways.sandbox.desk import Desk, course_of
from services.gateways.sandbox.ledger import Acceptance
from services.gateways.sandbox.recipients import (
    NHS_NUMBER_ENDINGS,
    ODS_CODES,
    PHONE_ENDINGS,
    POSTCODES,
    REFUSED_ODS_CODES,
)
from services.reject_codes import reject_codes

SHOWN = 50
TEMPLATES = Path(__file__).parent / "templates"
GATEWAY_NAMES = {
    Gateway.SMS: "Notify text message",
    Gateway.LETTER: "Notify letter",
    Gateway.GP: "Docman document",
}
TABLES: tuple[tuple[str, Gateway | None, Mapping[str, str]], ...] = (
    ("Phone 07700 900…", Gateway.SMS, PHONE_ENDINGS),
    ("Postcode", Gateway.LETTER, POSTCODES),
    ("NHS number ends in", Gateway.GP, NHS_NUMBER_ENDINGS),
    ("ODS code of the practice", Gateway.GP, ODS_CODES),
    ("ODS code, refused on posting", None, REFUSED_ODS_CODES),
)
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
                tables=list(_tables()),
                courses=list(_courses()),
            )
        )
        return HTMLResponse(html, headers=HEADERS)

    async def style(self, request: Request) -> Response:
        return FileResponse(TEMPLATES / "page.css", media_type="text/css")

    def _row(self, acceptance: Acceptance) -> Row:
        step, coming = self.desk.step(acceptance), self.desk.next_step(acceptance)
        age = self.desk.age(acceptance)
        return Row(
            age=duration(age),
            gateway=GATEWAY_NAMES[acceptance.gateway],
            recipient=acceptance.recipient,
            reference=acceptance.reference or "–",
            now=_said(step),
            then=_coming(coming, age) or _callback(acceptance, age),
            course=acceptance.course,
            text=acceptance.details.get("body", ""),
        )


def _said(step: Step | None) -> str:
    """A status with its rejection code, and Docman's numbers in words as well."""
    if step is None:
        return "accepted"
    meaning = reject_codes().meaning("docman", step.status)
    return " ".join(filter(None, (step.status, step.code, f"({meaning})" if meaning else "")))


def _coming(step: Step | None, age: float) -> str:
    return f"{_said(step)} in {duration(step.after - age)}" if step else ""


def _callback(acceptance: Acceptance, age: float) -> str:
    """What is known of a letter's return."""
    returned_after = course_of(acceptance).returned_after
    if returned_after is None:
        return "–"
    if age < returned_after:
        return f"returned to sender in {duration(returned_after - age)}"
    states = {"done": "returned to sender, callback sent", "given up": "returned, callback failed"}
    return states.get(acceptance.callback, "returned to sender, callback due")


def duration(seconds: float) -> str:
    """Sandbox seconds for people: "45 s", "12 min", "3 h"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.0f} h"


def _tables() -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """Each recipients' table with its lines: recipient, course, what the course means."""
    for title, gateway, table in TABLES:
        yield (
            title,
            [
                (key, name, COURSES[gateway][name].meaning if gateway else "HTTP 400")
                for key, name in table.items()
            ],
        )


def _courses() -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    for gateway, courses in COURSES.items():
        yield (
            GATEWAY_NAMES[gateway],
            [(name, course.meaning, _way(course)) for name, course in courses.items()],
        )


def _way(course: Course) -> str:
    return " → ".join(
        f"{step.status} {step.code}".strip() + f" ({duration(step.after)})" for step in course.steps
    )


def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)

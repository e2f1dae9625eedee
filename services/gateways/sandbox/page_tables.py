"""The tables of the sandbox's page: which recipient takes which course, and how each course goes."""

from collections.abc import Iterator, Mapping

from services.gateways.sandbox.courses import COURSES, Course, Gateway
from services.gateways.sandbox.page_words import GATEWAY_NAMES, duration
from services.gateways.sandbox.recipients import (
    NHS_NUMBER_ENDINGS,
    ODS_CODES,
    PHONE_ENDINGS,
    POSTCODES,
    REFUSED_ODS_CODES,
)

TABLES: tuple[tuple[str, Gateway | None, Mapping[str, str]], ...] = (
    ("Phone 07700 900…", Gateway.SMS, PHONE_ENDINGS),
    ("Postcode", Gateway.LETTER, POSTCODES),
    ("NHS number ends in", Gateway.GP, NHS_NUMBER_ENDINGS),
    ("ODS code of the practice", Gateway.GP, ODS_CODES),
    ("ODS code, refused on posting", None, REFUSED_ODS_CODES),
)


def recipient_tables() -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """Each recipients' table with its lines: recipient, course, what the course means."""
    for title, gateway, table in TABLES:
        yield (
            title,
            [
                (key, name, COURSES[gateway][name].meaning if gateway else "HTTP 400")
                for key, name in table.items()
            ],
        )


def course_lines() -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    for gateway, courses in COURSES.items():
        yield (
            GATEWAY_NAMES[gateway],
            [(name, course.meaning, _way(course)) for name, course in courses.items()],
        )


def _way(course: Course) -> str:
    return " → ".join(
        f"{step.status} {step.code}".strip() + f" ({duration(step.after)})" for step in course.steps
    )

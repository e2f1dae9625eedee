"""Merge fields: the only thing in a template's body that is replaced.

A field is written `{{ patient_name }}`. There is no expression language: nothing in a body is ever
evaluated, so there is no sandbox to escape from. A value is put in as literal text: what would be
Markdown or HTML in it is escaped, and it stays on one line. Only free text is Markdown as the body is, and
a field that is written in it is no field.
"""

import re
from collections.abc import Mapping
from typing import Final

FREE_TEXT: Final = "free_text"

MERGE_FIELDS: dict[str, str] = {
    "patient_name": "The patient's full name: Ada Example",
    "patient_first_name": "The patient's first name",
    "patient_surname": "The patient's surname",
    "patient_address": "The patient's address on one line",
    "date_of_birth": "The patient's date of birth: 3 November 1990",
    "nhs_number": "The patient's NHS number, spaced 3 3 4",
    "gp_practice": "The name of the practice where the patient is registered",
    "service_name": "The name of the service that writes",
    "service_telephone": "The telephone number of the service",
    "sender_name": "The name of the member of staff who signs the letter",
    "letter_date": "The date of the letter: 3 November 2026",
    "letter_reference": "The reference of the letter",
    "appointment_date": "The date of the appointment, with the day of the week",
    "appointment_time": "The time of the appointment: 14:05",
    "appointment_place": "Where the appointment is, or how it is held",
    FREE_TEXT: "What the writer adds, in paragraphs of its own; lists and **bold** as in a template",
}
WRITTEN_FIELDS: Final = tuple(
    name for name in MERGE_FIELDS if name.startswith("appointment_") or name == FREE_TEXT
)
"""Merge fields whose value comes with the letter, in the order in which they are asked for; the service knows
all others.
"""

_FIELD = re.compile(r"\{\{(.*?)\}\}")
_LEFTOVER = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_MARKDOWN_OR_HTML = re.compile(r"([!-/:-@\[-`{-~])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class MergeFieldProblem(ValueError):
    """A body can't be filled; `field` is what stands in the body, `line` counts from 1."""

    _what = ""

    def __init__(self, field: str, line: int) -> None:
        super().__init__(field, line)
        self.field = field
        self.line = line

    @property
    def reason(self) -> str:
        """What is wrong, as a sentence for staff."""
        return f"Line {self.line}: “{self.field}” {self._what}."

    def __str__(self) -> str:
        return self.reason


class UnknownMergeField(MergeFieldProblem):
    """The body names a field that is not in MERGE_FIELDS, or something that is no field at all."""

    _what = "is not a merge field"


class MissingMergeValue(MergeFieldProblem):
    """The field is known, but this letter has nothing to put there."""

    _what = "has no value for this letter"


def fill(body: str, values: Mapping[str, str]) -> str:
    """The body, in Markdown, with every merge field replaced.

    Raises UnknownMergeField for the first brace that does not belong to a known field, and
    MissingMergeValue where a value is absent or blank: a letter never goes out with a gap.
    """
    for problem in check_body(body):
        raise problem

    def value(match: re.Match[str]) -> str:
        name = match[1].strip()
        text = values.get(name, "").strip()
        if not text:
            raise MissingMergeValue(name, body.count("\n", 0, match.start()) + 1)
        return _paragraphs(text) if name == FREE_TEXT else literal(text)

    return _FIELD.sub(value, body)


def check_body(body: str) -> list[UnknownMergeField]:
    """What has to be corrected before a template's body can be saved; empty when it is right."""
    problems = []
    for number, line in enumerate(body.split("\n"), start=1):
        written = [match[1].strip() for match in _FIELD.finditer(line)]
        leftover = _LEFTOVER.findall(_FIELD.sub("", line))
        strangers = [name for name in written if name not in MERGE_FIELDS] + leftover
        problems += [UnknownMergeField(stranger, number) for stranger in strangers]
    return problems


def fields_in(body: str) -> frozenset[str]:
    """The names of the merge fields that a body uses."""
    return frozenset(match[1].strip() for match in _FIELD.finditer(body))


def asked_for(body: str) -> tuple[str, ...]:
    """The merge fields of a body that whoever writes the letter fills in."""
    there = fields_in(body)
    return tuple(name for name in WRITTEN_FIELDS if name in there)


def _paragraphs(text: str) -> str:
    return "\n".join(_CONTROL.sub(" ", line) for line in text.splitlines())


def literal(text: str) -> str:
    """The text as Markdown that reads as exactly this text, on one line."""
    return _MARKDOWN_OR_HTML.sub(r"\\\1", _CONTROL.sub(" ", text))

"""One line of the file as a letter to be: every cell checked, nothing looked up yet."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from services.domain.vocabulary import Channel
from services.importing import values
from services.importing.columns import COLUMNS, FIELD_PREFIX, REASON_COLUMN, column
from services.importing.pdfs import Brought


class LineRefused(Exception):
    """A line can't become a letter; `problems` are sentences for staff, each led by its column's name."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What one line says. What is empty or None is not said there.

    pdf is the name of the letter's file; `file` is that file, once it was read and inspected.
    """

    reference: str
    created: datetime
    channel: Channel
    title: str
    template: str
    nhs_number: str
    surname: str
    forename: str
    date_of_birth: date
    created_by: str
    fields: Mapping[str, str]
    address: tuple[str, ...] = ()
    mobile: str = ""
    sms_consent: bool | None = None
    deceased: bool | None = None
    opted_out: bool | None = None
    large_print: bool | None = None
    ods_code: str = ""
    practice_name: str = ""
    practice_address: tuple[str, ...] = ()
    created_by_name: str = ""
    provider: str = ""
    team: str = ""
    consortium: str = ""
    pdf: str = ""
    file: Brought | None = None

    @property
    def content_hash(self) -> str:
        """Of what makes the letter: a line that comes again with another one is not the same letter.

        A letter that is made from its template has the one that it had before there were PDFs.
        """
        parts = [self.channel, self.title, self.template, self.nhs_number, self.created_by]
        content = [*parts, self.created.isoformat(), sorted(self.fields.items())]
        content += [self.file.sha256] if self.file else []
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def read_draft(names: Sequence[str], cells: Sequence[str], now: datetime) -> Draft:
    """Read a line's cells under the columns' names. Raises LineRefused with all that is wrong with it."""
    if len(cells) != len(names):
        raise LineRefused([f"the line has {len(cells)} cells, the first line {len(names)}"])
    problems: list[str] = []
    said: dict[str, Any] = {}
    for name, cell in zip(names, cells, strict=True):
        try:
            said[name] = _value(name, cell, now)
        except ValueError as wrong:
            problems.append(f"{name} {wrong}")
    if problems:
        raise LineRefused(problems)
    return _draft(said)


def _value(name: str, cell: str, now: datetime) -> Any:
    rules = column(name)
    written = values.text(
        cell, limit=rules.limit, lines=name.startswith(FIELD_PREFIX) or name == REASON_COLUMN
    )
    if rules.required and not written:
        raise ValueError("is empty")
    return _readers(now).get(name, str)(written)


def _readers(now: datetime) -> dict[str, Callable[[str], Any]]:
    return {
        "created": partial(values.moment, now=now),
        "channel": values.channel,
        "nhs_number": values.nhs_number,
        "date_of_birth": partial(values.date_of_birth, now=now),
        "mobile": values.mobile,
        "sms_consent": values.yes_or_no,
        "deceased": values.yes_or_no,
        "opted_out": values.yes_or_no,
        "large_print": values.yes_or_no,
        "pdf": values.file_name,
        "ods_code": values.ods_code,
        "created_by": str.casefold,
    }


_ADDRESS: Final = [known.name for known in COLUMNS if known.name.startswith("address_")]
_PRACTICE_ADDRESS: Final = [known.name for known in COLUMNS if known.name.startswith("practice_address_")]


def _draft(said: Mapping[str, Any]) -> Draft:
    plain = {name: value for name, value in said.items() if name in Draft.__dataclass_fields__}
    fields = {
        name.removeprefix(FIELD_PREFIX): value
        for name, value in said.items()
        if name.startswith(FIELD_PREFIX) and value
    }
    return Draft(
        **plain,
        fields=fields,
        address=_filled(said, _ADDRESS),
        practice_address=_filled(said, _PRACTICE_ADDRESS),
    )


def _filled(said: Mapping[str, Any], names: Sequence[str]) -> tuple[str, ...]:
    return tuple(said[name] for name in names if said.get(name))

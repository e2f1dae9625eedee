"""The columns of an import file: THE table, from which header check, reading and docs/import.md are made."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from services.domain.merge_fields import MERGE_FIELDS, WRITTEN_FIELDS

FIELD_PREFIX: Final = "field:"
REASON_COLUMN: Final = "refused_because"
_MOST_COLUMNS: Final = 200  # several times as many as there are to know


class UnreadableFile(Exception):
    """The file as a whole can't be imported; nothing of it was. The message says where and what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column: `required` ones must be there and be filled in every line; `limit` is in characters."""

    name: str
    meaning: str
    example: str = ""
    required: bool = False
    limit: int = 255


COLUMNS: Final[tuple[Column, ...]] = (
    Column(
        name="reference",
        meaning="Your own unique reference of the letter. A reference that is there already adds nothing",
        example="RIO-2026-004711",
        required=True,
        limit=60,
    ),
    Column(
        name="created",
        meaning="When the letter was written: a date, or a date and time (UK time unless it names an offset)",
        example="2026-11-20T14:05",
        required=True,
    ),
    Column(name="channel", meaning="How it travels: print, gp, e or h", example="gp", required=True),
    Column(
        name="title", meaning="Title of the letter", example="Discharge summary for your GP", required=True
    ),
    Column(
        name="template", meaning="Name of an existing template", example="Discharge summary", required=True
    ),
    Column(
        name="nhs_number",
        meaning="The patient's NHS number: ten digits, the last of which must fit the others",
        example="999 000 0018",
        required=True,
    ),
    Column(name="surname", meaning="The patient's surname", example="O’Brien", required=True),
    Column(name="forename", meaning="The patient's forename", example="Zoë", required=True),
    Column(name="date_of_birth", meaning="The patient's date of birth", example="1984-02-29", required=True),
    *(
        Column(name=f"address_{line}", meaning=f"Line {line} of the patient's address", limit=100)
        for line in range(1, 8)
    ),
    Column(
        name="mobile",
        meaning="The patient's mobile number, checked, and stored as +447…",
        example="07700 900123",
        limit=40,
    ),
    Column(
        name="sms_consent", meaning="Whether the patient agreed to text messages: yes or no", example="yes"
    ),
    Column(name="deceased", meaning="Whether the patient has died: yes or no", example="no"),
    Column(
        name="opted_out", meaning="Whether the patient wants no letters from you: yes or no", example="no"
    ),
    Column(
        name="large_print",
        meaning="Whether the patient needs letters in large print: yes or no",
        example="no",
    ),
    Column(
        name="ods_code",
        meaning="ODS code of the practice where the patient is registered",
        example="Y90001",
        limit=12,
    ),
    Column(name="practice_name", meaning="Name of the practice; needed where the practice is not known yet"),
    *(
        Column(name=f"practice_address_{line}", meaning=f"Line {line} of the practice's address", limit=100)
        for line in range(1, 6)
    ),
    Column(
        name="created_by",
        meaning="Username of the account that created the letter",
        example="j.okafor",
        required=True,
        limit=120,
    ),
    Column(name="created_by_name", meaning="Name of that person; needed where the username is not known yet"),
    Column(name="provider", meaning="Care provider of a new account"),
    Column(name="team", meaning="Team of a new account"),
    Column(name="consortium", meaning="Consortium of a new account"),
    Column(
        name="pdf",
        meaning="Name of the letter's PDF among those given with the lines; where it is empty, the letter is "
        "made from its template",
        example="discharge-4711.pdf",
    ),
    Column(name=REASON_COLUMN, meaning="Not read: stands in the file of refused lines", limit=10_000),
)

BY_NAME: Final = {column.name: column for column in COLUMNS}
_FIELD: Final = Column(name=FIELD_PREFIX, meaning="A merge field of the template", limit=1000)


def column(name: str) -> Column:
    """The rules of a column that `read_header` let through."""
    return BY_NAME.get(name, _FIELD)


def read_header(cells: Sequence[str]) -> list[str]:
    """The columns' names as we write them. Raises UnreadableFile that lists all that is wrong."""
    if len(cells) > _MOST_COLUMNS:
        raise UnreadableFile(
            f"Nothing was imported. The first line has {len(cells):,} columns, and {_MOST_COLUMNS} are the "
            "most: is it a file of letters, and its first line that of the columns' names?"
        )
    names = [cell.strip().casefold() for cell in cells]
    problems = [problem for name in names if (problem := _stranger(name))]
    problems += [
        f"“{name}” stands there twice" for name, count in sorted(Counter(names).items()) if count > 1
    ]
    problems += [
        f"“{column.name}” is missing" for column in COLUMNS if column.required and column.name not in names
    ]
    if problems:
        raise UnreadableFile(f"Nothing was imported. Correct the first line: {'; '.join(problems)}.")
    return names


def _stranger(name: str) -> str:
    """What is wrong with a column's name; empty when it is known."""
    if name in BY_NAME:
        return ""
    if not name:
        return "a column has no name"
    known = [*BY_NAME, *(FIELD_PREFIX + field for field in sorted(WRITTEN_FIELDS))]
    if name in known:
        return ""
    if name.startswith(FIELD_PREFIX) and name.removeprefix(FIELD_PREFIX) in MERGE_FIELDS:
        return f"“{name}” is filled in by the service itself: leave it out"
    nearest = get_close_matches(name, known, n=1)
    return f"“{name}” is not a column" + (f" (did you mean “{nearest[0]}”?)" if nearest else "")

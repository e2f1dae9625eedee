"""One cell's text made into a value. Each function raises ValueError with the reason, fit to be shown."""

import re
from datetime import UTC, date, datetime
from typing import Final

from nhs_number.validate import is_valid

from services.domain.local_time import LONDON
from services.domain.recipient import as_mobile
from services.domain.vocabulary import Channel

_OLDEST: Final = 120  # years; an older patient is a slip of the keyboard
_EARLIEST: Final = date(2000, 1, 1)  # no letter of any service in use was written before
_ODS: Final = re.compile(r"[A-Z]\d{5}|[A-Z]\d[A-Z]\d[A-Z]")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def text(cell: str, *, limit: int, lines: bool = False) -> str:
    """The cell as it stands, without spaces around it. Only merge fields may have several `lines`."""
    written = cell.strip()
    if len(written) > limit:
        raise ValueError(f"is longer than {limit:,} characters")
    if _CONTROL.search(written):
        raise ValueError("holds a character that can't be shown")
    if not lines and ("\n" in written or "\r" in written):
        raise ValueError("holds a line break")
    return written


def channel(written: str) -> Channel:
    try:
        return Channel(written.casefold())
    except ValueError:
        raise ValueError("is none of print, gp, e, h") from None


def moment(written: str, now: datetime) -> datetime:
    """A time in UTC; a bare date is the start of that day in the United Kingdom."""
    try:
        read = datetime.fromisoformat(written)
        at = (read if read.tzinfo else read.replace(tzinfo=LONDON)).astimezone(UTC)
    except (ValueError, OverflowError):  # the latter where the time in UTC is before the year 1 or after 9999
        raise ValueError("is not a date such as 2026-11-20 or 2026-11-20T14:05") from None
    if at > now:
        raise ValueError("lies in the future")
    if at.date() < _EARLIEST:
        raise ValueError(f"lies before {_EARLIEST.year}")
    return at


def date_of_birth(written: str, now: datetime) -> date:
    try:
        born = date.fromisoformat(written)
    except ValueError:
        raise ValueError("is not a date such as 1984-02-29") from None
    today = now.astimezone(LONDON).date()
    if born > today:
        raise ValueError("lies in the future")
    if today.year - born.year > _OLDEST:
        raise ValueError(f"lies more than {_OLDEST} years back")
    return born


def nhs_number(written: str) -> str:
    digits = re.sub(r"[ -]", "", written)
    if not re.fullmatch(r"[0-9]{10}", digits):
        raise ValueError("has not ten digits")
    if not is_valid(digits):
        raise ValueError("is not valid: the check digit does not fit")
    return digits


def mobile(written: str) -> str:
    """In the form +447…; nothing stays nothing."""
    read = as_mobile(written) if written else ""
    if read is None:
        raise ValueError("is not a mobile number that exists")
    return read


def ods_code(written: str) -> str:
    code = written.upper()
    if code and not _ODS.fullmatch(code):
        raise ValueError("is not the ODS code of a practice, such as Y90001")
    return code


def file_name(written: str) -> str:
    """A file's name alone: a path could lead anywhere."""
    if written in (".", "..") or re.search(r"[/\\]", written):
        raise ValueError("is not the name of a file alone: give no folder")
    return written


def yes_or_no(written: str) -> bool | None:
    """None where nothing is said."""
    if written.casefold() not in ("", "yes", "no"):
        raise ValueError("is neither yes nor no")
    return None if not written else written.casefold() == "yes"

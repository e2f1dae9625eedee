"""Times as they are shown: Europe/London, as 23 Nov 2026 and 14:05."""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

LONDON: Final = ZoneInfo("Europe/London")


def day(at: datetime) -> str:
    """The date of an aware time as lists show it: 3 Nov 2026."""
    return day_of(at.astimezone(LONDON).date())


def day_of(date: date) -> str:
    """A day of the calendar as lists show it."""
    return f"{date.day} {date:%b %Y}"


def day_and_time(at: datetime) -> str:
    """An aware time as histories show it: 3 Nov 2026, 14:05."""
    return f"{day(at)}, {at.astimezone(LONDON):%H:%M}"

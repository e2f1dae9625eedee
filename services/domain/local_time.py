"""Times as they are shown: Europe/London, as 23 Nov 2026 and 14:05."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

LONDON: Final = ZoneInfo("Europe/London")


def day(at: datetime) -> str:
    """The date of an aware time as lists show it: 3 Nov 2026."""
    local = at.astimezone(LONDON)
    return f"{local.day} {local:%b %Y}"


def day_and_time(at: datetime) -> str:
    """An aware time as histories show it: 3 Nov 2026, 14:05."""
    return f"{day(at)}, {at.astimezone(LONDON):%H:%M}"

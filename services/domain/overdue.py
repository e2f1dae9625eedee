"""For how long a letter may stand where it is before somebody should look at it."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Moments: a letter is stuck that was sent before `sent`; unviewed is one that is with
    the patient since before `unread`.
    """

    sent: datetime
    unread: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """A service's settings, in days."""

    stuck_days: int
    unviewed_days: int

    def limits(self, now: datetime) -> Limits:
        """The moments that are so long ago."""
        return Limits(
            sent=now - timedelta(days=self.stuck_days), unread=now - timedelta(days=self.unviewed_days)
        )

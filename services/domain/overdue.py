"""For how long a letter may stand where it is before somebody should look at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.domain.vocabulary import Channel


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Moments: a letter is stuck that was sent by its channel before `sent`; unviewed is one that is with the
    patient since before `unread`.
    """

    sent: Mapping[Channel, datetime]
    unread: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """A service's settings: hours until a letter that was sent by a channel is stuck, days until one that the
    patient has is unviewed.
    """

    stuck_hours: Mapping[Channel, int]
    unviewed_days: int

    def limits(self, now: datetime) -> Limits:
        """The moments that are so long ago."""
        return Limits(
            sent={channel: now - timedelta(hours=hours) for channel, hours in self.stuck_hours.items()},
            unread=now - timedelta(days=self.unviewed_days),
        )

"""What follows from where a letter stands, the same for the letter itself and for its row in a list."""

from datetime import datetime

from services.domain.local_time import day
from services.domain.overdue import Limits
from services.domain.status import status_row
from services.domain.status_row import StatusRow
from services.domain.vocabulary import NOTHING_MORE, Badge, Channel, Status


class Standing:
    """Base of what has a channel, a status and perhaps a doubt.

    overdue says since when it is stuck or unviewed, where the moment of showing it was asked about (see
    if_overdue).
    """

    __slots__ = ()

    channel: Channel
    status: Status
    status_at: datetime
    reason_code: str
    in_doubt: bool
    overdue: str = ""

    @property
    def row(self) -> StatusRow:
        """The row of the status table."""
        return status_row(self.channel, self.status)

    @property
    def badge(self) -> Badge:
        """Amber while nobody knows whether the delivery provider has it, and while it is overdue."""
        return Badge.IN_DOUBT if self.in_doubt or self.overdue else self.row.badge

    def if_overdue(self, limits: Limits) -> str:
        """A sentence where what should follow has not come for too long; empty where nothing is late."""
        awaited = self.row.awaited if self.reason_code != NOTHING_MORE else None
        if awaited and self.status_at < limits.sent[self.channel]:
            late = awaited
        elif self.row.unread and self.status_at < limits.unread:
            late = Status.VIEWED
        else:
            return ""
        return f"{self.status.word} on {day(self.status_at)}, not {late.word.lower()} yet."

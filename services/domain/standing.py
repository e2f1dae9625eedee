"""What follows from where a letter stands, the same for the letter itself and for its row in a list."""

from datetime import datetime

from services.domain.local_time import day
from services.domain.status import status_row
from services.domain.status_row import StatusRow
from services.domain.vocabulary import NOTHING_MORE, Badge, Channel, Status


class Standing:
    """Base of what has a channel, a status and perhaps a doubt.

    overdue says since when it is stuck, where the moment of showing it was asked about (see if_stuck).
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
        """Amber while nobody knows whether the delivery provider has it, and while it is stuck."""
        return Badge.IN_DOUBT if self.in_doubt or self.overdue else self.row.badge

    def if_stuck(self, sent_before: datetime) -> str:
        """A sentence where it was sent before then and is not known to have arrived; empty where not."""
        awaited = self.row.awaited
        if awaited is None or self.reason_code == NOTHING_MORE or self.status_at >= sent_before:
            return ""
        return f"{self.status.word} on {day(self.status_at)}, not {awaited.word.lower()} yet."

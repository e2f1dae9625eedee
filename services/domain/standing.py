"""What follows from where a letter stands, the same for the letter itself and for its row in a list."""

from services.domain.status import status_row
from services.domain.status_row import StatusRow
from services.domain.vocabulary import Badge, Channel, Status


class Standing:
    """Base of what has a channel, a status and perhaps a doubt."""

    __slots__ = ()

    channel: Channel
    status: Status
    in_doubt: bool

    @property
    def row(self) -> StatusRow:
        """The row of the status table."""
        return status_row(self.channel, self.status)

    @property
    def badge(self) -> Badge:
        """Amber while nobody knows whether the delivery provider has it."""
        return Badge.IN_DOUBT if self.in_doubt else self.row.badge

"""What is said of each status in the status table (services/domain/status.py)."""

from dataclasses import dataclass
from typing import Final

from services.domain.vocabulary import Action, Badge, Cause, Channel, Status

_LONG: Final = {
    Channel.GP: "Sent to GP Electronically",
    Channel.E: "Sent Electronically",
    Channel.H: "Sent Hybrid Mail",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One allowed transition: where it leads and what may cause it."""

    to: Status
    causes: frozenset[Cause]


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusRow:
    """One row of the status table.

    rank orders the statuses of one attempt: a report may jump to a higher rank and never goes back.
    polled says that the worker asks the delivery provider about letters that stand here.
    """

    status: Status
    badge: Badge
    meaning: str
    advice: str
    steps: tuple[Step, ...] = ()
    actions: tuple[Action, ...] = (Action.DOWNLOAD,)
    polled: bool = False
    channel: Channel = Channel.PRINT
    rank: int = 0

    @property
    def key(self) -> str:
        """The pair as one word, for URLs and filters: "gp.sent"."""
        return f"{self.channel}.{self.status}"

    @property
    def label(self) -> str:
        """The short form: "[GP] Sent"."""
        return self.channel.tag + self.status.word

    @property
    def long_label(self) -> str:
        """The long form: "Sent to GP Electronically – Sent"; filters and help use it."""
        if self.channel is Channel.PRINT:
            return "Pending – print" if self.status is Status.PENDING else self.label
        return f"{_LONG[self.channel]} – {self.status.word}"

    @property
    def pending_group(self) -> bool:
        """True where the letter waits for a user: not yet actioned, or failed."""
        return self.status in (Status.PENDING, Status.FAILED)

    @property
    def awaited(self) -> Status | None:
        """What a sent letter is watched for until it comes: one that stands here for long is stuck.

        None for every other status.
        """
        sent = self.polled and self.badge is Badge.ON_ITS_WAY and self.status is not Status.QUEUED
        return self.steps[0].to if sent else None

    @property
    def unread(self) -> bool:
        """True once the patient has a link, as far as is known, and has not viewed the letter."""
        return self.status is not Status.QUEUED and any(step.to is Status.VIEWED for step in self.steps)

    @property
    def out(self) -> bool:
        """True while an attempt is under way or has arrived: what it froze counts, not the record."""
        return not self.pending_group and self.status is not Status.PRINTED

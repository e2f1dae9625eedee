"""The words of the field that the store, the pages and the rules share. The values stand in the store.

Source: docs/product.md, "Words" and sections 2 and 4.
"""

from enum import StrEnum
from typing import Final


class Channel(StrEnum):
    """How a letter travels."""

    PRINT = "print"
    GP = "gp"
    E = "e"
    H = "h"

    @property
    def label(self) -> str:
        return _CHANNEL_LABELS[self]

    @property
    def tag(self) -> str:
        """What stands before a status: "[GP] "; nothing for print."""
        return f"[{self.value.upper()}] " if self.electronic else ""

    @property
    def electronic(self) -> bool:
        """True where a delivery provider carries the letter; otherwise the user prints it."""
        return self is not Channel.PRINT


_CHANNEL_LABELS: Final = {
    Channel.PRINT: "Print",
    Channel.GP: "GP electronic",
    Channel.E: "Patient electronic",
    Channel.H: "Hybrid mail",
}


class Status(StrEnum):
    """Where a letter stands within its channel."""

    PENDING = "pending"
    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    ACCESSED = "accessed"
    VIEWED = "viewed"
    SENT_FOR_PROCESSING = "sent_for_processing"
    POSTED = "posted"
    FAILED = "failed"
    PRINTED = "printed"

    @property
    def word(self) -> str:
        """The status as it reads in a sentence-case label."""
        return self.value.replace("_", " ").capitalize()


class Badge(StrEnum):
    """What a status asks of its reader. Amber is for attempts in doubt, which is no status."""

    WAITING = "waiting"
    ON_ITS_WAY = "on_its_way"
    ARRIVED = "arrived"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"


class Action(StrEnum):
    """What a user can do with a letter (docs/product.md section 2)."""

    PRINT = "print"
    DOWNLOAD = "download"
    SEND = "send"
    RESEND = "resend"
    NEW_LINK = "new_link"
    STOP_LINK = "stop_link"
    CHANGE_CHANNEL = "change_channel"
    REMOVE = "remove"
    CLOSE = "close"
    REOPEN = "reopen"

    @property
    def label(self) -> str:
        return _ACTION_LABELS[self]


_ACTION_LABELS: Final = {
    Action.PRINT: "Print",
    Action.DOWNLOAD: "Download",
    Action.SEND: "Send",
    Action.RESEND: "Re-send",
    Action.NEW_LINK: "Send a new link",
    Action.STOP_LINK: "Stop the link",
    Action.CHANGE_CHANNEL: "Change channel",
    Action.REMOVE: "Remove from batch",
    Action.CLOSE: "Close",
    Action.REOPEN: "Open again",
}


class Cause(StrEnum):
    """Who or what moves a letter from one status to another."""

    PRINT = "print"  # a user's click: the file is stored and checked
    SEND = "send"  # a user's click: the first attempt
    RESEND = "resend"  # a user's click: a new attempt of a failed letter, or with a new link
    CHANGE_CHANNEL = "change_channel"  # a user's click: a new attempt by another channel
    DISPATCH = "dispatch"  # the worker could not hand the letter over
    REPORT = "report"  # a delivery provider's word, polled or received
    RESOLVED = "resolved"  # the practice resolves its own rejection
    PORTAL = "portal"  # the patient, on the letter's page
    TIMEOUT = "timeout"  # no word came within the setting


NOTHING_MORE: Final = "nothing-more"
"""Reason code of a letter of which its delivery provider will say nothing more: it is never stuck."""


NOT_SENT: Final = "not-sent"
"""Reason code of a letter that surely never reached its delivery provider."""


class AttemptState(StrEnum):
    """Where one attempt to hand a letter to a delivery provider stands (docs/faults.md, "How")."""

    READY = "ready"  # to be handed over when due
    IN_DOUBT = "in_doubt"  # handed over or not: to be looked up before anything is sent again
    ACCEPTED = "accepted"  # the provider has it and gave it an id
    ENDED = "ended"  # refused, given up, or replaced by a newer attempt

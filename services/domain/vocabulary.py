"""The words of the field that the store, the pages and the rules share. The values stand in the store.

Source: docs/product.md, "Words" and sections 2 and 4.
"""

from enum import StrEnum


class Channel(StrEnum):
    """How a letter travels; `label` is the long name, `tag` what stands before a status."""

    PRINT = "print", "Print", ""
    GP = "gp", "GP electronic", "[GP] "
    E = "e", "Patient electronic", "[E] "
    H = "h", "Hybrid mail", "[H] "

    label: str
    tag: str

    def __new__(cls, value: str, label: str, tag: str) -> "Channel":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label, member.tag = label, tag
        return member

    @property
    def electronic(self) -> bool:
        """True where a delivery provider carries the letter; otherwise the user prints it."""
        return self is not Channel.PRINT


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

    PRINT = "print", "Print"
    DOWNLOAD = "download", "Download"
    SEND = "send", "Send"
    RESEND = "resend", "Re-send"
    CHANGE_CHANNEL = "change_channel", "Change channel"
    REMOVE = "remove", "Remove from batch"
    CLOSE = "close", "Close"
    REOPEN = "reopen", "Open again"

    label: str

    def __new__(cls, value: str, label: str) -> "Action":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


class Cause(StrEnum):
    """Who or what moves a letter from one status to another."""

    PRINT = "print"  # a user's click: the file is stored and checked
    SEND = "send"  # a user's click: the first attempt
    RESEND = "resend"  # a user's click: a new attempt of a failed letter
    CHANGE_CHANNEL = "change_channel"  # a user's click: a new attempt by another channel
    DISPATCH = "dispatch"  # the worker could not hand the letter over
    REPORT = "report"  # a delivery provider's word, polled or received
    RESOLVED = "resolved"  # the practice resolves its own rejection
    PORTAL = "portal"  # the patient, on the letter's page
    TIMEOUT = "timeout"  # no word came within the setting


class AttemptState(StrEnum):
    """Where one attempt to hand a letter to a delivery provider stands (docs/faults.md, "How")."""

    READY = "ready"  # to be handed over when due
    IN_DOUBT = "in_doubt"  # handed over or not: to be looked up before anything is sent again
    ACCEPTED = "accepted"  # the provider has it and gave it an id
    ENDED = "ended"  # refused, given up, or replaced by a newer attempt

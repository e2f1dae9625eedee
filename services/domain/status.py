"""THE status table: every status that a letter can have, and all that follows from it.

Filters, badges, help text, the poll query, the database's CHECK, the documentation and the rules of
transition are derived from `STATUSES`; nothing else in the project lists statuses by hand.
Source: docs/product.md section 4.
"""

from dataclasses import replace
from typing import Final

from services.domain.status_row import StatusRow, Step
from services.domain.vocabulary import Action, Badge, Cause, Channel, Status


def _to(status: Status, *causes: Cause) -> Step:
    return Step(to=status, causes=frozenset(causes))


def _reported(*statuses: Status) -> tuple[Step, ...]:
    """Steps that a delivery provider's word makes."""
    return tuple(_to(status, Cause.REPORT) for status in statuses)


_PRINT: Final = _to(Status.PRINTED, Cause.PRINT)
_SEND: Final = _to(Status.QUEUED, Cause.SEND)
_RESEND: Final = _to(Status.QUEUED, Cause.RESEND)
_NOT_SENT: Final = _to(Status.FAILED, Cause.REPORT, Cause.DISPATCH)
_NOT_ARRIVED: Final = _to(Status.FAILED, Cause.REPORT)
_NOT_COLLECTED: Final = _to(Status.FAILED, Cause.TIMEOUT)
_OPENED: Final = (_to(Status.ACCESSED, Cause.PORTAL), _to(Status.VIEWED, Cause.PORTAL))

_TO_SEND: Final = (Action.SEND, Action.DOWNLOAD, Action.CHANGE_CHANNEL, Action.REMOVE)
_TO_PRINT: Final = (Action.PRINT, Action.DOWNLOAD, Action.CHANGE_CHANNEL, Action.REMOVE)
_UNVIEWED: Final = (Action.DOWNLOAD, Action.CHANGE_CHANNEL)
_UNREAD: Final = (Action.NEW_LINK, *_UNVIEWED, Action.STOP_LINK)
_TO_MEND: Final = (Action.RESEND, Action.PRINT, *_UNVIEWED, Action.CLOSE, Action.REOPEN)

_FROZEN: Final = "Edits are no longer saved, and deleting the letter does not stop it."
_PRINTED_BY_HAND: Final = StatusRow(
    status=Status.PRINTED,
    badge=Badge.ARRIVED,
    meaning="A failed letter, printed for manual sending.",
    advice="It has to reach its recipient by hand or by post; re-send it once what was wrong is corrected.",
    steps=(_PRINT, _RESEND),
    actions=(Action.PRINT, Action.RESEND, Action.DOWNLOAD),
)


def _ranked(channel: Channel, *rows: StatusRow) -> tuple[StatusRow, ...]:
    return tuple(replace(row, channel=channel, rank=rank) for rank, row in enumerate(rows))


STATUSES: Final[tuple[StatusRow, ...]] = (
    *_ranked(
        Channel.PRINT,
        StatusRow(
            status=Status.PENDING,
            badge=Badge.WAITING,
            meaning="Not actioned.",
            advice="Print it, or choose another channel.",
            steps=(_PRINT,),
            actions=_TO_PRINT,
        ),
        StatusRow(
            status=Status.PRINTED,
            badge=Badge.ARRIVED,
            meaning="Marked as printed, on the word of the user.",
            advice="If the paper was lost, print it again: that is recorded.",
            steps=(_PRINT,),
            actions=(Action.PRINT, Action.DOWNLOAD),
        ),
    ),
    *_ranked(
        Channel.GP,
        StatusRow(
            status=Status.PENDING,
            badge=Badge.WAITING,
            meaning="Waits to be sent.",
            advice="Send it to the patient's registered practice.",
            steps=(_SEND,),
            actions=_TO_SEND,
        ),
        StatusRow(
            status=Status.QUEUED,
            badge=Badge.ON_ITS_WAY,
            meaning="Being sent, has not left the service.",
            advice=_FROZEN,
            steps=(*_reported(Status.SENT, Status.DELIVERED), _NOT_SENT, _NOT_COLLECTED),
            polled=True,
        ),
        StatusRow(
            status=Status.SENT,
            badge=Badge.ON_ITS_WAY,
            meaning="The delivery provider has it and the practice has been verified.",
            advice="Watch it until Delivered: the practice doesn't have it yet.",
            steps=(*_reported(Status.DELIVERED), _NOT_ARRIVED, _NOT_COLLECTED),
            polled=True,
        ),
        StatusRow(
            status=Status.DELIVERED,
            badge=Badge.ARRIVED,
            meaning="The practice has received it.",
            advice="Nothing to do. If the practice rejects it later, it comes back as Failed.",
            steps=(_NOT_ARRIVED,),
            polled=True,
        ),
        StatusRow(
            status=Status.FAILED,
            badge=Badge.FAILED,
            meaning="System error, practice not verified, or rejected by the practice.",
            advice="Check where the patient is registered, correct it and re-send, or print the letter.",
            steps=(_RESEND, _PRINT, _to(Status.DELIVERED, Cause.RESOLVED)),
            actions=_TO_MEND,
            polled=True,
        ),
        _PRINTED_BY_HAND,
    ),
    *_ranked(
        Channel.E,
        StatusRow(
            status=Status.PENDING,
            badge=Badge.WAITING,
            meaning="Waits to be sent to the queue.",
            advice="Send it: the patient gets a text message with a link.",
            steps=(_SEND,),
            actions=_TO_SEND,
        ),
        StatusRow(
            status=Status.QUEUED,
            badge=Badge.ON_ITS_WAY,
            meaning="The text message is queued: with us or with the delivery provider.",
            advice=_FROZEN,
            steps=(*_reported(Status.SENT, Status.DELIVERED), *_OPENED, _NOT_SENT),
            actions=(Action.DOWNLOAD, Action.STOP_LINK),
            polled=True,
        ),
        StatusRow(
            status=Status.SENT,
            badge=Badge.ON_ITS_WAY,
            meaning="Passed to the mobile network.",
            advice="Wait: while the phone is off, the network tries for up to 72 hours.",
            steps=(*_reported(Status.DELIVERED), *_OPENED, _NOT_ARRIVED, _RESEND),
            actions=_UNREAD,
            polled=True,
        ),
        StatusRow(
            status=Status.DELIVERED,
            badge=Badge.ARRIVED,
            meaning="On the patient's device, on the network's word.",
            advice="If the patient says that nothing came, check the mobile number "
            "and ask them to look in their SMS spam folder.",
            steps=(*_OPENED, _RESEND),
            actions=_UNREAD,
        ),
        StatusRow(
            status=Status.ACCESSED,
            badge=Badge.ARRIVED,
            meaning="The patient has opened the link and has not authenticated.",
            advice="If they can't get in, check the date of birth and surname that we hold, "
            "then send a new link.",
            steps=(_to(Status.VIEWED, Cause.PORTAL), _RESEND),
            actions=_UNREAD,
        ),
        StatusRow(
            status=Status.VIEWED,
            badge=Badge.ARRIVED,
            meaning="The patient has authenticated and has seen the letter.",
            advice="Nothing to do.",
            actions=(Action.DOWNLOAD, Action.STOP_LINK),
        ),
        StatusRow(
            status=Status.FAILED,
            badge=Badge.FAILED,
            meaning="Error in sending.",
            advice="Check the mobile number, correct it and re-send, or print the letter and post it.",
            steps=(_RESEND, _PRINT),
            actions=(*_TO_MEND, Action.STOP_LINK),
        ),
        _PRINTED_BY_HAND,
    ),
    *_ranked(
        Channel.H,
        StatusRow(
            status=Status.PENDING,
            badge=Badge.WAITING,
            meaning="Waits to be sent to the queue.",
            advice="Send it: the delivery provider prints and posts it.",
            steps=(_SEND,),
            actions=_TO_SEND,
        ),
        StatusRow(
            status=Status.QUEUED,
            badge=Badge.ON_ITS_WAY,
            meaning="Being sent to the hybrid mail provider.",
            advice=_FROZEN,
            steps=(*_reported(Status.SENT_FOR_PROCESSING, Status.POSTED), _NOT_SENT),
            polled=True,
        ),
        StatusRow(
            status=Status.SENT_FOR_PROCESSING,
            badge=Badge.ON_ITS_WAY,
            meaning="The provider has it and is processing it.",
            advice="Wait: what comes in by 17:30 is printed on the next working day.",
            steps=(*_reported(Status.POSTED), _NOT_ARRIVED),
            polled=True,
        ),
        StatusRow(
            status=Status.POSTED,
            badge=Badge.ARRIVED,
            meaning="Posted.",
            advice="Nothing to do. If the post returns it, it comes back as Failed.",
            steps=(_NOT_ARRIVED,),
        ),
        StatusRow(
            status=Status.FAILED,
            badge=Badge.FAILED,
            meaning="Error, or posted and returned to sender.",
            advice="Correct the address and send again, or print the letter.",
            steps=(_RESEND, _PRINT),
            actions=_TO_MEND,
        ),
        _PRINTED_BY_HAND,
    ),
)

_BY_PAIR: Final = {(row.channel, row.status): row for row in STATUSES}
BY_KEY: Final = {row.key: row for row in STATUSES}

PENDING_GROUP_KEY: Final = "pending-group"
PENDING_GROUP_LABEL: Final = "All pending (failed ones included)"
PENDING_GROUP: Final = tuple(row for row in STATUSES if row.pending_group)


def status_row(channel: Channel, status: Status) -> StatusRow:
    """The row of a channel's status. Raises KeyError where the channel has no such status."""
    return _BY_PAIR[channel, status]


def may(channel: Channel, source: Status, target: Status, cause: Cause) -> bool:
    """Whether `cause` may move a letter of `channel` from `source` to `target`."""
    row = _BY_PAIR.get((channel, source))
    return row is not None and any(step.to is target and cause in step.causes for step in row.steps)

"""The measures: what each counts, of what, by which clock. Page, download and test ask these statements."""

from dataclasses import dataclass
from typing import Final

from services.domain.status import STATUSES
from services.domain.vocabulary import Channel, Status


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """A number of sendings: `condition` says which count. counts, of and clock are what a reader is told."""

    key: str
    label: str
    counts: str
    of: str
    clock: str
    condition: str


_QUEUED: Final = "the day on which the letter was queued, Europe/London"
FAILED_STATES: Final = ", ".join(f"'{row.key}'" for row in STATUSES if row.status is Status.FAILED)
_WAYS: Final = {
    "sent": ("sent", "delivered", "accessed", "viewed", "posted"),
    "delivered": ("delivered", "accessed", "viewed"),
    "accessed": ("accessed", "viewed"),
    "viewed": ("viewed",),
    "posted": ("posted",),
}
"""By a column of times: those of which any says that a sending came so far."""
MEASURES: Final = {
    measure.key: measure
    for measure in (
        Measure(
            key="sent",
            label="Sendings",
            counts="Letters that a user sent electronically or by hybrid mail; each re-send counts again",
            of="all sendings of the period",
            clock=_QUEUED,
            condition="TRUE",
        ),
        Measure(
            key="arrived",
            label="Arrived",
            counts="Sendings that have arrived by now: GP delivered, patient delivered, accessed or viewed, "
            "hybrid mail posted. One that failed after that is not among them",
            of="all sendings of the period, also those still on their way",
            clock=_QUEUED,
            condition="arrived",
        ),
        Measure(
            key="failed",
            label="Failed",
            counts="Sendings that stand at Failed by now",
            of="all sendings of the period",
            clock=_QUEUED,
            condition="state = 'failed'",
        ),
        Measure(
            key="under_way",
            label="On the way",
            counts="Sendings that have neither arrived nor failed by now",
            of="all sendings of the period",
            clock=_QUEUED,
            condition="NOT arrived AND state <> 'failed'",
        ),
        *(
            Measure(
                key=f"came_to_{name}",
                label=f"At least {name}",
                counts=f"Sendings that came to “{name}” or further, whatever became of them then",
                of="all sendings of the period",
                clock=_QUEUED,
                condition=f"coalesce({', '.join(columns)}) IS NOT NULL",
            )
            for name, columns in _WAYS.items()
        ),
        *(
            Measure(
                key=f"reached_{name}",
                label=f"With a time of {name}",
                counts=f"Sendings of which a time of “{name}” is known, whatever became of them then. One "
                "that was heard of only further on is not among them",
                of="all sendings of the period",
                clock=_QUEUED,
                condition=f"{name} IS NOT NULL",
            )
            for name in _WAYS
        ),
        Measure(
            key="first",
            label="First sendings",
            counts="Letters that were sent for the first time",
            of="all sendings of the period",
            clock=_QUEUED,
            condition="number = 1",
        ),
        Measure(
            key="first_arrived",
            label="Arrived at the first attempt",
            counts="First sendings that have arrived by now, with no re-send",
            of="first sendings of the period",
            clock=_QUEUED,
            condition="number = 1 AND arrived",
        ),
        Measure(
            key="resent_arrived",
            label="Re-sent and arrived",
            counts="Failed sendings whose letter arrived by a later one",
            of="failed sendings of the period",
            clock=_QUEUED,
            condition="state = 'failed' AND later_arrived",
        ),
        Measure(
            key="printed_in_the_end",
            label="Printed in the end",
            counts="Failed sendings that a user answered by printing the letter",
            of="failed sendings of the period",
            clock=_QUEUED,
            condition="state = 'failed' AND NOT later_arrived AND dealt_by = 'printed'",
        ),
        Measure(
            key="closed_in_the_end",
            label="Closed",
            counts="Failed sendings that a user answered by closing the letter",
            of="failed sendings of the period",
            clock=_QUEUED,
            condition="state = 'failed' AND NOT later_arrived AND dealt_by = 'close'",
        ),
        Measure(
            key="not_dealt_with",
            label="Not dealt with",
            counts="Failed sendings that no user has answered yet by re-send, print, channel or closing",
            of="failed sendings of the period",
            clock=_QUEUED,
            condition="state = 'failed' AND dealt IS NULL",
        ),
        Measure(
            key="open_failures",
            label="Failed and open",
            counts="Failed sendings with none after them, of letters that stand at Failed and are not closed",
            of="failed sendings of the period",
            clock=_QUEUED,
            condition="state = 'failed' AND last AND letter IN (SELECT id FROM letter WHERE "
            f"state IN ({FAILED_STATES}) AND NOT closed AND NOT removed)",
        ),
    )
}

REACHED: Final = {
    Status.SENT: "sent",
    Status.SENT_FOR_PROCESSING: "sent",
    Status.DELIVERED: "delivered",
    Status.ACCESSED: "accessed",
    Status.VIEWED: "viewed",
    Status.POSTED: "posted",
}
"""The column of the time at which a status was reached first; `reached_` and it is the measure of those."""
STEPS: Final = {
    channel: tuple(
        row.status
        for row in sorted(STATUSES, key=lambda row: row.rank)
        if row.channel is channel and row.status in REACHED
    )
    for channel in (Channel.GP, Channel.E, Channel.H)
}
"""The way of a letter by each channel, after Queued."""

"""What becomes of a demo letter after it is actioned: courses, as data, and how often each is met.

The codes are the delivery providers' own (data/reject_codes.csv); what each does to a letter is decided by
their gateways' tables, as for any other letter.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from services.domain.vocabulary import Channel


class Do(StrEnum):
    """What happens to the letter: a click of staff, the patient on the letter's page, or a report."""

    ACTION = "action"  # print or send, as the channel asks
    RESEND = "resend"
    PRINT = "print"
    CLOSE = "close"
    OPEN = "open"
    VIEW = "view"
    REPORT = "report"
    REFUSE = "refuse"  # the delivery provider does not take it


STAFF: Final = (Do.ACTION, Do.RESEND, Do.PRINT, Do.CLOSE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One happening, so long `after` the one before; `code` is a report's, `rejection` the practice's own.

    waits: what is sent stays in our own queue.
    """

    after: timedelta
    do: Do
    code: str = ""
    rejection: str = ""
    waits: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """The steps after a letter was added; `weight` is how many of its channel's letters in 100 go so."""

    steps: tuple[Step, ...]
    weight: float = 0.0


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def days(number: float) -> timedelta:
    return timedelta(days=number)


def _says(after: timedelta, code: str, rejection: str = "") -> Step:
    return Step(after=after, do=Do.REPORT, code=code, rejection=rejection)


def _refuses(code: str) -> Step:
    return Step(after=minutes(1), do=Do.REFUSE, code=code)


def _staff(after: timedelta, do: Do) -> Step:
    return Step(after=after, do=do)


_ACTION: Final = _staff(days(0.8), Do.ACTION)
_RESENT: Final = _staff(days(1), Do.RESEND)
_PRINTED: Final = _staff(days(1), Do.PRINT)
_CLOSED: Final = _staff(days(4), Do.CLOSE)
_OPENS: Final = _staff(hours(5), Do.OPEN)
_VIEWS: Final = _staff(minutes(1), Do.VIEW)
_OPENS_LATE: Final = _staff(days(2.4), Do.OPEN)
_VIEWS_LATE: Final = _staff(days(1.3), Do.VIEW)

_GP_TAKEN: Final = _says(minutes(3), "4002")
_GP_DELIVERED: Final = _says(hours(4), "4003")
_GP_FILED: Final = _says(hours(20), "4010")
_REJECTED: Final = _says(hours(22), "4005", "REJ01")
_SMS_OUT: Final = _says(minutes(1), "sending")
_SMS_THERE: Final = _says(minutes(2), "delivered")
_CHECKED: Final = _says(minutes(2), "pending-virus-check")
_AT_PRINTER: Final = _says(hours(6), "accepted")
_POSTED: Final = _says(hours(26), "received")
_RETURNED: Final = _says(days(9), "returned-letter")

_GP_GOOD: Final = (_GP_TAKEN, _GP_DELIVERED, _GP_FILED)
_SMS_GOOD: Final = (_SMS_OUT, _SMS_THERE)
_POST_GOOD: Final = (_CHECKED, _AT_PRINTER, _POSTED)


def _course(weight: float, *steps: Step) -> Course:
    return Course(weight=weight, steps=(_ACTION, *steps))


USUAL: Final[dict[Channel, tuple[Course, ...]]] = {
    Channel.PRINT: (
        _course(96),
        _course(4, _staff(days(2), Do.PRINT)),
    ),
    Channel.GP: (
        _course(35, *_GP_GOOD),
        _course(50, _GP_TAKEN, _GP_DELIVERED),
        _course(3, _GP_TAKEN, _REJECTED, _RESENT, *_GP_GOOD),
        _course(2.5, _GP_TAKEN, _REJECTED, _PRINTED),
        _course(1.5, _GP_TAKEN, _GP_DELIVERED, _REJECTED, _PRINTED),
        _course(1.5, _GP_TAKEN, _REJECTED, _CLOSED),
        _course(1, _GP_TAKEN, _REJECTED, _says(days(2), "6000")),
        _course(2, _says(minutes(5), "5000"), _RESENT, *_GP_GOOD),
        _course(1, _GP_TAKEN, _says(hours(9), "7000"), _RESENT, *_GP_GOOD),
        _course(1.5, _refuses("DC02"), _PRINTED),
        _course(1, _refuses("DC03"), _CLOSED),
    ),
    Channel.E: (
        _course(46, *_SMS_GOOD, _OPENS, _VIEWS),
        _course(31, *_SMS_GOOD, _OPENS_LATE, _VIEWS),
        _course(9, *_SMS_GOOD, _OPENS, _VIEWS_LATE),
        _course(1, *_SMS_GOOD),
        _course(2, _SMS_OUT, _says(minutes(20), "pending"), _says(hours(7), "delivered"), _OPENS, _VIEWS),
        _course(3, _SMS_OUT, _says(minutes(2), "permanent-failure"), _PRINTED),
        _course(2, _SMS_OUT, _says(minutes(2), "permanent-failure"), _RESENT, *_SMS_GOOD),
        _course(1, _SMS_OUT, _says(minutes(2), "permanent-failure"), _CLOSED),
        _course(3, _SMS_OUT, _says(hours(72), "temporary-failure"), _RESENT, *_SMS_GOOD, _OPENS, _VIEWS),
        _course(1, _SMS_OUT, _says(hours(72), "temporary-failure"), _PRINTED),
        _course(1, _says(minutes(4), "technical-failure"), _RESENT, *_SMS_GOOD),
    ),
    Channel.H: (
        _course(90, *_POST_GOOD),
        _course(3.5, *_POST_GOOD, _RETURNED, _CLOSED),
        _course(2, *_POST_GOOD, _RETURNED, _RESENT, *_POST_GOOD),
        _course(1, *_POST_GOOD, _RETURNED, _PRINTED),
        _course(2, _CHECKED, _says(minutes(3), "validation-failed"), _PRINTED),
        _course(1, _CHECKED, _AT_PRINTER, _says(hours(5), "technical-failure"), _PRINTED),
        _course(0.5, _CHECKED, _AT_PRINTER, _says(hours(2), "cancelled"), _PRINTED),
    ),
}
"""How letters end in the long run."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Now:
    """How `count` letters of a channel stand at the end: actioned so long `ago`, and the steps since."""

    channel: Channel
    count: int
    ago: timedelta
    steps: tuple[Step, ...] = ()
    waits: bool = False


STANDING: Final[tuple[Now, ...]] = (
    # queued: just sent, no word yet; hybrid mail is queued only until the provider has it, so it still waits
    Now(channel=Channel.GP, count=4, ago=minutes(9)),
    Now(channel=Channel.E, count=3, ago=minutes(4)),
    Now(channel=Channel.H, count=3, ago=minutes(6), waits=True),
    # on their way
    Now(channel=Channel.GP, count=7, ago=hours(3), steps=(_GP_TAKEN,)),
    Now(channel=Channel.E, count=4, ago=hours(2), steps=(_SMS_OUT,)),
    Now(channel=Channel.H, count=12, ago=hours(15), steps=(_CHECKED, _AT_PRINTER)),
    # stuck: sent days ago and not delivered
    Now(channel=Channel.GP, count=9, ago=days(3.4), steps=(_GP_TAKEN,)),
    Now(channel=Channel.E, count=3, ago=days(2.3), steps=(_SMS_OUT, _says(minutes(20), "pending"))),
    # with the patient, and not viewed: for long, and since lately
    Now(channel=Channel.E, count=5, ago=days(10), steps=_SMS_GOOD),
    Now(channel=Channel.E, count=2, ago=days(9), steps=(*_SMS_GOOD, _OPENS)),
    Now(channel=Channel.E, count=4, ago=days(1), steps=(*_SMS_GOOD, _OPENS)),
    # failed, and waiting for somebody to look at them
    Now(channel=Channel.GP, count=5, ago=days(5), steps=(_GP_TAKEN, _REJECTED)),
    Now(channel=Channel.GP, count=1, ago=days(9), steps=(_GP_TAKEN, _GP_DELIVERED, _REJECTED)),
    Now(channel=Channel.GP, count=1, ago=hours(20), steps=(_says(minutes(5), "5000"),)),
    Now(channel=Channel.GP, count=1, ago=days(2), steps=(_refuses("DC02"),)),
    Now(channel=Channel.E, count=3, ago=days(1.4), steps=(_SMS_OUT, _says(minutes(2), "permanent-failure"))),
    Now(channel=Channel.E, count=2, ago=days(5), steps=(_SMS_OUT, _says(hours(72), "temporary-failure"))),
    Now(channel=Channel.H, count=2, ago=days(14), steps=(*_POST_GOOD, _RETURNED)),
    Now(channel=Channel.H, count=1, ago=days(2), steps=(_CHECKED, _says(minutes(3), "validation-failed"))),
)
"""Letters whose way is not at its end: 12 stuck, 16 failed, the rest moving."""

PENDING: Final = {Channel.PRINT: 34, Channel.GP: 52, Channel.E: 42, Channel.H: 22}
"""How many letters of each channel wait to be actioned, beside those to the sandbox's awkward patients."""

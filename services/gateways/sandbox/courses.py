"""What becomes of a message after it was posted: named courses, as data.

Times are sandbox seconds from acceptance. Statuses are the provider's own words and codes
(docs/product.md section 5); the faults are those of docs/faults.md. To add a course, add a line here
and, if a recipient shall have it, one in ``recipients.py``.
"""

from dataclasses import dataclass, replace
from enum import StrEnum


class Gateway(StrEnum):
    """The three channels that the sandbox serves."""

    SMS = "sms"
    LETTER = "letter"
    GP = "gp"


class Answer(StrEnum):
    """How the sandbox answers a post."""

    ACCEPT = "accept"
    BUSY = "busy"
    """429 with Retry-After; nothing is accepted."""
    DAILY_LIMIT = "daily-limit"
    """429 as Notify answers when the day's limit is used up; nothing is accepted."""
    FORBIDDEN = "forbidden"
    """403; nothing is accepted."""
    ERROR = "error"
    """500; nothing is accepted."""
    ERROR_ACCEPTED = "error-accepted"
    """500, and yet the message was accepted."""
    HANG = "hang"
    """Holds the answer beyond the client's time-out; nothing is accepted."""
    HANG_ACCEPTED = "hang-accepted"
    """Accepts, then holds the answer beyond the client's time-out."""
    UNREADABLE = "unreadable"
    """Accepts and answers success with a body that is not JSON."""


ACCEPTING = frozenset({Answer.ACCEPT, Answer.ERROR_ACCEPTED, Answer.HANG_ACCEPTED, Answer.UNREADABLE})


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """From ``after`` sandbox seconds on, the status is ``status`` (with a rejection ``code``, if any)."""

    after: float
    status: str
    code: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """One course: how the post is answered, then which statuses follow, and what look-ups see.

    ``calls``: to how many first calls with one reference ``answer`` is given (0: all of them).
    ``find_lag``: sandbox seconds before a list by reference shows the message. ``failing_finds``: how
    many first lists by reference are answered with 500. ``returned_after``: when the letter comes back.
    ``forgotten_after``: when the provider no longer knows the message.
    """

    meaning: str
    steps: tuple[Step, ...] = ()
    answer: Answer = Answer.ACCEPT
    calls: int = 0
    retry_after: int = 2
    find_lag: float = 0.0
    failing_finds: int = 0
    returned_after: float | None = None
    forgotten_after: float | None = None

    def answer_to(self, call: int) -> Answer:
        """The answer to the ``call``-th post (from 1) with one reference."""
        return self.answer if not self.calls or call <= self.calls else Answer.ACCEPT

    def step_at(self, age: float) -> Step | None:
        """The step that holds at an age; None before the first."""
        return next((step for step in reversed(self.steps) if step.after <= age), None)

    def next_after(self, age: float) -> Step | None:
        """The step that comes next; None after the last."""
        return next((step for step in self.steps if step.after > age), None)


def _course(meaning: str, *steps: tuple[float, str] | tuple[float, str, str]) -> Course:
    return Course(meaning=meaning, steps=tuple(_step(*step) for step in steps))


def _step(after: float, status: str, code: str = "") -> Step:
    return Step(after=after, status=status, code=code)


SMS = {
    "delivers": _course("Delivered to the handset", (0, "created"), (5, "sending"), (60, "delivered")),
    "slow": _course(
        "Delivered, late", (0, "created"), (120, "sending"), (600, "pending"), (1700, "delivered")
    ),
    "stuck": _course("Never more than sending", (0, "created"), (5, "sending")),
    "pending": _course(
        "Handset is silent, then delivered",
        (0, "created"),
        (5, "sending"),
        (30, "pending"),
        (600, "delivered"),
    ),
    "sent-international": _course("Sent abroad, nothing more is known", (0, "created"), (30, "sent")),
    "permanent-failure": _course(
        "Wrong number or refused", (0, "created"), (5, "sending"), (60, "permanent-failure")
    ),
    "temporary-failure": _course(
        "Phone off, inbox full", (0, "created"), (5, "sending"), (900, "temporary-failure")
    ),
    "technical-failure": _course("Fault at Notify", (0, "created"), (30, "technical-failure")),
    "fails-after-delivery": _course(
        "Delivered, then a late failure", (0, "created"), (60, "delivered"), (300, "permanent-failure")
    ),
    "goes-backwards": _course(
        "An older status after a newer one", (0, "created"), (60, "delivered"), (120, "sending")
    ),
    "unknown-status": _course("A status that nobody knows", (0, "created"), (30, "some-new-status")),
}

_CHECKED = ((0.0, "pending-virus-check"), (60.0, "accepted"))
LETTER = {
    "delivers": _course("Printed and posted", *_CHECKED, (900, "received")),
    "slow": _course("Printed late", (0, "pending-virus-check"), (600, "accepted"), (1700, "received")),
    "stuck": _course("Never printed", *_CHECKED),
    "virus-scan-failed": _course("A virus was found", (0, "pending-virus-check"), (60, "virus-scan-failed")),
    "validation-failed": _course(
        "Breaks a layout rule", (0, "pending-virus-check"), (60, "validation-failed")
    ),
    "technical-failure": _course("Fault at the printer", *_CHECKED, (300, "technical-failure")),
    "permanent-failure": _course("The printer can't print it", *_CHECKED, (300, "permanent-failure")),
    "cancelled": _course("Cancelled before printing", *_CHECKED, (120, "cancelled")),
    "returned-to-sender": replace(
        _course("Posted, then returned (callback; status stays received)", *_CHECKED, (900, "received")),
        returned_after=1500.0,
    ),
    "unknown-status": _course("A status that nobody knows", *_CHECKED, (120, "some-new-status")),
}

GP = {
    "delivers": _course("Delivered, filed", (60, "4002"), (300, "4003"), (900, "4010")),
    "slow": _course("Delivered late", (600, "4002"), (1700, "4003")),
    "never-collected": _course("Received, never collected by the practice", (60, "4002")),
    "rejected": _course("Rejected by the practice", (60, "4002"), (300, "4005", "REJ01")),
    "rejected-after-delivery": _course(
        "Delivered, then rejected", (60, "4002"), (300, "4003"), (900, "4005", "REJ01")
    ),
    "rejected-then-resolved": _course(
        "Rejected, then resolved", (60, "4002"), (300, "4005", "REJ01"), (900, "6000")
    ),
    "rejected-unknown-code": _course("Rejected with an unlisted code", (60, "4002"), (300, "4005", "REJ99")),
    "system-error": _course("System error", (60, "5000")),
    "on-hold": _course("System error: on hold", (60, "4002"), (300, "7000")),
    "unknown-status": _course("A status that nobody knows", (60, "4002"), (300, "9999")),
}


def _faulty(normal: Course) -> dict[str, Course]:
    """The courses of docs/faults.md: the message goes its normal way, the conversation does not."""
    lost = replace(normal, answer=Answer.ERROR_ACCEPTED, calls=1)
    return {
        "busy": replace(normal, meaning="429, twice", answer=Answer.BUSY, calls=2),
        "daily-limit": replace(normal, meaning="429, limit for today used up", answer=Answer.DAILY_LIMIT),
        "forbidden": replace(normal, meaning="403", answer=Answer.FORBIDDEN),
        "error": replace(normal, meaning="500, not accepted", answer=Answer.ERROR),
        "error-once": replace(normal, meaning="500, not accepted, once", answer=Answer.ERROR, calls=1),
        "error-accepted": replace(lost, meaning="500, but accepted"),
        "hangs": replace(normal, meaning="Hangs, not accepted, once", answer=Answer.HANG, calls=1),
        "hangs-accepted": replace(
            normal, meaning="Accepts, then hangs", answer=Answer.HANG_ACCEPTED, calls=1
        ),
        "unreadable": replace(normal, meaning="Accepts, unreadable body", answer=Answer.UNREADABLE, calls=1),
        "lookup-lags": replace(lost, meaning="500 but accepted; look-up sees it late", find_lag=600.0),
        "lookup-fails": replace(lost, meaning="500 but accepted; 3 look-ups fail", failing_finds=3),
        "forgotten": replace(normal, meaning="The provider forgets it", forgotten_after=120.0),
    }


COURSES: dict[Gateway, dict[str, Course]] = {
    Gateway.SMS: SMS | _faulty(SMS["delivers"]),
    Gateway.LETTER: LETTER | _faulty(LETTER["delivers"]),
    Gateway.GP: GP | _faulty(GP["delivers"]),
}

REALISTIC_FAILURES: dict[Gateway, tuple[str, ...]] = {
    Gateway.SMS: ("permanent-failure", "temporary-failure", "technical-failure"),
    Gateway.LETTER: ("returned-to-sender", "validation-failed"),
    Gateway.GP: ("rejected", "rejected-after-delivery", "system-error"),
}
"""What a recipient outside the tables gets when ``failure_rate`` strikes."""

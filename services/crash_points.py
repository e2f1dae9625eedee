"""The places at which a test may end a process, as a power cut would (docs/faults.md, "How").

Nothing happens at them by themselves: only a test arms one. docs/faults.md rows 1 to 6 and 32 name them.
"""

from collections.abc import Callable
from enum import StrEnum


class CrashPoint(StrEnum):
    """A moment between two steps that must not be torn apart."""

    BEFORE_QUEUE_COMMIT = "before the Queue commit"
    AFTER_QUEUE_COMMIT = "after the Queue commit"
    AFTER_CLAIM = "after the claim"
    BEFORE_CALL = "after IN_DOUBT, before the call"
    AFTER_CALL = "after the call, before the record"
    AFTER_RECORD = "after the record"
    AFTER_LOOK_UP = "after the look-up, before the record"
    BEFORE_REPORT_COMMIT = "before a report is committed"
    AFTER_REPORT_COMMIT = "after a report was committed"


def _go_on(_point: CrashPoint) -> None:
    """What happens at every point unless a test says otherwise."""


_hook: Callable[[CrashPoint], None] = _go_on


def arm(hook: Callable[[CrashPoint], None] = _go_on) -> None:
    """Call `hook` at every point of this process from now on. For tests alone."""
    global _hook
    _hook = hook


def reached(point: CrashPoint) -> None:
    """The process has come to this point."""
    _hook(point)

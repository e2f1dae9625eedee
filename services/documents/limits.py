"""What one letter may use up in the process that sets it (docs/security.md 20)."""

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What one letter may take.

    `seconds` are the processor's, so that a busy machine fails no letter; `seconds_by_the_clock` end a letter
    that waits for something for ever. `bytes_more` is memory beyond what an idle process holds.
    """

    seconds: float = 8
    seconds_by_the_clock: float = 120
    bytes_more: int = 1_000_000_000


class TookTooLong(BaseException):
    """Raised in the midst of a letter; a BaseException, so that no layout code takes it for its own."""


def limit_memory(limits: Limits) -> None:
    """Bound this process's address space for good, and leave no core dump with a patient's letter in it."""
    pages_held = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages_held * resource.getpagesize() + limits.bytes_more
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


@contextmanager
def limited_time(limits: Limits) -> Iterator[None]:
    """Raise TookTooLong when the time is up; should C code not listen, the kernel soon ends the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    processor_seconds = int(used.ru_utime + used.ru_stime + 2 * limits.seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (processor_seconds, resource.RLIM_INFINITY))
    up = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal up
        up = True
        raise TookTooLong

    previous = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, limits.seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, previous)
    if up:  # WeasyPrint swallows even this inside an SVG
        raise TookTooLong

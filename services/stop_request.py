"""A request to stop that a signal handler may make, whatever the thread that it interrupts is doing.

threading.Event can't take one: its set() waits for a lock that the interrupted thread, in wait() or in set(),
may hold, and then nothing ever goes on. A SimpleQueue's put() may interrupt its get() and put().
"""

from contextlib import suppress
from queue import Empty, SimpleQueue


class StopRequest:
    """Made once, seen by every thread."""

    def __init__(self) -> None:
        self._made = False
        self._bell: SimpleQueue[None] = SimpleQueue()

    def set(self) -> None:
        """Make it; again changes nothing."""
        self._made = True
        self._bell.put(None)

    def is_set(self) -> bool:
        return self._made

    def wait(self, seconds: float) -> bool:
        """Whether it is made by now or within these seconds."""
        if not self._made:
            with suppress(Empty):
                self._bell.get(timeout=seconds)
        return self._made

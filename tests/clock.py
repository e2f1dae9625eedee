"""A clock that a test sets."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)


class FakeClock:
    """Implements the ports' Clock; it stands still but for `advance`."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, step: timedelta | float) -> None:
        """Let time pass, or with a negative step set the clock back; a number means seconds."""
        self._now += step if isinstance(step, timedelta) else timedelta(seconds=step)

"""A clock that a test and its worker processes share: real time, and what it was moved by."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.clock import FakeClock


class SharedClock(FakeClock):
    """The shift, in seconds, stands in a file that every process reads."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file
        if not file.exists():
            self._move_to(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._shift())

    def advance(self, step: timedelta | float) -> None:
        seconds = step.total_seconds() if isinstance(step, timedelta) else step
        self._move_to(self._shift() + seconds)

    def set_to(self, now: datetime) -> None:
        """From now on it is so late."""
        self.advance(now - self.now())

    def _shift(self) -> float:
        return float(self._file.read_text())

    def _move_to(self, shift: float) -> None:
        fresh = self._file.with_suffix(".new")
        fresh.write_text(str(shift))
        fresh.replace(self._file)  # whoever reads meanwhile finds the one or the other

"""Sandbox time: real time, sped up, and pushed forward by tests.

Messages carry real times, so that nobody is told that a letter was sent in the future or weeks ago;
only their *age* runs faster. An age is ``real age × speed + what the clock was pushed since``.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """When something happened: real UTC time, and how far (seconds) the clock had been pushed by then."""

    at: datetime
    pushed: float


class SandboxClock:
    """Tells ages in sandbox seconds. Implements the ``Clock`` port by ``now()``."""

    def __init__(self, *, speed: float, pushed: float = 0.0) -> None:
        self.speed = speed
        self.pushed = pushed

    def now(self) -> datetime:
        """Real time, aware UTC."""
        return datetime.now(UTC)

    def moment(self) -> Moment:
        return Moment(at=self.now(), pushed=self.pushed)

    def advance(self, seconds: float) -> None:
        """Push every age forward by sandbox seconds."""
        self.pushed += seconds

    def age(self, moment: Moment) -> float:
        """Sandbox seconds since the moment."""
        real = (self.now() - moment.at).total_seconds()
        return real * self.speed + self.pushed - moment.pushed

    def time_of(self, moment: Moment, after: float) -> datetime:
        """Real time at which a step falls that is due ``after`` sandbox seconds from the moment.

        The same at every asking, as a provider's times are. With a stopped clock it is the moment itself;
        just after a push it may lie up to ``after / speed`` real seconds ahead.
        """
        return moment.at + timedelta(seconds=after / self.speed if self.speed else 0)

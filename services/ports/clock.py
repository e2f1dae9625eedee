"""Time, as the use cases see it."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The only source of time. Aware, UTC."""

    def now(self) -> datetime: ...

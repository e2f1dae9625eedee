"""How wrong answers are counted, and what they lead to: a rest that doubles (docs/security.md 13)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

FIRST_REST: Final = timedelta(minutes=15)
LONGEST_REST: Final = timedelta(hours=24)
FORGOTTEN_AFTER: Final = timedelta(hours=24)
OF_A_LINK: Final = 5
OF_AN_ADDRESS: Final = 30
"""Wrong answers before a rest. Many patients of one mobile network share an address."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WrongAnswers:
    """Wrong answers in a row, of one link or from one address."""

    count: int = 0
    last_at: datetime | None = None
    locked_until: datetime | None = None

    def locked_at(self, now: datetime) -> bool:
        return self.locked_until is not None and now < self.locked_until

    def and_one_more(self, now: datetime, allowed: int) -> "WrongAnswers":
        """After another one. Every `allowed` of them lock for a while, each time twice as long."""
        recent = self.last_at is not None and now - self.last_at < FORGOTTEN_AFTER
        count = (self.count if recent else 0) + 1
        rests, left = divmod(count, allowed)
        rest = min(FIRST_REST * 2 ** min(rests - 1, 10), LONGEST_REST) if left == 0 else None
        return WrongAnswers(count=count, last_at=now, locked_until=now + rest if rest else None)

"""GOV.UK Notify's limit of messages in a minute, and what came so far."""

import time
from collections import deque
from dataclasses import dataclass, field

_MINUTE = 60.0


@dataclass(kw_only=True, slots=True)
class Traffic:
    """Posts under one account. ``limit``: how many are taken in any 60 real seconds; 0: all.

    ``most``: how many were taken in the busiest 60 seconds so far; ``refused``: how many were too many.
    """

    limit: int
    taken: int = 0
    refused: int = 0
    most: int = 0
    first_at: float = 0.0
    last_at: float = 0.0
    _minute: deque[float] = field(default_factory=deque)

    def take(self) -> bool:
        """A post came; returns whether it stays within the limit."""
        now = time.monotonic()
        while self._minute and self._minute[0] <= now - _MINUTE:
            self._minute.popleft()
        if self.limit and len(self._minute) >= self.limit:
            self.refused += 1
            return False
        self._minute.append(now)
        self.first_at, self.last_at = self.first_at or now, now
        self.taken += 1
        self.most = max(self.most, len(self._minute))
        return True

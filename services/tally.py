"""What a worker learns of a delivery provider while it hands over letters, several at once."""

from datetime import datetime
from threading import Lock

from services import pace
from services.domain.errors import GatewayError, Misconfigured, Temporary
from services.pace import Gate, Outcome
from services.ports.pacing import GatewayState


class Tally:
    """How the calls of one chunk ended, in the order in which they did. Threads share it."""

    def __init__(self, known: GatewayState) -> None:
        self.outcomes: list[Outcome] = []
        self.trouble: GatewayError | None = None
        self._state = known
        self._lock = Lock()

    def note(self, at: datetime, error: GatewayError | None) -> None:
        """A call ended: with this error, or None when it was answered."""
        with self._lock:
            self.outcomes.append((at, error))
            self._state = pace.after(self._state, [(at, error)])
            if isinstance(error, Misconfigured | Temporary):
                self.trouble = self.trouble or error

    @property
    def shut(self) -> bool:
        """Whether what is not yet begun has to be left."""
        with self._lock:
            return bool(self.outcomes) and pace.gate(self._state, self.outcomes[-1][0]) is not Gate.FLOWS

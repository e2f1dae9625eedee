"""What the use cases need of the store to call delivery providers at the right pace."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class GatewayState:
    """How a delivery provider stands with a service, the same for all workers.

    failures: how many calls in a row got no answer. opened_at: since when the breaker is open; None: letters
    flow. rest_until: nothing is sent before then. probe_until: one worker is trying with one letter, until
    then at most. code and reason say why; answered_at is when it last answered as it should.
    """

    gateway: str
    failures: int = 0
    opened_at: datetime | None = None
    rest_until: datetime | None = None
    probe_until: datetime | None = None
    code: str = ""
    reason: str = ""
    answered_at: datetime | None = None


class Pacing(Protocol):
    """Within one service. Writers go one after the other, so that what is read may be written."""

    def state(self, gateway: str) -> GatewayState:
        """The state; that of a provider which was never called lets letters flow."""
        ...

    def states(self) -> dict[str, GatewayState]:
        """Of every provider that was called so far."""
        ...

    def save(self, state: GatewayState) -> None: ...

    def take_slots(self, account: str, count: int, *, now: datetime, apart: timedelta) -> datetime:
        """Take `count` moments, each `apart` from the one before, for calls under an account with a limit.

        Returns the first, which is now or later. Nobody else gets one of them, on whatever machine.
        """
        ...

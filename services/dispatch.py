"""Hand queued letters to their delivery providers, each at most once (docs/faults.md, "How").

For each attempt: claim it with a lease, commit IN_DOUBT, call the provider once outside of any transaction,
record what it said. Whatever ends the process in between leaves IN_DOUBT behind, and that is looked up before
anything is sent again.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from services.domain.errors import GatewayError, LostRace, Misconfigured, OutcomeUnknown, Permanent
from services.domain.letter import Attempt
from services.domain.verdict import OUTCOME_UNKNOWN
from services.domain.vocabulary import AttemptState
from services.handover import Handover
from services.ports.gateway import Gateway

log = logging.getLogger(__name__)

CHUNK = 20  # attempts that one worker claims at once for one gateway
MOST_TRIES = 10
PAUSE = timedelta(minutes=1)  # before a provider is tried again that refuses us, not the letter


@dataclass(frozen=True, kw_only=True, slots=True)
class Dispatcher:
    """One gateway's dispatch for one service by one worker; `stop` is asked before each letter."""

    handover: Handover
    gateway: Gateway
    owner: str
    stop: Callable[[], bool]

    def round(self) -> int:
        """Look up what is in doubt and send what is due; returns how many attempts were handled.

        Raises Misconfigured, after giving back what was not handled, when the provider refuses us.
        """
        in_doubt = self._each(AttemptState.IN_DOUBT, self._look_up)
        return in_doubt + self._each(AttemptState.READY, self._send)

    def _each(self, state: AttemptState, handle: Callable[[Attempt], None]) -> int:
        claimed = self._claim(state)
        for index, attempt in enumerate(claimed):
            if self.stop():
                self.handover.give_back(claimed[index:], due_at=self.handover.clock.now())
                return index
            try:
                handle(attempt)
            except LostRace:
                log.warning("attempt %s was taken over by another worker", attempt.reference)
            except Misconfigured:
                self.handover.give_back(claimed[index + 1 :], due_at=self.handover.clock.now() + PAUSE)
                raise
        return len(claimed)

    def _claim(self, state: AttemptState) -> list[Attempt]:
        with self.handover.store.begin(self.handover.service_id) as uow:
            claimed = uow.attempts.claim(
                state=state,
                gateways=[self.gateway.name],
                owner=self.owner,
                now=self.handover.clock.now(),
                lease=timedelta(seconds=self.handover.settings.lease),
                limit=CHUNK,
            )
            uow.commit()
        return claimed

    def _send(self, attempt: Attempt) -> None:
        parcel = self.handover.begin(attempt)
        try:
            report = self.gateway.send(parcel)
        except GatewayError as error:
            log.warning("attempt %s: %s: %s", attempt.reference, type(error).__name__, error)
            self._not_taken(attempt, error)
        else:
            self.handover.taken(attempt, report)

    def _not_taken(self, attempt: Attempt, error: GatewayError) -> None:
        tries = attempt.tries + 1
        match error:
            case OutcomeUnknown():
                settled = self.handover.clock.now() + self.gateway.capabilities.settle
                self.handover.doubtful(attempt, look_up_at=settled)
            case Permanent():
                self.handover.failed(attempt, error.code, error.reason)
            case Misconfigured():
                self.handover.again(attempt, PAUSE, tries=attempt.tries)
                raise error
            case _ if tries >= MOST_TRIES:
                self.handover.failed(attempt, error.code or "not-sent", _used_up(error.reason))
            case _:
                self.handover.again(attempt, error.retry_after or _back_off(tries), tries=tries)

    def _look_up(self, attempt: Attempt) -> None:
        """Does the provider have it? A hit is adopted; without one the same reference is sent again."""
        if not self.gateway.capabilities.can_find:
            self._give_up(attempt)
            return
        try:
            found = self.gateway.find(attempt.reference)
        except GatewayError as error:
            log.warning("attempt %s: the look-up failed: %s", attempt.reference, error)
            self._not_found_out(attempt)
            if isinstance(error, Misconfigured):
                raise
            return
        if found:
            self.handover.taken(attempt, found[0])
        elif attempt.tries >= MOST_TRIES:
            self.handover.failed(attempt, "not-sent", _used_up("The delivery provider never took it."))
        else:
            self.handover.again(attempt, timedelta(0), tries=attempt.tries)
        if len(found) > 1:
            self.handover.warn(attempt, "Possible duplicate: the delivery provider has it more than once.")

    def _not_found_out(self, attempt: Attempt) -> None:
        """Ask again, less and less often, for as long as the provider remembers."""
        now = self.handover.clock.now()
        since = attempt.doubt_since or now
        again = now + max(_back_off(1), (now - since) / 2)
        if again - since > self.gateway.capabilities.retention:
            self._give_up(attempt)
        else:
            self.handover.doubtful(attempt, look_up_at=again)

    def _give_up(self, attempt: Attempt) -> None:
        self.handover.failed(
            attempt, OUTCOME_UNKNOWN, f"Outcome unknown: check with {self.gateway.label} before re-sending."
        )


def _back_off(tries: int) -> timedelta:
    """2, 4, 8 … seconds, five minutes at the most."""
    return timedelta(seconds=min(2**tries, 300))


def _used_up(reason: str) -> str:
    return f"{reason} Tried {MOST_TRIES} times."

"""Hand queued letters to their delivery providers, each at most once (docs/faults.md, "How").

For each attempt: claim it with a lease, commit IN_DOUBT, call the provider once outside of any transaction,
record what it said. Whatever ends the process in between leaves IN_DOUBT behind, and that is looked up before
anything is sent again.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.crash_points import CrashPoint, reached
from services.domain.errors import (
    GatewayError,
    LostRace,
    Misconfigured,
    OutcomeUnknown,
    Permanent,
    Temporary,
)
from services.domain.letter import Attempt
from services.domain.verdict import OUTCOME_UNKNOWN, POSSIBLE_DUPLICATE
from services.domain.vocabulary import NOT_SENT, AttemptState
from services.handover import Handover
from services.ports.gateway import Gateway

log = logging.getLogger(__name__)

CHUNK = 20  # attempts that one worker claims at once for one gateway
MOST_TRIES = 10  # handings over whose outcome was unknown and of which the provider then knew nothing
LOOK_UP_PAUSE = timedelta(seconds=2)  # at the least, between two look-ups of one letter
PAUSE = timedelta(minutes=1)  # before a provider is tried again that refuses us, not the letter
PROBE = timedelta(seconds=15)  # before one letter tries whether a provider can be reached again
NOT_SENT_AFTER = timedelta(days=1)  # of tries at a provider that can't be reached, a letter is Failed


@dataclass(frozen=True, kw_only=True, slots=True)
class Dispatcher:
    """One gateway's dispatch for one service by one worker; `stop` is asked before each letter."""

    handover: Handover
    gateway: Gateway
    owner: str
    stop: Callable[[], bool]

    def round(self) -> int:
        """Look up what is in doubt and send what is due; returns how many attempts were handled.

        Raises Misconfigured or Temporary, after giving back what was not handled, when the provider refuses
        us or can't be reached: then one letter at a time tries it again, and nothing counts as a try.
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
            except (Misconfigured, Temporary) as error:
                rested = self.handover.clock.now() + _pause(error)
                self.handover.give_back(claimed[index + 1 :], due_at=rested)
                self.handover.rest(self.gateway.name, rested)
                raise
            except Exception:  # a defect that one letter meets must not hold up the others
                log.exception("attempt %s could not be handled", attempt.reference)
                settled = max(PAUSE, self.gateway.capabilities.settle)
                self.handover.give_back([attempt], due_at=self.handover.clock.now() + settled)
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
        reached(CrashPoint.AFTER_CLAIM)
        return claimed

    def _send(self, attempt: Attempt) -> None:
        try:
            report = self.gateway.send(self.handover.begin(attempt))
            reached(CrashPoint.AFTER_CALL)
        except GatewayError as error:
            log.warning("attempt %s: %s: %s", attempt.reference, type(error).__name__, error)
            self._not_taken(attempt, error)
        else:
            self.handover.taken(attempt, report)

    def _not_taken(self, attempt: Attempt, error: GatewayError) -> None:
        now = self.handover.clock.now()
        match error:
            case OutcomeUnknown():
                self.handover.doubtful(attempt, look_up_at=now + self.gateway.capabilities.settle)
            case Permanent():
                self.handover.failed(attempt, error.code, error.reason)
            case _:
                self._not_reached(attempt, error, since=attempt.unreachable_since or now)
                raise error

    def _not_reached(self, attempt: Attempt, error: GatewayError, *, since: datetime) -> None:
        """Another letter is the next to try, should it be this one that can't go; none waits for ever."""
        if isinstance(error, Temporary) and self.handover.clock.now() - since > NOT_SENT_AFTER:
            self.handover.failed(attempt, NOT_SENT, f"{error.reason} Tried for a day.")
        else:
            pause = 2 * _pause(error)
            self.handover.again(attempt, pause, tries=attempt.tries, unreachable_since=since)

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
            if isinstance(error, Misconfigured | Temporary):
                raise
            return
        reached(CrashPoint.AFTER_LOOK_UP)
        if found:
            self.handover.taken(attempt, found[0])
        elif self._forgotten_by_now(attempt):
            self._give_up(attempt)
        elif attempt.tries >= MOST_TRIES:
            reason = f"The delivery provider never took it. Tried {MOST_TRIES} times."
            self.handover.failed(attempt, NOT_SENT, reason)
        else:
            self.handover.again(attempt, timedelta(0), tries=attempt.tries)
        if len(found) > 1:
            self.handover.warn(attempt, POSSIBLE_DUPLICATE)

    def _forgotten_by_now(self, attempt: Attempt) -> bool:
        """Past its retention a provider that finds nothing says nothing: it may have had the letter."""
        now = self.handover.clock.now()
        return now - (attempt.doubt_since or now) > self.gateway.capabilities.retention

    def _not_found_out(self, attempt: Attempt) -> None:
        """Ask again, less and less often, for as long as the provider remembers."""
        now = self.handover.clock.now()
        since = attempt.doubt_since or now
        again = now + max(LOOK_UP_PAUSE, (now - since) / 2)
        if again - since > self.gateway.capabilities.retention:
            self._give_up(attempt)
        else:
            self.handover.doubtful(attempt, look_up_at=again)

    def _give_up(self, attempt: Attempt) -> None:
        self.handover.failed(
            attempt, OUTCOME_UNKNOWN, f"Outcome unknown: check with {self.gateway.label} before re-sending."
        )


def _pause(error: GatewayError) -> timedelta:
    """How long the gateway rests after an error that is not the letter's own."""
    return error.retry_after or (PAUSE if isinstance(error, Misconfigured) else PROBE)

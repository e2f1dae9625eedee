"""Hand queued letters to their delivery providers, each at most once (docs/faults.md, "How").

For each attempt: claim it with a lease, commit IN_DOUBT, call the provider once outside of any transaction,
record what it said. Whatever ends the process in between leaves IN_DOUBT behind, and that is looked up before
anything is sent again. Several letters go at once, at the pace that the provider allows (services/pace.py).
"""

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services import pace
from services.crash_points import CrashPoint, reached
from services.domain.errors import (
    GatewayError,
    LostRace,
    OutcomeUnknown,
    Permanent,
    Temporary,
)
from services.domain.letter import Attempt
from services.domain.verdict import OUTCOME_UNKNOWN, POSSIBLE_DUPLICATE
from services.domain.vocabulary import NOT_SENT, AttemptState
from services.handover import Handover
from services.pace import Gate
from services.ports.gateway import Gateway
from services.tally import Tally

log = logging.getLogger(__name__)

CHUNK = 40  # attempts that one worker claims at once for one gateway
MOST_TRIES = 10  # handings over whose outcome was unknown and of which the provider then knew nothing
LOOK_UP_PAUSE = timedelta(seconds=2)  # at the least, between two look-ups of one letter
PAUSE = timedelta(minutes=1)  # before a letter is tried again that met a defect
NOT_SENT_AFTER = timedelta(days=1)  # of tries at a provider that can't be reached, a letter is Failed
ANOTHER_KEY = "The key or the address was changed since it was handed over, so nobody can tell whether"
_GLANCE = 0.05  # seconds between two looks at whether to stop, while a letter waits for its moment


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """Attempts that this worker holds. The n-th letter goes `apart` after the one before, from `first` on.

    first: by the monotonic clock, since the other one may be set meanwhile.
    """

    attempts: list[Attempt]
    tally: Tally
    first: float
    apart: timedelta

    def moment(self, place: int) -> float:
        return self.first + place * self.apart.total_seconds()


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
        us, can't be reached or asks us to wait: nothing counts as a try, and the breaker says when to go on.
        """
        in_doubt = self._each(AttemptState.IN_DOUBT, self._look_up)
        return in_doubt + self._each(AttemptState.READY, self._send)

    def _each(self, state: AttemptState, handle: Callable[[Attempt], None]) -> int:
        claim = self._claim(state)
        if not claim.attempts:
            return 0
        with ThreadPoolExecutor(min(self.handover.settings.calls_at_once, len(claim.attempts))) as threads:
            begun = [
                threads.submit(self._one, claim.tally, attempt, claim.moment(place), handle)
                for place, attempt in enumerate(claim.attempts)
            ]
            handled = [each.result() for each in begun]
        self._settle(claim, handled)
        return sum(handled)

    def _settle(self, claim: Claim, handled: list[bool]) -> None:
        """Give back what was not begun, and keep what was learnt of the provider. Raises its trouble."""
        rest = [attempt for attempt, begun in zip(claim.attempts, handled, strict=True) if not begun]
        self.handover.learnt(claim.tally.outcomes, rest)
        if claim.tally.trouble:
            raise claim.tally.trouble

    def _one(self, tally: Tally, attempt: Attempt, moment: float, handle: Callable[[Attempt], None]) -> bool:
        """Handle one attempt at its moment; False where it was left, since something speaks against it."""
        self._wait(moment)
        if self.stop() or tally.shut:
            return False
        try:
            handle(attempt)
        except LostRace:
            log.warning("attempt %s was taken over by another worker", attempt.reference)
        except GatewayError as error:
            tally.note(self.handover.clock.now(), error)
        except Exception:  # a defect that one letter meets must not hold up the others
            log.exception("attempt %s could not be handled", attempt.reference)
            settled = max(PAUSE, self.gateway.capabilities.settle)
            self.handover.give_back([attempt], due_at=self.handover.clock.now() + settled)
        else:
            tally.note(self.handover.clock.now(), None)
        return True

    def _wait(self, moment: float) -> None:
        while (rest := moment - time.monotonic()) > 0 and not self.stop():
            time.sleep(min(rest, _GLANCE))

    def _claim(self, state: AttemptState) -> Claim:
        """What is due, as much as may go now: all of a chunk, one letter that tries the provider, or none."""
        now, settings, here = self.handover.clock.now(), self.handover.settings, time.monotonic()
        apart = pace.apart(self.gateway.capabilities) if state is AttemptState.READY else timedelta(0)
        lease = timedelta(seconds=settings.lease)
        with self.handover.store.begin(self.handover.service_id) as uow:
            known = uow.pacing.state(self.gateway.name)
            attempts = uow.attempts.claim(
                state=state,
                gateways=[self.gateway.name],
                owner=self.owner,
                now=now,
                lease=lease,
                limit={Gate.SHUT: 0, Gate.PROBE: 1, Gate.FLOWS: _most(apart, lease)}[pace.gate(known, now)],
            )
            if attempts and apart:
                account = self.gateway.capabilities.account
                slot = uow.pacing.take_slots(account, len(attempts), now=now - pace.BURST, apart=apart)
                here += (slot - now).total_seconds()
            if attempts and known.opened_at:
                uow.pacing.save(replace(known, probe_until=now + lease))
            uow.commit()
        reached(CrashPoint.AFTER_CLAIM)
        return Claim(attempts=attempts, tally=Tally(known), first=here, apart=apart)

    def _send(self, attempt: Attempt) -> None:
        try:
            report = self.gateway.send(self.handover.begin(attempt))
            reached(CrashPoint.AFTER_CALL)
        except GatewayError as error:
            log.warning("attempt %s: %s: %s", attempt.reference, type(error).__name__, error)
            self._not_taken(attempt, error)
            raise
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

    def _not_reached(self, attempt: Attempt, error: GatewayError, *, since: datetime) -> None:
        """Another letter is the next to try, should it be this one that can't go; none waits for ever."""
        if isinstance(error, Temporary) and self.handover.clock.now() - since > NOT_SENT_AFTER:
            self.handover.failed(attempt, NOT_SENT, f"{error.reason} Tried for a day.")
        else:
            pause = error.retry_after or pace.FIRST_REST
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
            raise
        reached(CrashPoint.AFTER_LOOK_UP)
        if found:
            self.handover.taken(attempt, found[0])
        elif attempt.handed_with not in ("", self.gateway.mark):
            self.handover.warn(attempt, f"{ANOTHER_KEY} {self.gateway.label} has it.")
            self._not_found_out(attempt)
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


def _most(apart: timedelta, lease: timedelta) -> int:
    """How many to claim: no letter may wait for its moment until its lease is nearly over."""
    return max(1, min(CHUNK, int(lease / 3 / apart))) if apart else CHUNK

"""At what pace a delivery provider is called: circuit breaker and limit of calls (docs/adr/0013-pace.md).

Pure rules over a provider's state, which all workers share through the store (ports/pacing.py).
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from services.domain.errors import GatewayError, Misconfigured, NoAnswer, OutcomeUnknown, Temporary
from services.ports.gateway import Capabilities
from services.ports.pacing import GatewayState

MOST_FAILURES: Final = 5
"""Calls in a row without an answer, after which the breaker opens."""
FIRST_REST: Final = timedelta(seconds=15)
LONGEST_REST: Final = timedelta(minutes=5)
"""Of an open breaker; each probe that fails doubles the rest."""
REFUSED_REST: Final = timedelta(minutes=1)
"""While a provider refuses us, not the letter: somebody has to mend the key or the address."""

BURST: Final = timedelta(seconds=0.5)
"""How much of a pause between two chunks may be made up for."""
MARGIN: Final = 0.97
"""Of a provider's limit is used, since calls arrive a little earlier or later than they were made."""

_SELDOM: Final = timedelta(seconds=5)
_MINUTE: Final = timedelta(minutes=1)

Outcome = tuple[datetime, GatewayError | None]
"""When a call ended, and the error that it ended with; None: it was answered."""


class Gate(StrEnum):
    """Whether letters may go to a provider now: all, one that tries it, or none."""

    FLOWS = "flows"
    PROBE = "probe"
    SHUT = "shut"


def gate(state: GatewayState, now: datetime) -> Gate:
    """What may go now. Only one worker probes at a time."""
    if state.rest_until and now < state.rest_until:
        return Gate.SHUT
    if state.opened_at is None:
        return Gate.FLOWS
    return Gate.SHUT if state.probe_until and now < state.probe_until else Gate.PROBE


def rests(state: GatewayState, now: datetime) -> bool:
    """Whether something speaks against sending, be it that one letter at a time tries it."""
    return state.opened_at is not None or gate(state, now) is not Gate.FLOWS


def after(state: GatewayState, outcomes: Iterable[Outcome]) -> GatewayState:
    """The state after calls that ended so, in this order. A letter that was refused was answered."""
    for at, error in outcomes:
        match error:
            case Temporary() if error.retry_after is not None:
                state = _resting(state, error, at + error.retry_after)
            case Misconfigured():
                state = _open(state, error, at, REFUSED_REST)
            case OutcomeUnknown() | NoAnswer():
                state = _unanswered(state, error, at)
            case Temporary():
                state = _open(state, error, at, None)
            case _:
                state = _answered(state, at)
    return state


def apart(capabilities: Capabilities) -> timedelta:
    """The least time between two letters of the account; none where no limit is known."""
    most = capabilities.posts_a_minute
    return _MINUTE / (most * MARGIN) if most else timedelta(0)


def _answered(state: GatewayState, at: datetime) -> GatewayState:
    """The breaker closes. Where it is closed already, the time is not noted at every letter."""
    calm = state.opened_at is None and not state.failures and not state.reason
    if calm and state.answered_at and at - state.answered_at < _SELDOM:
        return state
    return GatewayState(gateway=state.gateway, answered_at=at)


def _resting(state: GatewayState, error: GatewayError, until: datetime) -> GatewayState:
    """It asked us to wait: that is an answer, and no failure."""
    longest = max(until, state.rest_until or until)
    return replace(state, rest_until=longest, probe_until=None, code=error.code, reason=_why(error))


def _unanswered(state: GatewayState, error: GatewayError, at: datetime) -> GatewayState:
    """One may be the letter's own fate; several in a row are the provider's."""
    if state.opened_at or state.failures + 1 >= MOST_FAILURES:
        return _open(state, error, at, None)
    return replace(state, failures=state.failures + 1)


def _open(state: GatewayState, error: GatewayError, at: datetime, rest: timedelta | None) -> GatewayState:
    """Calls that were under way together count once: they say nothing of whether it is back by now."""
    if state.opened_at and state.rest_until and at < state.rest_until and not state.probe_until:
        return state
    failures = max(state.failures + 1, MOST_FAILURES)
    longer = min(FIRST_REST * 2 ** min(failures - MOST_FAILURES, 10), LONGEST_REST)
    return replace(
        state,
        failures=failures,
        opened_at=state.opened_at or at,
        rest_until=at + (rest or longer),
        probe_until=None,
        code=error.code,
        reason=_why(error),
    )


def _why(error: GatewayError) -> str:
    """What staff read while nothing is sent."""
    return f"{error.reason} {error.advice}"

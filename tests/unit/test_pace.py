"""When the breaker opens, for how long it rests, and what closes it."""

from datetime import UTC, datetime, timedelta

import pytest

from services.domain.errors import GatewayError, Misconfigured, NoAnswer, OutcomeUnknown, Permanent, Temporary
from services.pace import (
    FIRST_REST,
    LONGEST_REST,
    MARGIN,
    MOST_FAILURES,
    REFUSED_REST,
    Gate,
    after,
    apart,
    gate,
    rests,
)
from services.ports.gateway import Capabilities
from services.ports.pacing import GatewayState

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FRESH = GatewayState(gateway="notify_sms")
SECOND = timedelta(seconds=1)
DOWN = Temporary("It could not be reached.", code="connection")


def tried(state: GatewayState, *errors: GatewayError | None, at: datetime = NOW) -> GatewayState:
    return after(state, [(at, error) for error in errors])


def test_letters_flow_to_a_provider_that_was_never_called() -> None:
    assert gate(FRESH, NOW) is Gate.FLOWS
    assert not rests(FRESH, NOW)


@pytest.mark.parametrize(
    ("error", "rest"),
    [
        (DOWN, FIRST_REST),
        (Misconfigured("Our key is refused."), REFUSED_REST),
        (Temporary("Wait.", code="RateLimitError", retry_after=timedelta(hours=9)), timedelta(hours=9)),
    ],
)
def test_what_speaks_against_every_letter_stops_them_at_once(error: GatewayError, rest: timedelta) -> None:
    state = tried(FRESH, error)
    assert gate(state, NOW + rest - SECOND) is Gate.SHUT
    assert gate(state, NOW + rest) is not Gate.SHUT
    assert state.reason.startswith(error.reason)
    assert state.reason.endswith(error.advice)


@pytest.mark.parametrize("lost", [OutcomeUnknown("No answer."), NoAnswer("No answer.")])
def test_one_letter_without_an_answer_stops_nobody_and_several_in_a_row_do(lost: GatewayError) -> None:
    some = tried(FRESH, *[lost] * (MOST_FAILURES - 1))
    assert gate(some, NOW) is Gate.FLOWS
    assert gate(tried(some, None, lost), NOW) is Gate.FLOWS, "they were not in a row"
    assert gate(tried(some, lost), NOW) is Gate.SHUT


def test_after_its_rest_one_worker_tries_it_with_one_letter() -> None:
    rested = NOW + FIRST_REST
    state = tried(FRESH, DOWN)
    assert gate(state, rested) is Gate.PROBE
    probing = GatewayState(
        gateway="notify_sms", opened_at=state.opened_at, probe_until=rested + timedelta(seconds=45)
    )
    assert gate(probing, rested) is Gate.SHUT
    assert gate(probing, rested + timedelta(seconds=45)) is Gate.PROBE, "that worker is gone"


def test_each_failed_try_doubles_the_rest_up_to_the_longest() -> None:
    state, now, found = FRESH, NOW, []
    for _ in range(8):
        state = tried(state, DOWN, at=now)
        assert state.rest_until is not None
        found.append(state.rest_until - now)
        now = state.rest_until
    assert found[:3] == [FIRST_REST, 2 * FIRST_REST, 4 * FIRST_REST]
    assert found[-1] == LONGEST_REST
    assert state.opened_at == NOW


def test_calls_that_failed_together_count_once() -> None:
    assert tried(FRESH, *[DOWN] * 8) == tried(FRESH, DOWN)


@pytest.mark.parametrize("answer", [None, Permanent("Refused.", code="DC03")])
def test_an_answer_closes_it_even_one_that_refuses_the_letter(answer: GatewayError | None) -> None:
    state = tried(tried(FRESH, DOWN), answer, at=NOW + FIRST_REST)
    assert state == GatewayState(gateway="notify_sms", answered_at=NOW + FIRST_REST)


def test_while_all_is_well_the_state_is_not_written_at_every_letter() -> None:
    well = tried(FRESH, None)
    assert tried(well, None, at=NOW + SECOND) is well
    assert tried(well, None, at=NOW + 10 * SECOND).answered_at == NOW + 10 * SECOND


def test_a_limit_is_kept_to_with_a_margin() -> None:
    notify = Capabilities(
        can_find=True,
        settle=SECOND,
        retention=SECOND,
        poll_page=1,
        account="notify",
        posts_a_minute=3000,
    )
    assert apart(notify) == timedelta(minutes=1) / (3000 * MARGIN)

"""When a delivery provider is asked again: soon at first, then ever less often, and not for ever."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.polling import next_question
from services.settings import Settings
from tests.builders import NOON

SETTINGS = Settings(poll_first=30, poll_longest=3600)


def pause(age: timedelta) -> timedelta | None:
    asked_next = next_question(SETTINGS, accepted_at=NOON, now=NOON + age)
    return asked_next - (NOON + age) if asked_next else None


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(0), timedelta(seconds=30)),
        (timedelta(seconds=150), timedelta(seconds=30)),
        (timedelta(minutes=10), timedelta(minutes=2)),
        (timedelta(hours=1), timedelta(minutes=12)),
        (timedelta(hours=5), timedelta(hours=1)),
        (timedelta(days=30), timedelta(hours=1)),
        (timedelta(days=90), timedelta(hours=1)),
        (timedelta(days=90, seconds=1), None),
    ],
)
def test_the_pause_is_a_fifth_of_the_age_within_its_bounds(
    age: timedelta, expected: timedelta | None
) -> None:
    assert pause(age) == expected


def test_a_clock_that_was_set_back_still_asks() -> None:
    assert pause(timedelta(hours=-1)) == timedelta(seconds=30)


ages = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=90))


@given(ages, ages)
def test_an_older_letter_never_waits_less(one: timedelta, other: timedelta) -> None:
    younger, older = pause(min(one, other)), pause(max(one, other))
    assert younger is not None
    assert older is not None
    assert timedelta(seconds=30) <= younger <= older <= timedelta(hours=1)


def test_a_letter_that_never_arrives_costs_a_bounded_number_of_questions() -> None:
    asked, now = 0, NOON
    while later := next_question(SETTINGS, accepted_at=NOON, now=now):
        asked, now = asked + 1, later
    assert now - NOON <= timedelta(days=90, hours=1)
    assert asked < 90 * 24 + 60

"""How sure a share is: against published values, and what must hold of any numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.certainty import Rate, funnel_limits, is_unusual


@pytest.mark.parametrize(
    ("part", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_bounds_are_those_of_newcombes_examples(part: int, of: int, low: float, high: float) -> None:
    """R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, score method."""
    assert Rate(part=part, of=of).bounds == pytest.approx((low, high), abs=0.00006)


@given(st.integers(1, 100_000), st.data())
def test_the_share_lies_within_its_bounds_and_more_letters_make_them_closer(
    of: int, data: st.DataObject
) -> None:
    part = data.draw(st.integers(0, of))
    rate, ten_times = Rate(part=part, of=of), Rate(part=10 * part, of=10 * of)
    assert rate.bounds
    assert ten_times.bounds
    assert rate.share is not None
    (low, high), (closer_low, closer_high) = rate.bounds, ten_times.bounds
    assert 0 <= low <= rate.share + 1e-9
    assert rate.share - 1e-9 <= high <= 1
    assert closer_high - closer_low < high - low


def test_of_nothing_nothing_is_known() -> None:
    assert (Rate(part=0, of=0).share, Rate(part=0, of=0).bounds) == (None, None)


def test_the_limits_of_a_funnel_are_two_or_three_deviations_wide() -> None:
    assert funnel_limits(0.1, 100) == pytest.approx((0.0412, 0.1588), abs=0.0001)
    assert funnel_limits(0.1, 100, wide=True) == pytest.approx((0.0073, 0.1927), abs=0.0001)
    assert funnel_limits(0.5, 1, wide=True) == (0.0, 1.0)


def test_a_small_practice_is_not_blamed_for_chance() -> None:
    overall = Rate(part=100, of=1000)
    assert not is_unusual(Rate(part=1, of=2), overall)
    assert is_unusual(Rate(part=30, of=100), overall)
    assert not is_unusual(Rate(part=19, of=100), overall)
    assert not is_unusual(Rate(part=0, of=100), overall)
    assert not is_unusual(Rate(part=0, of=0), overall)
    assert not is_unusual(Rate(part=0, of=0), Rate(part=0, of=0))

"""A figure knows whether it keeps its bound."""

import pytest

from tests.bench.figures import Figure


@pytest.mark.parametrize(
    ("value", "bound", "holds"),
    [(50, "<= 50", True), (50.1, "<= 50", False), (20, ">= 20", True), (3, "> 3", False), (2, "< 3", True)],
)
def test_a_value_is_held_against_its_bound(value: float, bound: str, holds: bool) -> None:
    assert Figure(name="pending_ms", value=value, unit="ms", bound=bound).holds is holds


def test_a_bound_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="'about 50' is not a bound"):
        _ = Figure(name="pending_ms", value=1, unit="ms", bound="about 50").holds

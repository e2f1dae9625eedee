"""How sure a counted share is: one of four letters says little, a hundred of four hundred says much."""

from dataclasses import dataclass
from math import sqrt
from typing import Final

_95: Final = 1.959964  # standard deviations that hold 95 % of chance
_998: Final = 3.090232


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """So many of so many."""

    part: int
    of: int

    @property
    def share(self) -> float | None:
        """From 0 to 1; None of nothing."""
        return self.part / self.of if self.of else None

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Between which the true share lies with 95 % certainty: Wilson's interval, which holds for small
        numbers and for shares near 0 and 1. None of nothing.
        """
        if not self.of:
            return None
        n, share, z = self.of, self.part / self.of, _95
        middle = share + z * z / (2 * n)
        spread = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        scale = 1 + z * z / n
        return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def is_unusual(rate: Rate, overall: Rate) -> bool:
    """Whether a place has more than chance gives one of 1,000 places, where the share of all is `overall`."""
    if rate.share is None or overall.share is None:
        return False
    return rate.share > funnel_limits(overall.share, rate.of, wide=True)[1]


def funnel_limits(share: float, of: int, *, wide: bool = False) -> tuple[float, float]:
    """Between which a place with `of` letters lies by chance alone, where the share of all is this: for 95 in
    100 such places, or for 998 in 1,000 with `wide` (the limits of a funnel plot).
    """
    spread = (_998 if wide else _95) * sqrt(share * (1 - share) / of)
    return max(0.0, share - spread), min(1.0, share + spread)

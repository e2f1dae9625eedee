"""Axis: what letters can be filtered, sorted and counted by, a look-up table over codes."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.domain.spelling import fold
from services.listing.rows import FacetValue

Codes = NDArray[np.int32]

NO_VALUE: Final = "None"


@dataclass(frozen=True, kw_only=True)
class Axis:
    """One axis. `base` names the column of the snapshot whose codes `of` turns into codes of `values`.

    A letter's team, for example, is its user's: base "user", of: the team of each user.
    """

    base: str
    of: Codes
    values: list[str]
    labels: list[str]

    def having(self, chosen: AbstractSet[str]) -> NDArray[np.bool_]:
        """By base code: whether its value is one of those chosen."""
        wanted = np.fromiter((value in chosen for value in self.values), np.bool_, len(self.values))
        return wanted[self.of]

    def facet(self, counts: NDArray[np.int64], chosen: AbstractSet[str]) -> list[FacetValue]:
        """The values that letters have, by label; `counts` holds the number of letters by base code."""
        by_value = np.bincount(self.of, weights=counts, minlength=len(self.values)).astype(int).tolist()
        return [
            FacetValue(value=self.values[code], label=self.labels[code] or NO_VALUE, count=by_value[code])
            for code in self._in_order
            if by_value[code] or self.values[code] in chosen
        ]

    @cached_property
    def _in_order(self) -> list[int]:
        return sorted(range(len(self.labels)), key=lambda code: (fold(self.labels[code]), code))

    @cached_property
    def rank(self) -> NDArray[np.int64]:
        """By base code: its place in the order of labels; equal labels share a place."""
        folded = [fold(label) for label in self.labels]
        places = {text: place for place, text in enumerate(sorted(set(folded)))}
        of_value = np.fromiter((places[text] for text in folded), np.int64, len(folded))
        return of_value[self.of]

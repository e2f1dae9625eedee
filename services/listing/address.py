"""Read the parameters of an address that anybody may have written: nothing in it is an error."""

import unicodedata
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Final

Query = Mapping[str, str | Sequence[str]]

MOST_VALUES: Final = 200
LONGEST_VALUE: Final = 255
LONGEST_FIGURE: Final = 16_000  # characters: fifty values of each dimension
NO_FIGURE: Final = "?"
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)


class Address:
    """An address's parameters. What had to be left out is said in `problems`, without repeating it."""

    def __init__(self, query: Query) -> None:
        self._query = query
        self.problems: list[str] = []

    def texts(self, name: str) -> frozenset[str]:
        """The values of a parameter that may hold any text."""
        values = self._values(name)
        good = [value for value in values if _is_plain(value)]
        if len(good) < len(values):
            self._left_out(name, "a value that no letter can have")
        if len(good) > MOST_VALUES:
            self._left_out(name, f"more than {MOST_VALUES} values")
        return frozenset(good[:MOST_VALUES])

    def figure(self, name: str) -> str:
        """The word of a figure, which may be long; NO_FIGURE for what can't be one. Where it were left out,
        all letters would be taken for those that the figure counts.
        """
        values = self._values(name)
        if not values:
            return ""
        return values[0] if _is_plain(values[0], LONGEST_FIGURE) else NO_FIGURE

    def known(self, name: str, allowed: AbstractSet[str], default: frozenset[str]) -> frozenset[str]:
        """The values of a parameter that are among `allowed`; `default` when there are none."""
        values = set(self._values(name))
        if values - allowed:
            self._left_out(name, "a value that does not exist")
        return frozenset(values & allowed) or default

    def day(self, name: str) -> date | None:
        """A day as 2026-11-23."""
        values = self._values(name)
        if not values:
            return None
        try:
            day = date.fromisoformat(values[0])
        except ValueError:
            self._left_out(name, "something that is not a date")
            return None
        if not is_in_bounds(day):
            self._left_out(name, f"a date that is not between {EARLIEST.year} and {LATEST.year}")
            return None
        return day

    def _values(self, name: str) -> list[str]:
        values = self._query.get(name, ())
        return [values] if isinstance(values, str) else [str(value) for value in values]

    def _left_out(self, name: str, what: str) -> None:
        label = name.replace("_", " ").capitalize()
        self.problems.append(f"{label}: the address held {what}; it was left out.")


def is_in_bounds(day: date) -> bool:
    """Whether letters may be of this day: the day after it, too, must be one that computers know."""
    return EARLIEST <= day <= LATEST


def _is_plain(value: str, longest: int = LONGEST_VALUE) -> bool:
    """Without control characters and halves of characters, neither of which a database takes."""
    unfit = any(unicodedata.category(char) in ("Cc", "Cs") for char in value)
    return len(value) <= longest and not unfit

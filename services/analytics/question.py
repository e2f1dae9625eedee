"""What a measure is asked about: a period, and which sendings. Pure data, with its form in an address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final, Self

from services.domain.vocabulary import Channel
from services.listing.address import LONGEST_VALUE, is_in_bounds

DIMENSIONS: Final = ("channel", "team", "provider", "consortium", "practice", "template")
"""By what measures may be chosen and divided; the names are those of the columns."""
REASONS: Final = ("code", "group")
DIVISIONS: Final = (*DIMENSIONS, *REASONS, "week")
"""By what a question may be divided. A week is named by its Monday, as in "2026-11-23"."""
_LONGEST: Final = 1100  # days
MOST_VALUES: Final = 50
"""Of one dimension: they stand in the address of each number."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """Sendings that were queued from `start` to `end` (days in Europe/London, both included).

    chosen holds, by a dimension or by "code" and "group", the values of which they have to have one. Raises
    ValueError for a period that ends before it begins or is longer than three years.
    """

    start: date
    end: date
    chosen: Mapping[str, tuple[str, ...]]

    def __post_init__(self) -> None:
        if not 0 <= (self.end - self.start).days < _LONGEST:
            raise ValueError("The period ends on its first day or later, and is three years at most.")

    def having(self, **values: str) -> Self:
        """The same about those that have these values."""
        return replace(self, chosen={**self.chosen, **_each_alone(values)})

    def within(self, division: str, value: str) -> Self:
        """The same about those that have this value of one of DIVISIONS. A week narrows the period; raises
        ValueError for one that lies outside of it.
        """
        if division != "week":
            return self.having(**{division: value})
        first = date.fromisoformat(value)
        last = min(self.end, first + timedelta(days=6))
        return replace(self, start=max(self.start, first), end=last)

    def before(self) -> Self:
        """The period of the same length before it."""
        length = self.end - self.start + timedelta(days=1)
        return replace(self, start=self.start - length, end=self.end - length)

    def where(self) -> tuple[str, dict[str, Any]]:
        """As a condition on sendings, with its parameters."""
        parts = ["day BETWEEN $start AND $end"]
        parts += [f'"{name}" IN ${name}' for name in self.chosen]
        values = {name: list(values) for name, values in self.chosen.items()}
        return " AND ".join(parts), {"start": self.start, "end": self.end, **values}

    def to_query(self) -> dict[str, list[str]]:
        """As parameters of an address."""
        values = {name: list(values) for name, values in self.chosen.items()}
        return {"from": [self.start.isoformat()], "to": [self.end.isoformat()], **values}

    @classmethod
    def ever(cls, today: date, **chosen: str) -> Self:
        """Of all times, as far as a period may be long."""
        return cls(start=today - timedelta(days=_LONGEST - 1), end=today, chosen=_each_alone(chosen))

    @classmethod
    def from_query(cls, query: Mapping[str, Sequence[str]], today: date) -> Self:
        """What an address asks; the last 12 weeks where it doesn't say. What isn't understood is left out."""
        known = {
            name: tuple(sorted({value[:LONGEST_VALUE] for value in query[name][:MOST_VALUES]}))
            for name in (*DIMENSIONS, *REASONS)
            if query.get(name)
        }
        if set(known.get("channel", ())) - {channel.value for channel in Channel}:
            known.pop("channel")
        usual = cls(start=today - timedelta(days=83), end=today, chosen=known)
        try:
            start, end = (day_in_bounds(query[name][0]) for name in ("from", "to"))
            return replace(usual, start=start, end=end)
        except (KeyError, IndexError, ValueError):
            return usual


def day_in_bounds(text: str) -> date:
    """A day of an address. Raises ValueError for what is none, or none of which there are letters."""
    day = date.fromisoformat(text)
    if not is_in_bounds(day):
        raise ValueError(f"{day} is out of all bounds.")
    return day


def _each_alone(values: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {name: (value,) for name, value in values.items()}

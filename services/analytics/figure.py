"""A figure as one word of an address: which measure, of which sendings. The list shows its letters."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Self

from services.analytics.measures import MEASURES
from services.analytics.question import DIMENSIONS, REASONS, Question, day_in_bounds
from services.domain.vocabulary import Channel
from services.listing.filters import STUCK

_NONE: Final = "This is no figure."


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """So many sendings of a question have what a measure asks."""

    measure: str
    question: Question

    def to_word(self) -> str:
        """What stands in an address."""
        return json.dumps([self.measure, self.question.to_query()], separators=(",", ":"))

    @classmethod
    def from_word(cls, word: str) -> Self:
        """Raises ValueError for what is no figure: anybody may have written the address."""
        match _read(word):
            case [str(measure), {"from": [str(start)], "to": [str(end)], **chosen}] if measure in MEASURES:
                return cls(measure=measure, question=_question(start, end, chosen))
        raise ValueError(_NONE)


def stuck_by(channel: Channel, today: date, **chosen: str) -> dict[str, str]:
    """The list's query for the letters that are stuck in one channel: of all that it calls stuck those whose
    sending by this channel is under way.
    """
    question = Question.ever(today, channel=channel.value, **chosen)
    return {"status": STUCK, "behind": Figure(measure="under_way", question=question).to_word()}


def _read(word: str) -> Any:
    try:
        return json.loads(word)
    except RecursionError as problem:  # brackets within brackets, thousands deep
        raise ValueError(_NONE) from problem


def _question(start: str, end: str, chosen: dict[Any, Any]) -> Question:
    if chosen.keys() - {*DIMENSIONS, *REASONS}:
        raise ValueError(_NONE)
    for values in chosen.values():
        if not (isinstance(values, list) and all(isinstance(each, str) for each in values)):
            raise ValueError(_NONE)
    values = {name: tuple(each) for name, each in chosen.items()}
    return Question(start=day_in_bounds(start), end=day_in_bounds(end), chosen=values)

"""The use cases of the pages Delivery and Reject reasons: measures.py says what is counted, in facts.py."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from services.access import Permission, check
from services.analytics import times
from services.analytics.facts import Facts
from services.analytics.figure import Figure
from services.analytics.measures import MEASURES, REACHED, STEPS
from services.analytics.question import DIVISIONS, Question
from services.analytics.times import Times
from services.analytics.today import Today, today
from services.domain.local_time import day_of
from services.domain.overdue import Patience
from services.domain.people import User
from services.domain.vocabulary import Channel, Status
from services.ports.clock import Clock

_COUNTS: Final = ", ".join(f"count(*) FILTER ({each.condition})" for each in MEASURES.values())

_SAID: Final = 3  # values of a figure that are named in words

Counts = dict[str, int]
"""By the key of a measure."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """A letter that failed and is open, with what its delivery provider said, and the group of that."""

    letter_id: str
    channel: Channel
    code: str
    reason: str
    group: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Analytics:
    """One service's measures. Each raises NotAllowed by role."""

    facts: Facts
    clock: Clock
    patience: Callable[[], Patience]

    def totals(self, user: User, question: Question) -> Counts:
        """Every measure, of all sendings of the question."""
        check(user, Permission.DELIVERY)
        where, parameters = question.where()
        [row] = self.facts.ask(f"SELECT {_COUNTS} FROM sending WHERE {where}", parameters)
        return dict(zip(MEASURES, row, strict=True))

    def by(self, user: User, question: Question, division: str) -> dict[str, Counts]:
        """Every measure by the values of one of DIVISIONS; weeks in order, else the most sendings first."""
        _check(user, division)
        where, parameters = question.where()
        rows = self.facts.ask(
            f'SELECT CAST("{division}" AS VARCHAR), {_COUNTS} FROM sending WHERE {where} GROUP BY 1 '
            f"ORDER BY {times.order_of(division)}",
            parameters,
        )
        return {row[0]: dict(zip(MEASURES, row[1:], strict=True)) for row in rows}

    def times(self, user: User, question: Question) -> dict[Channel, list[Times]]:
        """By channel how long it took to each status."""
        check(user, Permission.DELIVERY)
        return times.by_channel(self.facts, question)

    def times_to(
        self, user: User, question: Question, channel: Channel, status: Status, division: str
    ) -> dict[str, Times]:
        """How long it took to a status of a channel, by the values of one of DIVISIONS."""
        _check(user, division)
        return times.by_division(self.facts, question.having(channel=channel.value), status, division)

    def funnel(self, user: User, question: Question) -> dict[Channel, dict[Status, Figure]]:
        """By channel the figures of how many sendings came at least so far; Queued is all of them."""
        check(user, Permission.DELIVERY)
        asked = {channel: question.having(channel=channel.value) for channel in STEPS}
        return {
            channel: {
                Status.QUEUED: Figure(measure="sent", question=asked[channel]),
                **{
                    status: Figure(measure=f"came_to_{REACHED[status]}", question=asked[channel])
                    for status in steps
                },
            }
            for channel, steps in STEPS.items()
            if channel.value in question.chosen.get("channel", (channel.value,))
        }

    def hours_to_deal(self, user: User, question: Question) -> Times:
        """Hours from a failure to the first thing that a user did about it."""
        check(user, Permission.DELIVERY)
        return times.to_answer(self.facts, question)

    def pivot(self, user: User, question: Question, rows: str, columns: str) -> pa.Table:
        """Failed sendings by two of DIVISIONS: columns "row", "column", "failed"."""
        _check(user, rows, columns)
        where, parameters = question.where()
        return self.facts.table(
            f'SELECT CAST("{rows}" AS VARCHAR) AS "row", CAST("{columns}" AS VARCHAR) AS "column", '
            f"count(*) AS failed FROM sending WHERE {where} AND state = 'failed' GROUP BY 1, 2 ORDER BY 1, 2",
            parameters,
        )

    def reasons(self, user: User, question: Question) -> list[tuple[str, str, str, str, int]]:
        """Channel, code, the reason in words, its group, and how many failed so; the most first."""
        check(user, Permission.DELIVERY)
        where, parameters = question.where()
        rows: list[Any] = self.facts.ask(
            'SELECT channel, code, max(reason), "group", count(*) FROM sending '
            f"WHERE {where} AND state = 'failed' GROUP BY 1, 2, 4 ORDER BY 5 DESC, 1, 2",
            parameters,
        )
        return rows

    def open_failures(self) -> list[Failure]:
        """What failed and is open, of the whole service: whoever asks takes from it what the user may see."""
        rows = self.facts.ask(
            'SELECT letter, channel, code, reason, "group" FROM sending '
            f"WHERE {MEASURES['open_failures'].condition}"
        )
        return [
            Failure(letter_id=row[0], channel=Channel(row[1]), code=row[2], reason=row[3], group=row[4])
            for row in rows
        ]

    def behind(self, figure: Figure) -> pa.Array:
        """The ids of the letters behind a number. Who may see them the list decides, not this."""
        where, parameters = figure.question.where()
        found = self.facts.table(
            f"SELECT DISTINCT letter FROM sending WHERE {where} AND ({MEASURES[figure.measure].condition})",
            parameters,
        )
        return found["letter"].combine_chunks()

    def letters_of(self, word: str) -> pa.Array:
        """The same by the word in an address; none for what is no figure."""
        try:
            return self.behind(Figure.from_word(word))
        except ValueError:
            return pa.array([], pa.string())

    def in_words(self, word: str) -> str:
        """The figure for people; empty where it is none."""
        try:
            figure = Figure.from_word(word)
        except ValueError:
            return ""
        question = figure.question
        names = [_any_of(values, self.names(name)) for name, values in question.chosen.items()]
        period = f"{day_of(question.start)} to {day_of(question.end)}"
        return ", ".join([MEASURES[figure.measure].label, period, *names])

    def values(self, user: User, dimension: str) -> list[str]:
        """The values of one of DIMENSIONS that any sending ever had."""
        _check(user, dimension)
        return [row[0] for row in self.facts.ask(f'SELECT DISTINCT "{dimension}" FROM sending')]

    def names(self, division: str) -> dict[str, str]:
        """What the values of one of DIVISIONS are called."""
        match division:
            case "practice":
                rows = self.facts.ask("SELECT ods_code, name || ' (' || ods_code || ')' FROM practice")
            case "template":
                rows = self.facts.ask("SELECT id, name FROM template")
            case "channel":
                return {channel.value: channel.label for channel in Channel}
            case "week":
                weeks = self.facts.ask("SELECT DISTINCT week FROM sending")
                return {week.isoformat(): day_of(week) for (week,) in weeks}
            case _:
                return {}
        return dict(rows)

    def today(self, user: User) -> Today:
        """How all stands now."""
        check(user, Permission.DELIVERY)
        return today(self.facts, self.clock.now(), self.patience())


def _any_of(values: Sequence[str], names: Mapping[str, str]) -> str:
    said = [names.get(value, value) or "none" for value in values[:_SAID]]
    more = len(values) - len(said)
    return " or ".join([*said, f"{more} more"] if more else said)


def _check(user: User, *divisions: str) -> None:
    check(user, Permission.DELIVERY)
    if unknown := set(divisions) - set(DIVISIONS):
        raise ValueError(f"There is no dimension {', '.join(sorted(unknown))}.")

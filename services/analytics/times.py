"""How long it took: of any division of the sendings, to any status, and from a failure to an answer."""

from dataclasses import dataclass
from typing import Any, Final

from services.analytics.facts import Facts
from services.analytics.measures import REACHED, STEPS
from services.analytics.question import Question
from services.domain.vocabulary import Channel, Status

_QUANTILES: Final = [0.5, 0.9, 0.99]


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """Hours from Queued to a status, of sendings that reached it: half, 90 and 99 in 100 were as fast."""

    status: Status
    reached: int
    p50: float | None
    p90: float | None
    p99: float | None


def by_channel(facts: Facts, question: Question) -> dict[Channel, list[Times]]:
    """By channel to each of its statuses."""
    where, parameters = question.where()
    columns = sorted(set(REACHED.values()))
    asked = ", ".join(f"count({name}), {_hours('queued', name)}" for name in columns)
    rows = facts.ask(f"SELECT channel, {asked} FROM sending WHERE {where} GROUP BY 1", parameters)
    found = {row[0]: dict(zip(columns, zip(row[1::2], row[2::2], strict=True), strict=True)) for row in rows}
    return {
        channel: [_times(status, *found[channel][REACHED[status]]) for status in steps]
        for channel, steps in STEPS.items()
        if channel in found
    }


def by_division(facts: Facts, question: Question, status: Status, division: str) -> dict[str, Times]:
    """To one status, by the values of one of DIVISIONS; weeks in order, else the most sendings first."""
    where, parameters = question.where()
    column = REACHED[status]
    rows = facts.ask(
        f'SELECT CAST("{division}" AS VARCHAR), count(*), {_hours("queued", column)} FROM sending '
        f"WHERE {where} AND {column} IS NOT NULL GROUP BY 1 ORDER BY {order_of(division)}",
        parameters,
    )
    return {row[0]: _times(status, *row[1:]) for row in rows}


def to_answer(facts: Facts, question: Question) -> Times:
    """From a failure to the first thing that a user did about it."""
    where, parameters = question.where()
    [row] = facts.ask(
        f"SELECT count(dealt), {_hours('failed', 'dealt')} FROM sending WHERE {where} AND state = 'failed'",
        parameters,
    )
    return _times(Status.FAILED, *row)


def order_of(division: str) -> str:
    """Of rows with the value first and how many second: weeks as they follow, else the most first."""
    return "1" if division == "week" else "2 DESC, 1"


def _hours(since: str, to: str) -> str:
    return f"quantile_cont(epoch({to} - {since}) / 3600, {_QUANTILES})"


def _times(status: Status, reached: int, quantiles: list[Any] | None) -> Times:
    p50, p90, p99 = quantiles or (None, None, None)
    return Times(status=status, reached=reached, p50=p50, p90=p90, p99=p99)

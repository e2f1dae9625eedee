"""The use cases of the pages Delivery and Reject reasons: measures.py says what is counted, in facts.py."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pyarrow as pa

from services.access import Permission, check
from services.analytics.facts import Facts
from services.analytics.figure import Figure
from services.analytics.measures import FAILED_STATES, MEASURES, REACHED, STEPS
from services.analytics.question import DIMENSIONS, REASONS, Question
from services.control import WATCHED
from services.domain.local_time import LONDON, day_of
from services.domain.overdue import Patience
from services.domain.people import User
from services.domain.status import STATUSES
from services.domain.vocabulary import Channel, Status
from services.ports.clock import Clock

_COUNTS: Final = ", ".join(f"count(*) FILTER ({each.condition})" for each in MEASURES.values())
_QUANTILES: Final = (0.5, 0.9, 0.99)
_USUAL_WEEKS: Final = 4
_PENDING: Final = ", ".join(f"'{row.key}'" for row in STATUSES if row.pending_group)
_STUCK: Final = " OR ".join(
    f"(state = '{row.key}' AND status_at < ${row.channel})" for row in STATUSES if row.awaited
)

Counts = dict[str, int]
"""By the key of a measure."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """Hours from Queued to a status, of sendings that reached it: half, 90 and 99 in 100 were as fast."""

    status: Status
    reached: int
    p50: float | None
    p90: float | None
    p99: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Failures:
    """Letters that failed for the same reason and are open, the longest waiting first."""

    channel: Channel
    code: str
    reason: str
    group: str
    letters: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Today:
    """How all stands at this moment. silent: channels by which nothing went today, though by this time of day
    something had on each of the last four same weekdays.
    """

    pending: int
    oldest_pending: date | None
    failed: int
    in_doubt: int
    stuck: dict[Channel, int]
    silent: tuple[Channel, ...]


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

    def by(self, user: User, question: Question, dimension: str) -> dict[str, Counts]:
        """Every measure by the values of one of DIMENSIONS or REASONS; the most sendings first."""
        check(user, Permission.DELIVERY)
        if dimension not in (*DIMENSIONS, *REASONS):
            raise ValueError(f"There is no dimension {dimension}.")
        where, parameters = question.where()
        rows = self.facts.ask(
            f'SELECT "{dimension}", {_COUNTS} FROM sending WHERE {where} GROUP BY 1 ORDER BY 2 DESC, 1',
            parameters,
        )
        return {row[0]: dict(zip(MEASURES, row[1:], strict=True)) for row in rows}

    def weekly(self, user: User, question: Question) -> dict[date, Counts]:
        """Every measure by the week in which the letters were queued (by its Monday), in order."""
        check(user, Permission.DELIVERY)
        where, parameters = question.where()
        rows = self.facts.ask(
            f"SELECT week, {_COUNTS} FROM sending WHERE {where} GROUP BY 1 ORDER BY 1",
            parameters,
        )
        return {row[0]: dict(zip(MEASURES, row[1:], strict=True)) for row in rows}

    def times(self, user: User, question: Question) -> dict[Channel, list[Times]]:
        """By channel how long it took to each status."""
        check(user, Permission.DELIVERY)
        where, parameters = question.where()
        columns = sorted(set(REACHED.values()))
        asked = ", ".join(
            f"count({name}), quantile_cont(epoch({name} - queued) / 3600, {list(_QUANTILES)})"
            for name in columns
        )
        rows = self.facts.ask(
            f"SELECT channel, {asked} FROM sending WHERE {where} GROUP BY 1",
            parameters,
        )
        found = {
            row[0]: dict(zip(columns, zip(row[1::2], row[2::2], strict=True), strict=True)) for row in rows
        }
        return {
            channel: [_times(status, *found[channel][REACHED[status]]) for status in steps]
            for channel, steps in STEPS.items()
            if channel in found
        }

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
            if question.chosen.get("channel", channel.value) == channel.value
        }

    def hours_to_deal(self, user: User, question: Question) -> Times:
        """Hours from a failure to the first thing that a user did about it."""
        check(user, Permission.DELIVERY)
        where, parameters = question.where()
        [row] = self.facts.ask(
            "SELECT count(dealt), quantile_cont(epoch(dealt - failed) / 3600, "
            f"{list(_QUANTILES)}) FROM sending WHERE {where} AND state = 'failed'",
            parameters,
        )
        return _times(Status.FAILED, *row)

    def pivot(self, user: User, question: Question, rows: str, columns: str) -> pa.Table:
        """Failed sendings by two of DIMENSIONS and REASONS: columns "row", "column", "failed"."""
        check(user, Permission.DELIVERY)
        if {rows, columns} - {*DIMENSIONS, *REASONS, "week"}:
            raise ValueError(f"There is no dimension {rows} or {columns}.")
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

    def open_failures(self) -> list[Failures]:
        """What failed and is open, by channel and code, of the whole service: whoever asks takes from it what
        the user may see.
        """
        rows = self.facts.ask(
            'SELECT channel, code, max(reason), max("group"), list(letter ORDER BY failed) FROM sending '
            f"WHERE {MEASURES['open_failures'].condition} GROUP BY 1, 2 ORDER BY 1, 2"
        )
        return [
            Failures(channel=Channel(row[0]), code=row[1], reason=row[2], group=row[3], letters=tuple(row[4]))
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
        names = [self.names(name).get(value, value) or "none" for name, value in question.chosen.items()]
        period = f"{day_of(question.start)} to {day_of(question.end)}"
        return ", ".join([MEASURES[figure.measure].label, period, *names])

    def values(self, user: User, dimension: str) -> list[str]:
        """The values of one of DIMENSIONS that any sending ever had."""
        check(user, Permission.DELIVERY)
        if dimension not in DIMENSIONS:
            raise ValueError(f"There is no dimension {dimension}.")
        return [row[0] for row in self.facts.ask(f'SELECT DISTINCT "{dimension}" FROM sending')]

    def names(self, dimension: str) -> dict[str, str]:
        """What the values of a dimension are called."""
        match dimension:
            case "practice":
                rows = self.facts.ask("SELECT ods_code, name || ' (' || ods_code || ')' FROM practice")
            case "template":
                rows = self.facts.ask("SELECT id, name FROM template")
            case "channel":
                return {channel.value: channel.label for channel in Channel}
            case _:
                return {}
        return dict(rows)

    def today(self, user: User) -> Today:
        """How all stands now."""
        check(user, Permission.DELIVERY)
        now = self.clock.now()
        limits = self.patience().limits(now).sent
        [row] = self.facts.ask(
            f"SELECT count(*) FILTER (state IN ({_PENDING})), min(created) FILTER (state IN ({_PENDING})), "
            f"count(*) FILTER (state IN ({FAILED_STATES})) FROM letter WHERE NOT closed AND NOT removed"
        )
        [(in_doubt,)] = self.facts.ask("SELECT count(*) FROM letter WHERE in_doubt AND NOT removed")
        stuck = dict(
            self.facts.ask(
                "SELECT split_part(state, '.', 1), count(*) FROM letter WHERE NOT removed AND NOT quiet AND ("
                f"{_STUCK}) GROUP BY 1",
                {channel.value: _in_utc(limits[channel]) for channel in WATCHED},
            )
        )
        return Today(
            pending=row[0],
            oldest_pending=row[1].replace(tzinfo=UTC).astimezone(LONDON).date() if row[1] else None,
            failed=row[2],
            in_doubt=in_doubt,
            stuck={channel: stuck.get(channel.value, 0) for channel in WATCHED},
            silent=self._silent(now),
        )

    def _silent(self, now: datetime) -> tuple[Channel, ...]:
        local = now.astimezone(LONDON)
        days = [local.date() - timedelta(weeks=weeks) for weeks in range(1, _USUAL_WEEKS + 1)]
        rows = self.facts.ask(
            "SELECT channel FROM sending "
            "WHERE day = $today OR (day IN $days AND minute <= $minute) GROUP BY 1 "
            f"HAVING count(*) FILTER (day = $today) = 0 AND count(DISTINCT day) = {_USUAL_WEEKS}",
            {"today": local.date(), "days": days, "minute": local.hour * 60 + local.minute},
        )
        return tuple(Channel(row[0]) for row in sorted(rows))


def _in_utc(moment: datetime) -> datetime:
    """As the facts hold times."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def _times(status: Status, reached: int, quantiles: list[float] | None) -> Times:
    p50, p90, p99 = quantiles or (None, None, None)
    return Times(status=status, reached=reached, p50=p50, p90=p90, p99=p99)

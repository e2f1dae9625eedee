"""How all stands at this moment, whatever was asked about a period."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from services.analytics.facts import Facts
from services.analytics.measures import FAILED_STATES
from services.control import WATCHED
from services.domain.local_time import LONDON
from services.domain.overdue import Patience
from services.domain.status import STATUSES
from services.domain.vocabulary import Channel

_USUAL_WEEKS: Final = 4
_PENDING: Final = ", ".join(f"'{row.key}'" for row in STATUSES if row.pending_group)
_STUCK: Final = " OR ".join(
    f"(state = '{row.key}' AND status_at < ${row.channel})" for row in STATUSES if row.awaited
)


NOW: Final = {
    "pending": "Letters that wait for somebody, not yet actioned or failed: the Pending group of the list. "
    "Closed and removed ones are not among them",
    "failed": "Letters that stand at Failed and that nobody has closed or removed",
    "in_doubt": "Letters of which nobody knows whether the delivery provider took them",
    "stuck": "Letters that were sent and of which no word came within the hours that the control panel sets "
    "for the channel, counted from when they were sent",
}
"""What the numbers count, each of all letters of the service, as they stand at this moment."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Today:
    """The numbers of Delivery that need no period. silent: channels by which nothing went today, though by
    this time of day something had on each of the last four same weekdays.
    """

    pending: int
    oldest_pending: date | None
    failed: int
    in_doubt: int
    stuck: dict[Channel, int]
    silent: tuple[Channel, ...]


def today(facts: Facts, now: datetime, patience: Patience) -> Today:
    """How all stands now."""
    limits = patience.limits(now).sent
    [row] = facts.ask(
        f"SELECT count(*) FILTER (state IN ({_PENDING})), min(created) FILTER (state IN ({_PENDING})), "
        f"count(*) FILTER (state IN ({FAILED_STATES})) FROM letter WHERE NOT closed AND NOT removed"
    )
    [(in_doubt,)] = facts.ask("SELECT count(*) FROM letter WHERE in_doubt AND NOT removed")
    stuck = dict(
        facts.ask(
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
        silent=_silent(facts, now),
    )


def _silent(facts: Facts, now: datetime) -> tuple[Channel, ...]:
    local = now.astimezone(LONDON)
    days = [local.date() - timedelta(weeks=weeks) for weeks in range(1, _USUAL_WEEKS + 1)]
    rows = facts.ask(
        "SELECT channel FROM sending "
        "WHERE day = $today OR (day IN $days AND minute <= $minute) GROUP BY 1 "
        f"HAVING count(*) FILTER (day = $today) = 0 AND count(DISTINCT day) = {_USUAL_WEEKS}",
        {"today": local.date(), "days": days, "minute": local.hour * 60 + local.minute},
    )
    return tuple(Channel(row[0]) for row in sorted(rows))


def _in_utc(moment: datetime) -> datetime:
    """As the facts hold times."""
    return moment.astimezone(UTC).replace(tzinfo=None)

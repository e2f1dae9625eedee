"""Attempts in the store: claims with a lease and a fence, and the order in which providers are asked.

Leases and due times are compared with times that the worker's clock gives, so that one clock decides.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, fields, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Row, Update, and_, bindparam, case, func, or_, select, update

from services.domain.errors import LostRace
from services.domain.letter import Attempt, Recipient
from services.domain.vocabulary import AttemptState, Channel
from services.ports.letters import Queue
from services.store.tables import attempts
from services.store.work import IDS, Work, chunks, of_service

_FIELDS = [field.name for field in fields(Attempt)]
_COLUMNS = [attempts.c[name] for name in _FIELDS]
_BY_IDS = select(*_COLUMNS).where(of_service(attempts), attempts.c.id.in_(IDS))

_ONE = update(attempts).where(of_service(attempts), attempts.c.id == bindparam("attempt"))
_HEARD = _ONE.values(poll_at=bindparam("new_poll_at"))
_HEARD_MORE = _HEARD.values(last_code=bindparam("new_last_code"))


@cache
def _record(names: tuple[str, ...], unless_ended: bool) -> Update:
    """The statement that writes these columns under the attempt's fence."""
    statement = _ONE.where(attempts.c.fence == bindparam("held"))
    if unless_ended:
        statement = statement.where(attempts.c.state != AttemptState.ENDED)
    return statement.values({name: bindparam(f"new_{name}") for name in names})


class AttemptRows:
    """The ports' Attempts."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._here = work.in_service(attempts)

    def add(self, new: Sequence[Attempt]) -> None:
        self._work.insert(attempts, [_row_of(attempt) for attempt in new])

    def get(self, ids: Collection[str]) -> dict[str, Attempt]:
        return {row.id: _attempt_of(row) for row in self._work.rows(_BY_IDS, ids)}

    def of_letters(self, letter_ids: Collection[str]) -> list[Attempt]:
        return [
            _attempt_of(row)
            for chunk in chunks(letter_ids)
            for row in self._work.connection.execute(
                select(*_COLUMNS)
                .where(self._here, attempts.c.letter_id.in_(chunk))
                .order_by(attempts.c.letter_id, attempts.c.number)
            )
        ]

    def claim(
        self,
        *,
        state: AttemptState,
        gateways: Collection[str],
        owner: str,
        now: datetime,
        lease: timedelta,
        limit: int,
    ) -> list[Attempt]:
        """Two workers never lease one row: writers of one service go one after the other."""
        if not limit:
            return []
        free = (
            select(attempts.c.id)
            .where(
                self._here,
                attempts.c.state == state,
                attempts.c.gateway.in_(gateways),
                attempts.c.due_at <= now,
                or_(attempts.c.lease_until.is_(None), attempts.c.lease_until <= now),
            )
            .order_by(attempts.c.due_at, attempts.c.id)
            .limit(limit)
        )
        ids = list(self._work.connection.scalars(free))
        rows = self._work.connection.execute(
            update(attempts)
            .where(self._here, attempts.c.id.in_(ids))
            .values(lease_owner=owner, lease_until=now + lease, fence=attempts.c.fence + 1)
            .returning(*_COLUMNS)
        )
        return sorted(map(_attempt_of, rows), key=lambda attempt: ids.index(attempt.id))

    def record(self, attempt: Attempt, *, unless_ended: bool = False, **changes: Any) -> None:
        given = {f"new_{name}": value for name, value in changes.items()}
        statement = _record(tuple(changes), unless_ended)
        if self._work.change_one(statement, attempt=attempt.id, held=attempt.fence, **given) != 1:
            raise LostRace(f"Attempt {attempt.reference} was taken over by another worker, or has ended.")

    def release(self, held: Collection[Attempt], *, due_at: datetime) -> None:
        for attempt in held:
            self._work.connection.execute(
                update(attempts)
                .where(self._here, attempts.c.id == attempt.id, attempts.c.fence == attempt.fence)
                .values(lease_owner=None, lease_until=None, due_at=due_at)
            )

    def due_for_poll(self, *, gateway: str, now: datetime, limit: int) -> list[Attempt]:
        return [
            _attempt_of(row)
            for row in self._work.connection.execute(
                select(*_COLUMNS)
                .where(
                    self._here,
                    attempts.c.gateway == gateway,
                    attempts.c.state == AttemptState.ACCEPTED,
                    attempts.c.poll_at <= now,
                )
                .order_by(attempts.c.poll_at)
                .limit(limit)
            )
        ]

    def heard(self, attempt_id: str, *, code: str | None = None, poll_at: datetime | None) -> None:
        if code is None:
            self._work.change_one(_HEARD, attempt=attempt_id, new_poll_at=poll_at)
        else:
            self._work.change_one(_HEARD_MORE, attempt=attempt_id, new_poll_at=poll_at, new_last_code=code)

    def ask_again(self, attempt_ids: Collection[str], poll_at: datetime) -> None:
        self._work.connection.execute(
            update(attempts)
            .where(self._here, attempts.c.id.in_(attempt_ids), attempts.c.poll_at.is_not(None))
            .values(poll_at=poll_at)
        )

    def known_to(
        self, *, gateway: str, provider_ids: Collection[str], references: Collection[str]
    ) -> list[Attempt]:
        named = or_(
            attempts.c.provider_id.in_([known for known in provider_ids if known]),
            attempts.c.reference.in_([known for known in references if known]),
        )
        statement = select(*_COLUMNS).where(self._here, attempts.c.gateway == gateway, named)
        return [_attempt_of(row) for row in self._work.connection.execute(statement)]

    def doubt_unsent(self, *, since: datetime, due_at: datetime) -> None:
        self._work.connection.execute(
            update(attempts)
            .where(self._here, attempts.c.state.in_([AttemptState.READY, AttemptState.IN_DOUBT]))
            .values(
                state=AttemptState.IN_DOUBT,
                doubt_since=func.coalesce(attempts.c.doubt_since, since),
                due_at=due_at,
                lease_owner=None,
                lease_until=None,
                fence=attempts.c.fence + 1,
            )
        )

    def end_all(self, letter_ids: Collection[str]) -> None:
        """Nothing more is sent for these letters; reports still find their attempts.

        The next fence takes what is READY from a worker that has claimed it and would go on to send it. What
        is IN_DOUBT stays with its worker, who may be about to record that it was accepted.
        """
        unsent = case((attempts.c.state == AttemptState.READY, 1), else_=0)
        for chunk in chunks(letter_ids):
            self._work.connection.execute(
                update(attempts)
                .where(self._here, attempts.c.letter_id.in_(chunk))
                .where(attempts.c.state.in_([AttemptState.READY, AttemptState.IN_DOUBT]))
                .values(state=AttemptState.ENDED, fence=attempts.c.fence + unsent)
            )

    def count_by_state(self) -> dict[AttemptState, int]:
        rows = self._work.connection.execute(
            select(attempts.c.state, func.count()).where(self._here).group_by(attempts.c.state)
        )
        return {AttemptState(state): count for state, count in rows}

    def queues(self) -> dict[str, Queue]:
        """What ended its way stays ACCEPTED, and is asked about no more."""
        waits = attempts.c.state.in_([AttemptState.READY, AttemptState.IN_DOUBT])
        asked = and_(attempts.c.state == AttemptState.ACCEPTED, attempts.c.poll_at.is_not(None))
        rows = self._work.connection.execute(
            select(attempts.c.gateway, attempts.c.state, func.count(), func.min(attempts.c.created_at))
            .where(self._here, or_(waits, asked))
            .group_by(attempts.c.gateway, attempts.c.state)
        )
        found: dict[str, Queue] = {}
        for gateway, state, count, oldest in rows:
            queue = found.get(gateway, Queue(gateway=gateway))
            if state == AttemptState.ACCEPTED:
                found[gateway] = replace(queue, on_its_way=count)
                continue
            longest = min(oldest, queue.oldest or oldest)
            counted = {"ready": count} if state == AttemptState.READY else {"in_doubt": count}
            found[gateway] = replace(queue, oldest=longest, **counted)
        return found

    def hasten(self, *, gateway: str, now: datetime, settled_before: datetime) -> int:
        ready = attempts.c.state == AttemptState.READY
        settled = and_(
            attempts.c.state == AttemptState.IN_DOUBT,
            or_(attempts.c.doubt_since.is_(None), attempts.c.doubt_since < settled_before),
        )
        return self._work.connection.execute(
            update(attempts)
            .where(self._here, attempts.c.gateway == gateway, or_(ready, settled), attempts.c.due_at > now)
            .values(due_at=now)
        ).rowcount


def _attempt_of(row: Row[Any]) -> Attempt:
    values: dict[str, Any] = {name: getattr(row, name) for name in _FIELDS}
    recipient = values["recipient"]
    return Attempt(
        **values
        | {
            "channel": Channel(row.channel),
            "state": AttemptState(row.state),
            "recipient": Recipient(**recipient | {"address": tuple(recipient["address"])}),
        }
    )


def _row_of(attempt: Attempt) -> dict[str, Any]:
    recipient = asdict(attempt.recipient)
    values = {name: getattr(attempt, name) for name in _FIELDS}
    return values | {
        "recipient": recipient | {"address": list(attempt.recipient.address)},
        "due_at": attempt.created_at,
    }

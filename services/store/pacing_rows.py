"""How delivery providers stand, and the moments at which they may be called, in the store."""

from dataclasses import asdict, fields
from datetime import datetime, timedelta

from sqlalchemy import select

from services.ports.pacing import GatewayState
from services.store.running_tables import call_slots, gateway_states
from services.store.work import Work

_FARTHEST = timedelta(minutes=1)
"""Nobody takes moments so far ahead: the clock was set back since, and what was taken then is long over."""
_FIELDS = [field.name for field in fields(GatewayState) if field.name != "gateway"]


class PacingRows:
    """The ports' Pacing."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def state(self, gateway: str) -> GatewayState:
        return self.states().get(gateway) or GatewayState(gateway=gateway)

    def states(self) -> dict[str, GatewayState]:
        rows = self._work.connection.execute(
            select(gateway_states).where(self._work.in_service(gateway_states))
        )
        return {
            row.id: GatewayState(gateway=row.id, **{name: getattr(row, name) for name in _FIELDS})
            for row in rows
        }

    def save(self, state: GatewayState) -> None:
        values = asdict(state)
        self._work.upsert(gateway_states, [{"id": values.pop("gateway"), **values}])

    def take_slots(self, account: str, count: int, *, now: datetime, apart: timedelta) -> datetime:
        free: datetime | None = self._work.connection.scalar(
            select(call_slots.c.next_at).where(self._work.in_service(call_slots), call_slots.c.id == account)
        )
        first = free if free and now < free < now + _FARTHEST else now
        self._work.upsert(call_slots, [{"id": account, "next_at": first + count * apart}])
        return first

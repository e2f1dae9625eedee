"""The service's settings and the worker's heartbeat in the store."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from services.store.running_tables import settings, workers
from services.store.work import Work


class SettingRows:
    """The ports' Settings."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def get(self, key: str) -> Any | None:
        return self.all().get(key)

    def all(self) -> dict[str, Any]:
        rows = self._work.connection.execute(
            select(settings.c.key, settings.c.value).where(self._work.in_service(settings))
        )
        return {row.key: row.value for row in rows}

    def put(self, key: str, value: Any, *, by: str, at: datetime) -> None:
        row = {"key": key, "value": value, "changed_by": by, "changed_at": at}
        self._work.upsert(settings, [row], key="key")

    def beat(self, worker: str, at: datetime, facts: Mapping[str, Any]) -> None:
        self._work.upsert(workers, [{"id": worker, "beat_at": at, "facts": dict(facts)}])

    def forget_beats(self) -> None:
        self._work.connection.execute(delete(workers).where(self._work.in_service(workers)))

    def beats(self) -> dict[str, tuple[datetime, dict[str, Any]]]:
        rows = self._work.connection.execute(
            select(workers.c.id, workers.c.beat_at, workers.c.facts).where(self._work.in_service(workers))
        )
        return {row.id: (row.beat_at, dict(row.facts)) for row in rows}

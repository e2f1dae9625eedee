"""Backup and restore, by one command each."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import file_digest
from pathlib import Path

from services.domain.errors import UserError
from services.health import STOPPED_AFTER
from services.ports.clock import Clock
from services.ports.copies import Copies
from services.ports.store import Store
from services.restored import begin_anew, note_backup


@dataclass(frozen=True, kw_only=True, slots=True)
class Backup:
    """What a backup holds."""

    file: Path
    made_at: datetime
    attempts: dict[str, int]
    sha256: str
    size: int

    def __str__(self) -> str:
        held = ", ".join(f"{count:,} {state}" for state, count in sorted(self.attempts.items())) or "none"
        return (
            f"{self.file}: {self.size:,} bytes, of {self.made_at:%d %b %Y %H:%M:%S} UTC. "
            f"Attempts: {held}.\nSHA-256 {self.sha256}"
        )


def save(store: Store, copies: Copies, clock: Clock, file: Path) -> Backup:
    """Copy the whole store into a new file, while all runs. Raises UserError."""
    if file.exists():
        raise UserError(f"{file} exists already. Nothing was done: choose another name.")
    now = clock.now()
    attempts: dict[str, int] = {}
    for service_id in store.service_ids():
        with store.begin(service_id) as uow:
            note_backup(uow, now)
            for state, count in uow.attempts.count_by_state().items():
                attempts[state] = attempts.get(state, 0) + count
            uow.commit()
    copies.save(file)
    with file.open("rb") as made:
        digest = file_digest(made, "sha256").hexdigest()
    return Backup(file=file, made_at=now, attempts=attempts, sha256=digest, size=file.stat().st_size)


def restore(
    copies: Copies,
    clock: Clock,
    file: Path,
    *,
    present: str,
    opened: Callable[[str], AbstractContextManager[Store]],
    settle: timedelta,
) -> str:
    """Put a backup in the place of the present store; returns where that one is kept, if there was one.

    present: its address; empty where there is no store, or none that can be read. `opened` opens a store by
    its address. Raises UserError, with nothing changed, while a worker runs, and for a file that is no sound
    backup.
    """
    if not file.is_file():
        raise UserError(f"There is no file {file}. Nothing was changed.")
    if present:
        with opened(present) as store:
            _refuse_beside_workers(store, clock.now())

    def finish(database_url: str) -> None:
        with opened(database_url) as copy:
            for service_id in copy.service_ids():
                with copy.begin(service_id) as uow:
                    begin_anew(uow, clock.now(), settle)
                    uow.commit()

    return copies.restore(file, finish)


def _refuse_beside_workers(store: Store, now: datetime) -> None:
    """Raises UserError when a worker was last heard of so recently that it may still run."""
    for service_id in store.service_ids():
        with store.read(service_id) as uow:
            heard = max((at for at, _ in uow.settings.beats().values()), default=None)
        if heard and abs(now - heard) < STOPPED_AFTER:
            raise UserError(
                f"A worker still ran at {heard:%H:%M:%S} UTC. Nothing was changed: stop the dashboard and "
                "all workers, wait for a minute, and restore then."
            )

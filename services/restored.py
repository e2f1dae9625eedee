"""After a restore nothing goes out that the former store may have sent meanwhile (docs/adr/0014-restore.md).

Each attempt's reference is made from the store's origin, the letter's reference and the attempt's number, so
the restored store gives it the reference that the former one gave it, and finds it at the provider.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from services.domain.errors import UserError
from services.domain.letter import Letter
from services.domain.people import Service
from services.domain.verdict import OUTCOME_UNKNOWN
from services.domain.vocabulary import AttemptState
from services.ports.store import UnitOfWork

BACKED_UP: Final = "backed_up_at"
RESTORED: Final = "restored"
_BY: Final = "restore"
_ADDED_AGAIN: Final = timedelta(days=90)
"""For so long letters that were added after the backup may come again, from the same file as before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Restored:
    """Between these two moments the former store went on, and nobody knows with what."""

    backup_at: datetime
    restored_at: datetime

    def first_state(self, letter: Letter, now: datetime) -> dict[str, Any]:
        """How a new attempt begins: looked up first, unless the former store can't have made it.

        A letter whose fate nobody could find out goes out once somebody has confirmed that.
        """
        here_before = letter.created_at < self.restored_at
        old_enough = not here_before and now - self.restored_at > _ADDED_AGAIN
        if old_enough or letter.reason_code == OUTCOME_UNKNOWN:
            return {}
        since = self.backup_at if here_before else now
        return {"state": AttemptState.IN_DOUBT, "doubt_since": since}


def attempt_reference(service: Service, letter: Letter, number: int) -> str:
    """The reference of a letter's n-th attempt, the same in every copy of this store."""
    return str(uuid5(UUID(service.origin), f"{letter.reference}/{number}"))


def restored(uow: UnitOfWork) -> Restored | None:
    """When this store was restored last; None where it never was."""
    told = uow.settings.get(RESTORED)
    return Restored(**{name: datetime.fromisoformat(at) for name, at in told.items()}) if told else None


def note_backup(uow: UnitOfWork, now: datetime) -> None:
    """Write down, right before a copy is made, when that was: the copy tells it."""
    uow.settings.put(BACKED_UP, now.isoformat(), by="backup", at=now)


def begin_anew(uow: UnitOfWork, now: datetime, settle: timedelta) -> None:
    """Make a copy the store: what was to be sent is looked up first, and nobody is logged in.

    The first look-up waits for the settle time, since the former store may have sent until a moment ago.
    Raises UserError for a copy that doesn't tell when it was made.
    """
    made_at = uow.settings.get(BACKED_UP)
    if not made_at:
        raise UserError("This is a copy, but not one that the command backup made. Nothing was changed.")
    backup_at = datetime.fromisoformat(made_at)
    told = {"backup_at": backup_at.isoformat(), "restored_at": now.isoformat()}
    uow.settings.put(RESTORED, told, by=_BY, at=now)
    uow.settings.forget_beats()
    uow.access.end_all(now)
    uow.attempts.doubt_unsent(since=backup_at, due_at=now + settle)

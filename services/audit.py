"""Noting and checking the audit. What a user does is noted in the very transaction that does it."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from services.domain.audit import Deed, Entry, Sealed, is_whole, seal_of
from services.domain.errors import StoreUnavailable
from services.domain.people import User
from services.ports.audit import Wanted
from services.ports.clock import Clock
from services.ports.store import Store, UnitOfWork

log = logging.getLogger(__name__)

SAME_LOOK: Final = timedelta(minutes=10)
"""Looking at a letter again so soon is the same look."""
SAME_REFUSAL: Final = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What a check of the whole chain says; `problem` is empty where nothing was touched."""

    entries: int
    problem: str = ""


def note(
    uow: UnitOfWork,
    at: datetime,
    user_id: str,
    deed: Deed,
    letter_ids: Iterable[str] = ("",),
    *,
    patient_id: str = "",
    **details: Any,
) -> None:
    """One entry for each letter, or one of none. The caller commits: done and noted, or neither."""
    uow.audit.append(
        [
            Entry(
                at=at,
                deed=deed,
                user_id=user_id,
                letter_id=letter_id,
                patient_id=patient_id,
                details=details,
            )
            for letter_id in letter_ids
        ]
    )


def note_look(
    store: Store,
    clock: Clock,
    service_id: str,
    user: User,
    letter_id: str,
    deed: Deed,
    *,
    patient_id: str = "",
) -> None:
    """Somebody looks at a letter, its document or a patient's record: noted once, before it is shown."""
    now = clock.now()
    letters = frozenset({letter_id} if letter_id else ())
    same = Wanted(
        since=now - SAME_LOOK, user_id=user.id, deed=deed, letter_ids=letters, patient_id=patient_id
    )
    with store.read(service_id) as uow:
        if uow.audit.count(same):
            return
    with store.begin(service_id) as uow:
        note(uow, now, user.id, deed, [letter_id], patient_id=patient_id)
        uow.commit()


def note_refusal(store: Store, clock: Clock, service_id: str, user: User, why: str) -> None:
    """Somebody was refused. `why` is a sentence of ours that names nobody; said again at once, it is one.

    While the store is away the log has it instead: the user is to read the refusal, and not another fault.
    """
    now = clock.now()
    same = Wanted(since=now - SAME_REFUSAL, user_id=user.id, deed=Deed.REFUSED)
    try:
        with store.begin(service_id) as uow:
            if all(each.entry.details.get("why") != why for each in uow.audit.page(same, 0, 10)):
                note(uow, now, user.id, Deed.REFUSED, why=why)
                uow.commit()
    except StoreUnavailable:
        log.warning("%s was refused, which could not be noted: %s", user.id, why)


def verify(uow: UnitOfWork, key: bytes) -> Finding:
    """Whether any entry was changed, taken away, put elsewhere or cut off, and which is the first."""
    head, before, number = uow.audit.head(), "", 0
    for sealed in uow.audit.all():
        number += 1
        if problem := _what_is_wrong(key, before, number, sealed):
            return Finding(entries=number - 1, problem=problem)
        before = sealed.seal
    if number and not is_whole(key, head):
        return Finding(entries=number, problem="The record of where the audit ends was changed or removed.")
    if (head.number, head.seal) != (number, before):
        missing = f"The audit ends at entry {number}, and should end at {head.number}: the last are missing."
        return Finding(entries=number, problem=missing)
    return Finding(entries=number)


def _what_is_wrong(key: bytes, before: str, number: int, sealed: Sealed) -> str:
    if sealed.number != number:
        return f"Entry {number} is missing."
    if sealed.seal != seal_of(key, before, number, sealed.entry):
        return f"Entry {number} was changed, or is another one than was written there."
    return ""

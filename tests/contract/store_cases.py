"""A prepared store of either kind, and small objects to put into it. Import the fixture `store` from here."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.domain.documents import DocumentFacts
from services.domain.ids import new_id
from services.domain.letter import Attempt, Event, Letter, Recipient
from services.domain.vocabulary import AttemptState, Channel
from services.ports.letters import Scope
from services.ports.store import UnitOfWork
from services.store.unit_of_work import SqlStore
from tests import builders
from tests.builders import SERVICE
from tests.clock import START
from tests.worlds import PATIENT, settle_in

LEASE = timedelta(seconds=45)


@pytest.fixture(name="store")
def store_fixture(database_url: str) -> Iterator[SqlStore]:
    """A store with one service and its people; every test that asks for it runs on both databases."""
    store = SqlStore(database_url, b"test")
    with store.begin(SERVICE.id) as uow:
        settle_in(uow)
        uow.commit()
    yield store
    store.close()


def add_letter(store: SqlStore, channel: Channel = Channel.PRINT, **values: Any) -> Letter:
    letter = builders.letter(channel, **{"patient": PATIENT, **values})
    with store.begin(SERVICE.id) as uow:
        uow.letters.add([letter])
        uow.commit()
    return letter


def get_letter(store: SqlStore, letter_id: str, service_id: str = SERVICE.id) -> Letter:
    with store.read(service_id) as uow:
        [letter] = uow.letters.get([letter_id], Scope())
    return letter


def new_attempt(uow: UnitOfWork, letter: Letter, **values: Any) -> Attempt:
    """An attempt of the letter with a document of its own, ready since START."""
    document_id = uow.documents.add(b"%PDF", DocumentFacts(sha256="0" * 64, page_count=1), START)
    whole: dict[str, Any] = {
        "id": new_id(),
        "letter_id": letter.id,
        "number": 1,
        "channel": letter.channel,
        "gateway": "docman",
        "reference": new_id(),
        "state": AttemptState.READY,
        "document_id": document_id,
        "sha256": "0" * 64,
        "recipient": Recipient(name="Elm Surgery", address=("1 Elm Road", "ZZ99 3AA"), details={"a": "b"}),
        "title": letter.title,
        "created_at": START,
    }
    attempt = Attempt(**whole | values)
    uow.attempts.add([attempt])
    return attempt


def add_attempts(store: SqlStore, count: int, **values: Any) -> list[Attempt]:
    """One attempt for each of so many letters, in one transaction."""
    letters = [builders.letter(Channel.GP, patient=PATIENT) for _ in range(count)]
    with store.begin(SERVICE.id) as uow:
        uow.letters.add(letters)
        attempts = [new_attempt(uow, letter, **values) for letter in letters]
        uow.commit()
    return attempts


def claim(
    store: SqlStore, owner: str, now: datetime = START, limit: int = 100, **values: Any
) -> list[Attempt]:
    asked: dict[str, Any] = {"state": AttemptState.READY, "gateways": ["docman"], "lease": LEASE}
    with store.begin(SERVICE.id) as uow:
        claimed = uow.attempts.claim(owner=owner, now=now, limit=limit, **asked | values)
        uow.commit()
    return claimed


def event(letter: Letter, **values: Any) -> Event:
    whole: dict[str, Any] = {
        "id": new_id(),
        "letter_id": letter.id,
        "at": START,
        "kind": "report",
        "channel": letter.channel,
    }
    return Event(**whole | values)

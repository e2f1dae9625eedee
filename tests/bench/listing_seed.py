"""A store of many invented letters, written in bulk: what the listing is measured on."""

import json
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert

from services.domain.ids import new_id
from services.domain.people import Role
from services.domain.status import STATUSES
from services.domain.status_row import StatusRow
from services.domain.vocabulary import Badge, Channel, Status
from services.store import tables

SERVICE = "bench"
NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
_SURNAMES = ("Smith", "Jones", "Okafor", "Patel", "O'Brien", "Müller", "Nowak", "García", "Ahmed", "Wood")
_FORENAMES = ("Ann", "Bola", "Chloë", "Dev", "Eve", "Farid", "Grace", "Hana", "Iris", "José", "Kit", "Lena")
_TITLES = ("Appointment", "Discharge summary", "Assessment outcome", "Did not attend", "Waiting list")
_REASONS = {
    Channel.GP: ("4005", "Patient is no longer registered at this practice"),
    Channel.E: ("permanent-failure", "The number does not exist"),
    Channel.H: ("returned-letter", "Returned to sender: gone away"),
}
_SETTLED = {Badge.WAITING: 8, Badge.ON_ITS_WAY: 1, Badge.ARRIVED: 280, Badge.FAILED: 8}
_UNSETTLED = {Badge.WAITING: 3, Badge.ON_ITS_WAY: 6, Badge.ARRIVED: 4, Badge.FAILED: 1}
_RECENT = 700
"""The newest letters, about four days' worth. Of the older ones 2 % wait or failed, and a few are stuck."""
_NO_ADDRESS = json.loads("[]")


def seed(connection: Connection, *, letters: int, seed: int = 20261123) -> None:
    """Fill an empty store; a transaction of the caller's is open. The same seed gives the same letters."""
    chance = random.Random(seed)
    service = {"service_id": SERVICE, "name": "Bench", "address": _NO_ADDRESS}
    connection.execute(insert(tables.services), service)
    connection.execute(insert(tables.change_counters), {"service_id": SERVICE, "value": letters})
    users, practices, templates = _users(), _practices(), _templates()
    patients = _patients(chance, letters * 2 // 5, len(practices))
    document = {
        "service_id": SERVICE, "id": "document", "pdf": b"%PDF", "sha256": "0" * 64, "page_count": 1,
        "created_at": NOW,
    }  # fmt: skip
    for table, rows in (
        (tables.users, users),
        (tables.practices, practices),
        (tables.patients, patients),
        (tables.templates, templates),
        (tables.documents, [document]),
    ):
        connection.execute(insert(table), rows)
    _letters(connection, chance, letters, patients, users, templates)


def _row(kind: str, number: int, **values: Any) -> dict[str, Any]:
    return {"service_id": SERVICE, "id": f"{kind}-{number}", **values}


def _users() -> list[dict[str, Any]]:
    return [
        _row(
            "user", number, username=f"user{number}", name=f"User {number}", role=Role.THERAPIST, active=True,
            provider=f"Provider {number % 4}", team=f"Team {number % 15}",
            consortium=f"Consortium {number % 3}",
        )
        for number in range(60)
    ]  # fmt: skip


def _practices() -> list[dict[str, Any]]:
    return [
        _row("practice", n, ods_code=f"Y9{n:04}", name=f"Surgery {n}", address=_NO_ADDRESS, active=True)
        for n in range(40)
    ]


def _templates() -> list[dict[str, Any]]:
    return [
        _row("template", n, name=f"Template {n}", category="Letters", channels=["print"], active=True)
        for n in range(12)
    ]


def _patients(chance: random.Random, count: int, practices: int) -> list[dict[str, Any]]:
    return [
        _row(
            "patient", number, nhs_number=f"{9990000000 + number}",
            surname=f"{chance.choice(_SURNAMES)}-{chance.choice(_SURNAMES)}{number % 97}",
            forename=chance.choice(_FORENAMES), address=[f"{number} Elm Road", "Wherrymere", "NR4 7XX"],
            date_of_birth=date(1950, 1, 1), mobile=f"07700 9{number % 100000:05}", sms_consent=True,
            deceased=False, opted_out=False, practice_id=f"practice-{chance.randrange(practices)}", change=1,
        )
        for number in range(count)
    ]  # fmt: skip


def _letters(
    connection: Connection,
    chance: random.Random,
    count: int,
    patients: list[dict[str, Any]],
    users: list[dict[str, Any]],
    templates: list[dict[str, Any]],
) -> None:
    settled, unsettled = ([weights[row.badge] for row in STATUSES] for weights in (_SETTLED, _UNSETTLED))
    kinds = chance.choices(STATUSES, settled, k=count - _RECENT) + chance.choices(
        STATUSES, unsettled, k=_RECENT
    )
    rows, attempts = [], []
    for number, kind in enumerate(kinds):
        created = NOW - timedelta(minutes=8 * (count - number))
        letter = _row(
            "x", number, reference=f"BL-{number:08}", channel=kind.channel, status=kind.status,
            created_at=created, status_at=min(NOW, created + timedelta(hours=chance.randrange(72))),
            title=f"{chance.choice(_TITLES)} {chance.randrange(6)}", fields={},
            patient_id=chance.choice(patients)["id"], template_id=chance.choice(templates)["id"],
            created_by=chance.choice(users)["id"], document_id="document", change=number + 1, **_reason(kind),
        ) | {"id": new_id()}  # fmt: skip
        letter["attempt_id"] = None
        if kind.status is not Status.PENDING and kind.channel.electronic:
            attempts.append(_attempt(letter))
            letter["attempt_id"] = attempts[-1]["id"]
        rows.append(letter)
    connection.execute(insert(tables.letters), rows)
    connection.execute(insert(tables.attempts), attempts)


def _reason(kind: StatusRow) -> dict[str, Any]:
    code, reason = _REASONS[kind.channel] if kind.status is Status.FAILED else ("", "")
    return {"reason_code": code, "reason": reason, "in_doubt": False}


def _attempt(letter: dict[str, Any]) -> dict[str, Any]:
    return {
        "service_id": SERVICE, "id": new_id(), "letter_id": letter["id"], "number": 1,
        "channel": letter["channel"], "gateway": "notify", "reference": f"{letter['reference']}-1",
        "state": "accepted", "document_id": "document", "sha256": "0" * 64, "recipient": {},
        "created_at": letter["created_at"], "provider_id": new_id(), "poll_at": NOW,
    }  # fmt: skip

"""A store in which a test writes letters freely, and what the listing should say of them, in plain Python."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, Table, insert, update

from services.domain.ids import new_id
from services.domain.overdue import Patience
from services.domain.people import Role, User
from services.domain.vocabulary import Channel
from services.listing.filters import Filters
from services.listing.listing import Listing
from services.listing.sort import Sort
from services.store import tables
from services.store.engine import make_engine
from services.store.listing_reader import SqlListingReader
from services.store.schema import metadata

ALL = Filters(status=frozenset())
NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
PATIENCE = Patience(stuck_hours=dict.fromkeys(Channel, 48), unviewed_days=7)
PENDING = ("pending", "failed")
SENT = ("sent", "sent_for_processing")

ANN = User(id="ann", username="ann", name="Ann Ames", role=Role.THERAPIST, provider="P1", team="North")
BOB = User(id="bob", username="bob", name="Bob Beech", role=Role.THERAPIST, provider="P2", team="South")
ADMIN = User(id="ada", username="ada", name="Ada Ash", role=Role.ADMIN, provider="P1", team="North")
ANALYST = User(id="ivy", username="ivy", name="Ivy Elm", role=Role.ANALYST)
USERS = (ANN, BOB, ADMIN, ANALYST)
PRACTICES = {"elm": ("Y90001", "Elm Surgery"), "oak": ("Y90002", "Elm Surgery")}
PATIENTS = {
    "mueller": ("Müller", "Zoë", "elm"),
    "obrien": ("O’Brien", "Seán", "oak"),
    "smith": ("Smith", "Ann", None),
    "hostile": ("=cmd|' /C calc'!A0", "%_'; DROP TABLE letters; --", "oak"),
}
TEMPLATES = {"discharge": "Discharge", "appointment": "Appointment"}


class FixedClock:
    def now(self) -> datetime:
        return NOW


@contextmanager
def world_of(database_url: str) -> Iterator["World"]:
    """An empty service in a new database."""
    engine = make_engine(database_url)
    metadata.create_all(engine)
    yield World(engine)
    engine.dispose()


@dataclass
class World:
    """One service in one database; `letters` are those in the batch, as the test wrote them."""

    engine: Engine
    service_id: str = field(default_factory=new_id)
    letters: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with self.engine.begin() as connection:
            self._put(connection, tables.services, {"name": "Test", "address": []})
            self._put(connection, tables.change_counters, {"value": 0})
            for row in _people():
                self._put(connection, *row)

    def listing(self, patience: Patience = PATIENCE) -> Listing:
        return Listing(
            service_id=self.service_id,
            reader=SqlListingReader(self.engine),
            clock=FixedClock(),
            patience=lambda: patience,
            gateway_labels={"notify": "GOV.UK Notify"},
        )

    def add(self, **values: Any) -> str:
        """A letter, pending and printed on paper unless told otherwise; returns its id."""
        (letter_id,) = self.add_all([values])
        return letter_id

    def add_all(self, written: Sequence[dict[str, Any]]) -> list[str]:
        """Letters in one transaction; returns their ids."""
        letters = [_letter() | values for values in written]
        with self.engine.begin() as connection:
            change = self._next(connection)
            for letter in letters:
                self._put(connection, tables.letters, letter | {"change": change})
        self.letters |= {letter["id"]: letter for letter in letters}
        return [letter["id"] for letter in letters]

    def change(self, letter_id: str, **values: Any) -> None:
        self.letters[letter_id] |= values
        self._update(tables.letters, letter_id, values)
        if values.get("removed_at"):
            del self.letters[letter_id]

    def change_patient(self, patient_id: str, **values: Any) -> None:
        self._update(tables.patients, patient_id, values)

    def change_user(self, user_id: str, **values: Any) -> None:
        with self.engine.begin() as connection:
            self._next(connection)
            users = tables.users
            connection.execute(
                update(users)
                .where(users.c.service_id == self.service_id, users.c.id == user_id)
                .values(values)
            )

    def add_attempt(self, letter_id: str, **values: Any) -> str:
        """An accepted attempt, made the letter's current one."""
        attempt = _attempt(letter_id) | values
        with self.engine.begin() as connection:
            self._put(connection, tables.attempts, attempt)
        self.change(letter_id, attempt_id=attempt["id"])
        return str(attempt["id"])

    def add_event(self, letter_id: str, **values: Any) -> None:
        event = {"id": new_id(), "letter_id": letter_id, "at": NOW, "kind": "report", "channel": "h"}
        with self.engine.begin() as connection:
            self._put(connection, tables.events, event | {"applied": True, "sequence": 1} | values)

    def matching(self, user: User, filters: Filters) -> list[dict[str, Any]]:
        """The letters that the user should see under the filters, newest first: looked at one by one."""
        own = user.role is Role.THERAPIST
        found = [
            letter
            for letter in self.letters.values()
            if (not own or letter["created_by"] == user.id) and matches(letter, filters)
        ]
        return sorted(found, key=lambda letter: (letter["created_at"], letter["id"]), reverse=True)

    def _update(self, table: Table, row_id: str, values: dict[str, Any]) -> None:
        with self.engine.begin() as connection:
            changes = values | {"change": self._next(connection)}
            connection.execute(
                update(table)
                .where(table.c.service_id == self.service_id, table.c.id == row_id)
                .values(changes)
            )

    def _put(self, connection: Connection, table: Table, row: dict[str, Any]) -> None:
        connection.execute(insert(table), {"service_id": self.service_id, **row})

    def _next(self, connection: Connection) -> int:
        counter = tables.change_counters
        mine = update(counter).where(counter.c.service_id == self.service_id)
        found: int = connection.scalars(
            mine.values(value=counter.c.value + 1).returning(counter.c.value)
        ).one()
        return found


def _people() -> Iterator[tuple[Table, dict[str, Any]]]:
    for user in USERS:
        names = ("id", "username", "name", "role", "provider", "team", "consortium", "active")
        yield tables.users, {name: getattr(user, name) for name in names}
    for practice, (ods_code, name) in PRACTICES.items():
        yield (
            tables.practices,
            {"id": practice, "ods_code": ods_code, "name": name, "address": [], "active": True},
        )
    for number, (patient, (surname, forename, practice_id)) in enumerate(PATIENTS.items()):
        yield (
            tables.patients,
            {
                "id": patient, "nhs_number": f"999000000{number}", "surname": surname, "forename": forename,
                "address": [], "sms_consent": True, "deceased": False, "opted_out": False,
                "practice_id": practice_id,
            },
        )  # fmt: skip
    for template, name in TEMPLATES.items():
        yield (
            tables.templates,
            {"id": template, "name": name, "category": "", "channels": [], "active": True},
        )
    yield (
        tables.documents,
        {"id": "document", "pdf": b"%PDF", "sha256": "0" * 64, "page_count": 1, "created_at": NOW},
    )


def _letter() -> dict[str, Any]:
    letter_id = new_id()
    return {
        "id": letter_id, "reference": f"BL-{letter_id}", "channel": "print", "status": "pending",
        "status_at": NOW, "created_at": NOW, "title": "Discharge summary", "fields": {},
        "patient_id": "smith", "template_id": "discharge", "created_by": "ann", "in_doubt": False,
        "closed_at": None,
    }  # fmt: skip


def _attempt(letter_id: str) -> dict[str, Any]:
    return {
        "id": new_id(), "letter_id": letter_id, "number": 1, "channel": "e", "gateway": "notify",
        "reference": new_id(), "state": "accepted", "document_id": "document", "sha256": "0" * 64,
        "recipient": {}, "created_at": NOW, "provider_id": "notify-1", "poll_at": NOW,
    }  # fmt: skip


def matches(letter: dict[str, Any], filters: Filters) -> bool:
    """Whether one letter satisfies every filter, said as docs/product.md section 1 says it."""
    patient = PATIENTS[letter["patient_id"]]
    user = next(user for user in USERS if user.id == letter["created_by"])
    practice = PRACTICES[patient[2]][0] if patient[2] else ""
    day = letter["created_at"].astimezone(ZoneInfo("Europe/London")).date()
    chosen = {
        "provider": user.provider, "team": user.team, "consortium": user.consortium, "practice": practice,
        "title": letter["title"], "template": letter["template_id"], "created_by": user.id,
    }  # fmt: skip
    return (
        (filters.created_from or date.min) <= day <= (filters.created_to or date.max)
        and all(not filters.chosen(name) or value in filters.chosen(name) for name, value in chosen.items())
        and (not filters.status or any(has_status(letter, value) for value in filters.status))
        and (not filters.patient or _has_name(patient[0], patient[1], filters.patient))
    )


def has_status(letter: dict[str, Any], value: str) -> bool:
    match value:
        case "pending-group":
            return letter["status"] in PENDING and letter["closed_at"] is None
        case "in-doubt":
            return bool(letter["in_doubt"])
        case "closed":
            return letter["closed_at"] is not None
        case "stuck":
            return letter["status"] in SENT and letter["status_at"] < NOW - timedelta(days=2)
        case "unviewed":
            unread = letter["channel"] == "e" and letter["status"] in ("sent", "delivered", "accessed")
            return unread and letter["status_at"] < NOW - timedelta(days=7)
        case key:
            return f"{letter['channel']}.{letter['status']}" == key


def _has_name(surname: str, forename: str, part: str) -> bool:
    plain = str.maketrans({"ü": "u", "ë": "e", "á": "a", "’": "'", ",": None})
    sought = part.lower().translate(plain)
    last, first = surname.lower().translate(plain), forename.lower().translate(plain)
    return sought in f"{last} {first}" or sought in f"{first} {last}"


def shown(listing: Listing, filters: Filters, sort: Sort | None = None) -> list[str]:
    """The ids that an admin sees."""
    return [row.id for row in listing.page(ADMIN, filters, sort or Sort(), 1, 100).rows]

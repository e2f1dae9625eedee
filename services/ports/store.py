"""What the use cases need of the store: one unit of work within one service."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any, Protocol

from services.domain.documents import DocumentFacts, StoredDocument
from services.domain.letter import Patient, Practice, RecordChange, Template, TemplateVersion
from services.domain.people import Service, Session, User
from services.domain.prints import FileLink, Print
from services.ports.audit import Audit
from services.ports.letters import Attempts, Events, Letters
from services.ports.links import Links
from services.ports.pacing import Pacing


class Documents(Protocol):
    def add(self, pdf: bytes, facts: DocumentFacts, at: datetime) -> str:
        """Store bytes for ever; returns the document's id."""
        ...

    def get(self, ids: Collection[str]) -> dict[str, StoredDocument]:
        """The documents by id; each one's reference is its id until the caller knows better."""
        ...

    def facts(self, ids: Collection[str]) -> dict[str, DocumentFacts]:
        """What is known of each document, without its bytes."""
        ...


class People(Protocol):
    def service(self) -> Service: ...

    def add_service(self, service: Service) -> None: ...

    def save_letterhead(self, service: Service) -> None:
        """Its name, address, telephone and logo. Letters that wait are made anew."""
        ...

    def users(self) -> list[User]: ...

    def user(self, user_id: str) -> User | None: ...

    def practices(self) -> list[Practice]: ...

    def templates(self) -> list[Template]:
        """With their present bodies, by name; retired ones too."""
        ...

    def patients(self, nhs_numbers: Collection[str]) -> dict[str, Patient]: ...

    def patients_by_id(self, ids: Collection[str]) -> dict[str, Patient]: ...

    def born_on(self, day: date, limit: int) -> list[Patient]:
        """By name."""
        ...

    def note_changes(self, changes: Iterable[RecordChange]) -> None:
        """Keep what a patient's record said before, and since when it says something else."""
        ...

    def changes_of(self, patient_id: str) -> list[RecordChange]:
        """The newest first."""
        ...

    def save_users(self, users: Iterable[User]) -> None:
        """Add users, or change them. A user who gets another role is logged out."""
        ...

    def save_practices(self, practices: Iterable[Practice]) -> None: ...

    def choose_gateway(self, ods_code: str, gateway: str) -> bool:
        """How a practice is reached; empty: as the service chose. False where it is not known."""
        ...

    def versions_of(self, template_id: str) -> list[TemplateVersion]:
        """Every body that the template had, the present one first."""
        ...

    def save_templates(
        self, templates: Iterable[Template], *, by: str = "", at: datetime | None = None
    ) -> None:
        """Add templates, or change them. Another body becomes the next version, whichever number was given;
        letters that are there keep theirs.
        """
        ...

    def save_patients(self, patients: Iterable[Patient]) -> None: ...

    def preferences(self, user_id: str) -> dict[str, Any]: ...

    def save_preferences(self, user_id: str, preferences: Mapping[str, Any]) -> None: ...


class Access(Protocol):
    """Sessions of the dashboard, prints and single-use links to files."""

    def open_session(self, session: Session) -> None: ...

    def session(self, token_hash: str) -> Session | None: ...

    def close_session(self, token_hash: str, at: datetime) -> None: ...

    def touch_session(self, token_hash: str, at: datetime) -> None: ...

    def end_all(self, at: datetime) -> None:
        """End every session, and with it what only its user may open."""
        ...

    def add_print(self, made: Print) -> None: ...

    def recent_prints(self, user_id: str, since: datetime) -> list[Print]: ...

    def mark_fetched(self, print_id: str, at: datetime) -> None: ...

    def add_link(self, link: FileLink) -> None: ...

    def use_link(self, token_hash: str, now: datetime) -> FileLink | None:
        """Use a link up; None when it doesn't exist, has run out or was used before."""
        ...


class Settings(Protocol):
    def get(self, key: str) -> Any | None: ...

    def all(self) -> dict[str, Any]: ...

    def put(self, key: str, value: Any, *, by: str, at: datetime) -> None: ...

    def beat(self, worker: str, at: datetime, facts: Mapping[str, Any]) -> None:
        """The worker's heartbeat."""
        ...

    def forget_beats(self) -> None: ...

    def beats(self) -> dict[str, tuple[datetime, dict[str, Any]]]: ...


class UnitOfWork(Protocol):
    """One transaction within one service. Leaving it without commit rolls back."""

    service_id: str
    letters: Letters
    attempts: Attempts
    events: Events
    links: Links
    documents: Documents
    people: People
    access: Access
    settings: Settings
    audit: Audit
    pacing: Pacing

    def commit(self) -> None: ...

    def change_number(self) -> int:
        """The service's change counter, as of this transaction."""
        ...


class Store(Protocol):
    def begin(self, service_id: str) -> AbstractContextManager[UnitOfWork]:
        """A unit of work that may write."""
        ...

    def read(self, service_id: str) -> AbstractContextManager[UnitOfWork]:
        """A unit of work that only reads: it waits for no writer."""
        ...

    def service_ids(self) -> list[str]:
        """Raises StoreUnavailable."""
        ...

"""One transaction within one service: what a use case writes is committed together or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import OperationalError

from services.domain.errors import StoreUnavailable
from services.ports.audit import Audit
from services.ports.letters import Attempts, Events, Letters
from services.ports.links import Links
from services.ports.pacing import Pacing
from services.ports.store import Access, Documents, People, Settings
from services.store import tables
from services.store.access_rows import AccessRows
from services.store.attempt_rows import AttemptRows
from services.store.audit_rows import AuditRows
from services.store.document_rows import DocumentRows
from services.store.engine import READ_ONLY, make_engine
from services.store.event_rows import EventRows
from services.store.letter_rows import LetterRows
from services.store.link_rows import LinkRows
from services.store.pacing_rows import PacingRows
from services.store.people_rows import PeopleRows
from services.store.setting_rows import SettingRows
from services.store.work import Work


class SqlUnitOfWork(Work):
    """The ports' UnitOfWork over one connection."""

    def __init__(self, connection: Connection, service_id: str, audit_key: bytes) -> None:
        super().__init__(connection, service_id)
        self.audit: Audit = AuditRows(self, audit_key)
        self.letters: Letters = LetterRows(self)
        self.attempts: Attempts = AttemptRows(self)
        self.events: Events = EventRows(self)
        self.links: Links = LinkRows(self)
        self.documents: Documents = DocumentRows(self)
        self.people: People = PeopleRows(self)
        self.access: Access = AccessRows(self)
        self.settings: Settings = SettingRows(self)
        self.pacing: Pacing = PacingRows(self)

    def commit(self) -> None:
        self.connection.commit()


class SqlStore:
    """The ports' Store over SQLAlchemy. One for each process; audit_key seals what it notes."""

    def __init__(self, database_url: str, audit_key: bytes) -> None:
        self.database_url = database_url
        self._audit_key = audit_key
        self.engine: Engine = make_engine(database_url)

    @contextmanager
    def begin(self, service_id: str) -> Iterator[SqlUnitOfWork]:
        """A unit of work that may write; leaving it without commit rolls back.

        Writers of one service go one after the other, on PostgreSQL as on SQLite: each takes the counter's
        row first. Transactions are short, and none can be caught in a deadlock. Raises StoreUnavailable.
        """
        with _available(), self.engine.connect() as connection:
            work = SqlUnitOfWork(connection, service_id, self._audit_key)
            work.change_number(for_update=True)
            yield work

    @contextmanager
    def read(self, service_id: str) -> Iterator[SqlUnitOfWork]:
        """A unit of work that only reads. Raises StoreUnavailable."""
        with _available(), self.engine.connect().execution_options(**READ_ONLY) as connection:
            yield SqlUnitOfWork(connection, service_id, self._audit_key)

    def service_ids(self) -> list[str]:
        with _available(), self.engine.connect().execution_options(**READ_ONLY) as connection:
            return list(connection.scalars(select(tables.services.c.service_id).order_by("service_id")))

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def _available() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise StoreUnavailable from error

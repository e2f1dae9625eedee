"""Sessions, prints and single-use links in the store."""

from dataclasses import asdict, fields
from datetime import datetime

from sqlalchemy import select, update

from services.domain.people import Session
from services.domain.prints import FileLink, Print
from services.store.tables import file_links, prints, sessions
from services.store.work import Work


class AccessRows:
    """The ports' Access."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def open_session(self, session: Session) -> None:
        self._work.insert(sessions, [asdict(session)])

    def session(self, token_hash: str) -> Session | None:
        row = self._work.connection.execute(
            select(*(sessions.c[field.name] for field in fields(Session))).where(
                self._work.in_service(sessions), sessions.c.token_hash == token_hash
            )
        ).one_or_none()
        return Session(**row._mapping) if row else None

    def close_session(self, token_hash: str, at: datetime) -> None:
        self._set_session(token_hash, revoked_at=at)

    def touch_session(self, token_hash: str, at: datetime) -> None:
        self._set_session(token_hash, seen_at=at)

    def end_all(self, at: datetime) -> None:
        for table, ended in ((sessions, sessions.c.revoked_at), (file_links, file_links.c.used_at)):
            open_ones = update(table).where(self._work.in_service(table), ended.is_(None))
            self._work.connection.execute(open_ones.values({ended: at}))

    def _set_session(self, token_hash: str, **changes: datetime) -> None:
        here = (self._work.in_service(sessions), sessions.c.token_hash == token_hash)
        self._work.connection.execute(update(sessions).where(*here).values(changes))

    def add_print(self, made: Print) -> None:
        self._work.insert(prints, [asdict(made)])

    def recent_prints(self, user_id: str, since: datetime) -> list[Print]:
        rows = self._work.connection.execute(
            select(*(prints.c[field.name] for field in fields(Print)))
            .where(self._work.in_service(prints), prints.c.user_id == user_id, prints.c.created_at >= since)
            .order_by(prints.c.created_at.desc())
        )
        return [Print(**row._mapping) for row in rows]

    def mark_fetched(self, print_id: str, at: datetime) -> None:
        here = (self._work.in_service(prints), prints.c.id == print_id)
        self._work.connection.execute(update(prints).where(*here).values(fetched_at=at))

    def add_link(self, link: FileLink) -> None:
        self._work.insert(file_links, [asdict(link)])

    def use_link(self, token_hash: str, now: datetime) -> FileLink | None:
        """One UPDATE decides who uses it: of two requests at once, one gets the file."""
        row = self._work.connection.execute(
            update(file_links)
            .where(
                self._work.in_service(file_links),
                file_links.c.token_hash == token_hash,
                file_links.c.used_at.is_(None),
                file_links.c.expires_at > now,
            )
            .values(used_at=now)
            .returning(*(file_links.c[field.name] for field in fields(FileLink)))
        ).one_or_none()
        return FileLink(**row._mapping) if row else None

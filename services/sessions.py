"""Who is signed in, and the single-use links that a session may fetch files by (docs/security.md 4 and 8).

A session lives in our own store, because Streamlit's own cookie lives 30 days and outlives a log-out. The
browser holds "service_id.token"; the store holds only the token's sha256.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from services.audit import note
from services.domain.audit import Deed
from services.domain.errors import NotAllowed, NotFound
from services.domain.people import Session, User
from services.domain.prints import FileLink
from services.ports.clock import Clock
from services.ports.store import Store, UnitOfWork
from services.settings import Settings

_TOKEN_BYTES = 32
_TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedIn:
    """A user with a session that holds now. The user's role is the one in the store at this moment."""

    user: User
    service_id: str
    session_hash: str


def log_in(store: Store, clock: Clock, settings: Settings, service_id: str, user_id: str) -> str:
    """Open a new session; returns the cookie's value. Raises NotAllowed for an unknown or inactive user."""
    token, now = secrets.token_urlsafe(_TOKEN_BYTES), clock.now()
    with store.begin(service_id) as uow:
        user = uow.people.user(user_id)
        if user is None or not user.active:
            raise NotAllowed("This user can't log in. Choose another one, or ask a superuser.")
        uow.access.open_session(
            Session(
                token_hash=_hashed(token),
                user_id=user.id,
                created_at=now,
                seen_at=now,
                expires_at=now + timedelta(hours=settings.session_hours),
            )
        )
        note(uow, now, user.id, Deed.LOG_IN)
        uow.commit()
    return f"{service_id}.{token}"


def user_of(
    store: Store, clock: Clock, settings: Settings, cookie_value: str | None, *, touch: bool = True
) -> SignedIn | None:
    """Who the cookie stands for; None when there is no such session, or it was ended or has run out.

    `touch=False` is for what happens by itself, such as a timed refresh: it doesn't keep a session alive.
    """
    service_id, token_hash = _parts(cookie_value)
    now = clock.now()
    with store.read(service_id) as uow:
        session = uow.access.session(token_hash)
        if session is None or not _holds(session, now, settings):
            return None
        user = uow.people.user(session.user_id)
    if user is None or not user.active:
        return None
    if touch and now - session.seen_at >= _TOUCH_EVERY:
        _touch(store, service_id, token_hash, now)
    return SignedIn(user=user, service_id=service_id, session_hash=token_hash)


def log_out(store: Store, clock: Clock, cookie_value: str | None) -> None:
    """End the session that the cookie stands for, if there is one."""
    service_id, token_hash = _parts(cookie_value)
    with store.begin(service_id) as uow:
        session = uow.access.session(token_hash)
        if session and session.revoked_at is None:
            uow.access.close_session(token_hash, clock.now())
            note(uow, clock.now(), session.user_id, Deed.LOG_OUT)
            uow.commit()


def issue_link(
    uow: UnitOfWork,
    clock: Clock,
    settings: Settings,
    signed_in: SignedIn,
    *,
    kind: str,
    filename: str,
    payload: Mapping[str, Any],
) -> str:
    """A token that fetches one file once, soon, in this session alone, at /files/{token}. The caller commits.

    kind and payload: "print" and its print_id, "letter" and its letter_id, or "csv" and the list's filters.
    """
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    uow.access.add_link(
        FileLink(
            token_hash=_hashed(token),
            user_id=signed_in.user.id,
            session_hash=signed_in.session_hash,
            kind=kind,
            filename=filename,
            expires_at=clock.now() + timedelta(seconds=settings.link_seconds),
            payload=payload,
        )
    )
    return token


def use_link(uow: UnitOfWork, clock: Clock, signed_in: SignedIn, token: str) -> FileLink:
    """Use a link up. The caller commits; without that it stays usable.

    Raises NotFound alike for a link that is unknown, used, out of time, or of another user or session.
    """
    link = uow.access.use_link(_hashed(token), clock.now())
    if link is None or (link.user_id, link.session_hash) != (signed_in.user.id, signed_in.session_hash):
        raise NotFound(
            "This link has been used, or has run out. Nothing is lost: go back to the letters and press "
            "Download again, or fetch the file from Recent prints."
        )
    return link


def _holds(session: Session, now: datetime, settings: Settings) -> bool:
    idle_until = session.seen_at + timedelta(minutes=settings.session_idle_minutes)
    return session.revoked_at is None and now < min(session.expires_at, idle_until)


def _touch(store: Store, service_id: str, token_hash: str, now: datetime) -> None:
    with store.begin(service_id) as uow:
        uow.access.touch_session(token_hash, now)
        uow.commit()


def _parts(cookie_value: str | None) -> tuple[str, str]:
    """The service's id, and the token's hash; what nobody issued comes out as the hash of nothing issued."""
    service_id, _, token = (cookie_value or "").rpartition(".")
    return service_id, _hashed(token)


def _hashed(token: str) -> str:
    """Plain sha256 is enough: the token is 256 random bits, there is nothing to guess."""
    return sha256(token.encode()).hexdigest()

"""What a single-use link gives out: prints and downloads, a letter's document, the list as CSV."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from services import access, letter_documents, sessions
from services.audit import note
from services.audit_trail import Asked, AuditTrail
from services.domain.audit import Deed
from services.domain.documents import StoredDocument
from services.domain.errors import NotFound, UserError
from services.domain.prints import FileLink, Print
from services.listing.filters import Filters
from services.listing.listing import Listing
from services.listing.sort import Sort
from services.ports.clock import Clock
from services.ports.letters import Scope
from services.ports.store import Store, UnitOfWork
from services.sessions import SignedIn
from services.settings import Settings

PRINT: Final = "print"
LETTER: Final = "letter"
CSV: Final = "csv"
AUDIT: Final = "audit"
_FETCHED_KEPT: Final = timedelta(minutes=10)
_UNFETCHED_KEPT: Final = timedelta(days=7)


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """A file as it is given out: a PDF whole, a list in pieces."""

    filename: str
    content: bytes | Iterator[bytes]


def list_payload(filters: Filters, sort: Sort) -> dict[str, Any]:
    """What a link of the kind CSV has to know. The patient's name stands here, never in an address."""
    return {"query": filters.to_query() | sort.to_query(), "patient": filters.patient}


def offer(
    store: Store,
    clock: Clock,
    settings: Settings,
    signed_in: SignedIn,
    *,
    kind: str,
    filename: str,
    payload: Mapping[str, Any],
) -> str:
    """A token that fetches one file once, soon, in this session alone. See sessions.issue_link."""
    with store.begin(signed_in.service_id) as uow:
        token = sessions.issue_link(
            uow, clock, settings, signed_in, kind=kind, filename=filename, payload=payload
        )
        uow.commit()
    return token


def fetch(
    store: Store, clock: Clock, listing: Listing, trail: AuditTrail, signed_in: SignedIn, token: str
) -> File:
    """Use the link up and give out its file, in one transaction: a link is spent only on a right file.

    Raises NotFound, NotAllowed when the role has changed meanwhile, DocumentChanged, and UserError for a list
    whose filters can't be kept in full.
    """
    with store.begin(signed_in.service_id) as uow:
        link = sessions.use_link(uow, clock, signed_in, token)
        document = _document(uow, signed_in, link, clock.now())
        _note(uow, signed_in, link, clock.now())
        uow.commit()
    if document:
        return File(filename=link.filename, content=document.pdf)
    if link.kind == AUDIT:
        asked = Asked.from_payload(link.payload)
        return File(filename=link.filename, content=trail.csv(signed_in.service_id, signed_in.user, asked))
    # A long list takes a second to write: no transaction may wait for that.
    return File(filename=link.filename, content=listing.csv(signed_in.user, *_asked(link.payload)))


def _note(uow: UnitOfWork, signed_in: SignedIn, link: FileLink, at: datetime) -> None:
    """Of a list its filters, but not the part of a name that was looked for."""
    user_id = signed_in.user.id
    if link.kind == CSV:
        filters, by_name = link.payload["query"], bool(link.payload["patient"])
        note(uow, at, user_id, Deed.EXPORT_LIST, filters=filters, by_name=by_name)
    elif link.kind == AUDIT:
        note(uow, at, user_id, Deed.EXPORT_AUDIT)
    elif link.kind == LETTER:
        note(uow, at, user_id, Deed.FETCH_FILE, [str(link.payload["letter_id"])], kind=link.kind)
    else:
        note(uow, at, user_id, Deed.FETCH_FILE, kind=link.kind, print_id=str(link.payload["print_id"]))


def recent_prints(uow: UnitOfWork, signed_in: SignedIn, now: datetime) -> list[Print]:
    """The user's prints that may be given out, the newest first: one that nobody fetched stays for a week.

    A print doesn't say whose letters it holds. Who actions only their own letters may have made it in another
    role, so they get those of this session alone: no session outlives a change of role. Raises NotAllowed.
    """
    own_only = access.acting_scope(uow, signed_in.user) != Scope()
    session = uow.access.session(signed_in.session_hash) if own_only else None
    since = max(now - _UNFETCHED_KEPT, session.created_at) if session else now - _UNFETCHED_KEPT
    made_since = uow.access.recent_prints(signed_in.user.id, since)
    return [made for made in made_since if not made.fetched_at or now - made.created_at <= _FETCHED_KEPT]


def _document(uow: UnitOfWork, signed_in: SignedIn, link: FileLink, now: datetime) -> StoredDocument | None:
    """The stored document that the link names; None for a list, which is written when it is asked for."""
    if link.kind == PRINT:
        return _print(uow, signed_in, str(link.payload["print_id"]), now)
    if link.kind == LETTER:
        return letter_documents.of_letter(uow, signed_in.user, str(link.payload["letter_id"]))
    if link.kind == AUDIT:
        access.check(signed_in.user, access.Permission.AUDIT)
        return None
    access.scope(signed_in.user, access.Permission.SEE_LETTERS)
    _asked(link.payload)
    return None


def _print(uow: UnitOfWork, signed_in: SignedIn, print_id: str, now: datetime) -> StoredDocument:
    for made in recent_prints(uow, signed_in, now):
        if made.id == print_id:
            uow.access.mark_fetched(print_id, now)
            return letter_documents.checked(uow.documents.get([made.document_id])[made.document_id])
    raise NotFound("This file is no longer there. Press Download to make it again.")


def _asked(payload: Mapping[str, Any]) -> tuple[Filters, Sort]:
    """The filters and the sort of a list. Raises UserError where a filter would be left out.

    The file would silently hold other letters than the list on the page.
    """
    filters, problems = Filters.from_query(payload["query"])
    sort, more = Sort.from_query(payload["query"])
    if problems or more:
        raise UserError(
            "The file would not hold what the list shows, so it was not made: the filters choose too many "
            "values, or one that no letter has. Choose fewer and press Download CSV again."
        )
    return replace(filters, patient=payload["patient"]), sort

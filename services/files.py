"""What a single-use link gives out: prints and downloads, a letter's document, the list as CSV."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from services import access, letter_documents, sessions
from services.domain.documents import StoredDocument
from services.domain.errors import NotFound
from services.domain.people import User
from services.domain.prints import FileLink
from services.listing.filters import Filters
from services.listing.listing import Listing
from services.listing.sort import Sort
from services.ports.clock import Clock
from services.ports.store import Store, UnitOfWork
from services.sessions import SignedIn

PRINT: Final = "print"
LETTER: Final = "letter"
CSV: Final = "csv"
_PRINTS_KEPT: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """A file as it is given out: a PDF whole, a list in pieces."""

    filename: str
    content: bytes | Iterator[bytes]


def list_payload(filters: Filters, sort: Sort) -> dict[str, Any]:
    """What a link of the kind CSV has to know. The patient's name stands here, never in an address."""
    return {"query": filters.to_query() | sort.to_query(), "patient": filters.patient}


def fetch(store: Store, clock: Clock, listing: Listing, signed_in: SignedIn, token: str) -> File:
    """Use the link up and give out its file, in one transaction: a link is spent only on a right file.

    Raises NotFound, NotAllowed when the role has changed meanwhile, and DocumentChanged.
    """
    with store.begin(signed_in.service_id) as uow:
        link = sessions.use_link(uow, clock, signed_in, token)
        document = _document(uow, signed_in.user, link, clock.now())
        uow.commit()
    if document:
        return File(filename=link.filename, content=document.pdf)
    # A long list takes a second to write: no transaction may wait for that.
    return File(filename=link.filename, content=_list(listing, signed_in.user, link.payload))


def _document(uow: UnitOfWork, user: User, link: FileLink, now: datetime) -> StoredDocument | None:
    """The stored document that the link names; None for a list, which is written when it is asked for."""
    if link.kind == PRINT:
        return _print(uow, user, str(link.payload["print_id"]), now)
    if link.kind == LETTER:
        return letter_documents.of_letter(uow, user, str(link.payload["letter_id"]))
    access.scope(user, access.Permission.SEE_LETTERS)
    return None


def _print(uow: UnitOfWork, user: User, print_id: str, now: datetime) -> StoredDocument:
    access.scope(user, access.Permission.ACT)
    for made in uow.access.recent_prints(user.id, now - _PRINTS_KEPT):
        if made.id == print_id:
            uow.access.mark_fetched(print_id, now)
            return letter_documents.checked(uow.documents.get([made.document_id])[made.document_id])
    raise NotFound("This file is no longer there. Press Download to make it again.")


def _list(listing: Listing, user: User, payload: Mapping[str, Any]) -> Iterator[bytes]:
    filters, _ = Filters.from_query(payload["query"])
    sort, _ = Sort.from_query(payload["query"])
    return listing.csv(user, replace(filters, patient=payload["patient"]), sort)

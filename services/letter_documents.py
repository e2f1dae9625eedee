"""A letter's document, for those who may read it (docs/product.md section 7)."""

from hashlib import sha256

from services import access
from services.domain.documents import DocumentChanged, StoredDocument
from services.domain.errors import NotFound
from services.domain.letter import Letter
from services.domain.people import User
from services.ports.store import UnitOfWork


def of_letter(uow: UnitOfWork, user: User, letter_id: str) -> StoredDocument:
    """What the letter's current attempt carries, or the present rendering when nothing was sent yet.

    Raises NotAllowed when the role reads no documents, NotFound when there is no such letter, none that this
    user may read, or none rendered, and DocumentChanged.
    """
    found = uow.letters.get([letter_id], access.scope(user, access.Permission.READ_DOCUMENT))
    if not found:
        raise NotFound("There is no such letter, or none that you may read.")
    document_id = _document_id(uow, found[0])
    if document_id is None:
        raise NotFound("This letter is not rendered yet. Nothing to do: it is made within a minute.")
    return checked(uow.documents.get([document_id])[document_id])


def checked(document: StoredDocument) -> StoredDocument:
    """The document itself. Raises DocumentChanged when its bytes are not those that were stored once."""
    if sha256(document.pdf).hexdigest() != document.sha256:
        raise DocumentChanged(
            "The stored file is not the one that was made, so it is not given out. "
            "Nothing was sent or changed. Tell a superuser."
        )
    return document


def _document_id(uow: UnitOfWork, letter: Letter) -> str | None:
    for attempt in uow.attempts.of_letters([letter.id]) if letter.attempt_id else []:
        if attempt.id == letter.attempt_id:
            return attempt.document_id
    return letter.document_id

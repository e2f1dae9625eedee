"""A letter's document, for those who may read it (docs/product.md section 7).

Which one that is, is decided here alone: what went out, what was printed, or what would go out now.
"""

from collections.abc import Collection
from hashlib import sha256

from services import access
from services.contents import content_of, fingerprint
from services.domain.documents import DocumentChanged, StoredDocument
from services.domain.errors import NotFound
from services.domain.letter import Letter
from services.domain.merge_fields import MergeFieldProblem
from services.domain.people import User
from services.domain.vocabulary import Status
from services.ports.store import UnitOfWork


def of_letter(uow: UnitOfWork, user: User, letter_id: str) -> StoredDocument:
    """The letter's document. Raises NotAllowed when the role reads no documents, NotFound when there is no
    such letter, none that this user may read, or none rendered, and DocumentChanged.
    """
    found = uow.letters.get([letter_id], access.scope(user, access.Permission.READ_DOCUMENT))
    if not found:
        raise NotFound("There is no such letter, or none that you may read.")
    document_id = id_of(uow, found[0])
    if document_id is None:
        raise NotFound("This letter is not rendered yet. Nothing to do: it is made within a minute.")
    return checked(uow.documents.get([document_id])[document_id])


def id_of(uow: UnitOfWork, letter: Letter) -> str | None:
    """The document that went out or was printed; of a letter that waits, its rendering if that still says
    what the letter says now. None: it is to be rendered (again).
    """
    if not letter.row.pending_group:
        return kept(uow, [letter]).get(letter.id)
    return letter.document_id if _is_present(uow, letter) else None


def kept(uow: UnitOfWork, letters: Collection[Letter]) -> dict[str, str]:
    """By letter, the document of those that have left the Pending group: what their attempt carries, or what
    was printed. It stays, whatever the record becomes.
    """
    out = [letter for letter in letters if letter.row.out and letter.attempt_id]
    attempts = uow.attempts.get([letter.attempt_id for letter in out if letter.attempt_id])
    printed = [letter.id for letter in letters if letter.status is Status.PRINTED]
    return (
        {letter.id: letter.document_id for letter in letters if letter.document_id}
        | {attempt.letter_id: attempt.document_id for attempt in attempts.values()}
        | uow.events.printed_documents(printed)
    )


def checked(document: StoredDocument) -> StoredDocument:
    """The document itself. Raises DocumentChanged when its bytes are not those that were stored once."""
    if sha256(document.pdf).hexdigest() != document.sha256:
        raise DocumentChanged(
            "The stored file is not the one that was made, so it is not given out. "
            "Nothing was sent or changed. Tell a superuser.",
            document.reference,
        )
    return document


def _is_present(uow: UnitOfWork, letter: Letter) -> bool:
    if letter.document_id is None or letter.uploaded:
        return letter.uploaded
    try:
        content = content_of(letter, uow.people.service())
    except MergeFieldProblem:
        return False
    return uow.documents.facts([letter.document_id])[letter.document_id].made_from == fingerprint(content)

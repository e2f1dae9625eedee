"""All that one letter's pane shows, as far as its reader may see it (docs/product.md section 1, point 7)."""

from dataclasses import dataclass

from services import access, letter_documents
from services.access import Permission
from services.domain.errors import NotFound
from services.domain.letter import Attempt, Event, Letter, Recipient
from services.domain.people import User
from services.domain.recipient import missing, recipient_of
from services.domain.verdict import Verdict, verdict
from services.domain.vocabulary import Action
from services.ports.store import UnitOfWork


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterDetail:
    """A letter with its history. recipient is the frozen one while an attempt is under way or has arrived.

    recipient and problems are empty, and the letter's patient must not be shown, where sees_patient is False.
    verdicts hold the actions that the letter's status knows, empty for those who may not act. document_id is
    the document that the pane shows, of so many pages: None and 0 while it is being made.
    """

    letter: Letter
    author: User | None
    attempts: tuple[Attempt, ...]
    events: tuple[Event, ...]
    document_id: str | None
    pages: int
    recipient: Recipient
    problems: tuple[str, ...]
    changed: bool
    sees_patient: bool
    reads_document: bool
    verdicts: dict[Action, Verdict]


def detail(uow: UnitOfWork, user: User, letter_id: str) -> LetterDetail:
    """The letter. Raises NotFound where there is none, or none that this user may see."""
    found = uow.letters.get([letter_id], access.scope(user, Permission.SEE_LETTERS))
    if not found:
        raise NotFound("There is no such letter, or none that you may see.")
    [letter] = found
    attempts = uow.attempts.of_letters([letter.id])
    sees, reads = access.may(user, Permission.SEE_PATIENTS), access.may(user, Permission.READ_DOCUMENT)
    frozen = _frozen(letter, attempts)
    present = recipient_of(letter)
    document_id = letter_documents.id_of(uow, letter) if reads else None
    return LetterDetail(
        letter=letter,
        author=uow.people.user(letter.created_by),
        attempts=tuple(attempts),
        events=tuple(uow.events.of_letter(letter.id)),
        document_id=document_id,
        pages=uow.documents.page_counts([document_id])[document_id] if document_id else 0,
        recipient=(frozen or present) if sees else Recipient(),
        problems=tuple(missing(letter.patient, letter.channel)) if sees and not frozen else (),
        changed=sees and frozen is not None and _moved(frozen, present),
        sees_patient=sees,
        reads_document=reads,
        verdicts=_verdicts(letter) if access.may_act(uow, user) else {},
    )


def _frozen(letter: Letter, attempts: list[Attempt]) -> Recipient | None:
    """What an attempt froze counts while the letter is out; a failed one goes by the record again."""
    current = (attempt.recipient for attempt in attempts if attempt.id == letter.attempt_id)
    return next(current, None) if letter.row.out else None


def _moved(frozen: Recipient, present: Recipient) -> bool:
    return (frozen.address, frozen.mobile, frozen.ods_code) != (
        present.address,
        present.mobile,
        present.ods_code,
    )


def _verdicts(letter: Letter) -> dict[Action, Verdict]:
    known = (action for action in Action if action in letter.row.actions)
    return {action: verdict(letter, action) for action in known}

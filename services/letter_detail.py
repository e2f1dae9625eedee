"""All that one letter's pane shows, as far as its reader may see it (docs/product.md section 1, point 7)."""

from dataclasses import dataclass

from services import access
from services.access import Permission
from services.domain.errors import NotFound
from services.domain.letter import Attempt, Event, Letter, Recipient
from services.domain.people import User
from services.domain.recipient import missing, recipient_of
from services.domain.verdict import Verdict, verdict
from services.domain.vocabulary import Action, Status
from services.ports.store import UnitOfWork


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterDetail:
    """A letter with its history. recipient is the frozen one while an attempt is under way or has arrived.

    recipient and problems are empty, and the letter's patient must not be shown, where sees_patient is False.
    verdicts hold the actions that the letter's status knows, empty for those who may not act.
    """

    letter: Letter
    author: User | None
    attempts: tuple[Attempt, ...]
    events: tuple[Event, ...]
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
    return LetterDetail(
        letter=letter,
        author=uow.people.user(letter.created_by),
        attempts=tuple(attempts),
        events=tuple(uow.events.of_letter(letter.id)),
        pages=_pages(uow, letter, attempts) if reads else 0,
        recipient=(frozen or present) if sees else Recipient(),
        problems=tuple(missing(letter.patient, letter.channel)) if sees and not frozen else (),
        changed=sees and frozen is not None and _moved(frozen, present),
        sees_patient=sees,
        reads_document=reads,
        verdicts=_verdicts(letter) if access.may_act(uow, user) else {},
    )


def _frozen(letter: Letter, attempts: list[Attempt]) -> Recipient | None:
    """What an attempt froze counts while the letter is out; a failed one goes by the record again."""
    if letter.status in (Status.PENDING, Status.FAILED, Status.PRINTED):
        return None
    return next((attempt.recipient for attempt in attempts if attempt.id == letter.attempt_id), None)


def _moved(frozen: Recipient, present: Recipient) -> bool:
    return (frozen.address, frozen.mobile, frozen.ods_code) != (
        present.address,
        present.mobile,
        present.ods_code,
    )


def _pages(uow: UnitOfWork, letter: Letter, attempts: list[Attempt]) -> int:
    current = next((each.document_id for each in attempts if each.id == letter.attempt_id), None)
    document_id = current or letter.document_id
    return uow.documents.page_counts([document_id])[document_id] if document_id else 0


def _verdicts(letter: Letter) -> dict[Action, Verdict]:
    known = (action for action in Action if action in letter.row.actions)
    return {action: verdict(letter, action) for action in known}

"""All that one letter's pane shows, as far as its reader may see it (docs/product.md section 1, point 7)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from services import access, letter_documents
from services.access import Permission
from services.control import patience
from services.domain.errors import NotAllowed, NotFound
from services.domain.layout import Layout
from services.domain.letter import WRITTEN_TO, Attempt, Event, Letter, Recipient
from services.domain.lockout import WrongAnswers
from services.domain.people import User
from services.domain.recipient import is_addressed_to, mark_of, missing, recipient_by
from services.domain.verdict import Verdict, verdict, worth_a_word
from services.domain.vocabulary import Action, Badge, Channel, Status
from services.ports.store import UnitOfWork

LOOKS_ONLY: Final = "Your role can look at letters, and changes nothing."


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkState:
    """How the link of a letter's present text message stands: whether it works, and who failed at it."""

    works: bool
    expires_at: datetime
    wrong: WrongAnswers
    locked: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterDetail:
    """A letter with its history.

    recipient is the one that `by` leads to: the frozen one while an attempt is under way or has arrived. by
    is the letter's channel, or Print for a text message's letter that was printed. changed: it is another one
    than when the letter was written; for one that is out, the record has another one than it went to; for a
    printed one, its paper would differ in any way if it was made now.

    window is the address as it is read in the document that the pane shows, of a letter on paper that nothing
    is frozen of; empty where that isn't known. misaddressed: it is not this patient's.

    Where sees_patient is False, recipient and problems are empty, nothing else is said of the patient, and no
    note that may name them is there; the letter's patient must not be shown.

    verdicts hold every action that a user may wonder about, empty for those who may not act, whom may_not
    tells why. may_write: it may be edited, if it waits. pair: the letters that were written together with it.
    overdue says since when the letter is stuck or unviewed. document_id is the document that the
    pane shows, of so many pages: None and 0 while it is being made. layout is what the print rules say of it;
    None where there is none or it was never asked.
    """

    letter: Letter
    author: User | None
    attempts: tuple[Attempt, ...]
    events: tuple[Event, ...]
    document_id: str | None
    pages: int
    layout: Layout | None
    by: Channel
    recipient: Recipient
    problems: tuple[str, ...]
    changed: bool
    window: tuple[str, ...]
    misaddressed: bool
    overdue: str
    sees_patient: bool
    reads_document: bool
    verdicts: dict[Action, Verdict]
    may_not: str
    may_write: bool = False
    pair: tuple[Letter, ...] = ()
    link: LinkState | None = None

    @property
    def badge(self) -> Badge:
        """Amber while it is stuck or unviewed for long, as in the list."""
        return Badge.IN_DOUBT if self.overdue else self.letter.badge

    @property
    def frozen_at(self) -> datetime | None:
        """When what is out was queued: no later change is in it. None where nothing is out."""
        current = (each.created_at for each in self.attempts if each.id == self.letter.attempt_id)
        return next(current, None) if self.letter.row.out else None

    @property
    def window_differs(self) -> bool:
        """Whether the window has other words than the record, of the same address perhaps."""
        return bool(self.window) and _words(self.window) != _words(self.recipient.address)

    @property
    def may_be_posted(self) -> bool:
        """Whether the print rules matter: it goes by hybrid mail, or never becomes another document."""
        return self.letter.channel is Channel.H or self.letter.uploaded


def detail(uow: UnitOfWork, user: User, letter_id: str, *, now: datetime) -> LetterDetail:
    """The letter at the moment `now`, since letters get stuck without any change.

    Raises NotFound where there is no such letter, or none that this user may see.
    """
    found = uow.letters.get([letter_id], access.scope(user, Permission.SEE_LETTERS))
    if not found:
        raise NotFound("There is no such letter, or none that you may see.")
    [letter] = found
    attempts, events = uow.attempts.of_letters([letter.id]), uow.events.of_letter(letter.id)
    sees, reads = access.may(user, Permission.SEE_PATIENTS), access.may(user, Permission.READ_DOCUMENT)
    frozen, by = _frozen(letter, attempts), _by(letter)
    present = recipient_by(by, letter.patient)
    before = mark_of(frozen) if frozen else _written_to(events, by)
    document_id = letter_documents.id_of(uow, letter) if reads else None
    facts = uow.documents.facts([document_id])[document_id] if document_id else None
    window = _window(by, facts.layout if facts else None) if sees and not frozen else ()
    may_not = _may_not(uow, user)
    return LetterDetail(
        letter=letter if sees else _without_patient(letter),
        author=uow.people.user(letter.created_by),
        attempts=tuple(attempts),
        events=tuple(events if sees else map(_without_note, events)),
        document_id=document_id,
        pages=facts.page_count if facts else 0,
        layout=facts.layout if facts else None,
        by=by,
        recipient=(frozen or present) if sees else Recipient(),
        problems=tuple(missing(letter.patient, by)) if sees and not frozen else (),
        changed=sees and _changed(uow, letter, document_id, before, present),
        window=window,
        misaddressed=_is_misaddressed(letter, window),
        overdue=letter.if_overdue(patience(uow).limits(now)),
        sees_patient=sees,
        reads_document=reads,
        verdicts={} if may_not else _verdicts(letter),
        may_not=may_not,
        may_write=access.may(user, Permission.WRITE),
        pair=tuple(each for each in _pair(uow, user, letter) if each.id != letter.id),
        link=_link(uow, letter, now),
    )


def _pair(uow: UnitOfWork, user: User, letter: Letter) -> list[Letter]:
    if letter.pair is None:
        return []
    return uow.letters.of_pair(letter.pair, access.scope(user, Permission.SEE_LETTERS))


def _by(letter: Letter) -> Channel:
    """How the letter reaches its recipient: on paper where it was printed for manual sending."""
    by_hand = letter.channel is Channel.E and letter.status is Status.PRINTED
    return Channel.PRINT if by_hand else letter.channel


def _frozen(letter: Letter, attempts: Sequence[Attempt]) -> Recipient | None:
    """What an attempt froze counts while the letter is out; a failed one goes by the record again."""
    current = (attempt.recipient for attempt in attempts if attempt.id == letter.attempt_id)
    return next(current, None) if letter.row.out else None


def _window(by: Channel, layout: Layout | None) -> tuple[str, ...]:
    """Of the letter's own paper: a text message's or a practice's letter has no window to be seen through."""
    return layout.address if layout and by in (Channel.H, Channel.PRINT) else ()


def _is_misaddressed(letter: Letter, window: Sequence[str]) -> bool:
    """Of a letter set from the record and printed it is not said: it was addressed as the record was then."""
    counts = letter.uploaded or letter.row.pending_group
    return bool(window) and counts and not is_addressed_to(window, letter.patient)


def _words(lines: Sequence[str]) -> list[str]:
    return " ".join(lines).casefold().replace(",", " ").split()


def _written_to(events: Sequence[Event], by: Channel) -> str | None:
    """The mark of whom the letter was last written to; None for one that is older than such marks."""
    kept = (event.raw[WRITTEN_TO] for event in reversed(events) if event.raw and WRITTEN_TO in event.raw)
    marks: dict[str, str] = next(kept, {})
    return marks.get(by.value)


def _changed(
    uow: UnitOfWork, letter: Letter, document_id: str | None, before: str | None, present: Recipient
) -> bool:
    if letter.status is Status.PRINTED:
        return document_id is not None and _outdated(uow, letter, document_id)
    return before not in (None, mark_of(present))


def _outdated(uow: UnitOfWork, letter: Letter, printed: str) -> bool:
    """Whether a printed letter would say something else now: its document would not do if it still waited."""
    waiting = replace(letter, status=Status.PENDING, document_id=printed)
    return letter_documents.id_of(uow, waiting) is None


def _without_patient(letter: Letter) -> Letter:
    patient = replace(letter.patient, deceased=False, opted_out=False)
    return replace(letter, patient=patient, closed_note="", window=(), post_problem="")


def _without_note(event: Event) -> Event:
    """A closing note is free text: it may name the patient."""
    return replace(event, reason="") if event.kind == Action.CLOSE else event


def _link(uow: UnitOfWork, letter: Letter, now: datetime) -> LinkState | None:
    """None where no link is out."""
    current = letter.attempt_id if letter.channel is Channel.E else None
    link = uow.links.of_attempts([current]).get(current) if current else None
    if link is None:
        return None
    wrong, works = uow.links.wrong_answers(link.token_hash), link.works_for(letter, now)
    return LinkState(works=works, expires_at=link.expires_at, wrong=wrong, locked=wrong.locked_at(now))


def _may_not(uow: UnitOfWork, user: User) -> str:
    if not access.may(user, Permission.ACT):
        return LOOKS_ONLY
    try:
        access.acting_scope(uow, user)
    except NotAllowed as refusal:
        return str(refusal)
    return ""


def _verdicts(letter: Letter) -> dict[Action, Verdict]:
    return {action: verdict(letter, action) for action in Action if worth_a_word(letter, action)}

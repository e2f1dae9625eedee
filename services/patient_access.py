"""The patient's way to one letter: open the link, answer two questions, read (docs/product.md section 5).

Whoever has a link reaches nothing but the letter behind it: every use case here begins with its token.
"""

import hmac
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from services.control import control
from services.domain import lockout
from services.domain.documents import StoredDocument
from services.domain.errors import NotAllowed, NotFound
from services.domain.ids import new_id
from services.domain.letter import Event, Letter
from services.domain.letter_content import LetterContent
from services.domain.lockout import WrongAnswers
from services.domain.patient_link import PatientLink, is_the_patient
from services.domain.status import may
from services.domain.vocabulary import Cause, Status
from services.letter_documents import checked
from services.links import hashed
from services.ports.clock import Clock
from services.ports.letters import Scope
from services.ports.store import Store, UnitOfWork
from services.settings import Settings
from services.transition import Change, transition

SESSION: Final = timedelta(minutes=15)
_TOKEN_BYTES: Final = 32


class LinkGone(NotFound):
    """The link is unknown, has expired or was revoked: nobody learns which."""


class WrongAnswer(NotAllowed):
    """The answers are not the patient's. Nothing says which of the two, nor how many tries are left."""


class Locked(NotAllowed):
    """Too many wrong answers were given: none is looked at for a while."""


class SessionOver(NotAllowed):
    """The patient's short session has ended, or was never one: the questions come again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Doorstep:
    """What whoever holds a link may know: nothing of the letter, nor of the kind of care."""

    sender: str = ""
    telephone: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """The letter as its patient reads it: `body` is safe HTML, empty where there is the document alone."""

    title: str
    content: LetterContent | None
    body: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Behind:
    """What a link that works leads to."""

    link: PatientLink
    letter: Letter


@dataclass(frozen=True, kw_only=True, slots=True)
class PatientAccess:
    """What the patient's letter page calls. body_html makes safe HTML of a letter's body.

    Every method raises LinkGone alike for a token that is unknown, expired or revoked.
    """

    store: Store
    clock: Clock
    settings: Settings
    body_html: Callable[[str], str]

    def doorstep(self, token: str) -> Doorstep:
        """What the page says before anybody has answered; changes nothing."""
        with self._reading(token) as (uow, _):
            return _doorstep(uow)

    def help_for_anybody(self) -> Doorstep:
        """Where a link leads that is gone: the telephone, where this installation is one service's."""
        ids = self.store.service_ids()
        if len(ids) != 1:
            return Doorstep()
        with self.store.read(ids[0]) as uow:
            return _doorstep(uow)

    def open(self, token: str) -> None:
        """A person has opened the link, by the page's own button: Accessed."""
        with self._writing(token) as (uow, behind):
            _reach(uow, behind, Status.ACCESSED, self.clock.now())
            uow.commit()

    def enter(self, token: str, born: date, surname: str, address: str) -> tuple[str, Reading]:
        """Answer the questions; returns a new session's token and the letter.

        `address` is where the answers come from. One transaction looks at the lock, judges and counts, so
        that of many answers at once no more are judged than one after the other. Raises WrongAnswer, Locked.
        """
        now = self.clock.now()
        with self._writing(token) as (uow, behind):
            counted = {behind.link.token_hash: lockout.OF_A_LINK, self._mark(address): lockout.OF_AN_ADDRESS}
            before = {key: uow.links.wrong_answers(key) for key in counted}
            if any(wrong.locked_at(now) for wrong in before.values()):
                raise Locked("Too many wrong answers.")
            if not is_the_patient(behind.letter.patient, born, surname):
                _count(uow, behind, {k: w.and_one_more(now, counted[k]) for k, w in before.items()}, now)
                uow.commit()
                raise WrongAnswer("The answers don't match.")
            session = secrets.token_urlsafe(_TOKEN_BYTES)
            uow.links.count(behind.link.token_hash, WrongAnswers())
            uow.links.open_session(behind.link.token_hash, hashed(session), now + SESSION)
            uow.commit()
        return session, self._as_read(behind)

    def letter(self, token: str, session: str) -> Reading:
        """The letter, within the session; changes nothing. Raises SessionOver."""
        with self._reading(token) as (_, behind):
            self._check(behind.link, session)
        return self._as_read(behind)

    def document(self, token: str, session: str) -> StoredDocument:
        """The letter's PDF, within the session. Raises SessionOver, DocumentChanged."""
        with self._reading(token) as (uow, behind):
            self._check(behind.link, session)
            attempt = uow.attempts.get([behind.link.attempt_id])[behind.link.attempt_id]
            return checked(uow.documents.get([attempt.document_id])[attempt.document_id])

    def viewed(self, token: str) -> None:
        """The letter has just been given out, after the right answers: Viewed."""
        with self._writing(token) as (uow, behind):
            _reach(uow, behind, Status.VIEWED, self.clock.now())
            uow.commit()

    def leave(self, token: str, session: str) -> None:
        """End the session, on a telephone that others use too. Raises SessionOver."""
        with self._writing(token) as (uow, behind):
            self._check(behind.link, session)
            uow.links.open_session(behind.link.token_hash, "", self.clock.now())
            uow.commit()

    def _check(self, link: PatientLink, session: str) -> None:
        known = hmac.compare_digest(link.session_hash, hashed(session))
        if not (known and link.session_until and self.clock.now() < link.session_until):
            raise SessionOver("The session has ended.")

    def _as_read(self, behind: _Behind) -> Reading:
        content = behind.link.content
        body = self.body_html(content.body) if content else ""
        return Reading(title=content.title if content else behind.letter.title, content=content, body=body)

    def _mark(self, address: str) -> str:
        """An address as it is stored: it can't be read from the store without the key."""
        key = self.settings.link_key.get_secret_value().encode()
        return hmac.new(key, f"address/{address}".encode(), "sha256").hexdigest()

    @contextmanager
    def _reading(self, token: str) -> Iterator[tuple[UnitOfWork, _Behind]]:
        with self.store.read(self._service_of(token)) as uow:
            yield uow, self._behind(uow, token)

    @contextmanager
    def _writing(self, token: str) -> Iterator[tuple[UnitOfWork, _Behind]]:
        with self.store.begin(self._service_of(token)) as uow:
            yield uow, self._behind(uow, token)

    def _service_of(self, token: str) -> str:
        """A link doesn't say of which service it is: the service's name could say of which care."""
        for service_id in self.store.service_ids():
            with self.store.read(service_id) as uow:
                if uow.links.by_hash(hashed(token)):
                    return service_id
        raise LinkGone("There is no such link.")

    def _behind(self, uow: UnitOfWork, token: str) -> _Behind:
        link = uow.links.by_hash(hashed(token))
        found = uow.letters.get([link.letter_id], Scope()) if link else []
        if not (link and found and link.works_for(found[0], self.clock.now())):
            raise LinkGone("There is no such link.")
        return _Behind(link=link, letter=found[0])


def _doorstep(uow: UnitOfWork) -> Doorstep:
    return Doorstep(sender=str(control(uow, "portal_sender")), telephone=uow.people.service().telephone)


def _reach(uow: UnitOfWork, behind: _Behind, status: Status, now: datetime) -> None:
    """Move the letter on; where it stands there or further, nothing is left to do.

    A letter that was reported as Failed stays so: its staff are told that the patient has it all the same.
    """
    letter = behind.letter
    attempt = uow.attempts.get([behind.link.attempt_id])[behind.link.attempt_id]
    if may(letter.channel, letter.status, status, Cause.PORTAL):
        transition(uow, [Change(letter=letter, to=status, cause=Cause.PORTAL, at=now, attempt=attempt)])
    elif letter.status is Status.FAILED:
        word = f"The patient has {'read' if status is Status.VIEWED else 'opened'} it all the same."
        if word != letter.warning:
            uow.letters.patch([letter.id], warning=word)
            kept = _event(behind, now, reason=word)
            uow.events.append([replace(kept, to_status=status, cause=Cause.PORTAL, applied=False)])


def _count(uow: UnitOfWork, behind: _Behind, wrong: dict[str, WrongAnswers], now: datetime) -> None:
    for counted, answers in wrong.items():
        uow.links.count(counted, answers)
    of_link = wrong[behind.link.token_hash]
    if of_link.locked_until:
        reason = f"{of_link.count} wrong answers in a row: the link is locked for a while."
        uow.events.append([_event(behind, now, reason=reason)])
        uow.letters.patch([behind.letter.id])  # whoever looks at the letter sees it at once


def _event(behind: _Behind, now: datetime, *, reason: str) -> Event:
    letter = behind.letter
    return Event(
        id=new_id(),
        letter_id=letter.id,
        at=now,
        kind="portal",
        channel=letter.channel,
        attempt_id=behind.link.attempt_id,
        reason=reason,
    )

"""The link by which a patient reads one letter, and what the store knows of it."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from hmac import compare_digest

from services.domain.letter import Letter, Patient
from services.domain.letter_content import LetterContent
from services.domain.spelling import fold
from services.domain.vocabulary import Channel, Status


@dataclass(frozen=True, kw_only=True, slots=True)
class PatientLink:
    """One attempt's link. Only the hash of its token is stored.

    content is what the letter's document was made from, for the page; None where a PDF was brought along.
    session_hash is that of the patient's present session, which ends at session_until.
    """

    token_hash: str
    letter_id: str
    attempt_id: str
    created_at: datetime
    expires_at: datetime
    content: LetterContent | None = None
    revoked_at: datetime | None = None
    session_hash: str = ""
    session_until: datetime | None = None

    def works_for(self, letter: Letter, now: datetime) -> bool:
        """Whether the link still opens the letter.

        Not after it was replaced, printed, closed, removed or sent another way: this follows from the letter
        alone, so that no action can forget to revoke it.
        """
        ours = letter.attempt_id == self.attempt_id and letter.channel is Channel.E
        gone = letter.closed_at or letter.removed_at or letter.status is Status.PRINTED
        return bool(ours and not gone and not self.revoked_at and now < self.expires_at)


def is_the_patient(patient: Patient, born: date, surname: str) -> bool:
    """Whether the answers are the patient's: accents, case, hyphens, apostrophes and spaces are forgiven.

    Both answers are always compared, in constant time. A record without one of them opens to nobody.
    """
    recorded = _letters(patient.surname)
    same_name = compare_digest(recorded.encode(), _letters(surname).encode())
    same_day = compare_digest(str(patient.date_of_birth).encode(), str(born).encode())
    return same_name and same_day and bool(recorded)


def _letters(surname: str) -> str:
    return "".join(re.findall(r"[^\W_]+", fold(surname)))

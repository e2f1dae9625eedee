"""What the use cases need of the store for the patients' links."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from services.domain.lockout import WrongAnswers
from services.domain.patient_link import PatientLink


class Links(Protocol):
    """Within one service. Writers go one after the other, so that what is read may be written."""

    def add(self, links: Sequence[PatientLink]) -> None: ...

    def by_hash(self, token_hash: str) -> PatientLink | None: ...

    def of_attempts(self, attempt_ids: Collection[str]) -> dict[str, PatientLink]:
        """By attempt; without those that have no link."""
        ...

    def open_session(self, token_hash: str, session_hash: str, until: datetime) -> None:
        """Let this session read the letter; one that was open before ends."""
        ...

    def revoke(self, attempt_ids: Collection[str], at: datetime) -> None: ...

    def wrong_answers(self, counted: str) -> WrongAnswers:
        """Of a link, by its token's hash, or from an address, by its mark."""
        ...

    def count(self, counted: str, wrong: WrongAnswers) -> None: ...

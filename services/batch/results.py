"""What a bulk action answers: one line for each letter, and what it will do before it does it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from services.domain.documents import DocumentProblem
from services.domain.letter import Letter
from services.domain.prints import Print
from services.domain.vocabulary import Action, Channel
from services.rendering import StoredLetter

CHANGED: Final = "It was changed by somebody else meanwhile. Look at it again."


class Outcome(StrEnum):
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterResult:
    """What became of one letter; `name` is how the list calls it."""

    letter_id: str
    name: str
    action: Action
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchResult:
    """What became of all letters of one click; `made` is the file, where one was made."""

    results: tuple[LetterResult, ...] = ()
    made: Print | None = None

    def __add__(self, other: "BatchResult") -> "BatchResult":
        return BatchResult(results=self.results + other.results, made=self.made or other.made)

    def of(self, outcome: Outcome, action: Action | None = None) -> list[LetterResult]:
        """The results with one outcome, of one action or of all."""
        return [
            result for result in self.results if result.outcome is outcome and action in (None, result.action)
        ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """One letter of a plan, with the reason where it can't go or has to be confirmed by itself."""

    letter_id: str
    name: str
    reason: str = ""
    action: Action = Action.SEND


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What Print/Send selected would do (docs/product.md section 2). Nothing has happened yet.

    resend holds the failed letters: they go only where the user ticks that. confirm holds those that are
    confirmed one by one; cannot those that can't be actioned, and why.
    """

    to_print: tuple[Planned, ...] = ()
    to_send: dict[Channel, tuple[Planned, ...]] = field(default_factory=dict)
    resend: tuple[Planned, ...] = ()
    confirm: tuple[Planned, ...] = ()
    cannot: tuple[Planned, ...] = ()

    def chosen(self, sure: Collection[str], *, resend: bool) -> Iterator[Planned]:
        """What is to be done: failed letters where re-sending was ticked, doubtful ones that are `sure`."""
        yield from self.to_print
        for group in self.to_send.values():
            yield from group
        if resend:
            yield from self.resend
        yield from (planned for planned in self.confirm if planned.letter_id in sure)

    @property
    def needs_no_question(self) -> bool:
        """One letter, without a second thought."""
        ready = len(self.to_print) + sum(map(len, self.to_send.values()))
        return ready == 1 and not (self.resend or self.confirm or self.cannot)


def name_of(letter: Letter) -> str:
    """How messages call a letter."""
    return f"{letter.patient.name} – {letter.title}"


def result_of(letter: Letter, action: Action, outcome: Outcome, reason: str = "") -> LetterResult:
    return LetterResult(
        letter_id=letter.id, name=name_of(letter), action=action, outcome=outcome, reason=reason
    )


def results_of(letters: Iterable[Letter], action: Action, outcome: Outcome, reason: str = "") -> BatchResult:
    """The same outcome for several letters."""
    return BatchResult(results=tuple(result_of(letter, action, outcome, reason) for letter in letters))


def unrendered(
    letters: Iterable[Letter], stored: Mapping[str, StoredLetter | DocumentProblem], action: Action
) -> BatchResult:
    """Why those letters failed that have no sound PDF."""
    return BatchResult(
        results=tuple(
            result_of(letter, action, Outcome.FAILED, problem.reason)
            for letter in letters
            if isinstance(problem := stored[letter.id], DocumentProblem)
        )
    )

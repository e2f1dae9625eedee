"""Which of the letters that a user names can be actioned: access first, then each letter's own state."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from services import access
from services.batch.results import BatchResult, LetterResult, Outcome, result_of
from services.domain.letter import Letter
from services.domain.people import User
from services.domain.verdict import Answer, Verdict, verdict
from services.domain.vocabulary import Action, Channel, Status
from services.ports.letters import Scope
from services.ports.store import UnitOfWork

PRINTED_ALREADY = "It is printed already. To print or send it again, use the buttons of its own row."
UNSEEN = "There is no such letter, or none that you may action."


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """The letters that go on, and the results of those that don't."""

    letters: tuple[Letter, ...]
    rest: BatchResult


def acting_letters(uow: UnitOfWork, user: User, ids: Collection[str]) -> list[Letter]:
    """The letters among `ids` that the user may action. Raises NotAllowed where the role may action none."""
    return uow.letters.get(list(dict.fromkeys(ids)), access.acting_scope(uow, user))


def choose(
    letters: Sequence[Letter],
    ids: Collection[str],
    action: Action,
    *,
    confirmed: Collection[str] = (),
    channel: Channel | None = None,
    again: bool = True,
) -> Chosen:
    """Those of `letters` for which the action is possible now; every other id gets a result that says why.

    again=False leaves out what is printed already, so that a repeated click prints nothing twice, and nothing
    is sent again that a colleague has printed meanwhile.
    """
    going: list[Letter] = []
    results: list[LetterResult] = [_unseen(letter_id, action) for letter_id in _missing(ids, letters)]
    for letter in letters:
        decided = verdict(letter, action, channel)
        if letter.status is Status.PRINTED and not again:
            decided = Verdict(answer=Answer.NO, reason=PRINTED_ALREADY)
        if decided.answer is Answer.YES or (decided.answer is Answer.CONFIRM and letter.id in confirmed):
            going.append(letter)
        else:
            results.append(result_of(letter, action, Outcome.SKIPPED, decided.reason))
    return Chosen(letters=tuple(going), rest=BatchResult(results=tuple(results)))


def unchanged(uow: UnitOfWork, letters: Sequence[Letter]) -> list[Letter]:
    """Those of the letters, as they were read and rendered, that would still go out just so.

    For the transaction that acts on them: setting hundreds of letters takes a while, and an address that is
    corrected meanwhile, or a patient who has died, must not be passed over.
    """
    now = {
        letter.id: _what_goes(letter) for letter in uow.letters.get([each.id for each in letters], Scope())
    }
    return [letter for letter in letters if now.get(letter.id) == _what_goes(letter)]


def _what_goes(letter: Letter) -> tuple[object, ...]:
    return letter.patient, letter.template, letter.title, dict(letter.fields), letter.attempt_id


def _missing(ids: Collection[str], letters: Sequence[Letter]) -> list[str]:
    found = {letter.id for letter in letters}
    return [letter_id for letter_id in dict.fromkeys(ids) if letter_id not in found]


def _unseen(letter_id: str, action: Action) -> LetterResult:
    return LetterResult(
        letter_id=letter_id,
        name="A letter",
        action=action,
        outcome=Outcome.SKIPPED,
        reason=UNSEEN,
    )

"""Every action of the Batch Letters table, and the one that does for each letter what it asks."""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from services.batch.choosing import PRINTED_ALREADY, UNSEEN, acting_letters
from services.batch.keeping import Keeping
from services.batch.printing import Printing
from services.batch.results import BatchResult, LetterResult, Outcome, Plan, Planned, name_of
from services.batch.sending import Sending
from services.domain.errors import NotAllowed, UserError
from services.domain.letter import Letter
from services.domain.people import User
from services.domain.verdict import Answer, Verdict, verdict
from services.domain.vocabulary import Action, Channel, Status
from services.ports.store import Store
from services.rendering import Progress, Rendering

log = logging.getLogger(__name__)

Stage = Callable[..., BatchResult]
UNFORESEEN: Final = "Something went wrong here, and was noted. Look at the letter before you do it again."


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """What the page's buttons call. Each answers with a result for every letter that it was given."""

    store: Store
    rendering: Rendering
    printing: Printing
    sending: Sending
    keeping: Keeping

    def prepare(self, service_id: str, user: User, ids: Collection[str], progress: Progress) -> None:
        """Make the PDFs that these letters lack, before an action that would make them itself.

        `progress` may end it at any moment, as Streamlit ends a run that shows something: what was made is
        stored, and nothing else has changed. Letters that have left the Pending group have their PDF. Why a
        letter can't be made into one, the action says. Raises NotAllowed.
        """
        with self.store.read(service_id) as uow:
            letters = acting_letters(uow, user, ids)
        self.rendering.ensure(service_id, [each for each in letters if each.row.pending_group], progress)

    def plan(self, service_id: str, user: User, ids: Collection[str]) -> Plan:
        """What Print/Send selected would do with these letters; changes nothing."""
        with self.store.read(service_id) as uow:
            letters = acting_letters(uow, user, ids)
        return plan_of(letters, ids)

    def print_or_send(
        self,
        service_id: str,
        user: User,
        plan: Plan,
        *,
        resend: bool = False,
        confirmed: Collection[str] = (),
    ) -> BatchResult:
        """Do what the plan says: each letter is decided again, since its status may have changed meanwhile.

        What changed since the user saw the plan is left out: nothing is done that the plan didn't say.
        resend: the user ticked "re-send the failed letters". confirmed: the letters that the user confirmed
        one by one. Every letter of the plan is in the result, also those that were left out.
        """
        sure = {planned.letter_id for planned in plan.confirm} & set(confirmed)
        stages: dict[Action, Stage] = {
            Action.SEND: self.sending.send,
            Action.RESEND: self.sending.resend,
            Action.PRINT: self.printing.print_letters,
        }
        result = _left_out(plan, sure, resend=resend)
        for action, stage in stages.items():
            planned = [each for each in plan.chosen(sure, resend=resend) if each.action is action]
            ids = [each.letter_id for each in planned]
            result = _done(planned, partial(stage, service_id, user, ids, confirmed=sure)) + result
        return result

    def second_thoughts(
        self, service_id: str, user: User, ids: Collection[str], action: Action
    ) -> tuple[Planned, ...]:
        """The letters that the action would touch only when each is confirmed by itself, and why."""
        with self.store.read(service_id) as uow:
            letters = acting_letters(uow, user, ids)
        return tuple(
            Planned(letter_id=letter.id, name=name_of(letter), reason=decided.reason)
            for letter in letters
            if (decided := verdict(letter, action)).answer is Answer.CONFIRM
        )


def _done(planned: Sequence[Planned], act: Callable[[], BatchResult]) -> BatchResult:
    """The result of one stage; where it breaks down, what the others have done is said all the same."""
    try:
        return act()
    except NotAllowed:
        raise
    except Exception as fault:
        log.exception("a stage of Print/Send selected broke down")
        reason = str(fault) if isinstance(fault, UserError) else UNFORESEEN
        return BatchResult(results=tuple(_of(each, Outcome.FAILED, reason) for each in planned))


def _left_out(plan: Plan, sure: Collection[str], *, resend: bool) -> BatchResult:
    """A result for each letter of the plan that was not touched, and why."""
    unsure = [planned for planned in plan.confirm if planned.letter_id not in sure]
    reasons = [
        *((planned, planned.reason) for planned in plan.cannot),
        *((planned, f"Not confirmed. {planned.reason}") for planned in unsure),
        *(
            (planned, "It has failed, and re-sending was not ticked.")
            for planned in plan.resend
            if not resend
        ),
    ]
    return BatchResult(results=tuple(_of(planned, Outcome.SKIPPED, reason) for planned, reason in reasons))


def _of(planned: Planned, outcome: Outcome, reason: str) -> LetterResult:
    return LetterResult(
        letter_id=planned.letter_id,
        name=planned.name,
        action=planned.action,
        outcome=outcome,
        reason=reason,
    )


def main_action(letter: Letter) -> Action:
    """What the letter's channel and status ask for: print, send or re-send."""
    if letter.channel is Channel.PRINT:
        return Action.PRINT
    return Action.SEND if letter.status is Status.PENDING else Action.RESEND


def plan_of(letters: Collection[Letter], ids: Collection[str]) -> Plan:
    """Each letter in its group; ids that are not among the letters can't be actioned."""
    groups: defaultdict[str, list[Planned]] = defaultdict(list)
    to_send: defaultdict[Channel, list[Planned]] = defaultdict(list)
    for letter in letters:
        action = main_action(letter)
        decided = verdict(letter, action)
        printed = PRINTED_ALREADY if letter.status is Status.PRINTED else ""
        planned = Planned(
            letter_id=letter.id, name=name_of(letter), reason=printed or decided.reason, action=action
        )
        if group := _group(letter, action, decided):
            groups[group].append(planned)
        else:
            to_send[letter.channel].append(planned)
    seen = {letter.id for letter in letters}
    unseen = (Planned(letter_id=key, name="A letter", reason=UNSEEN) for key in ids if key not in seen)
    return Plan(
        to_print=tuple(groups["to_print"]),
        to_send={channel: tuple(planned) for channel, planned in to_send.items()},
        resend=tuple(groups["resend"]),
        confirm=tuple(groups["confirm"]),
        cannot=(*groups["cannot"], *unseen),
    )


def _group(letter: Letter, action: Action, decided: Verdict) -> str:
    """The plan's group that a letter belongs to; nothing for those that are simply sent."""
    if decided.answer is Answer.NO or letter.status is Status.PRINTED:
        return "cannot"
    if decided.answer is Answer.CONFIRM:
        return "confirm"
    if action is Action.RESEND:
        return "resend"
    return "to_print" if action is Action.PRINT else ""

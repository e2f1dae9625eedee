"""What changes a letter without a file or a delivery: change channel, remove, close, open again."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from services.audit import note
from services.batch.choosing import Chosen, acting_letters, choose
from services.batch.results import CHANGED, BatchResult, Outcome, results_of
from services.domain.audit import Deed
from services.domain.ids import new_id
from services.domain.letter import Event, Letter
from services.domain.people import User
from services.domain.vocabulary import Action, Cause, Channel, Status
from services.ports.clock import Clock
from services.ports.store import Store
from services.transition import Change, transition


@dataclass(frozen=True, kw_only=True, slots=True)
class Keeping:
    """The actions on a letter's place in the batch."""

    store: Store
    clock: Clock

    def change_channel(
        self,
        service_id: str,
        user: User,
        ids: Collection[str],
        channel: Channel,
        *,
        confirmed: Collection[str] = (),
    ) -> BatchResult:
        """The letters wait again, by another channel that their template offers.

        confirmed: those that the user confirmed one by one, since nobody knows whether they arrived.
        """
        with self.store.begin(service_id) as uow:
            letters = acting_letters(uow, user, ids)
            chosen = choose(letters, ids, Action.CHANGE_CHANNEL, confirmed=confirmed, channel=channel)
            moved = transition(uow, [self._to_channel(letter, channel, user) for letter in chosen.letters])
            uow.attempts.end_all(moved)
            uow.letters.patch(moved, attempt_id=None, warning="")
            uow.letters.unrender(moved)
            uow.commit()
        return _results(chosen, Action.CHANGE_CHANNEL, moved)

    def remove(self, service_id: str, user: User, ids: Collection[str]) -> BatchResult:
        """The letters leave the batch; their history stays."""
        return self._note(service_id, user, ids, Action.REMOVE, "", removed_at=self.clock.now())

    def close(self, service_id: str, user: User, ids: Collection[str], note: str) -> BatchResult:
        """Failed letters that need no more work leave the Pending group; their status stays."""
        closed = {"closed_at": self.clock.now(), "closed_by": user.id, "closed_note": note[:1000]}
        return self._note(service_id, user, ids, Action.CLOSE, note, **closed)

    def reopen(self, service_id: str, user: User, ids: Collection[str]) -> BatchResult:
        """Closed letters come back into the Pending group."""
        opened = {"closed_at": None, "closed_by": None, "closed_note": ""}
        return self._note(service_id, user, ids, Action.REOPEN, "", **opened)

    def stop_link(self, service_id: str, user: User, ids: Collection[str]) -> BatchResult:
        """The patient's link works no longer; the letter stays where it is."""
        return self._note(service_id, user, ids, Action.STOP_LINK, "")

    def _to_channel(self, letter: Letter, channel: Channel, user: User) -> Change:
        return Change(
            letter=letter,
            to=Status.PENDING,
            cause=Cause.CHANGE_CHANNEL,
            at=self.clock.now(),
            user_id=user.id,
            to_channel=channel,
        )

    def _note(
        self, service_id: str, user: User, ids: Collection[str], action: Action, remark: str, **changes: Any
    ) -> BatchResult:
        with self.store.begin(service_id) as uow:
            chosen = choose(acting_letters(uow, user, ids), ids, action)
            changed = uow.letters.patch_where(chosen.letters, **changes)
            if action is Action.STOP_LINK:
                links = [each.attempt_id for each in chosen.letters if each.attempt_id and each.id in changed]
                uow.links.revoke(links, self.clock.now())
            uow.events.append(
                [
                    Event(
                        id=new_id(),
                        letter_id=letter.id,
                        at=self.clock.now(),
                        kind=action,
                        channel=letter.channel,
                        user_id=user.id,
                        reason=remark[:500],
                    )
                    for letter in chosen.letters
                    if letter.id in changed
                ]
            )
            note(uow, self.clock.now(), user.id, Deed.ACT, sorted(changed), action=action.value)
            uow.commit()
        return _results(chosen, action, changed)


def _results(chosen: Chosen, action: Action, changed: Collection[str]) -> BatchResult:
    """A letter that somebody else changed meanwhile was left out."""
    done = [letter for letter in chosen.letters if letter.id in changed]
    late = [letter for letter in chosen.letters if letter.id not in changed]
    rest = results_of(late, action, Outcome.SKIPPED, CHANGED) + chosen.rest
    return results_of(done, action, Outcome.DONE) + rest

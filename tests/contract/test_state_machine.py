"""Users, workers, providers and crashes in any order: what must be true is true after each step."""

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from services import access
from services.bootstrap import build
from services.documents.plain_press import PlainPress
from services.domain.errors import GatewayError, LostRace
from services.domain.letter import Attempt, Event, Letter
from services.domain.people import User
from services.domain.status import may
from services.domain.vocabulary import AttemptState, Cause, Channel, Status
from services.reconcile import take_report
from tests.builders import ADMIN, ANN, BOB, SERVICE
from tests.clock import FakeClock
from tests.contract.memory_gateway import REPORTS, MemoryGateway, Mood
from tests.contract.watched_gateway import Fuse, Killed, burning_at_commits
from tests.worlds import World, settings_for, world

ELECTRONIC = (Channel.GP, Channel.E, Channel.H)
NEVER = 1_000  # steps: the process is not cut off
CUTS = st.one_of(st.just(NEVER), st.integers(1, 12))
PAUSES = st.sampled_from([2, 45, 60, 600, 86_400])
MOODS = st.one_of(st.just(Mood.TAKES), st.sampled_from(Mood))


class Letters(RuleBasedStateMachine):
    """One service; whoever acts may be cut off between any two steps."""

    letters = Bundle("letters")
    prepared: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        copy = shutil.copy(self.prepared, self.folder.name)
        clock = FakeClock()
        app = build(settings_for(f"sqlite:///{copy}", ""), clock=clock, renderer=PlainPress())
        self.world = World(app=app, clock=clock)
        self.gateways = {channel: MemoryGateway(channel=channel) for channel in ELECTRONIC}
        self.owners: dict[str, User] = {}

    def cut(self, steps: int, work: Callable[[], object]) -> None:
        with burning_at_commits(Fuse(steps=steps)), suppress(Killed, GatewayError, LostRace):
            work()

    # users

    @rule(target=letters, channel=st.sampled_from(Channel), owner=st.sampled_from([ANN, BOB]))
    def create(self, channel: Channel, owner: User) -> str:
        return self.written(channel, owner)

    @rule(target=letters, channel=st.sampled_from(ELECTRONIC))
    def create_and_send(self, channel: Channel) -> str:
        letter_id = self.written(channel, ANN)
        self.world.send(letter_id)
        return letter_id

    def written(self, channel: Channel, owner: User) -> str:
        letter_id = self.world.letter(channel, created_by=owner.id, created_by_name=owner.name)
        self.owners[letter_id] = owner
        return letter_id

    @rule(letter=letters, user=st.sampled_from([ADMIN, ANN, BOB]), steps=CUTS)
    def send(self, letter: str, user: User, steps: int) -> None:
        before = self.world.get(letter)
        self.cut(steps, lambda: self.world.app.batch.sending.send(SERVICE.id, user, [letter]))
        if user not in (ADMIN, self.owners[letter]):
            assert self.world.get(letter) == before

    @rule(letter=letters, confirmed=st.booleans(), steps=CUTS)
    def resend(self, letter: str, confirmed: bool, steps: int) -> None:
        sure = [letter] if confirmed else []
        resend = self.world.app.batch.sending.resend
        self.cut(steps, lambda: resend(SERVICE.id, ADMIN, [letter], confirmed=sure))

    @rule(letter=letters, steps=CUTS)
    def print_it(self, letter: str, steps: int) -> None:
        self.cut(steps, lambda: self.world.app.batch.printing.print_letters(SERVICE.id, ADMIN, [letter]))

    @rule(letter=letters, channel=st.sampled_from(Channel), steps=CUTS)
    def change_channel(self, letter: str, channel: Channel, steps: int) -> None:
        change = self.world.app.batch.keeping.change_channel
        self.cut(steps, lambda: change(SERVICE.id, ADMIN, [letter], channel))

    @rule(letter=letters, action=st.sampled_from(["close", "reopen", "remove"]), steps=CUTS)
    def keep(self, letter: str, action: str, steps: int) -> None:
        keeping = self.world.app.batch.keeping
        note = {"note": "no more work"} if action == "close" else {}
        self.cut(steps, lambda: getattr(keeping, action)(SERVICE.id, ADMIN, [letter], **note))

    # workers

    @rule(channel=st.sampled_from(ELECTRONIC), mood=MOODS, finds=st.booleans(), pause=PAUSES, steps=CUTS)
    def dispatch(self, channel: Channel, mood: Mood, finds: bool, pause: int, steps: int) -> None:
        gateway = self.gateways[channel]
        gateway.mood, gateway.finds = mood, finds
        self.world.clock.advance(pause)
        self.cut(steps, self.world.dispatcher(channel, gateway=gateway).round)

    @rule(
        target=letters,
        channel=st.sampled_from(ELECTRONIC),
        mood=st.sampled_from([Mood.TAKES, Mood.LOSES_THE_ANSWER]),
        receipt=st.booleans(),
        which=st.integers(0, 9),
    )
    def overtake(self, channel: Channel, mood: Mood, receipt: bool, which: int) -> str:
        """While one worker waits for the answer, a receipt comes, or another one takes its lease."""
        letter_id = self.written(channel, ANN)
        self.world.send(letter_id)
        gateway = self.gateways[channel]
        gateway.mood, gateway.finds = mood, True

        def meanwhile(reference: str) -> None:
            if receipt:
                self.take(channel, reference, which)
            else:
                self.world.clock.advance(60)
                self.world.dispatcher(channel, owner="second", gateway=gateway).round()

        gateway.overtaking = meanwhile
        self.cut(NEVER, self.world.dispatcher(channel, owner="first", gateway=gateway).round)
        gateway.overtaking = None
        return letter_id

    @rule(channel=st.sampled_from(ELECTRONIC), finds=st.booleans(), pause=PAUSES, steps=CUTS)
    def reconcile(self, channel: Channel, finds: bool, pause: int, steps: int) -> None:
        gateway = self.gateways[channel]
        gateway.finds = finds
        self.world.clock.advance(pause)
        self.cut(steps, lambda: self.world.reconcile(channel, gateway))

    # providers

    @rule(letter=letters, number=st.integers(0, 9), which=st.integers(0, 9), times=st.integers(0, 2))
    def report(self, letter: str, number: int, which: int, times: int) -> None:
        """About any attempt, late, twice or out of order; with 0 times it waits until it is asked for."""
        accepted = [each for each in self.attempts(letter) if each.reference in self.ledger(each.channel)]
        if accepted:
            attempt = accepted[number % len(accepted)]
            for _ in range(times):
                self.take(attempt.channel, attempt.reference, which)
            reports = REPORTS[attempt.channel]
            self.gateways[attempt.channel].says(attempt.reference, reports[which % len(reports)])

    def take(self, channel: Channel, reference: str, which: int) -> None:
        reports = REPORTS[channel]
        said = self.gateways[channel].says(reference, reports[which % len(reports)])
        world = self.world
        assert take_report(world.app.store, world.clock, world.app.settings, SERVICE.id, said)

    # what must be true

    def ledger(self, channel: Channel) -> list[str]:
        return self.gateways[channel].ledger

    def attempts(self, letter_id: str) -> list[Attempt]:
        with self.world.app.store.read(SERVICE.id) as uow:
            return uow.attempts.of_letters([letter_id])

    @invariant()
    def each_reference_is_accepted_once(self) -> None:
        for channel in ELECTRONIC:
            assert len(self.ledger(channel)) == len(set(self.ledger(channel)))

    @invariant()
    def every_letter_is_as_its_history_says(self) -> None:
        for letter_id in self.owners:
            check(self.world.get(letter_id), self.world.history(letter_id), self.attempts(letter_id))
            for attempt in self.attempts(letter_id):
                if attempt.channel is not Channel.PRINT:
                    digests = self.gateways[attempt.channel].digests
                    assert digests.get(attempt.reference, attempt.sha256) == attempt.sha256

    @invariant()
    def a_therapist_sees_their_own(self) -> None:
        with self.world.app.store.read(SERVICE.id) as uow:
            for user in (ANN, BOB):
                scope = access.scope(user, access.Permission.SEE_LETTERS)
                seen = {letter.id for letter in uow.letters.get(list(self.owners), scope)}
                assert seen == {letter_id for letter_id, owner in self.owners.items() if owner is user}

    def teardown(self) -> None:
        """When all works again, no letter is left behind."""
        try:
            for channel in ELECTRONIC:
                gateway = self.gateways[channel]
                gateway.mood, gateway.finds = Mood.TAKES, True
                for _ in range(4):
                    self.world.clock.advance(86_400)
                    self.cut(NEVER, self.world.dispatcher(channel, gateway=gateway).round)
            self.each_reference_is_accepted_once()
            for letter_id in self.owners:
                letter = self.world.get(letter_id)
                assert not letter.in_doubt
                if letter.status is Status.QUEUED:
                    assert self.attempts(letter_id)[-1].reference in self.ledger(letter.channel)
        finally:
            self.world.app.__exit__()
            self.folder.cleanup()


def check(letter: Letter, history: list[Event], attempts: list[Attempt]) -> None:
    """Each step is in the status table, the status is what they amount to, and doubt is never pending."""
    steps = [event for event in history if event.kind == "status"]
    created = next(event for event in history if event.kind == "created")
    channel, status = created.channel, created.to_status
    for step in steps:
        assert step.applied
        assert step.from_status is status
        assert status
        assert step.to_status
        if step.cause is Cause.CHANGE_CHANNEL:
            assert (step.to_status, step.channel != channel) == (Status.PENDING, True)
        else:
            assert step.cause
            assert may(channel, status, step.to_status, step.cause), step
            assert step.channel is channel
        channel, status = step.channel, step.to_status
    assert (letter.channel, letter.status) == (channel, status)
    current = next((attempt for attempt in attempts if attempt.id == letter.attempt_id), None)
    if letter.in_doubt or (current and current.state is AttemptState.IN_DOUBT):
        assert letter.status is not Status.PENDING
    if letter.in_doubt:
        assert current
        assert current.state is AttemptState.IN_DOUBT
    if letter.status is Status.QUEUED:
        assert current
        assert current.state is not AttemptState.ENDED
    others = [attempt.state for attempt in attempts if attempt is not current]
    assert AttemptState.READY not in others


def test_letters_survive_any_order_of_events(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = tmp_path / "prepared.db"
    with world(f"sqlite:///{prepared}"):
        pass
    monkeypatch.setattr(Letters, "prepared", prepared, raising=False)
    run_state_machine_as_test(
        Letters,
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],  # to find the shortest way to a failure would take minutes
        ),
    )

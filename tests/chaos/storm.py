"""One storm: letters are sent, a worker is killed every two seconds, and what the end looks like."""

import random
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from services.domain.letter import Patient
from services.domain.verdict import RESOLVED_UNSEEN
from services.domain.vocabulary import Channel, Status
from services.gateways.sandbox.config import SandboxConfig
from tests import builders
from tests.builders import SERVICE
from tests.chaos.courses import ENDS, RESOLVED
from tests.contract.web_site import serving
from tests.faults.processes import clock_of
from tests.faults.site import Site
from tests.postgres_server import a_free_port
from tests.sandbox_server import SandboxServer, running_sandbox
from tests.waiting import PATIENCE
from tests.worlds import world

KILL_EVERY = 2.0
"""Seconds."""
CLICK_EVERY = 1.0
SHARE_OF_SENDING = 0.8
"""Of the time; in the rest the last letters go out, under fire as well."""

HASTY: dict[str, Any] = {"gateway_timeout": 1.5, "lease": 7, "settle": 9, "poll_first": 1, "poll_longest": 5}
"""A look-up that lags shows the letter after 600 seconds: six of ours, and the settle time is longer."""
SPEED = 100
_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a storm left: how many letters, kills, and letters of each kind of harm."""

    engine: str
    letters: int
    kills: int
    lost: int
    twice: int
    wrong_status: int
    went: dict[str, int]
    """Letters by channel and course."""
    harm: list[str]
    """What became of the letters that don't stand as they should."""
    log: str

    @property
    def harmless(self) -> bool:
        return not (self.lost or self.twice or self.wrong_status)

    def as_record(self) -> dict[str, str | int]:
        return {
            "engine": self.engine,
            "letters": self.letters,
            "kills": self.kills,
            "lost": self.lost,
            "twice": self.twice,
            "wrong_status": self.wrong_status,
        }


@dataclass(kw_only=True)
class Storm:
    """The blows that fall on one site; `courses` say of each letter its channel and what becomes of it."""

    site: Site
    dice: random.Random
    kills: int = 0

    def rage(self, seconds: float, courses: dict[str, tuple[Channel, str]]) -> None:
        """Send the letters in handfuls, and kill a worker every two seconds until the time is over."""
        clicks = max(1, int(seconds * SHARE_OF_SENDING / CLICK_EVERY))
        ids, size = list(courses), -(-len(courses) // clicks)
        handfuls = [ids[start : start + size] for start in range(0, len(ids), size)]
        began = time.monotonic()
        self.site.start(**HASTY)
        while (gone := time.monotonic() - began) < seconds:
            if handfuls and gone >= (clicks - len(handfuls)) * CLICK_EVERY:
                self.site.world.send(*handfuls.pop(0))
            if gone >= (self.kills + 1) * KILL_EVERY:
                self._kill_one()
            time.sleep(0.05)
        for handful in handfuls:
            self.site.world.send(*handful)

    def _kill_one(self) -> None:
        victim = self.dice.choice(self.site.running)
        victim.kill()
        assert victim.pid
        self.site.gone(victim.pid)
        self.site.start(count=1, **HASTY)
        self.kills += 1

    def calm(self, courses: dict[str, tuple[Channel, str]]) -> None:
        """Let the workers finish, as long as anything still moves towards its end."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and any(not self.is_well(*each) for each in courses.items()):
            time.sleep(1)

    def is_well(self, letter_id: str, course: tuple[Channel, str]) -> bool:
        letter = self.site.letter(letter_id)
        if letter.in_doubt:
            return False
        if course[1] == RESOLVED and not self._has_failed(letter_id):
            # Asked too late, we never hear of the rejection: the letter must not pass for delivered then.
            return letter.status in (Status.QUEUED, Status.SENT) and letter.warning == RESOLVED_UNSEEN
        return letter.status is ENDS[course[0]][course[1]]

    def _has_failed(self, letter_id: str) -> bool:
        history = self.site.history(letter_id)
        return any(event.applied and event.to_status is Status.FAILED for event in history)


def storm(
    engine: str, database_url: str, folder: Path, *, seconds: float, letters: int, workers: int, seed: int
) -> Outcome:
    """Run one on an empty database. The same seed draws the same letters, courses and victims."""
    port, dice = a_free_port(), random.Random(seed)
    sandbox_url = f"http://127.0.0.1:{port}"
    with ExitStack() as running:
        made = running.enter_context(world(database_url, sandbox_url, clock=clock_of(folder)))
        token = made.app.settings.notify_callback_token.get_secret_value()
        receipts = f"{running.enter_context(serving(made.app))}/api/{SERVICE.id}/receipts/notify"
        config = SandboxConfig(
            speed=SPEED,
            hang_seconds=5,
            receipt_url=f"{receipts}/sms",
            callback_url=f"{receipts}/returned-letters",
            callback_token=token,
        )
        sandbox = running.enter_context(running_sandbox(config, port=port))
        site = Site(world=made, sandbox=sandbox, folder=folder, count=workers)
        running.callback(site.kill_all)
        courses = _letters(site, dice, letters)
        blow = Storm(site=site, dice=dice)
        blow.rage(seconds, courses)
        blow.calm(courses)
        return _compared(engine, blow, sandbox, courses)


def _letters(site: Site, dice: random.Random, count: int) -> dict[str, tuple[Channel, str]]:
    """Pending letters; each course has a patient of its own, by whom the sandbox knows it."""
    kinds = [(channel, course) for channel, ends in ENDS.items() for course in ends]
    patients = {kind: _patient(serial) for serial, kind in enumerate(kinds)}
    with site.world.app.store.begin(SERVICE.id) as uow:
        uow.people.save_patients(patients.values())
        uow.commit()
    for (channel, course), patient in patients.items():
        site.sandbox.script(course, **_known_by(channel, patient))
    drawn = [dice.choice(kinds) for _ in range(count)]
    return {site.world.letter(kind[0], patient=patients[kind]): kind for kind in drawn}


def _patient(serial: int) -> Patient:
    inward = f"{2 + serial // len(_LETTERS)}{_LETTERS[serial % len(_LETTERS)]}A"
    return replace(
        builders.patient(),
        nhs_number=builders.nhs_number(3000 + serial),
        mobile=f"07700 9002{serial:02}",
        address=("7 Mill Row", "Wherrymere", f"ZZ99 {inward}"),
    )


def _known_by(channel: Channel, patient: Patient) -> dict[str, str]:
    match channel:
        case Channel.E:
            return {"phone": patient.mobile}
        case Channel.H:
            return {"postcode": patient.address[-1]}
        case _:
            return {"nhs_number": patient.nhs_number}


def _compared(
    engine: str, blow: Storm, sandbox: SandboxServer, courses: dict[str, tuple[Channel, str]]
) -> Outcome:
    """The ledger against the store, letter by letter."""
    site = blow.site
    ledger = Counter(acceptance["reference"] for acceptance in sandbox.ledger())
    lost = twice = wrong = 0
    harm = []
    for letter_id, course in courses.items():
        letter, attempt = site.letter(letter_id), site.attempt(letter_id)
        taken = ledger.pop(attempt.reference, 0)
        is_well = blow.is_well(letter_id, course)
        lost += taken == 0 or (not is_well and letter.status in (Status.PENDING, Status.QUEUED))
        twice += taken > 1
        wrong += not is_well
        if taken != 1 or not is_well:
            harm.append(f"{course}: {letter.status}, {attempt.state}, accepted {taken}, {attempt.reference}")
    twice += len(ledger)  # acceptances of which the store knows nothing
    return Outcome(
        engine=engine,
        letters=len(courses),
        kills=blow.kills,
        lost=lost,
        twice=twice,
        wrong_status=wrong,
        went=dict(sorted(Counter(f"{channel}: {course}" for channel, course in courses.values()).items())),
        harm=harm,
        log=site.log(),
    )

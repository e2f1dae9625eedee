"""Which letters the demonstration has, and when what happens to each of them. Chance, with a fixed seed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Final

from services.demo.courses import PENDING, STAFF, STANDING, USUAL, Do, Now, Step, days
from services.demo.files import DemoTemplate
from services.demo.patients import Awkward
from services.domain.ids import new_id
from services.domain.letter import Letter, Patient
from services.domain.letter_content import long_date
from services.domain.local_time import LONDON
from services.domain.merge_fields import fields_in
from services.domain.people import Role, User
from services.domain.recipient import missing
from services.domain.vocabulary import Channel, Status

SPAN: Final = days(548)
_SHARES: Final = {Channel.GP: 38, Channel.E: 34, Channel.H: 15, Channel.PRINT: 13}
_ROUNDS: Final = (0, 2, 4)
_PLACES: Final = (
    "By video",
    "By telephone",
    "Heronsbridge House, room 4",
    "The Weaverstone Centre, Stonehithe",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cast:
    """Who and what the letters are made of."""

    users: Sequence[User]
    templates: Sequence[DemoTemplate]
    patients: Sequence[Patient]
    awkward: Sequence[Awkward]


@dataclass(frozen=True, kw_only=True, slots=True)
class Happening:
    """One step of one letter, at its time."""

    at: datetime
    letter: Letter
    step: Step


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """All letters, oldest first, and all that happens to them, in the order of time."""

    letters: list[Letter]
    happenings: list[Happening]


class Planner:
    """Draws the plan. The same seed and the same `now` draw the same one, but for the ids."""

    def __init__(self, random: Random, cast: Cast, now: datetime) -> None:
        self._random = random
        self._cast = cast
        self._now = now
        self._therapists = [user for user in cast.users if user.role is Role.THERAPIST]
        self._admins = [user for user in cast.users if user.role is Role.ADMIN]
        self._sendable = {
            channel: [patient for patient in cast.patients if _unhindered(patient, channel)]
            for channel in Channel
        }

    def plan(self, how_many: int) -> Plan:
        """So many letters; those that wait or are under way are the same, however many there are."""
        drafts = [*self._pending(), *self._awkward(), *self._standing()]
        drafts += [self._usual() for _ in range(how_many - len(drafts))]
        drafts.sort(key=lambda draft: draft[0].created_at)
        letters, happenings = [], []
        for number, (draft, steps) in enumerate(drafts, start=1):
            letter = replace(draft, reference=f"BTT-{draft.created_at:%y}-{number:05}")
            letters.append(letter)
            happenings += [Happening(at=at, letter=letter, step=step) for at, step in steps]
        return Plan(letters=letters, happenings=sorted(happenings, key=lambda each: (each.at, each.step.do)))

    def _pending(self) -> Iterator["_Draft"]:
        for channel, number in PENDING.items():
            for _ in range(number):
                written = self._office_hours(self._now - days(self._random.triangular(0, 30, 1)), self._now)
                yield self._letter(channel, self._random.choice(self._cast.patients), written), []

    def _awkward(self) -> Iterator["_Draft"]:
        for awkward in self._cast.awkward:
            written = self._office_hours(self._now - days(self._random.uniform(0, 3)), self._now)
            yield self._letter(awkward.channel, awkward.patient, written), []

    def _standing(self) -> Iterator["_Draft"]:
        for now in STANDING:
            for _ in range(now.count):
                yield self._stands(now)

    def _stands(self, now: Now) -> "_Draft":
        actioned = self._now - now.ago
        written = self._office_hours(actioned - days(self._random.uniform(0.2, 2)), actioned)
        letter = self._letter(now.channel, self._random.choice(self._sendable[now.channel]), written)
        action = Step(after=timedelta(0), do=Do.ACTION, waits=now.waits)
        return letter, [(actioned, action), *self._later(actioned, now.steps, jitter=0.1)]

    def _usual(self) -> "_Draft":
        channel = self._random.choices(list(_SHARES), list(_SHARES.values()))[0]
        age = days(2) + (SPAN - days(2)) * self._random.random() ** 1.15
        written = self._office_hours(self._now - age, self._now)
        letter = self._letter(channel, self._random.choice(self._sendable[channel]), written)
        courses = USUAL[channel]
        course = self._random.choices(courses, [course.weight for course in courses])[0]
        return letter, list(self._later(written, course.steps, jitter=0.4))

    def _later(
        self, start: datetime, steps: Sequence[Step], jitter: float
    ) -> Iterator[tuple[datetime, Step]]:
        """The steps at their times, as far as those have come; staff work when staff work."""
        at = start
        for step in steps:
            at += step.after * self._random.uniform(1 - jitter, 1 + jitter)
            if step.do in STAFF:
                at = _next_round(at)
            if at > self._now:
                return
            yield at, step

    def _letter(self, channel: Channel, patient: Patient, written: datetime) -> Letter:
        offering = [demo for demo in self._cast.templates if channel in demo.template.channels]
        demo = self._random.choice(offering)
        user = self._creator(patient)
        return Letter(
            id=new_id(),
            reference="",
            channel=channel,
            status=Status.PENDING,
            status_at=written,
            created_at=written,
            title=self._random.choice(demo.titles),
            fields=self._fields(demo, written),
            patient=patient,
            template=demo.template,
            created_by=user.id,
            created_by_name=user.name,
        )

    def _creator(self, patient: Patient) -> User:
        """The patient's therapist, and now and then an admin."""
        if self._random.random() < 0.12:
            return self._random.choice(self._admins)
        return self._therapists[int(patient.nhs_number[-6:-1]) % len(self._therapists)]

    def _fields(self, demo: DemoTemplate, written: datetime) -> dict[str, str]:
        day = _weekday(written + days(self._random.randint(5, 21)))
        values = {
            "appointment_date": f"{day:%A} {long_date(day.date())}",
            "appointment_time": f"{self._random.randint(9, 16):02}:{self._random.choice((0, 15, 30)):02}",
            "appointment_place": self._random.choice(_PLACES),
        }
        used = fields_in(demo.template.body)
        return {name: value for name, value in values.items() if name in used}

    def _office_hours(self, near: datetime, before: datetime) -> datetime:
        """A time on the working day of `near`, or the last one before it, that is earlier than `before`."""
        minute = self._random.randint(8 * 60 + 30, 17 * 60 + 15)
        day = near.astimezone(LONDON).date()
        while True:
            at = datetime.combine(day, time(minute // 60, minute % 60), LONDON).astimezone(UTC)
            if day.weekday() < 5 and at < before:
                return at
            day -= timedelta(days=1)


_Draft = tuple[Letter, Sequence[tuple[datetime, Step]]]


def _unhindered(patient: Patient, channel: Channel) -> bool:
    """A letter to the patient can go by the channel without a question; its text may name the practice."""
    return bool(patient.practice) and not (missing(patient, channel) or patient.deceased or patient.opted_out)


def _weekday(at: datetime) -> datetime:
    """The day itself, or the Monday after a weekend."""
    return at + days(7 - at.weekday() if at.weekday() > 4 else 0)


def _next_round(at: datetime) -> datetime:
    """Admins work through the batch on Mondays, Wednesdays and Fridays, in the morning."""
    local = at.astimezone(LONDON)
    for later in range(5):
        day = local.date() + timedelta(days=later)
        start = datetime.combine(day, time(10, day.toordinal() * 37 % 60), LONDON)
        if day.weekday() in _ROUNDS and start >= local:
            return start.astimezone(UTC)
    raise AssertionError("one of five days has a round that lies ahead")

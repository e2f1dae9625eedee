"""Generated histories of letters, and every measure counted over them once more, in plain Python."""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from math import floor
from typing import Any

from services.analytics.question import Question
from services.analytics.reason_groups import group_of
from services.domain.ids import new_id
from services.domain.local_time import LONDON
from services.domain.vocabulary import Channel
from tests.contract.listing_world import PATIENTS, PRACTICES, TEMPLATES, USERS, World

COURSES = {
    "gp": ["sent", "delivered"],
    "e": ["sent", "delivered", "accessed", "viewed"],
    "h": ["sent_for_processing", "posted"],
}
ARRIVED = {"delivered", "accessed", "viewed", "posted"}
CODES = {
    "gp": ["REJ01", "not-collected", "5000", "NEW-1"],
    "e": ["permanent-failure", "technical-failure"],
    "h": ["not-a-real-uk-postcode", "returned-letter", "permanent-failure"],
}
AROUND = [datetime(2026, 3, 27, 20, tzinfo=UTC), datetime(2026, 10, 23, 20, tzinfo=UTC)]
"""Before the clocks go forward, and before they go back."""


@dataclass
class Histories:
    """Letters with their events, as they were written to the store."""

    world: World
    chance: random.Random
    events: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def write(self, count: int) -> None:
        """So many letters more."""
        for _ in range(count):
            channel = self.chance.choice(["gp", "e", "h", "print"])
            created = self.chance.choice(AROUND) + timedelta(minutes=self.chance.randrange(4 * 24 * 60))
            letter_id = self.world.add(
                channel=channel,
                created_at=created,
                patient_id=self.chance.choice(list(PATIENTS)),
                template_id=self.chance.choice(list(TEMPLATES)),
                created_by=self.chance.choice(USERS).id,
            )
            self.events[letter_id] = []
            self._live(letter_id, channel, created)

    def go_on(self, letter_id: str) -> None:
        """The letter is sent once more."""
        last = self.events[letter_id][-1]
        self.world.change(letter_id, closed_at=None)
        self._live(letter_id, last["channel"], last["at"] + timedelta(hours=1))

    def _live(self, letter_id: str, channel: str, at: datetime) -> None:
        self._go_through(letter_id, channel, at)
        applied = [event for event in self.events[letter_id] if event["applied"]]
        moved = [event for event in applied if event["to_status"]][-1]
        closed = applied[-1]["kind"] == "close"
        stands = {"channel": moved["channel"], "status": moved["to_status"]}
        self.world.change(letter_id, **stands, closed_at=moved["at"] if closed else None)

    def _go_through(self, letter_id: str, channel: str, at: datetime) -> None:
        if not self.events[letter_id]:
            self._happen(letter_id, at, channel, to="pending", kind="created", user="ann")
        while channel != "print" and self.chance.random() < 0.8:
            at = self._later(at)
            self._happen(letter_id, at, channel, to="queued", user="ada")
            at, failed = self._travel(letter_id, channel, at)
            if not failed:
                return
            at = self._later(at)
            match self.chance.choice(["again", "print", "close", "channel", "nothing"]):
                case "print":
                    self._happen(letter_id, at, channel, to="printed", user="ada")
                case "close":
                    self._happen(letter_id, at, channel, kind="close", user="ada")
                    return
                case "channel":
                    channel = self.chance.choice(["gp", "e", "h"])
                    self._happen(letter_id, at, channel, to="pending", user="ada")
                case "nothing":
                    return

    def _travel(self, letter_id: str, channel: str, at: datetime) -> tuple[datetime, bool]:
        """Reports on one sending: some leave statuses out, some come late or twice and are history only."""
        for status in COURSES[channel]:
            if self.chance.random() < 0.2:
                continue
            if self.chance.random() < 0.25:
                return self._fail(letter_id, channel, at)
            at = self._later(at)
            self._happen(letter_id, at, channel, to=status)
            if self.chance.random() < 0.3:
                self._happen(letter_id, at - timedelta(hours=9), channel, to="sent", applied=False)
                self._happen(letter_id, at, channel, to=status, applied=False)
        return self._fail(letter_id, channel, at) if self.chance.random() < 0.2 else (at, False)

    def _fail(self, letter_id: str, channel: str, at: datetime) -> tuple[datetime, bool]:
        at = self._later(at)
        code = self.chance.choice(CODES[channel])
        self._happen(letter_id, at, channel, to="failed", code=code, reason=f"Because of {code}")
        if channel == "gp" and self.chance.random() < 0.2:  # the practice resolves its rejection
            self._happen(letter_id, self._later(at), channel, to="delivered")
            return at, False
        return at, True

    def _later(self, at: datetime) -> datetime:
        """A provider's clock may be behind ours."""
        return at + timedelta(minutes=self.chance.randrange(-20, 2000))

    def _happen(self, letter_id: str, at: datetime, channel: str, *, to: str = "", **more: Any) -> None:
        with self.world.engine.begin() as connection:
            place = self.world._next(connection)
        event = {
            "id": new_id(),
            "at": at,
            "kind": more.get("kind", "status" if to else "note"),
            "channel": channel,
            "to_status": to or None,
            "user_id": more.get("user"),
            "code": more.get("code", ""),
            "reason": more.get("reason", ""),
            "applied": more.get("applied", True),
            "sequence": place,
        }
        self.world.add_event(letter_id, **event)
        self.events[letter_id].append(event)


@dataclass
class Sending:
    """A sending as plain Python follows it."""

    letter: dict[str, Any]
    number: int
    channel: str
    queued: datetime
    reached: dict[str, datetime] = field(default_factory=dict)
    state: str = "queued"
    failure: dict[str, Any] | None = None
    answer: dict[str, Any] | None = None
    later_arrived: bool = False
    last: bool = False

    @property
    def day(self) -> date:
        return self.queued.astimezone(LONDON).date()

    @property
    def arrived(self) -> bool:
        return self.state in ARRIVED

    @property
    def failed(self) -> bool:
        return self.state == "failed"


def sendings(histories: Histories) -> list[Sending]:
    """Every sending, by going through each history once."""
    found: list[Sending] = []
    for letter_id, events in histories.events.items():
        own: list[Sending] = []
        for event in sorted(events, key=lambda each: (each["sequence"], each["id"])):
            if event["applied"]:
                _follow(own, histories.world.letters[letter_id], event)
        for sending in own:
            sending.last = sending is own[-1]
            sending.later_arrived = any(each.arrived for each in own if each.number > sending.number)
        found += own
    return found


def _follow(own: list[Sending], letter: dict[str, Any], event: dict[str, Any]) -> None:
    status = event["to_status"]
    answers = status in ("queued", "printed", "pending") or event["kind"] == "close"
    if own and own[-1].failed and own[-1].answer is None and event["user_id"] and answers:
        own[-1].answer = event
    if status == "queued":
        own.append(Sending(letter=letter, number=len(own) + 1, channel=event["channel"], queued=event["at"]))
    elif own and status and status not in ("pending", "printed"):
        sending = own[-1]
        sending.state = status
        name = "sent" if status == "sent_for_processing" else status
        sending.reached[name] = min(sending.reached.get(name, event["at"]), event["at"])
        if status == "failed":
            sending.failure, sending.answer = event, None


def value_of(sending: Sending, dimension: str) -> str:
    """What the sending has of a dimension, looked up by hand."""
    letter = sending.letter
    author = next(user for user in USERS if user.id == letter["created_by"])
    practice = PATIENTS[letter["patient_id"]][2]
    match dimension:
        case "channel":
            return sending.channel
        case "team" | "provider" | "consortium":
            return str(getattr(author, dimension))
        case "practice":
            return PRACTICES[practice][0] if practice else ""
        case "template":
            return str(letter["template_id"])
        case "code":
            return sending.failure["code"] if sending.failed and sending.failure else ""
        case "group":
            code = value_of(sending, "code")
            return group_of(Channel(sending.channel), code).value if sending.failed else ""
        case _:
            return (sending.day - timedelta(days=sending.day.weekday())).isoformat()


def asked(everything: Iterable[Sending], question: Question) -> list[Sending]:
    return [
        each
        for each in everything
        if question.start <= each.day <= question.end
        and all(value_of(each, name) in values for name, values in question.chosen.items())
    ]


_WAYS = {
    "sent": {"sent", "delivered", "accessed", "viewed", "posted"},
    "delivered": {"delivered", "accessed", "viewed"},
    "accessed": {"accessed", "viewed"},
    "viewed": {"viewed"},
    "posted": {"posted"},
}


def _came_to(name: str) -> Callable[["Sending"], bool]:
    return lambda each: bool(_WAYS[name] & each.reached.keys())


def _has_time_of(name: str) -> Callable[["Sending"], bool]:
    return lambda each: name in each.reached


CONDITIONS: dict[str, Callable[[Sending], bool]] = {
    "sent": lambda each: True,
    "arrived": lambda each: each.arrived,
    "failed": lambda each: each.failed,
    "under_way": lambda each: not each.arrived and not each.failed,
    **{f"came_to_{name}": _came_to(name) for name in _WAYS},
    **{f"reached_{name}": _has_time_of(name) for name in _WAYS},
    "first": lambda each: each.number == 1,
    "first_arrived": lambda each: each.number == 1 and each.arrived,
    "resent_arrived": lambda each: each.failed and each.later_arrived,
    "printed_in_the_end": lambda each: each.failed and not each.later_arrived and _by(each) == "printed",
    "closed_in_the_end": lambda each: each.failed and not each.later_arrived and _by(each) == "close",
    "open_failures": lambda each: each.failed and each.last and _is_open(each.letter),
    "not_dealt_with": lambda each: each.failed and each.answer is None,
}


def _is_open(letter: dict[str, Any]) -> bool:
    return letter["status"] == "failed" and letter.get("closed_at") is None


def _by(sending: Sending) -> str:
    answer = sending.answer or {}
    return str(answer.get("to_status") or answer.get("kind") or "")


def counts(found: Iterable[Sending]) -> dict[str, int]:
    """Every measure."""
    listed = list(found)
    return {key: sum(map(condition, listed)) for key, condition in CONDITIONS.items()}


def divided(found: Iterable[Sending], dimension: str) -> dict[str, dict[str, int]]:
    """Every measure by the values of a dimension."""
    listed = list(found)
    values = Counter(value_of(each, dimension) for each in listed)
    return {value: counts(each for each in listed if value_of(each, dimension) == value) for value in values}


def hours(found: Iterable[tuple[datetime, datetime]]) -> list[float]:
    return sorted((to - since).total_seconds() / 3600 for since, to in found)


def quantile(values: list[float], q: float) -> float | None:
    """Between the two nearest values, in proportion."""
    if not values:
        return None
    place = q * (len(values) - 1)
    low = floor(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)

"""The desk: what every provider's routes share. Takes posts in, and says how messages stand."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from services.gateways.sandbox.clock import SandboxClock
from services.gateways.sandbox.config import SandboxConfig
from services.gateways.sandbox.courses import COURSES, Course, Gateway, Step
from services.gateways.sandbox.ledger import Acceptance, Ledger
from services.gateways.sandbox.recipients import Recipient, Scripts, choose_course
from services.gateways.sandbox.traffic import Traffic


@dataclass(kw_only=True, slots=True)
class Desk:
    """State of one running sandbox."""

    config: SandboxConfig
    clock: SandboxClock
    ledger: Ledger
    scripts: Scripts = field(default_factory=Scripts)
    calls: Counter[str] = field(default_factory=Counter)
    notify_traffic: Traffic = field(init=False)

    def __post_init__(self) -> None:
        self.notify_traffic = Traffic(limit=self.config.notify_posts_a_minute)

    def course_for(self, recipient: Recipient) -> str:
        return choose_course(recipient, self.scripts, self.config.failure_rate)

    def count_call(self, kind: str, reference: str) -> int:
        """How often, this time included, a call of a kind ("post", "find") came with a reference."""
        key = f"{kind} {reference}"
        self.calls[key] += 1
        return self.calls[key]

    def accept(
        self, recipient: Recipient, shown: str, sha256: str, course: str, details: Mapping[str, str]
    ) -> Acceptance:
        """Enter an acceptance in the ledger. ``shown`` is the recipient as the ledger names it."""
        acceptance = Acceptance(
            gateway=recipient.gateway,
            reference=recipient.reference,
            recipient=shown,
            moment=self.clock.moment(),
            course=course,
            sha256=sha256,
            details=details,
            callback="waiting" if self._expects_callback(recipient.gateway, course) else "",
        )
        self.ledger.record(acceptance)
        return acceptance

    def _expects_callback(self, gateway: Gateway, course: str) -> bool:
        returned = COURSES[gateway][course].returned_after is not None
        return returned or (gateway is Gateway.SMS and bool(self.config.receipt_url))

    def known(self, provider_id: str) -> Acceptance | None:
        """The message with an id, unless the provider has forgotten it."""
        acceptance = self.ledger.find(provider_id)
        return acceptance if acceptance and not self._is_forgotten(acceptance) else None

    def listed(self, found: Iterator[Acceptance]) -> Iterator[Acceptance]:
        """Those of the messages that a list shows by now."""
        for acceptance in found:
            lag = course_of(acceptance).find_lag
            if self.age(acceptance) >= lag and not self._is_forgotten(acceptance):
                yield acceptance

    def look_up_fails(self, reference: str) -> bool:
        """Whether this list by reference is one that the message's course has fail."""
        newest = next(self.ledger.newest(reference=reference), None)
        failing = course_of(newest).failing_finds if newest else 0
        return failing > 0 and self.count_call("find", reference) <= failing

    def age(self, acceptance: Acceptance) -> float:
        return self.clock.age(acceptance.moment)

    def step(self, acceptance: Acceptance) -> Step | None:
        return course_of(acceptance).step_at(self.age(acceptance))

    def next_step(self, acceptance: Acceptance) -> Step | None:
        return course_of(acceptance).next_after(self.age(acceptance))

    def time_of(self, acceptance: Acceptance, step: Step) -> datetime:
        return self.clock.time_of(acceptance.moment, step.after)

    def _is_forgotten(self, acceptance: Acceptance) -> bool:
        after = course_of(acceptance).forgotten_after
        return after is not None and self.age(acceptance) >= after

    def reset(self) -> None:
        self.ledger.clear()
        self.scripts.entries.clear()
        self.calls.clear()


def course_of(acceptance: Acceptance) -> Course:
    """The acceptance's course; a name that a newer version no longer has delivers."""
    courses = COURSES[acceptance.gateway]
    return courses.get(acceptance.course, courses["delivers"])

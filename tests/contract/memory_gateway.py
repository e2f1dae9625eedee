"""A delivery provider in memory: it keeps a ledger, and takes, refuses or loses what a test's mood says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256

from services.domain.errors import Misconfigured, OutcomeUnknown, Permanent, Temporary
from services.domain.vocabulary import Cause, Channel, Status
from services.gateways.docman import NOT_COLLECTED
from services.ports.gateway import Capabilities, Inbox, Parcel, Report
from tests.worlds import GATEWAYS

REPORTS: dict[Channel, tuple[Report, ...]] = {
    Channel.GP: (
        Report(gateway="docman", code="4002", status=Status.SENT),
        Report(gateway="docman", code="4003", status=Status.DELIVERED),
        Report(gateway="docman", code="4005", status=Status.FAILED, reason_code="REJ01", reason="Rejected"),
        Report(gateway="docman", code="6000", status=Status.DELIVERED, cause=Cause.RESOLVED, resolves="4005"),
        Report(gateway="docman", code="9999", known=False),
    ),
    Channel.E: (
        Report(gateway="notify_sms", code="sending", status=Status.SENT),
        Report(gateway="notify_sms", code="sent", status=Status.SENT, nothing_more=True),
        Report(gateway="notify_sms", code="delivered", status=Status.DELIVERED),
        Report(gateway="notify_sms", code="permanent-failure", status=Status.FAILED, reason="Wrong number"),
    ),
    Channel.H: (
        Report(gateway="notify_letter", code="accepted", status=Status.SENT_FOR_PROCESSING),
        Report(gateway="notify_letter", code="received", status=Status.POSTED),
        Report(gateway="notify_letter", code="returned-letter", status=Status.FAILED, reason="Returned"),
    ),
}
"""What each provider may say of a letter, in the order in which it usually does."""


class Mood(StrEnum):
    """What becomes of a call."""

    TAKES = "takes"
    LOSES_THE_ANSWER = "accepts, then times out"
    LOSES_THE_LETTER = "times out, nothing accepted"
    UNREACHABLE = "connection refused"
    REFUSES = "refuses the letter"
    REFUSES_US = "refuses the key"


@dataclass(kw_only=True)
class MemoryGateway:
    """Implements the ports' Gateway. `overtaking` happens between an acceptance and its answer."""

    channel: Channel
    mood: Mood = Mood.TAKES
    finds: bool = True
    overtaking: Callable[[str], object] | None = None
    ledger: list[str] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)
    said: dict[str, Report] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.name, self.label = GATEWAYS[self.channel], self.channel.label
        self.mark = "memory"
        self.inbox: Inbox | None = None
        self.capabilities = Capabilities(
            can_find=True,
            settle=timedelta(seconds=60),
            retention=timedelta(days=7),
            poll_page=50,
            account=self.name,
            unanswered=NOT_COLLECTED if self.channel is Channel.GP else None,
        )

    def send(self, parcel: Parcel) -> Report:
        match self.mood:
            case Mood.UNREACHABLE:
                raise Temporary("It could not be reached.")
            case Mood.REFUSES:
                raise Permanent("It refuses the letter.", code="refused")
            case Mood.REFUSES_US:
                raise Misconfigured("It refuses our key.")
            case Mood.LOSES_THE_LETTER:
                raise OutcomeUnknown("It did not answer.")
        self.ledger.append(parcel.reference)
        self.digests[parcel.reference] = sha256(parcel.pdf).hexdigest()
        overtaking, self.overtaking = self.overtaking, None
        if overtaking:
            overtaking(parcel.reference)
        if self.mood is Mood.LOSES_THE_ANSWER:
            raise OutcomeUnknown("It did not answer.")
        return self._report(parcel.reference)

    def poll(self, provider_ids: Sequence[str]) -> list[Report]:
        if not self.finds:
            raise Temporary("Not now.")
        return [self._report(provider_id.removeprefix("id-")) for provider_id in provider_ids]

    def find(self, reference: str) -> list[Report]:
        if not self.finds:
            raise Temporary("Not now.")
        return [self._report(each) for each in self.ledger if each == reference]

    def says(self, reference: str, report: Report) -> Report:
        """From now on this is what it says of the letter."""
        self.said[reference] = replace(report, provider_id=f"id-{reference}", reference=reference)
        return self.said[reference]

    def _report(self, reference: str) -> Report:
        accepted = Report(
            gateway=self.name, code="accepted-post", provider_id=f"id-{reference}", reference=reference
        )
        return self.said.get(reference, accepted)

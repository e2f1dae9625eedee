"""What the use cases need of a delivery provider."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from services.domain.letter import Recipient
from services.domain.vocabulary import Cause, Channel, Status


@dataclass(frozen=True, kw_only=True, slots=True)
class Parcel:
    """What is handed to a delivery provider: the frozen document and recipient of one attempt.

    link is the patient's link, and text_message what carries it (patient electronic only); pdf is empty
    where the channel carries none.
    """

    reference: str
    recipient: Recipient
    title: str
    service_name: str
    created_at: datetime
    pdf: bytes = b""
    link: str = ""
    text_message: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What a delivery provider says of one letter, normalised by its adapter's table of codes.

    status None: a code that the table doesn't know, or one that moves nothing (accepted, waiting). code is
    the vendor's own word, reason its meaning; reason_code and reason go to the letter when status is Failed.
    nothing_more ends the polling; resolves is the earlier code that cause RESOLVED takes back.
    raw is the payload as it came, without file content or keys.
    """

    gateway: str
    code: str
    status: Status | None = None
    cause: Cause = Cause.REPORT
    reason: str = ""
    reason_code: str = ""
    known: bool = True
    nothing_more: bool = False
    resolves: str = ""
    provider_id: str = ""
    reference: str = ""
    at: datetime | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Unanswered:
    """A letter that its recipient has not answered for so many days is Failed (docs/faults.md row 34).

    setting names the days in services/control.py; reason is what staff read, with {days} in it.
    """

    setting: str
    code: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ComesBack:
    """How this vendor would report what staff learn by post or email: a letter is back, or was rejected.

    reason is what staff read; with_code: the practice may have named one of its rejection codes.
    """

    code: str
    reason: str
    with_code: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """One message in our inbox at a delivery provider. It lies there until it is acknowledged."""

    id: str
    report: Report


class Inbox(Protocol):
    """Where a delivery provider lays what it has to say. Every method may raise the four errors."""

    def arrivals(self) -> list[Arrival]:
        """What lies there, oldest first; a message that can't be read has a report that is not known."""
        ...

    def acknowledge(self, arrival_id: str) -> None:
        """Let the provider forget it. Called only after what it says was committed."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Capabilities:
    """What a gateway can do and its limits.

    can_find: a reference can be looked up; otherwise an unknown outcome is shown and
    never sent again by itself.
    settle: how long after a call an absent reference may still turn up; longer than the client's time-out.
    retention: how long the provider remembers an id. poll_page: how many ids one poll may name.
    account: whose limit the calls count against, shared by gateways that use one key. posts_a_minute: how
    many letters the account may hand over in any minute; 0: no limit is known. least_pause: between two
    questions about one letter. unanswered: what becomes of a letter of which nothing more is heard; None:
    nothing.
    """

    can_find: bool
    settle: timedelta
    retention: timedelta
    poll_page: int
    account: str
    posts_a_minute: int = 0
    least_pause: timedelta = timedelta(0)
    unanswered: Unanswered | None = None
    comes_back: ComesBack | None = None


class Gateway(Protocol):
    """One delivery provider's wire protocol. Every method may raise the four errors of domain.errors.

    mark is another one when its address or our key is: a look-up with another key finds nothing, and that
    says nothing (docs/faults.md row 24). inbox is None where the provider has none.
    """

    name: str
    label: str
    channel: Channel
    capabilities: Capabilities
    mark: str
    inbox: Inbox | None

    def send(self, parcel: Parcel) -> Report:
        """Hand one letter over, once; the report carries the provider's id."""
        ...

    def poll(self, provider_ids: Sequence[str]) -> list[Report]:
        """What the provider says of at most poll_page ids; an id that it doesn't know is left out."""
        ...

    def find(self, reference: str) -> list[Report]:
        """Every acceptance under our reference; empty when there is none."""
        ...

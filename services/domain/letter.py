"""A letter and the people around it, as the use cases see them. Pure data; rules about one letter alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from services.domain.standing import Standing
from services.domain.vocabulary import AttemptState, Cause, Channel, Status

PRINTED_DOCUMENT: Final = "document_id"
"""Where the event of a printing keeps, in `raw`, the id of the document that was printed."""

WRITTEN_TO: Final = "written_to"
"""Where a letter's first event keeps, in `raw`, the marks of its recipients (recipient.marks_of)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Practice:
    """A GP practice, known by its ODS code. gateway is how it is reached; empty: as the service chose."""

    id: str
    ods_code: str
    name: str
    address: tuple[str, ...] = ()
    active: bool = True
    gateway: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Patient:
    """A patient's record as far as letters need it. Preferences are a visual aid and force nothing.

    large_print is a need, not a preference: letters to the patient are set in 16 point.
    """

    id: str
    nhs_number: str
    surname: str
    forename: str
    date_of_birth: date | None
    address: tuple[str, ...]
    mobile: str = ""
    sms_consent: bool = False
    deceased: bool = False
    opted_out: bool = False
    large_print: bool = False
    practice: Practice | None = None

    @property
    def name(self) -> str:
        """As lists show it: "SMITH, Ann"."""
        return f"{self.surname.upper()}, {self.forename}"

    @property
    def initials(self) -> str:
        """Of forename and surname, where no name may stand: "AS"."""
        return "".join(name[:1].upper() for name in (self.forename, self.surname))


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordChange:
    """What one field of a patient's record said before and after somebody corrected it."""

    id: str
    patient_id: str
    at: datetime
    user_id: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """A kind of letter: its text with merge fields, and the channels that it may use.

    version numbers the body: a letter keeps the one that it was made from (docs/adr/0018), and all else is as
    it is now. dual_mode: whoever is written to electronically gets a paper copy too. Not active: retired, no
    new letter is made from it.
    """

    id: str
    name: str
    category: str
    body: str
    channels: frozenset[Channel]
    dual_mode: bool = False
    version: int = 1
    active: bool = True

    @property
    def offered(self) -> frozenset[Channel]:
        """The channels that its letters may go by: printing is always one."""
        return self.channels | {Channel.PRINT}


@dataclass(frozen=True, kw_only=True, slots=True)
class TemplateVersion:
    """A body as it was saved. Without user and time it came with the installation or with its data."""

    number: int
    body: str
    user_id: str = ""
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter(Standing):
    """One letter in the batch, with what decides about it joined on.

    status_at is when the status was reached; change is the number of the change that last touched it.
    document_id is the rendering of the present text (None: not rendered yet). Where `uploaded`, it is the PDF
    that somebody brought along, which is never made anew, and window is the address that is read in it.
    post_problem says which print rules the document breaks (docs/print-rules.md); empty where none is known.
    pair is shared by letters that were written together, each with a row of its own. owner_id and work_note:
    whose work a failed letter is, and what they noted.
    """

    id: str
    reference: str
    channel: Channel
    status: Status
    status_at: datetime
    created_at: datetime
    title: str
    fields: Mapping[str, str]
    patient: Patient
    template: Template
    created_by: str
    created_by_name: str
    pair: str | None = None
    document_id: str | None = None
    uploaded: bool = False
    window: tuple[str, ...] = ()
    post_problem: str = ""
    attempt_id: str | None = None
    in_doubt: bool = False
    reason_code: str = ""
    reason: str = ""
    warning: str = ""
    closed_at: datetime | None = None
    closed_note: str = ""
    owner_id: str | None = None
    work_note: str = ""
    removed_at: datetime | None = None
    change: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipient:
    """To whom an attempt goes, frozen when it is queued: only what its channel needs is filled.

    details holds further facts that the channel's wire format asks for (a patient's names for the practice).
    """

    name: str = ""
    ods_code: str = ""
    mobile: str = ""
    address: tuple[str, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One send, re-send or change of channel: a reference of its own, a frozen document and recipient.

    fence grows with every claim: a write that carries an older number is refused. handed_with is the mark of
    the gateway that it was handed over with.
    """

    id: str
    letter_id: str
    number: int
    channel: Channel
    gateway: str
    reference: str
    state: AttemptState
    document_id: str
    sha256: str
    recipient: Recipient
    title: str
    created_at: datetime
    tries: int = 0
    fence: int = 0
    provider_id: str = ""
    doubt_since: datetime | None = None
    accepted_at: datetime | None = None
    last_code: str = ""
    unreachable_since: datetime | None = None
    handed_with: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One line of a letter's history. Appended, never changed.

    applied is False for what is history only: a late or older report, or one about an earlier attempt. raw is
    what the event rests on: a provider's words, the file that a letter came from, the document printed.
    """

    id: str
    letter_id: str
    at: datetime
    kind: str
    channel: Channel
    from_status: Status | None = None
    to_status: Status | None = None
    cause: Cause | None = None
    user_id: str | None = None
    user_name: str = ""
    gateway: str = ""
    attempt_id: str | None = None
    reference: str = ""
    code: str = ""
    reason: str = ""
    applied: bool = True
    sequence: int = 0
    report_key: str | None = None
    raw: Mapping[str, Any] | None = None

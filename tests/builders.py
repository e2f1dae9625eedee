"""Invented people and letters: whole and valid, so that a test names only what it is about."""

from datetime import UTC, date, datetime
from typing import Any

from services.domain.ids import new_id
from services.domain.letter import Letter, Patient, Practice, Template
from services.domain.people import Role, Service, User
from services.domain.vocabulary import Channel, Status

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

SERVICE = Service(
    id="wherrymere",
    name="Wherrymere Talking Therapies",
    address=("Staithe House", "14 Quayside Lane", "Wherrymere", "ZZ99 3VZ"),
    telephone="01632 960 001",
    ods_code="Y90100",
)

ANN = User(id="ann", username="ann", name="Ann Ames", role=Role.THERAPIST)
BOB = User(id="bob", username="bob", name="Bob Beech", role=Role.THERAPIST)
ADMIN = User(id="ada", username="ada", name="Ada Ash", role=Role.ADMIN)
OTHER_ADMIN = User(id="alf", username="alf", name="Alf Alder", role=Role.ADMIN)
MANAGER = User(id="max", username="max", name="Max Maple", role=Role.SERVICE_MANAGER)
ANALYST = User(id="ivy", username="ivy", name="Ivy Elm", role=Role.ANALYST)
SUPERUSER = User(id="sue", username="sue", name="Sue Spruce", role=Role.SUPERUSER)
USERS = (ANN, BOB, ADMIN, OTHER_ADMIN, MANAGER, ANALYST, SUPERUSER)
BY_ROLE = {user.role: user for user in (ANN, ADMIN, MANAGER, ANALYST, SUPERUSER)}

PRACTICE = Practice(
    id="quayside",
    ods_code="Y90001",
    name="Quayside Surgery",
    address=("1 Harbour Street", "Wherrymere", "ZZ99 4AA"),
)
ALL_CHANNELS = frozenset(Channel)
TEMPLATE = Template(
    id="discharge",
    name="Discharge letter",
    category="Discharge",
    body="We have said goodbye to {{ patient_first_name }}.",
    channels=ALL_CHANNELS,
)
PAPER_ONLY = Template(
    id="paper", name="Paper only", category="Other", body="On paper.", channels=frozenset({Channel.PRINT})
)
DATED = Template(
    id="dated",
    name="Appointment letter",
    category="Appointments",
    body="Please come on {{ appointment_date }}.",
    channels=ALL_CHANNELS,
)
TEMPLATES = (TEMPLATE, PAPER_ONLY, DATED)


def nhs_number(serial: int) -> str:
    """A number of the 999 range, which is given to nobody, with its check digit (modulo 11)."""
    digits = f"999{serial:06d}"
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True)) % 11
    # Where the check digit would be 10 the NHS gives no number: the next one is taken.
    return nhs_number(serial + 500_000) if check == 10 else f"{digits}{check % 11}"


def patient(**values: Any) -> Patient:
    """A patient whom every channel reaches."""
    whole: dict[str, Any] = {
        "id": new_id(),
        "nhs_number": nhs_number(1),
        "surname": "Example",
        "forename": "Ada",
        "date_of_birth": date(1990, 5, 3),
        "address": ("7 Mill Row", "Wherrymere", "ZZ99 4AA"),
        "mobile": "07700 900001",
        "sms_consent": True,
        "practice": PRACTICE,
    }
    return Patient(**whole | values)


def letter(channel: Channel = Channel.PRINT, status: Status = Status.PENDING, **values: Any) -> Letter:
    """A letter that Ann wrote; values may replace anything about it."""
    letter_id = new_id()
    whole: dict[str, Any] = {
        "id": letter_id,
        "reference": f"WTT-{letter_id[-12:]}",
        "channel": channel,
        "status": status,
        "status_at": NOON,
        "created_at": NOON,
        "title": "Discharge summary",
        "fields": {},
        "patient": patient(),
        "template": TEMPLATE,
        "created_by": ANN.id,
        "created_by_name": ANN.name,
    }
    return Letter(**whole | values)

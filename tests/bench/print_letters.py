"""A service with many two-page letters that wait, from one template, for the measurement of printing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random
from typing import Final

from services.demo.files import read_names
from services.demo.patients import make_patients
from services.domain.ids import new_id
from services.domain.letter import Letter, Patient, Practice, Template
from services.domain.people import Role, Service, User
from services.domain.vocabulary import Channel, Status
from services.letters import add_to_batch
from services.ports.store import Store

NOW: Final = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SERVICE: Final = Service(
    id="bench",
    name="Wherrymere Talking Therapies",
    address=("Staithe House", "14 Quayside Lane", "Wherrymere", "ZZ99 3VZ"),
    telephone="01632 960 001",
)
ADMIN: Final = User(id="ada", username="ada", name="Ada Ash", role=Role.ADMIN)
_PARAGRAPH: Final = (
    "We met in {{ service_name }} and spoke about what has been difficult for you, {{ patient_first_name }}, "
    "what has helped before, and what you would like to be different. These are the things that we agreed on "
    "together, and that we shall come back to when we meet again in four weeks.\n\n"
)
TEMPLATE: Final = Template(
    id="plan",
    name="Treatment plan",
    category="Letters to patients",
    body=f"""Thank you for coming to your assessment.

## What we spoke about

{_PARAGRAPH * 4}
## What comes next

- Keep a diary of your sleep.
- Ring us on {{{{ service_telephone }}}} if anything gets worse.

{_PARAGRAPH * 4}""",
    channels=frozenset({Channel.PRINT}),
)


def add_letters(store: Store, count: int) -> list[str]:
    """Write the service and `count` letters at Pending; returns their ids, oldest first."""
    practice = Practice(id="quayside", ods_code="Y90001", name="Quayside Surgery")
    invented = make_patients(Random(1), read_names(), [practice], date(2026, 11, 23))
    patients = [replace(patient, deceased=False, opted_out=False) for patient in invented]
    letters = list(_letters(patients, count))
    with store.begin(SERVICE.id) as uow:
        uow.people.add_service(SERVICE)
        uow.people.save_users([ADMIN])
        uow.people.save_practices([practice])
        uow.people.save_templates([TEMPLATE])
        uow.people.save_patients(patients)
        add_to_batch(uow, letters)
        uow.commit()
    return [letter.id for letter in letters]


def _letters(patients: list[Patient], count: int) -> Iterator[Letter]:
    for number in range(count):
        yield Letter(
            id=new_id(),
            reference=f"WTT-26-{number:05}",
            channel=Channel.PRINT,
            status=Status.PENDING,
            status_at=NOW,
            created_at=NOW,
            title="Your treatment plan",
            fields={},
            patient=patients[number % len(patients)],
            template=TEMPLATE,
            created_by=ADMIN.id,
            created_by_name=ADMIN.name,
        )

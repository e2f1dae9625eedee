"""Invented patients: NHS numbers of the 999 range, Ofcom's mobile numbers for drama, invented streets.

Some lack what a channel needs. A few have the number or postcode at which the sandbox of the delivery
providers lets a letter fail (services/gateways/sandbox/recipients.py), so that a visitor sees that too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from random import Random
from typing import Final

from nhs_number.validate import calculate_checksum

from services.demo.files import Names, postcode
from services.domain.ids import new_id
from services.domain.letter import Patient, Practice
from services.domain.vocabulary import Channel

HOW_MANY: Final = 900
_FIRST_FREE_ENDING: Final = 17  # the sandbox gives NHS and mobile numbers with lower endings a course
_SMS_ENDINGS: Final = ("001", "002", "003", "004", "005", "006", "008", "009", "011", "012")
_NHS_ENDINGS: Final = ("001", "002", "003", "004", "005", "008", "010", "011", "012")
_POSTCODES: Final = ("ZZ99 1AA", "ZZ99 1AB", "ZZ99 1AD", "ZZ99 1AE", "ZZ99 1AG", "ZZ99 1AG", "ZZ99 1AH")


@dataclass(frozen=True, kw_only=True, slots=True)
class Awkward:
    """A patient to whom the sandbox delivers badly, and the channel by which it does."""

    patient: Patient
    channel: Channel


def make_patients(random: Random, names: Names, practices: Sequence[Practice], today: date) -> list[Patient]:
    """Patients as a service has them, with what is often missing."""
    numbers = _nhs_numbers()
    return [
        _with_gaps(random, _patient(random, names, practices, today, next(numbers), place))
        for place in range(HOW_MANY)
    ]


def make_awkward(random: Random, names: Names, practices: Sequence[Practice], today: date) -> list[Awkward]:
    """One patient for each of the sandbox's courses that are worth seeing."""
    numbers = _nhs_numbers(start=900_000)
    places = count(HOW_MANY)

    def patient() -> Patient:
        return _patient(random, names, practices, today, next(numbers), next(places))

    return [
        *(
            Awkward(patient=replace(patient(), mobile=f"+447700900{ending}"), channel=Channel.E)
            for ending in _SMS_ENDINGS
        ),
        *(
            Awkward(patient=replace(patient(), nhs_number=_ending(ending)), channel=Channel.GP)
            for ending in _NHS_ENDINGS
        ),
        *(Awkward(patient=_living_at(patient(), where), channel=Channel.H) for where in _POSTCODES),
    ]


def _patient(
    random: Random, names: Names, practices: Sequence[Practice], today: date, nhs_number: str, place: int
) -> Patient:
    street = f"{random.randint(1, 140)} {random.choice(names.streets)}"
    flat = [f"Flat {random.randint(1, 24)}"] if random.random() < 0.15 else []
    return Patient(
        id=new_id(),
        nhs_number=nhs_number,
        surname=random.choice(names.surnames),
        forename=random.choice(names.forenames),
        date_of_birth=today - timedelta(days=int(random.triangular(17, 88, 31) * 365.25)),
        address=(*flat, street, random.choice(names.towns), postcode(place)),
        mobile=f"+447700900{_FIRST_FREE_ENDING + place % (1000 - _FIRST_FREE_ENDING):03}",
        sms_consent=True,
        practice=random.choice(practices),
    )


def _with_gaps(random: Random, patient: Patient) -> Patient:
    """What is often missing or in the way, each by itself."""
    if random.random() < 0.10:
        patient = replace(patient, mobile="")
    if random.random() < 0.12:
        patient = replace(patient, sms_consent=False)
    if random.random() < 0.02:
        patient = replace(patient, practice=None)
    if random.random() < 0.02:
        patient = replace(patient, address=patient.address[-2:-1])
    if random.random() < 0.012:
        patient = replace(patient, deceased=True)
    return replace(patient, opted_out=True) if random.random() < 0.012 else patient


def _living_at(patient: Patient, postcode: str) -> Patient:
    return replace(patient, address=(*patient.address[:-1], postcode))


def _nhs_numbers(start: int = 0) -> Iterator[str]:
    """Valid numbers of the 999 range, in order, that end in nothing special."""
    for number in count(start):
        whole = _whole(number)
        if whole and int(whole[-3:]) >= _FIRST_FREE_ENDING:
            yield whole


def _ending(ending: str) -> str:
    """A valid number of the 999 range that ends so."""
    candidates = (_whole(int(f"{number}{ending[:2]}")) for number in range(5000, 10_000))
    return next(whole for whole in candidates if whole and whole.endswith(ending))


def _whole(number: int) -> str:
    """The number with its check digit; empty where none exists (the sum would be 10)."""
    nine = f"999{number:06}"
    digit = calculate_checksum(nine)
    return "" if digit is None or digit == 10 else f"{nine}{digit}"

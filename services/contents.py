"""What a letter says: the template's text with its merge fields filled from the record."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from services.domain.letter import Letter
from services.domain.letter_content import LetterContent, long_date, spaced_nhs_number
from services.domain.local_time import LONDON
from services.domain.merge_fields import fill
from services.domain.people import Service
from services.domain.recipient import postal_lines
from services.domain.vocabulary import Channel


def content_of(letter: Letter, service: Service) -> LetterContent:
    """The letter as it would be rendered now. Raises MergeFieldProblem where a field can't be filled.

    A letter to the practice is addressed to the practice; every other one to the patient.
    """
    patient = letter.patient
    to_practice = letter.channel is Channel.GP and patient.practice is not None
    practice = patient.practice
    return LetterContent(
        service_name=service.name,
        service_address=service.address,
        service_telephone=service.telephone,
        logo=service.logo,
        reference=letter.reference,
        letter_date=letter.created_at.astimezone(LONDON).date(),
        recipient=(practice.name, *practice.address) if to_practice and practice else postal_lines(patient),
        salutation="Dear Doctor" if to_practice else f"Dear {patient.forename} {patient.surname}",
        title=letter.title,
        body=fill(letter.template.body, _values(letter, service)),
        sender_name=letter.created_by_name,
        patient_name=f"{patient.forename} {patient.surname}",
        date_of_birth=patient.date_of_birth,
        nhs_number=patient.nhs_number,
        large_print=patient.large_print and not to_practice,
        copy_line=f"Copy to: {patient.forename} {patient.surname}" if to_practice else "",
    )


def _values(letter: Letter, service: Service) -> Mapping[str, str]:
    """Every merge field: those of the record, and over them those that were given with the letter."""
    patient = letter.patient
    return {
        "patient_name": f"{patient.forename} {patient.surname}",
        "patient_first_name": patient.forename,
        "patient_surname": patient.surname,
        "patient_address": ", ".join(patient.address),
        "date_of_birth": long_date(patient.date_of_birth) if patient.date_of_birth else "",
        "nhs_number": spaced_nhs_number(patient.nhs_number),
        "gp_practice": patient.practice.name if patient.practice else "",
        "service_name": service.name,
        "service_telephone": service.telephone,
        "sender_name": letter.created_by_name,
        "letter_date": long_date(letter.created_at.astimezone(LONDON).date()),
        "letter_reference": letter.reference,
        **letter.fields,
    }


_EDITION: Final = 2
"""Counts up with the house template and the print rules, together with a migration that forgets what was
rendered of letters that wait (as 0003 does): the worker then makes them anew."""


def fingerprint(content: LetterContent) -> str:
    """The hash of all that a rendering is made from: while it stays, the stored document is the letter."""
    return sha256(f"{_EDITION} {content!r}".encode()).hexdigest()

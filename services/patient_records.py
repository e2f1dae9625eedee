"""A patient's record, as far as letters need it: found, seen with every letter, and corrected."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from services import access
from services.access import Permission, check
from services.audit import note, note_look
from services.domain.audit import Deed
from services.domain.errors import NotFound, UserError
from services.domain.ids import new_id
from services.domain.letter import Letter, Patient, Practice, RecordChange
from services.domain.people import User
from services.domain.recipient import as_mobile
from services.importing import values
from services.listing.listing import Listing
from services.ports.clock import Clock
from services.ports.letters import Scope
from services.ports.store import Store, UnitOfWork

MOST_FOUND: Final = 25
_NOTHING: Final = "Nothing was saved."
_DAY: Final = re.compile(r"(\d{1,2})[ ./-](\d{1,2})[ ./-](\d{4})")
_LONGEST_LINE, _MOST_LINES = 100, 7


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """What staff may correct, as it was typed; ods_code names a practice that is known here, or none."""

    address: tuple[str, ...]
    mobile: str
    sms_consent: bool
    opted_out: bool
    large_print: bool
    ods_code: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PatientRecord:
    """A patient with every letter that the reader may see, the newest first, and what was corrected.

    names are those of the users who corrected it.
    """

    patient: Patient
    letters: tuple[Letter, ...]
    changes: tuple[RecordChange, ...]
    names: dict[str, str]
    may_write: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class PatientRecords:
    """The use cases of the Patients page. Each raises NotAllowed by role."""

    store: Store
    clock: Clock
    listing: Callable[[str], Listing]

    def find(self, service_id: str, user: User, text: str) -> list[Patient]:
        """By NHS number, date of birth or a part of the name, at most MOST_FOUND; none for an empty text.

        Who sees own letters alone finds patients to whom they have written.
        """
        scope = access.scope(user, Permission.SEE_PATIENTS)
        wanted = text.strip()
        if not wanted:
            return []
        number, day = _number(wanted), _day(wanted)
        by_name = [] if number or day else self.listing(service_id).patients(user, wanted, MOST_FOUND)
        with self.store.read(service_id) as uow:
            if number:
                found = list(uow.people.patients([number]).values())
            elif day:
                found = uow.people.born_on(day, MOST_FOUND)
            else:
                known = uow.people.patients_by_id(by_name)
                found = [known[each] for each in by_name if each in known]
            return [patient for patient in found if _is_theirs(uow, patient, scope)]

    def open(self, service_id: str, user: User, patient_id: str) -> PatientRecord:
        """The record; that it was opened is noted. Raises NotFound where it is not there for this user."""
        scope = access.scope(user, Permission.SEE_PATIENTS)
        with self.store.read(service_id) as uow:
            patient = patient_in(uow, patient_id, scope)
            record = PatientRecord(
                patient=patient,
                letters=tuple(uow.letters.of_patient(patient_id, access.scope(user, Permission.SEE_LETTERS))),
                changes=tuple(uow.people.changes_of(patient_id)),
                names={each.id: each.name for each in uow.people.users()},
                may_write=access.may(user, Permission.WRITE),
            )
        deed = Deed.OPEN_RECORD
        note_look(self.store, self.clock, service_id, user, "", deed, patient_id=patient_id)
        return record

    def practices(self, service_id: str, user: User) -> list[Practice]:
        """Those that are known here and open, by name."""
        check(user, Permission.WRITE)
        with self.store.read(service_id) as uow:
            return [practice for practice in uow.people.practices() if practice.active]

    def correct(self, service_id: str, user: User, patient_id: str, contact: Contact) -> list[str]:
        """Save what was corrected; returns the fields that changed. Letters that wait are made anew.

        What a field said before is kept with the time. Raises UserError, with nothing saved.
        """
        scope, checked = access.scope(user, Permission.WRITE), _checked(contact)
        with self.store.begin(service_id) as uow:
            before = patient_in(uow, patient_id, scope)
            after = replace(
                before,
                address=checked.address,
                mobile=_mobile(before, checked.mobile),
                sms_consent=checked.sms_consent,
                opted_out=checked.opted_out,
                large_print=checked.large_print,
                practice=_practice(uow, checked.ods_code, before),
            )
            old, new = _said(before), _said(after)
            fields = [name for name in old if old[name] != new[name]]
            if fields:
                uow.people.save_patients([after])
                uow.people.note_changes(
                    RecordChange(
                        id=new_id(),
                        patient_id=patient_id,
                        at=self.clock.now(),
                        user_id=user.id,
                        field=name,
                        before=old[name],
                        after=new[name],
                    )
                    for name in fields
                )
                deed = Deed.CORRECT_RECORD
                note(uow, self.clock.now(), user.id, deed, patient_id=patient_id, fields=fields)
                uow.commit()
        return fields


def patient_in(uow: UnitOfWork, patient_id: str, scope: Scope) -> Patient:
    """The patient, where the scope has a letter to them. Raises NotFound."""
    patient = uow.people.patients_by_id([patient_id]).get(patient_id)
    if patient is None or not _is_theirs(uow, patient, scope):
        raise NotFound("There is no such patient, or none whom you may see.")
    return patient


def _is_theirs(uow: UnitOfWork, patient: Patient, scope: Scope) -> bool:
    return scope.created_by is None or uow.letters.any_to(patient.id, scope)


def _number(text: str) -> str:
    try:
        return values.nhs_number(text)
    except ValueError:
        return ""


def _day(text: str) -> date | None:
    match = _DAY.fullmatch(text)
    try:
        return date(int(match[3]), int(match[2]), int(match[1])) if match else date.fromisoformat(text)
    except ValueError:
        return None


def _practice(uow: UnitOfWork, ods_code: str, before: Patient) -> Practice | None:
    if not ods_code:
        return None
    if before.practice and before.practice.ods_code == ods_code:
        return before.practice
    for practice in uow.people.practices():
        if practice.ods_code == ods_code:
            return practice
    raise UserError(f"The practice {ods_code} is not known here. {_NOTHING}")


def _mobile(before: Patient, written: str) -> str:
    """The same number in another form is no change."""
    return before.mobile if as_mobile(before.mobile) == written else written


def _checked(contact: Contact) -> Contact:
    try:
        lines = tuple(values.text(line, limit=_LONGEST_LINE) for line in contact.address)
    except ValueError as why:
        raise UserError(f"A line of the address {why}. {_NOTHING}") from why
    kept = tuple(line for line in lines if line)
    if len(kept) > _MOST_LINES:
        raise UserError(f"The address has more than {_MOST_LINES} lines. {_NOTHING}")
    try:
        mobile = values.mobile(contact.mobile.strip())
    except ValueError as why:
        raise UserError(f"The mobile number {why}. {_NOTHING}") from why
    return replace(contact, address=kept, mobile=mobile)


def _said(patient: Patient) -> dict[str, str]:
    """What may be corrected, each as a text for people."""
    yes_no = {True: "yes", False: "no"}
    practice = patient.practice
    return {
        "address": ", ".join(patient.address),
        "mobile": patient.mobile,
        "text messages": yes_no[patient.sms_consent],
        "opted out of letters": yes_no[patient.opted_out],
        "large print": yes_no[patient.large_print],
        "GP practice": f"{practice.name} ({practice.ods_code})" if practice else "",
    }

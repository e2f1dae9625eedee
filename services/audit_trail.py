"""Reading the audit, for those who may: filtered, in pages, as a file, and checked from end to end."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Self

import pyarrow as pa

from services import audit
from services.access import Permission, check
from services.audit import Finding
from services.control import SETTINGS
from services.domain.audit import Deed, Entry, Sealed
from services.domain.errors import UserError
from services.domain.letter import Letter, Patient
from services.domain.local_time import LONDON
from services.domain.people import User
from services.domain.vocabulary import Action
from services.importing import values
from services.listing.csv_file import csv_file
from services.listing.formulas import neutralised
from services.ports.audit import Wanted
from services.ports.letters import Scope
from services.ports.store import Store, UnitOfWork
from services.settings import Settings

_AT_ONCE: Final = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Which entries somebody wants to see; days are those of Europe/London, both included.

    about is a letter's reference or a patient's NHS number; empty: any.
    """

    since: date | None = None
    until: date | None = None
    user_id: str = ""
    deed: Deed | None = None
    about: str = ""

    def to_payload(self) -> dict[str, str]:
        """What a link to the file has to know."""
        return {
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "user_id": self.user_id,
            "deed": self.deed.value if self.deed else "",
            "about": self.about,
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, str]) -> Self:
        return cls(
            since=date.fromisoformat(payload["since"]) if payload["since"] else None,
            until=date.fromisoformat(payload["until"]) if payload["until"] else None,
            user_id=payload["user_id"],
            deed=Deed(payload["deed"]) if payload["deed"] else None,
            about=payload["about"],
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One entry as it is read; reference and patient are empty where it is of no letter."""

    number: int
    at: datetime
    who: str
    what: str
    reference: str
    patient: str
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditTrail:
    """The use cases of the Audit page. Each raises NotAllowed by role."""

    store: Store
    settings: Settings

    def users(self, service_id: str, user: User) -> dict[str, str]:
        """Everybody who has or had an account, by id."""
        check(user, Permission.AUDIT)
        with self.store.read(service_id) as uow:
            return {each.id: each.name for each in uow.people.users()}

    def page(self, service_id: str, user: User, asked: Asked, page: int, size: int) -> tuple[list[Line], int]:
        """A page, the newest entries first, and how many there are in all. page counts from 1.

        Raises UserError where `about` is nobody's and no letter's.
        """
        check(user, Permission.AUDIT)
        with self.store.read(service_id) as uow:
            wanted = _wanted(uow, asked)
            found = uow.audit.page(wanted, (page - 1) * size, size)
            return _lines(uow, found), uow.audit.count(wanted)

    def lines(self, service_id: str, user: User, asked: Asked) -> Iterator[Line]:
        """All of them, the newest first, for a file. Entries that come meanwhile are not among them."""
        check(user, Permission.AUDIT)
        with self.store.read(service_id) as uow:
            wanted, before = _wanted(uow, asked), uow.audit.head().number
            while found := uow.audit.page(replace(wanted, up_to=before), 0, _AT_ONCE):
                yield from _lines(uow, found)
                before = found[-1].number - 1

    def csv(self, service_id: str, user: User, asked: Asked) -> Iterator[bytes]:
        """All of them as a CSV file, in pieces."""
        lines = list(self.lines(service_id, user, asked))
        columns = {
            "Number": [str(each.number) for each in lines],
            "When": [f"{each.at.astimezone(LONDON):%Y-%m-%d %H:%M:%S}" for each in lines],
            "Who": [each.who for each in lines],
            "What": [each.what for each in lines],
            "Letter": [each.reference for each in lines],
            "Patient": [each.patient for each in lines],
            "More": [each.words for each in lines],
        }
        return csv_file(
            pa.table({name: neutralised(pa.array(each, pa.string())) for name, each in columns.items()})
        )

    def verify(self, service_id: str, user: User) -> Finding:
        """Check the whole chain."""
        check(user, Permission.AUDIT)
        with self.store.read(service_id) as uow:
            return audit.verify(uow, self.settings.audit_key.get_secret_value().encode())


def _wanted(uow: UnitOfWork, asked: Asked) -> Wanted:
    about = asked.about.strip()
    wanted = Wanted(
        since=_midnight(asked.since) if asked.since else None,
        until=_midnight(asked.until + timedelta(days=1)) if asked.until else None,
        user_id=asked.user_id,
        deed=asked.deed,
    )
    return _about(uow, wanted, about) if about else wanted


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)


def _about(uow: UnitOfWork, wanted: Wanted, about: str) -> Wanted:
    """Of one letter, or of a patient and all letters to them."""
    if letter := uow.letters.by_reference([about]).get(about):
        return replace(wanted, letter_ids=frozenset({letter.id}))
    try:
        number = values.nhs_number(about)
    except ValueError:
        number = ""
    patient = uow.people.patients([number]).get(number) if number else None
    if patient is None:
        raise UserError("No letter has this reference, and no patient this NHS number.")
    letters = uow.letters.of_patient(patient.id, Scope())
    return replace(wanted, letter_ids=frozenset(each.id for each in letters), patient_id=patient.id)


def _lines(uow: UnitOfWork, found: list[Sealed]) -> list[Line]:
    ids = dict.fromkeys(each.entry.letter_id for each in found if each.entry.letter_id)
    letters = {letter.id: letter for letter in uow.letters.get(list(ids), Scope())}
    of_records = {each.entry.patient_id for each in found if each.entry.patient_id}
    patients = uow.people.patients_by_id(of_records)
    names = {each.id: each.name for each in uow.people.users()}
    return [
        _line(each, letters.get(each.entry.letter_id), patients.get(each.entry.patient_id), names)
        for each in found
    ]


def _line(sealed: Sealed, letter: Letter | None, patient: Patient | None, names: Mapping[str, str]) -> Line:
    entry, patient = sealed.entry, letter.patient if letter else patient
    return Line(
        number=sealed.number,
        at=entry.at,
        who=names.get(entry.user_id, entry.user_id),
        what=_readable(_what, entry),
        reference=letter.reference if letter else "",
        patient=patient.name if patient else "",
        words=_readable(_words, entry),
    )


def _readable(read: Callable[[Deed, Mapping[str, Any]], str], entry: Entry) -> str:
    """What somebody has changed in the store may hold anything: the page stays, for it to be checked."""
    try:
        return read(entry.deed, entry.details)
    except (KeyError, TypeError, ValueError, AttributeError):
        return f"{entry.deed.label}: its details can't be read. Check whether the audit is whole"


def _what(deed: Deed, details: Mapping[str, Any]) -> str:
    return Action(details["action"]).label if deed is Deed.ACT else deed.label


def _words(deed: Deed, details: Mapping[str, Any]) -> str:
    """What else is known, for people."""
    return _WORDS[deed](details) if deed in _WORDS else ""


def _of_setting(details: Mapping[str, Any]) -> str:
    setting = SETTINGS.get(details["setting"])
    name = setting.label if setting else details["setting"]
    return f"{name}: {_said(details['from'])} → {_said(details['to'])}"


def _of_user(details: Mapping[str, Any]) -> str:
    changes = (f"{name} {_said(old)} → {_said(new)}" for name, (old, new) in details["changed"].items())
    return f"{details['username']}: {', '.join(changes) or 'added'}"


def _of_template(details: Mapping[str, Any]) -> str:
    changed = ", ".join(details["changed"]).replace("_", " ") or "added"
    return f"{details['template']}, version {details['version']}: {changed}"


def _of_list(details: Mapping[str, Any]) -> str:
    filters = "; ".join(f"{name}: {', '.join(each)}" for name, each in details["filters"].items())
    name = "a part of a patient's name" if details["by_name"] else ""
    return "; ".join(filter(None, (filters, name))) or "all pending letters"


_WORDS: Final[dict[Deed, Callable[[Mapping[str, Any]], str]]] = {
    Deed.CHANGE_SETTING: _of_setting,
    Deed.CORRECT_RECORD: lambda details: ", ".join(details["fields"]),
    Deed.CHANGE_USER: _of_user,
    Deed.CHANGE_TEMPLATE: _of_template,
    Deed.REFUSED: lambda details: str(details["why"]),
    Deed.EXPORT_LIST: _of_list,
    Deed.FETCH_FILE: lambda details: "a print of several letters" if details["kind"] == "print" else "",
    Deed.RETRY: lambda details: str(details["gateway"]),
    Deed.SETTLE_REPORT: lambda details: f"{details['reports']:,}",
}


def _said(value: object) -> str:
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)

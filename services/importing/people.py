"""Whom a line names: the account, practice and patient that exist already, or new ones."""

from dataclasses import dataclass, field, replace

from services.domain.ids import new_id
from services.domain.letter import Patient, Practice
from services.domain.people import Role, User
from services.importing.draft import Draft


@dataclass(slots=True)
class Known:
    """Who is known by their keys; `new_…` hold what has to be saved with the letters."""

    users: dict[str, User]
    practices: dict[str, Practice]
    patients: dict[str, Patient]
    new_users: dict[str, User] = field(default_factory=dict)
    new_practices: dict[str, Practice] = field(default_factory=dict)
    changed_patients: dict[str, Patient] = field(default_factory=dict)

    def problems(self, draft: Draft) -> list[str]:
        """Why the line's people can't be taken as it names them; empty when all is well."""
        found = []
        if draft.created_by not in self.users and not draft.created_by_name:
            found.append("created_by is not known here: created_by_name is needed to make the account")
        if draft.ods_code and draft.ods_code not in self.practices and not draft.practice_name:
            found.append("ods_code is not known here: practice_name is needed to add the practice")
        stored = self.patients.get(draft.nhs_number)
        if stored and stored.date_of_birth not in (None, draft.date_of_birth):
            found.append("date_of_birth differs from that of the patient with this nhs_number")
        return found

    def creator(self, draft: Draft) -> User:
        """The account as it is now. A new one is a therapist's, and closed until a superuser opens it."""
        if draft.created_by not in self.users:
            self.users[draft.created_by] = self.new_users[draft.created_by] = User(
                id=new_id(),
                username=draft.created_by,
                name=draft.created_by_name,
                role=Role.THERAPIST,
                provider=draft.provider,
                team=draft.team,
                consortium=draft.consortium,
                active=False,
            )
        return self.users[draft.created_by]

    def as_said(self, draft: Draft) -> Patient:
        """The patient as the line leaves them, but for their practice; nothing is taken from it yet."""
        return _updated(self.patients.get(draft.nhs_number) or _unknown(draft), draft, None)

    def patient(self, draft: Draft) -> Patient:
        """The patient with what the line says of them; what it leaves empty stays as it is stored."""
        stored = self.patients.get(draft.nhs_number)
        patient = _updated(stored or _unknown(draft), draft, self._practice(draft))
        if patient != stored:
            self.patients[draft.nhs_number] = self.changed_patients[draft.nhs_number] = patient
        return patient

    def _practice(self, draft: Draft) -> Practice | None:
        """The practice as it is stored, or a new one; None where the line names none."""
        code = draft.ods_code
        if code and code not in self.practices:
            self.practices[code] = self.new_practices[code] = Practice(
                id=new_id(), ods_code=code, name=draft.practice_name, address=draft.practice_address
            )
        return self.practices.get(code)


def _unknown(draft: Draft) -> Patient:
    return Patient(
        id=new_id(), nhs_number=draft.nhs_number, surname="", forename="", date_of_birth=None, address=()
    )


def _updated(before: Patient, draft: Draft, practice: Practice | None) -> Patient:
    return replace(
        before,
        surname=draft.surname,
        forename=draft.forename,
        date_of_birth=draft.date_of_birth,
        address=draft.address or before.address,
        mobile=draft.mobile or before.mobile,
        sms_consent=_said(draft.sms_consent, before.sms_consent),
        deceased=_said(draft.deceased, before.deceased),
        opted_out=_said(draft.opted_out, before.opted_out),
        large_print=_said(draft.large_print, before.large_print),
        practice=practice or before.practice,
    )


def _said(said: bool | None, before: bool) -> bool:
    return before if said is None else said

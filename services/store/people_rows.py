"""The service, its users, practices, templates and patients in the store."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Row, Select, Table, and_, delete, or_, select, true, update

from services.domain.documents import CANT_RENDER
from services.domain.ids import new_id
from services.domain.letter import Patient, Practice, RecordChange, Template, TemplateVersion
from services.domain.people import Role, Service, User
from services.domain.status import PENDING_GROUP
from services.domain.vocabulary import Channel
from services.store.past_tables import record_changes, template_versions
from services.store.tables import (
    change_counters,
    letters,
    patients,
    practices,
    services,
    sessions,
    templates,
    users,
)
from services.store.unrendered import UNRENDERED
from services.store.work import Work, chunks

_PATIENT_FIELDS = ("id", "nhs_number", "surname", "forename", "date_of_birth", "address", "mobile")
_PATIENT_FLAGS = ("sms_consent", "deceased", "opted_out", "large_print")
_PRACTICE_FIELDS = ("id", "ods_code", "name", "address", "active", "gateway")
_TEMPLATE_FIELDS = ("id", "name", "category", "channels", "dual_mode", "active")

PATIENT_COLUMNS = [
    *(patients.c[name].label(f"patient_{name}") for name in _PATIENT_FIELDS + _PATIENT_FLAGS if name != "id"),
    *(practices.c[name].label(f"practice_{name}") for name in _PRACTICE_FIELDS),
]
TEMPLATE_COLUMNS = [
    *(templates.c[name].label(f"template_{name}") for name in _TEMPLATE_FIELDS if name != "id"),
    template_versions.c.number.label("template_version"),
    template_versions.c.body.label("template_body"),
]


def same(column: ColumnElement[Any], table: Table) -> ColumnElement[bool]:
    """The join condition of a foreign key within the service."""
    return and_(column == table.c.id, column.table.c.service_id == table.c.service_id)


def _tuples(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def patient_of(row: Row[Any]) -> Patient:
    """The patient among a row's labelled columns, with the practice where there is one."""
    names = _PATIENT_FIELDS + _PATIENT_FLAGS
    return Patient(
        practice=practice_of(row) if row.practice_id else None,
        **_tuples({name: getattr(row, f"patient_{name}") for name in names}),
    )


def practice_of(row: Row[Any]) -> Practice:
    return Practice(**_tuples({name: getattr(row, f"practice_{name}") for name in _PRACTICE_FIELDS}))


def of_version(number: ColumnElement[int], template: ColumnElement[str]) -> ColumnElement[bool]:
    """The join condition of a template's body, by the columns that name the version and the template."""
    versions = template_versions.c
    return and_(
        versions.service_id == template.table.c.service_id,
        versions.template_id == template,
        versions.number == number,
    )


def template_of(row: Row[Any]) -> Template:
    values = {name: getattr(row, f"template_{name}") for name in (*_TEMPLATE_FIELDS, "version", "body")}
    return Template(**values | {"channels": frozenset(Channel(name) for name in values["channels"])})


class PeopleRows:
    """The ports' People."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def service(self) -> Service:
        row = self._work.connection.execute(select(services).where(self._work.in_service(services))).one()
        return Service(id=row.service_id, **_tuples({n: getattr(row, n) for n in _SERVICE_FIELDS}))

    def add_service(self, service: Service) -> None:
        values = {name: getattr(service, name) for name in _SERVICE_FIELDS}
        own = {"address": list(service.address), "origin": service.origin or new_id()}
        self._work.insert(services, [values | own])
        self._work.insert(change_counters, [{"value": 0}])

    def save_letterhead(self, service: Service) -> None:
        change = self._work.next_change()
        shown = {name: getattr(service, name) for name in ("name", "telephone", "logo")}
        letterhead = update(services).where(self._work.in_service(services))
        self._work.connection.execute(letterhead.values(shown | {"address": list(service.address)}))
        self._unrender(true(), change)

    def users(self) -> list[User]:
        rows = self._work.connection.execute(
            select(*_USER_COLUMNS).where(self._work.in_service(users)).order_by(users.c.name, users.c.id)
        )
        return [_user_of(row) for row in rows]

    def user(self, user_id: str) -> User | None:
        row = self._work.connection.execute(
            select(*_USER_COLUMNS).where(self._work.in_service(users), users.c.id == user_id)
        ).one_or_none()
        return _user_of(row) if row else None

    def practices(self) -> list[Practice]:
        rows = self._work.connection.execute(
            select(*(practices.c[name].label(f"practice_{name}") for name in _PRACTICE_FIELDS))
            .where(self._work.in_service(practices))
            .order_by(practices.c.name)
        )
        return [practice_of(row) for row in rows]

    def templates(self) -> list[Template]:
        rows = self._work.connection.execute(
            select(templates.c.id.label("template_id"), *TEMPLATE_COLUMNS)
            .join(template_versions, of_version(templates.c.version, templates.c.id))
            .where(self._work.in_service(templates))
            .order_by(templates.c.name)
        )
        return [template_of(row) for row in rows]

    def patients(self, nhs_numbers: Collection[str]) -> dict[str, Patient]:
        found = self._patients(patients.c.nhs_number, nhs_numbers)
        return {patient.nhs_number: patient for patient in found}

    def patients_by_id(self, ids: Collection[str]) -> dict[str, Patient]:
        return {patient.id: patient for patient in self._patients(patients.c.id, ids)}

    def born_on(self, day: date, limit: int) -> list[Patient]:
        theirs = self._whole_patients().where(patients.c.date_of_birth == day)
        by_name = theirs.order_by(patients.c.surname, patients.c.forename).limit(limit)
        return [patient_of(row) for row in self._work.connection.execute(by_name)]

    def _patients(self, column: ColumnElement[Any], wanted: Collection[str]) -> list[Patient]:
        return [
            patient_of(row)
            for chunk in chunks(wanted)
            for row in self._work.connection.execute(self._whole_patients().where(column.in_(chunk)))
        ]

    def _whole_patients(self) -> Select[Any]:
        return (
            select(patients.c.id.label("patient_id"), *PATIENT_COLUMNS)
            .outerjoin(practices, same(patients.c.practice_id, practices))
            .where(self._work.in_service(patients))
        )

    def note_changes(self, changes: Iterable[RecordChange]) -> None:
        self._work.insert(record_changes, [asdict(change) for change in changes])

    def changes_of(self, patient_id: str) -> list[RecordChange]:
        rows = self._work.connection.execute(
            select(*_CHANGE_COLUMNS)
            .where(self._work.in_service(record_changes), record_changes.c.patient_id == patient_id)
            .order_by(record_changes.c.at.desc(), record_changes.c.id.desc())
        )
        return [RecordChange(**row._mapping) for row in rows]

    def save_users(self, saved: Iterable[User]) -> None:
        rows = [asdict(user) | {"preferences": {}} for user in saved]
        self._log_out_of_former_roles(rows)
        self._save(users, rows, letters.c.created_by, keep=("preferences",))

    def _log_out_of_former_roles(self, rows: Sequence[dict[str, Any]]) -> None:
        roles = {row["id"]: row["role"] for row in rows}
        changed = [
            user_id
            for chunk in chunks(roles)
            for user_id, role in self._work.connection.execute(
                select(users.c.id, users.c.role).where(self._work.in_service(users), users.c.id.in_(chunk))
            )
            if role != roles[user_id]
        ]
        for chunk in chunks(changed):
            theirs = (self._work.in_service(sessions), sessions.c.user_id.in_(chunk))
            self._work.connection.execute(delete(sessions).where(*theirs))

    def save_practices(self, saved: Iterable[Practice]) -> None:
        rows = [asdict(practice) | {"address": list(practice.address)} for practice in saved]
        self._save(practices, rows, patients.c.practice_id, keep=("gateway",))

    def choose_gateway(self, ods_code: str, gateway: str) -> bool:
        chosen = update(practices).where(self._work.in_service(practices), practices.c.ods_code == ods_code)
        return self._work.connection.execute(chosen.values(gateway=gateway)).rowcount == 1

    def versions_of(self, template_id: str) -> list[TemplateVersion]:
        versions = template_versions.c
        rows = self._work.connection.execute(
            select(versions.number, versions.body, versions.user_id, versions.at)
            .where(self._work.in_service(template_versions), versions.template_id == template_id)
            .order_by(versions.number.desc())
        )
        return [TemplateVersion(**row._mapping) for row in rows]

    def save_templates(self, saved: Iterable[Template], *, by: str = "", at: datetime | None = None) -> None:
        self._work.next_change()  # from here on nobody else saves one
        present = {template.id: template for template in self.templates()}
        rows, bodies = [], []
        for template in saved:
            before = present.get(template.id)
            number = before.version + (before.body != template.body) if before else 1
            rows.append(_template_row(template) | {"version": number})
            if before is None or number != before.version:
                body = {"template_id": template.id, "number": number, "body": template.body}
                bodies.append({"id": new_id(), "user_id": by, "at": at} | body)
        self._work.upsert(templates, rows)
        self._work.insert(template_versions, bodies)

    def save_patients(self, saved: Iterable[Patient]) -> None:
        change = self._work.next_change()
        rows = [_patient_row(patient) | {"change": change} for patient in saved]
        self._save(patients, rows, letters.c.patient_id)

    def _save(
        self, table: Table, rows: Sequence[dict[str, Any]], who: Column[Any], keep: Collection[str] = ()
    ) -> None:
        """Letters that wait and name one of these, in the column `who`, are rendered anew."""
        change = self._work.next_change()
        self._work.upsert(table, rows, keep=keep)
        for chunk in chunks([row["id"] for row in rows]):
            self._unrender(self._names(who, chunk), change)

    def _unrender(self, which: ColumnElement[bool], change: int) -> None:
        """Of these letters, those that wait."""
        self._work.connection.execute(
            update(letters)
            .where(
                self._work.in_service(letters),
                which,
                letters.c.status.in_({row.status for row in PENDING_GROUP}),
                or_(letters.c.document_id.is_not(None), letters.c.warning.contains(CANT_RENDER)),
            )
            .values(UNRENDERED | {"change": change})
        )

    def _names(self, who: Column[Any], ids: Collection[str]) -> ColumnElement[bool]:
        if who.table is letters:
            return who.in_(ids)
        named = select(patients.c.id).where(self._work.in_service(patients), who.in_(ids))
        return letters.c.patient_id.in_(named)

    def preferences(self, user_id: str) -> dict[str, Any]:
        found = self._work.connection.scalar(
            select(users.c.preferences).where(self._work.in_service(users), users.c.id == user_id)
        )
        return dict(found or {})

    def save_preferences(self, user_id: str, preferences: Mapping[str, Any]) -> None:
        self._work.connection.execute(
            update(users)
            .where(self._work.in_service(users), users.c.id == user_id)
            .values(preferences=dict(preferences))
        )


_SERVICE_FIELDS = ("name", "address", "telephone", "ods_code", "kind", "origin", "logo")
_CHANGE_COLUMNS = [column for column in record_changes.c if column.name != "service_id"]
_USER_COLUMNS = [column for column in users.c if column.name not in ("service_id", "preferences")]


def _user_of(row: Row[Any]) -> User:
    return User(**dict(row._mapping) | {"role": Role(row.role)})


def _template_row(template: Template) -> dict[str, Any]:
    values = {name: getattr(template, name) for name in _TEMPLATE_FIELDS}
    return values | {"channels": sorted(template.channels)}


def _patient_row(patient: Patient) -> dict[str, Any]:
    values = {name: getattr(patient, name) for name in _PATIENT_FIELDS + _PATIENT_FLAGS}
    practice_id = patient.practice.id if patient.practice else None
    return values | {"address": list(patient.address), "practice_id": practice_id}

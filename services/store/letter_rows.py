"""Letters in the store. `move` is the only statement in the project that changes a status."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from sqlalchemy import Row, Select, bindparam, false, or_, select, update

from services.domain.documents import CANT_RENDER
from services.domain.letter import Attempt, Letter, Template
from services.domain.vocabulary import Channel, Status
from services.ports.letters import Move, Scope
from services.store.past_tables import template_versions
from services.store.people_rows import (
    PATIENT_COLUMNS,
    TEMPLATE_COLUMNS,
    of_version,
    patient_of,
    same,
    template_of,
)
from services.store.tables import (
    is_pending,
    letters,
    patients,
    practices,
    templates,
    users,
)
from services.store.unrendered import UNRENDERED
from services.store.work import IDS, Work, chunks, of_service

_OWN = [column for column in letters.c if column.name != "template_version"]
_WHOLE = (
    select(*_OWN, users.c.name.label("created_by_name"), *PATIENT_COLUMNS, *TEMPLATE_COLUMNS)
    .join(patients, same(letters.c.patient_id, patients))
    .outerjoin(practices, same(patients.c.practice_id, practices))
    .join(templates, same(letters.c.template_id, templates))
    .join(template_versions, of_version(letters.c.template_version, letters.c.template_id))
    .join(users, same(letters.c.created_by, users))
)
_BY_IDS = _WHOLE.where(of_service(letters), letters.c.id.in_(IDS))
_OWN_BY_IDS = _BY_IDS.where(letters.c.created_by == bindparam("user"))

_MOVE = (
    update(letters)
    .where(
        of_service(letters),
        letters.c.id.in_(IDS),
        letters.c.channel == bindparam("present"),
        letters.c.status.in_(bindparam("expected", expanding=True)),
        or_(letters.c.removed_at.is_(None), letters.c.status != Status.PENDING),
        letters.c.closed_at.is_(None),
    )
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in ("status", "status_at", "reason_code", "reason", "channel", "change")
        }
        | {"in_doubt": false()}
    )
    .returning(letters.c.id)
)


class LetterRows:
    """The ports' Letters."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def get(self, ids: Collection[str], scope: Scope) -> list[Letter]:
        if scope.created_by is None:
            rows = self._work.rows(_BY_IDS, ids)
        else:
            rows = self._work.rows(_OWN_BY_IDS, ids, user=scope.created_by)
        found = {letter.id: letter for letter in _letters_of(rows)}
        return [found[letter_id] for letter_id in ids if letter_id in found]

    def without_document(self, limit: int) -> list[Letter]:
        statement = (
            self._select(Scope())
            .where(
                is_pending,
                letters.c.document_id.is_(None),
                ~letters.c.warning.contains(CANT_RENDER),
            )
            .order_by(letters.c.created_at, letters.c.id)
            .limit(limit)
        )
        return list(_letters_of(self._work.connection.execute(statement)))

    def any_to(self, patient_id: str, scope: Scope) -> bool:
        found = self._select(scope).where(letters.c.patient_id == patient_id).limit(1)
        return self._work.connection.execute(found).first() is not None

    def of_patient(self, patient_id: str, scope: Scope) -> list[Letter]:
        theirs = self._select(scope).where(letters.c.patient_id == patient_id)
        rows = self._work.connection.execute(
            theirs.order_by(letters.c.created_at.desc(), letters.c.id.desc())
        )
        return list(_letters_of(rows))

    def of_pair(self, pair: str, scope: Scope) -> list[Letter]:
        rows = self._work.connection.execute(self._select(scope).where(letters.c.pair == pair))
        return sorted(_letters_of(rows), key=lambda letter: letter.reference)

    def by_reference(self, references: Collection[str]) -> dict[str, Letter]:
        rows = (
            row
            for chunk in chunks(references)
            for row in self._work.connection.execute(
                self._select(Scope()).where(letters.c.reference.in_(chunk))
            )
        )
        return {letter.reference: letter for letter in _letters_of(rows)}

    def add(self, new: Sequence[Letter]) -> None:
        change = self._work.next_change()
        self._work.insert(letters, [_row_of(replace(letter, change=change)) for letter in new])

    def move(self, moves: Sequence[Move]) -> set[str]:
        """The guard stands in the WHERE: a row whose status is no longer expected stays as it is.

        A letter that was removed while Pending goes nowhere; later, removing it stops nothing. A closed one
        stays until it is opened again.
        """
        alike: defaultdict[Move, list[str]] = defaultdict(list)
        for move in moves:
            alike[replace(move, letter_id="")].append(move.letter_id)
        return {moved for move, ids in alike.items() for moved in self._move_alike(move, ids)}

    def _move_alike(self, move: Move, ids: Sequence[str]) -> list[str]:
        changes = {
            "new_status": move.to,
            "new_status_at": move.at,
            "new_reason_code": move.reason_code,
            "new_reason": move.reason,
            "new_channel": move.to_channel or move.channel,
            "new_change": self._work.next_change(),
        }
        guard = {"present": move.channel, "expected": sorted(move.expected)}
        return [row.id for row in self._work.rows(_MOVE, ids, **changes, **guard)]

    def patch(self, ids: Collection[str], **changes: Any) -> int:
        if "status" in changes:
            raise ValueError("A status is changed by move alone.")
        return sum(
            self._work.connection.execute(
                update(letters)
                .where(self._work.in_service(letters), letters.c.id.in_(chunk))
                .values(changes | {"change": self._work.next_change()})
            ).rowcount
            for chunk in chunks(ids)
        )

    def unrender(self, ids: Collection[str]) -> None:
        self.patch(ids, **UNRENDERED)

    def mark_doubt(self, attempt: Attempt, *, in_doubt: bool) -> None:
        self._work.connection.execute(
            update(letters)
            .where(
                self._work.in_service(letters),
                letters.c.id == attempt.letter_id,
                letters.c.attempt_id == attempt.id,
                letters.c.in_doubt != in_doubt,
            )
            .values(in_doubt=in_doubt, change=self._work.next_change())
        )

    def patch_where(self, read: Sequence[Letter], **changes: Any) -> set[str]:
        alike: defaultdict[tuple[Status, bool, bool], list[str]] = defaultdict(list)
        for letter in read:
            alike[letter.status, letter.closed_at is None, letter.removed_at is None].append(letter.id)
        return {
            letter_id
            for (status, is_open, is_there), ids in alike.items()
            for chunk in chunks(ids)
            for letter_id in self._work.connection.scalars(
                update(letters)
                .where(
                    self._work.in_service(letters),
                    letters.c.id.in_(chunk),
                    letters.c.status == status,
                    letters.c.closed_at.is_(None) == is_open,
                    letters.c.removed_at.is_(None) == is_there,
                )
                .values(changes | {"change": self._work.next_change()})
                .returning(letters.c.id)
            )
        }

    def set_attempts(self, attempt_ids: Mapping[str, str]) -> None:
        self._set_each({letter_id: {"attempt_id": value} for letter_id, value in attempt_ids.items()})

    def set_documents(self, documents: Mapping[str, tuple[str, str]]) -> None:
        self._set_each(
            {
                letter_id: {"document_id": document_id, "post_problem": problem}
                for letter_id, (document_id, problem) in documents.items()
            }
        )

    def _set_each(self, values: Mapping[str, Mapping[str, str]]) -> None:
        """The same columns of each letter, by its id, to values of its own."""
        if not values:
            return
        columns = next(iter(values.values()))
        new: dict[str, Any] = {name: bindparam(f"new_{name}") for name in columns}
        self._work.connection.execute(
            update(letters)
            .where(self._work.in_service(letters), letters.c.id == bindparam("letter"))
            .values(new | {"change": self._work.next_change()}),
            [
                {"letter": letter_id} | {f"new_{name}": value for name, value in row.items()}
                for letter_id, row in values.items()
            ],
        )

    def _select(self, scope: Scope) -> Select[Any]:
        statement = _WHOLE.where(self._work.in_service(letters))
        return (
            statement
            if scope.created_by is None
            else statement.where(letters.c.created_by == scope.created_by)
        )


def _letters_of(rows: Iterable[Row[Any]]) -> Iterator[Letter]:
    """Letters that share their templates: hundreds may be of one, and its text is long."""
    shared: dict[tuple[str, int], Template] = {}
    for row in rows:
        key = (row.template_id, row.template_version)
        yield Letter(
            patient=patient_of(row),
            template=shared.setdefault(key, shared.get(key) or template_of(row)),
            channel=Channel(row.channel),
            status=Status(row.status),
            window=tuple(row.window or ()),
            **{name: getattr(row, name) for name in _PLAIN},
        )


def _row_of(letter: Letter) -> dict[str, Any]:
    return {
        "channel": letter.channel,
        "status": letter.status,
        "patient_id": letter.patient.id,
        "template_id": letter.template.id,
        "template_version": letter.template.version,
        "window": letter.window or None,
        **{name: getattr(letter, name) for name in _PLAIN if name in letters.c},
    }


_PLAIN = [
    field.name
    for field in fields(Letter)
    if field.name not in ("patient", "template", "channel", "status", "window")
]
"""What a letter and its row call by the same name."""

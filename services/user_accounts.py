"""The users of a service: who there is, with which role, and changing that, one by one or by a file."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from services.access import Permission, check
from services.audit import note
from services.domain.audit import Deed
from services.domain.errors import NotAllowed, UserError
from services.domain.ids import new_id
from services.domain.people import Role, User
from services.importing import values
from services.importing.columns import Column
from services.importing.csv_lines import CsvLine
from services.importing.small_table import rows_of
from services.ports.clock import Clock
from services.ports.store import Store, UnitOfWork

COLUMNS: Final = (
    Column(
        name="username",
        meaning="By what the account is known; it stays the same",
        example="a.okafor",
        required=True,
        limit=120,
    ),
    Column(
        name="name",
        meaning="The person's name, as it stands under letters",
        example="Adaeze Okafor",
        required=True,
    ),
    Column(
        name="role",
        meaning="One of " + ", ".join(role.label.lower() for role in Role),
        example="therapist",
        required=True,
    ),
    Column(name="provider", meaning="The care provider organisation", example="Brookvale Care"),
    Column(name="team", meaning="The team", example="North"),
    Column(name="consortium", meaning="The consortium", example="East"),
    Column(name="active", meaning="“no” for somebody who may no longer log in; else yes", example="yes"),
)
_TEXTS: Final = [column for column in COLUMNS if column.name not in ("role", "active")]
_ROLES: Final = {role.label.casefold(): role for role in Role}
_NOTHING: Final = "Nothing was saved."


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """What came of one line of a file: `problem` is why it was left; else whether the user is new."""

    number: int
    username: str
    is_new: bool = False
    problem: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class UserAccounts:
    """The use cases of the Users page. Each raises NotAllowed by role."""

    store: Store
    clock: Clock

    def all(self, service_id: str, user: User) -> list[User]:
        """Everybody, by name; those who may no longer log in too."""
        check(user, Permission.USERS)
        with self.store.read(service_id) as uow:
            return uow.people.users()

    def save(self, service_id: str, user: User, account: User) -> bool:
        """Add a user, or change the one with this username; returns whether it is a new one.

        Who it is the username says: an id that the account has counts for nothing.
        It holds at once: another role logs out, and so does not being active. Raises UserError, with
        nothing saved, for what can't be.
        """
        check(user, Permission.USERS)
        wanted = _checked(account)
        with self.store.begin(service_id) as uow:
            there = {each.username.casefold(): each for each in uow.people.users()}
            before = there.get(wanted.username.casefold())
            known = (before.id, before.username) if before else (new_id(), wanted.username)
            after = replace(wanted, id=known[0], username=known[1])
            _leave_somebody(user, [*(each for each in there.values() if each != before), after])
            if before != after:
                uow.people.save_users([after])
                self._note(uow, user, before, after)
                uow.commit()
        return before is None

    def take_in(self, service_id: str, user: User, csv: bytes) -> list[Line]:
        """Save every line that can be, each by itself. Raises UserError for a file that is no good at all."""
        check(user, Permission.USERS)
        rows = rows_of(csv, COLUMNS, "Nothing was saved")
        return [self._take(service_id, user, line, cells) for line, cells in rows]

    def _take(self, service_id: str, user: User, line: CsvLine, cells: Mapping[str, str]) -> Line:
        username = cells.get("username", "")
        try:
            is_new = self.save(service_id, user, _read(line, cells))
        except UserError as why:
            return Line(number=line.number, username=username, problem=str(why))
        return Line(number=line.number, username=username, is_new=is_new)

    def _note(self, uow: UnitOfWork, by: User, before: User | None, after: User) -> None:
        old, new = _values(before) if before else {}, _values(after)
        changed = {name: [old[name], new[name]] for name in old if old[name] != new[name]}
        note(uow, self.clock.now(), by.id, Deed.CHANGE_USER, username=after.username, changed=changed)


def _values(user: User) -> dict[str, Any]:
    return asdict(user) | {"role": user.role.label}


def _checked(account: User) -> User:
    """Raises UserError for a text that is too long, or missing."""
    texts: dict[str, Any] = {}
    for column in _TEXTS:
        try:
            texts[column.name] = values.text(getattr(account, column.name), limit=column.limit)
        except ValueError as why:
            raise UserError(f"The {column.name} {why}. {_NOTHING}") from why
        if column.required and not texts[column.name]:
            raise UserError(f"The {column.name} is empty. {_NOTHING}")
    return replace(account, **texts)


def _leave_somebody(by: User, after: Sequence[User]) -> None:
    """Nobody takes their own rights away, so that one superuser is always left."""
    own = next((each for each in after if each.id == by.id), None)
    if own is None or own.role is not Role.SUPERUSER or not own.active:
        raise NotAllowed(f"You can't take your own rights away: ask another superuser. {_NOTHING}")


def _read(line: CsvLine, cells: Mapping[str, str]) -> User:
    if line.problem:
        raise UserError(f"{line.problem}.")
    role = _ROLES.get(cells.get("role", "").casefold().replace("_", " "))
    if role is None:
        known = ", ".join(_ROLES)
        raise UserError(f"The role “{cells.get('role', '')}” is none of {known}. {_NOTHING}")
    try:
        active = values.yes_or_no(cells.get("active", ""))
    except ValueError as why:
        raise UserError(f"The column active {why}. {_NOTHING}") from why
    texts: dict[str, Any] = {column.name: cells.get(column.name, "") for column in _TEXTS}
    return User(id="", role=role, active=active is not False, **texts)

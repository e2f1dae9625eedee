"""Who may see and do what (docs/product.md section 7): services decide from this table, pages hide by it."""

from enum import StrEnum
from typing import Final

from services.control import control
from services.domain.errors import NotAllowed
from services.domain.people import Role, User
from services.ports.letters import Scope
from services.ports.store import UnitOfWork


class Permission(StrEnum):
    """A thing that a role may or may not do; the value completes "You may not …"."""

    SEE_LETTERS = "see letters"
    SEE_PATIENTS = "see who a letter's patient is"
    READ_DOCUMENT = "read a letter's document"
    ACT = "print, download, send, change or close letters"
    WRITE = "write letters or edit a patient's contact details"
    DELIVERY = "see the delivery figures"
    SEE_WORKER = "see the worker's page"
    RETRY_WORKER = "make the worker retry"
    TEMPLATES = "change templates"
    CONTROL_PANEL = "change settings"
    USERS = "change users"
    AUDIT = "see the audit"


class Reach(StrEnum):
    """How far a permission goes."""

    NONE = "no"
    OWN = "own"
    ALL = "all"


_N, _O, _A = Reach.NONE, Reach.OWN, Reach.ALL
_ROLES: Final = (Role.THERAPIST, Role.ADMIN, Role.SERVICE_MANAGER, Role.ANALYST, Role.SUPERUSER)
TABLE: Final[dict[Permission, dict[Role, Reach]]] = {
    permission: dict(zip(_ROLES, reaches, strict=True))
    for permission, reaches in {
        #                         therapist, admin, service manager, analyst, superuser
        Permission.SEE_LETTERS: (_O, _A, _A, _A, _A),
        Permission.SEE_PATIENTS: (_O, _A, _A, _N, _A),
        Permission.READ_DOCUMENT: (_O, _A, _A, _N, _A),
        Permission.ACT: (_O, _A, _N, _N, _A),
        Permission.WRITE: (_O, _A, _N, _N, _A),
        Permission.DELIVERY: (_N, _A, _A, _A, _A),
        Permission.SEE_WORKER: (_A, _A, _A, _A, _A),
        Permission.RETRY_WORKER: (_N, _N, _N, _N, _A),
        Permission.TEMPLATES: (_N, _N, _N, _N, _A),
        Permission.CONTROL_PANEL: (_N, _N, _N, _N, _A),
        Permission.USERS: (_N, _N, _N, _N, _A),
        Permission.AUDIT: (_N, _N, _A, _N, _A),
    }.items()
}


def described() -> list[dict[str, str]]:
    """The table for people: a line a permission, a column a role."""
    return [
        {"May…": permission.value, **{role.label: row[role].value for role in _ROLES}}
        for permission, row in TABLE.items()
    ]


def reach(user: User, permission: Permission) -> Reach:
    """How far the user's permission goes; a user who is not active may do nothing."""
    return TABLE[permission][user.role] if user.active else Reach.NONE


def may(user: User, permission: Permission) -> bool:
    return reach(user, permission) is not Reach.NONE


def check(user: User, permission: Permission) -> None:
    """Raises NotAllowed where the permission covers nothing."""
    if not may(user, permission):
        raise NotAllowed(f"As {user.role.label.lower()} you may not {permission}.")


def scope(user: User, permission: Permission) -> Scope:
    """The letters that the permission covers. Raises NotAllowed where it covers none."""
    check(user, permission)
    return Scope() if reach(user, permission) is Reach.ALL else Scope(created_by=user.id)


def acting_scope(uow: UnitOfWork, user: User) -> Scope:
    """The letters that the user may action. Raises NotAllowed, also where a setting leaves that to admins."""
    if user.role is Role.THERAPIST and control(uow, "therapists_may_not_act"):
        raise NotAllowed("A setting of your service leaves printing and sending to admins.")
    return scope(user, Permission.ACT)


def may_act(uow: UnitOfWork, user: User) -> bool:
    """Whether the user may action any letters: pages show their buttons by it."""
    try:
        acting_scope(uow, user)
    except NotAllowed:
        return False
    return True

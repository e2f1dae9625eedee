"""Roles and permissions against a matrix written from docs/product.md section 7, and against that section."""

from dataclasses import replace
from typing import Final

import pytest
from typer.testing import CliRunner

from services.access import Permission, may, reach, scope
from services.cli import app
from services.domain.errors import NotAllowed
from services.domain.people import Role
from services.ports.letters import Scope
from tests.architecture.tree import ROOT
from tests.builders import ANN, BY_ROLE
from tests.docs_tables import table_rows

ROLES: Final = (Role.THERAPIST, Role.ADMIN, Role.SERVICE_MANAGER, Role.ANALYST, Role.SUPERUSER)
MATRIX: Final = {
    Permission.SEE_LETTERS: "own all all all all",
    Permission.SEE_PATIENTS: "own all all no all",
    Permission.READ_DOCUMENT: "own all all no all",
    Permission.ACT: "own all no no all",
    Permission.WRITE: "own all no no all",
    Permission.DELIVERY: "no all all all all",
    Permission.SEE_WORKER: "all all all all all",
    Permission.RETRY_WORKER: "no no no no all",
    Permission.TEMPLATES: "no no no no all",
    Permission.CONTROL_PANEL: "no no no no all",
    Permission.USERS: "no no no no all",
    Permission.AUDIT: "no no all no all",
}
CASES: Final = [
    (permission, role, how_far)
    for permission, line in MATRIX.items()
    for role, how_far in zip(ROLES, line.split(), strict=True)
]
# The description's rows, cell by cell, in the matrix's words.
DESCRIBED: Final = {
    "see letters (table, patient record, CSV, Worklist)": Permission.SEE_LETTERS,
    "read a letter's document": Permission.READ_DOCUMENT,
    "print, download, send, re-send, change channel, remove, close": Permission.ACT,
    "write a letter, edit a patient's contact details": Permission.WRITE,
    "Delivery, Reject reasons": Permission.DELIVERY,
    "Worker page": Permission.SEE_WORKER,
    "Templates, Control panel, Users, Audit": Permission.TEMPLATES,
}
CELLS: Final = {
    "own (unless a setting says admins only)": "own",
    "own patients' letters": "own",
    "all, the patient only as a reference": "all",
    "yes": "all",
    "see": "all",
    "see and retry": "all",
    "Audit only": "no",
}


def test_no_permission_is_missing_from_the_matrix() -> None:
    assert set(MATRIX) == set(Permission)
    assert set(ROLES) == set(Role)


@pytest.mark.parametrize(("permission", "role", "how_far"), CASES)
def test_each_role_reaches_as_far_as_the_matrix_says(
    permission: Permission, role: Role, how_far: str
) -> None:
    user = BY_ROLE[role]
    assert reach(user, permission) == how_far
    assert may(user, permission) is (how_far != "no")
    if how_far == "no":
        with pytest.raises(NotAllowed, match="you may not"):
            scope(user, permission)
    else:
        assert scope(user, permission) == Scope(created_by=user.id if how_far == "own" else None)


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", Role)
def test_a_user_who_has_left_may_do_nothing(role: Role, permission: Permission) -> None:
    with pytest.raises(NotAllowed):
        scope(replace(BY_ROLE[role], active=False), permission)


def test_the_matrix_is_that_of_the_description() -> None:
    rows = {row[0]: row[1:] for row in table_rows("product.md", "## 7.")}
    assert set(rows) == set(DESCRIBED)
    for text, permission in DESCRIBED.items():
        assert " ".join(CELLS.get(cell, cell) for cell in rows[text]) == MATRIX[permission], text


def test_the_document_is_made_from_the_table() -> None:
    made = CliRunner().invoke(app, ["roles"]).output
    assert (ROOT / "docs" / "roles.md").read_text(encoding="utf-8") == made


def test_a_refusal_says_what_the_role_may_not_do() -> None:
    with pytest.raises(NotAllowed, match=r"^As therapist you may not change settings\.$"):
        scope(ANN, Permission.CONTROL_PANEL)

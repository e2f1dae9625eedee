"""Every use case called for every role: services decide, whatever a page shows (docs/security.md 1 and 2).

The actions of the Batch letters table are in test_batch_access.py.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from services import letter_detail, letter_documents, watch
from services.access import TABLE, Permission, Reach
from services.analytics.question import Question
from services.audit_trail import Asked
from services.by_hand import Comeback
from services.documents.render import render_letter
from services.domain.errors import NotAllowed, NotFound
from services.domain.people import Role, User
from services.domain.recipient import postal_lines
from services.domain.vocabulary import Channel
from services.editing import Edit, said
from services.letterhead import Wanted
from services.listing.filters import Filters
from services.listing.sort import Sort
from services.patient_records import Contact
from services.templates import Draft as TemplateDraft
from services.uploads import BroughtLetter
from services.writing import Draft
from tests.builders import BOB, BY_ROLE, PRACTICE, SERVICE, TEMPLATE, patient
from tests.contract.batch_world import World, world_on
from tests.unit.documents.samples import ONE_PAGE

Deed = Callable[[World, User, str], object]
"""A use case, called for a user with the id of a letter that Ann wrote: what comes of it is not empty."""

EVERYTHING: Final = Filters(status=frozenset())
KIND: Final = TemplateDraft(name="New", category="Other", body="Hello.", channels=frozenset({Channel.PRINT}))
_EVER: Final = Question(start=date(2026, 1, 1), end=date(2026, 12, 31), chosen={})
LETTERHEAD: Final = Wanted(name="Elm", address=("1 Elm Row",), telephone="01632 960 001")
_USERS: Final = b"username,name,role\nnew,Nell New,admin\n"
_MOBILES: Final[dict[str, str]] = {
    user.id: f"07700 9001{n:02}" for n, user in enumerate((*BY_ROLE.values(), BOB))
}
CONTACT: Final = Contact(
    address=("1 New Street", "Wherrymere", "ZZ99 4AA"),
    mobile="07700 900123",
    sms_consent=True,
    opted_out=False,
    large_print=False,
    ods_code=PRACTICE.ods_code,
)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with world_on(f"sqlite:///{tmp_path / 'letters.db'}") as world:
        yield world


def _draft(world: World, letter_id: str) -> Draft:
    return Draft(
        key="form",
        patient_id=world.letter(letter_id).patient.id,
        template_id=TEMPLATE.id,
        title="Title",
        fields={},
        channels=frozenset({Channel.PRINT}),
    )


def _write(world: World, user: User, letter_id: str) -> object:
    writing, draft = world.app.writing, replace(_draft(world, letter_id), key=user.id)
    return writing.add(SERVICE.id, user, draft, writing.look(SERVICE.id, user, draft, Channel.PRINT).mark)


def _brought(world: World, letter_id: str) -> BroughtLetter:
    to = world.letter(letter_id).patient
    return BroughtLetter(
        nhs_number=to.nhs_number,
        template_id=TEMPLATE.id,
        title="Brought",
        channel=Channel.PRINT,
        filename="a.pdf",
        pdf=render_letter(replace(ONE_PAGE, recipient=postal_lines(to), nhs_number=to.nhs_number)),
    )


def _detail(world: World, user: User, letter_id: str) -> object:
    with world.app.store.read(SERVICE.id) as uow:
        return letter_detail.detail(uow, user, letter_id, now=world.clock.now())


def _document(world: World, user: User, letter_id: str) -> object:
    world.app.rendering.ahead(SERVICE.id, 10)
    with world.app.store.read(SERVICE.id) as uow:
        return letter_documents.of_letter(uow, user, letter_id)


def _came_back(world: World, user: User, letter_id: str) -> object:
    """Of a letter of Ann's that was posted."""
    posted, attempt = world.sent(Channel.H)
    world.report(attempt, "received")
    learnt = Comeback(reference=world.letter(posted).reference, day=date(2026, 11, 23))
    return world.app.by_hand.record(SERVICE.id, user, learnt)


def _done(use_case: Callable[..., object], user: User, *given: object) -> bool:
    """For one that answers nothing."""
    use_case(SERVICE.id, user, *given)
    return True


def _words(world: World, letter_id: str) -> Edit:
    return Edit(read=said(world.letter(letter_id)), title="T", fields={})


def _retry(world: World, user: User, letter_id: str) -> object:
    app = world.app
    watch.retry_now(app.store, app.clock, SERVICE.id, user, world.gateway(Channel.E))
    return True


def _settle(world: World, user: User, letter_id: str) -> object:
    watch.settle_strays(world.app.store, world.app.clock, SERVICE.id, user, [])
    return True


DEEDS: Final[dict[Permission, dict[str, Deed]]] = {
    Permission.SEE_LETTERS: {
        "list": lambda w, u, i: w.app.listing(SERVICE.id).page(u, EVERYTHING, Sort(), 1, 50).rows,
        "choose all": lambda w, u, i: w.app.listing(SERVICE.id).ids(u, EVERYTHING, Sort(), 50),
        "filters' counts": lambda w, u, i: w.app.listing(SERVICE.id).facets(u, EVERYTHING)["template"],
        "headline": lambda w, u, i: w.app.listing(SERVICE.id).headline(u).pending,
        "csv": lambda w, u, i: w.letter(i).reference in _text(w.app.listing(SERVICE.id).csv(u, EVERYTHING)),
        "open a letter": _detail,
    },
    Permission.SEE_PATIENTS: {
        "find": lambda w, u, i: w.app.patient_records.find(SERVICE.id, u, w.letter(i).patient.nhs_number),
        "find by name": lambda w, u, i: w.app.patient_records.find(SERVICE.id, u, "Example"),
        "open a record": lambda w, u, i: w.app.patient_records.open(SERVICE.id, u, w.letter(i).patient.id),
    },
    Permission.READ_DOCUMENT: {"read a document": _document},
    Permission.ACT: {"record a return": _came_back},
    Permission.WRITE: {
        "write": _write,
        "open to edit": lambda w, u, i: w.app.editing.open(SERVICE.id, u, i),
        "look at an edit": lambda w, u, i: w.app.editing.look(SERVICE.id, u, i, _words(w, i)),
        "edit": lambda w, u, i: _done(w.app.editing.edit, u, i, _words(w, i)),
        "correct": lambda w, u, i: w.app.patient_records.correct(
            SERVICE.id, u, w.letter(i).patient.id, replace(CONTACT, mobile=_MOBILES[u.id])
        ),
        "patient of a PDF": lambda w, u, i: w.app.uploads.patient(
            SERVICE.id, u, w.letter(i).patient.nhs_number
        ),
        "look at a PDF": lambda w, u, i: w.app.uploads.examine(SERVICE.id, u, _brought(w, i)),
        "bring a PDF": lambda w, u, i: w.app.uploads.add(
            SERVICE.id, u, replace(_brought(w, i), reference=f"PDF-{u.id}")
        ),
    },
    Permission.DELIVERY: {
        "now": lambda w, u, i: w.app.analytics(SERVICE.id).today(u),
        "totals": lambda w, u, i: w.app.analytics(SERVICE.id).totals(u, _EVER),
        "by team": lambda w, u, i: w.app.analytics(SERVICE.id).by(u, _EVER, "team") is not None,
        "reasons": lambda w, u, i: w.app.analytics(SERVICE.id).reasons(u, _EVER) is not None,
        "pivot": lambda w, u, i: w.app.analytics(SERVICE.id).pivot(u, _EVER, "team", "code").column_names,
    },
    Permission.RETRY_WORKER: {"retry": _retry, "settle": _settle},
    Permission.TEMPLATES: {
        "all": lambda w, u, i: w.app.templates.all(SERVICE.id, u),
        "versions": lambda w, u, i: w.app.templates.versions(SERVICE.id, u, TEMPLATE.id),
        "preview": lambda w, u, i: w.app.templates.preview(SERVICE.id, u, KIND, Channel.PRINT),
        "add": lambda w, u, i: w.app.templates.add(SERVICE.id, u, KIND),
        "change": lambda w, u, i: w.app.templates.change(SERVICE.id, u, TEMPLATE, KIND),
        "retire": lambda w, u, i: w.app.templates.retire(SERVICE.id, u, TEMPLATE),
        "bring back": lambda w, u, i: w.app.templates.bring_back(SERVICE.id, u, TEMPLATE),
    },
    Permission.CONTROL_PANEL: {
        "values": lambda w, u, i: w.app.control_panel.values(SERVICE.id, u),
        "change": lambda w, u, i: _done(w.app.control_panel.change, u, {"link_days": 3}),
        "letterhead": lambda w, u, i: w.app.letterhead.read(SERVICE.id, u),
        "look at it": lambda w, u, i: w.app.letterhead.look(SERVICE.id, u, LETTERHEAD),
        "change it": lambda w, u, i: _done(w.app.letterhead.change, u, LETTERHEAD),
    },
    Permission.USERS: {
        "all": lambda w, u, i: w.app.user_accounts.all(SERVICE.id, u),
        "save": lambda w, u, i: _done(w.app.user_accounts.save, u, replace(BOB, team="North")),
        "file": lambda w, u, i: w.app.user_accounts.take_in(SERVICE.id, u, _USERS),
    },
    Permission.AUDIT: {
        "users": lambda w, u, i: w.app.audit_trail.users(SERVICE.id, u),
        "page": lambda w, u, i: w.app.audit_trail.page(SERVICE.id, u, Asked(), 1, 10),
        "csv": lambda w, u, i: _text(w.app.audit_trail.csv(SERVICE.id, u, Asked())),
        "verify": lambda w, u, i: w.app.audit_trail.verify(SERVICE.id, u),
    },
}
_NOT_HERE: Final = {
    Permission.SEE_WORKER: "everybody sees it, and there is nothing of a patient on it",
}


def _text(pieces: Iterator[bytes]) -> str:
    return b"".join(pieces).decode("utf-8-sig")


def test_every_permission_is_asked() -> None:
    assert DEEDS.keys() | _NOT_HERE.keys() == set(Permission)


@pytest.mark.parametrize(
    ("permission", "name"), [(permission, name) for permission, deeds in DEEDS.items() for name in deeds]
)
def test_each_use_case_for_each_role(world: World, permission: Permission, name: str) -> None:
    """Ann's letter, for all; and for a therapist who did not write it."""
    letter_id = world.add(Channel.H, patient=patient())
    allowed = {role for role in Role if TABLE[permission][role] is not Reach.NONE}
    done = {role for role, user in BY_ROLE.items() if _comes_about(world, permission, name, user, letter_id)}
    assert done == allowed
    own_only = TABLE[permission][Role.THERAPIST] is not Reach.ALL
    assert _comes_about(world, permission, name, BOB, letter_id) is not own_only


def _comes_about(world: World, permission: Permission, name: str, user: User, letter_id: str) -> bool:
    try:
        return bool(DEEDS[permission][name](world, user, letter_id))
    except (NotAllowed, NotFound):
        return False


def test_an_import_is_for_who_may_write_everybodys_letters(world: World) -> None:
    for role, user in BY_ROLE.items():
        if TABLE[Permission.WRITE][role] is Reach.ALL:
            assert world.app.importing.run(SERVICE.id, user, _LETTERS).summary.refused == 0
        else:
            with pytest.raises(NotAllowed):
                world.app.importing.run(SERVICE.id, user, _LETTERS)


_LETTERS: Final = (
    "reference,created,channel,title,template,nhs_number,surname,forename,date_of_birth,created_by\n"
    f"R-1,2026-11-20,print,Title,{TEMPLATE.name},9990000018,Nowak,Zoe,1984-02-29,ann\n"
).encode()

"""The letterhead: what a superuser saves stands above every letter that is made from then on."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from services.documents.images import page_png
from services.documents.press import Press
from services.documents.render import render_letter
from services.domain.errors import NotAllowed, UserError
from services.domain.people import User
from services.domain.vocabulary import Channel
from services.letterhead import Wanted
from tests.builders import ADMIN, ANALYST, ANN, MANAGER, SERVICE, SUPERUSER
from tests.contract.batch_world import World, world_on
from tests.press import lasting_pool
from tests.unit.documents.samples import ONE_PAGE, page_texts

WANTED = Wanted(name="Elm Therapies", address=("1 High Street", "Elm", "ZZ99 4AA"), telephone="01632 960 002")
RED = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0h10v10H0z" fill="red"/></svg>'
)


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with world_on(database_url) as world:
        yield world


def change(world: World, wanted: Wanted) -> None:
    """With the real renderer: the quick one of the other tests looks at no picture."""
    letterhead = replace(world.app.letterhead, renderer=Press(lasting_pool()))
    letterhead.change(SERVICE.id, SUPERUSER, wanted)


def test_letters_that_wait_are_made_anew_and_what_is_out_stays(world: World) -> None:
    waits = world.add(Channel.H)
    out, attempt = world.sent(Channel.H)
    world.app.rendering.ahead(SERVICE.id, 10)
    change(world, WANTED)
    assert world.letter(waits).document_id is None
    world.app.rendering.ahead(SERVICE.id, 10)
    new = "\n".join(page_texts(world.pdf(world.letter(waits).document_id or "")))
    assert all(words in new for words in ("Elm Therapies", "1 High Street", "01632 960 002"))
    assert SERVICE.name in "\n".join(page_texts(world.pdf(attempt.document_id)))
    assert world.status(out) == "h.queued" or world.status(out).startswith("h.sent")


def test_a_logo_keeps_its_colours_and_can_be_taken_back(world: World) -> None:
    change(world, replace(WANTED, logo=RED))
    service = world.app.letterhead.read(SERVICE.id, SUPERUSER)
    assert service.logo.startswith("data:image/svg+xml;base64,")
    assert _reds(render_letter(replace(ONE_PAGE, logo=service.logo))) > 1000
    change(world, WANTED)
    assert world.app.letterhead.read(SERVICE.id, SUPERUSER).logo == service.logo, "as it is"
    change(world, replace(WANTED, logo=b""))
    assert world.app.letterhead.read(SERVICE.id, SUPERUSER).logo == ""
    assert _reds(render_letter(ONE_PAGE)) == 0


def test_a_png_keeps_its_proportions(world: World) -> None:
    change(world, replace(WANTED, logo=_red_png(width=40, height=10)))
    logo = world.app.letterhead.read(SERVICE.id, SUPERUSER).logo
    narrow = _reds(render_letter(replace(ONE_PAGE, logo=logo)))
    change(world, replace(WANTED, logo=_red_png(width=17, height=13)))
    logo = world.app.letterhead.read(SERVICE.id, SUPERUSER).logo
    assert 0.2 < narrow / _reds(render_letter(replace(ONE_PAGE, logo=logo))) < 0.45


REFUSED = {
    "The name is empty.": {"name": " "},
    "The name is longer than 80 characters.": {"name": "x" * 81},
    "The address has one to 5 lines.": {"address": ()},
    "A line of the address is longer than 60 characters.": {"address": ("x" * 61,)},
    "The telephone is empty.": {"telephone": ""},
    "The logo is neither an SVG nor a PNG file.": {"logo": b"GIF89a"},
    "The logo is larger than 100 kB": {"logo": b"<svg" + b" " * 100_000},
    "The letter refers to something outside itself": {
        "logo": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="http://127.0.0.1:9/x.png"/></svg>'
    },
}


@pytest.mark.parametrize(("says", "changes"), REFUSED.items())
def test_what_cannot_be_is_refused_and_nothing_is_saved(
    world: World, says: str, changes: dict[str, object]
) -> None:
    with pytest.raises(UserError) as refused:
        change(world, replace(WANTED, **changes))  # type: ignore[arg-type]  # of the field of the case
    assert says in str(refused.value)
    assert str(refused.value).endswith("Nothing was saved.")
    assert world.app.letterhead.read(SERVICE.id, SUPERUSER).name == SERVICE.name


@pytest.mark.parametrize("user", [ANN, ADMIN, MANAGER, ANALYST])
def test_only_a_superuser_may(world: World, user: User) -> None:
    for deed in (
        lambda: world.app.letterhead.read(SERVICE.id, user),
        lambda: world.app.letterhead.look(SERVICE.id, user, WANTED),
        lambda: world.app.letterhead.change(SERVICE.id, user, WANTED),
    ):
        with pytest.raises(NotAllowed):
            deed()


def test_the_audit_says_what_was_changed(world: World) -> None:
    change(world, replace(WANTED, name=SERVICE.name, address=SERVICE.address))
    with world.app.store.read(SERVICE.id) as uow:
        entry = [each.entry for each in uow.audit.all()][-1]
    changed = {"setting": "Service telephone", "from": SERVICE.telephone, "to": WANTED.telephone}
    assert (entry.deed, entry.user_id, entry.details) == ("change-setting", SUPERUSER.id, changed)


def _reds(pdf: bytes) -> int:
    picture = Image.open(BytesIO(page_png(pdf, 1, 110))).convert("RGB")
    colours = picture.getcolors(1_000_000) or []
    return sum(count for count, colour in colours if colour == (255, 0, 0))


def _red_png(*, width: int, height: int) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), (255, 0, 0)).save(out, "PNG")
    return out.getvalue()

"""Templates: a letter keeps the version that it was made from; what is misspelt is refused with its line."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from services.domain.errors import NotAllowed, UserError
from services.domain.letter import Template
from services.domain.people import User
from services.domain.vocabulary import Channel
from services.templates import SAMPLE_VALUES, Draft, problems
from tests.builders import ADMIN, ANALYST, ANN, MANAGER, SERVICE, SUPERUSER, TEMPLATE
from tests.contract.batch_world import World, world_on
from tests.unit.documents.samples import page_texts

WHO = (SERVICE.id, SUPERUSER)
GOOD = Draft(
    name="Waiting list",
    category="Appointments",
    body="Dear {{ patient_first_name }},\n\nplease wait.",
    channels=frozenset({Channel.E, Channel.H}),
)


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with world_on(database_url) as world:
        yield world


def add(world: World, draft: Draft = GOOD) -> Template:
    return world.app.templates.add(*WHO, draft)


def text(world: World, letter_id: str) -> str:
    world.app.rendering.ahead(SERVICE.id, 10)
    document_id = world.letter(letter_id).document_id
    assert document_id
    return "\n".join(page_texts(world.pdf(document_id)))


def test_a_letter_keeps_the_version_that_it_was_made_from(world: World) -> None:
    first = add(world)
    before = world.add(Channel.H, template=first)
    assert "please wait" in text(world, before)
    second = world.app.templates.change(*WHO, first, replace(GOOD, body="Please come."))
    after = world.add(Channel.H, template=second)
    assert (first.version, second.version) == (1, 2)
    assert (world.letter(before).template.version, world.letter(after).template.version) == (1, 2)
    with world.work() as uow:
        uow.letters.unrender([before])
    assert "please wait" in text(world, before), "made anew, it says what it said"
    assert "Please come." in text(world, after)


def test_only_another_text_is_another_version_and_each_says_who_saved_it(world: World) -> None:
    first = add(world)
    renamed = world.app.templates.change(*WHO, first, replace(GOOD, name="Waiting", dual_mode=True))
    assert (renamed.name, renamed.dual_mode, renamed.version) == ("Waiting", True, 1)
    world.clock.pass_by(days=1)
    world.app.templates.change(*WHO, renamed, replace(GOOD, name="Waiting", body="Please come."))
    versions = world.app.templates.versions(*WHO, first.id)
    assert [(each.number, each.user_id) for each in versions] == [(2, SUPERUSER.name), (1, SUPERUSER.name)]
    assert versions[0].at == world.clock.now()
    assert versions[1].body == GOOD.body


WRONG = {
    "a misspelt field": (
        {"body": "Dear\n\n{{ patient_nam }},"},
        "Line 3: “patient_nam” is not a merge field.",
    ),
    "an expression": ({"body": "{{ 7 * 7 }}"}, "Line 1: “7 * 7” is not a merge field."),
    "code": ({"body": "Hello\n{% for x in y"}, "Line 2: “{%” is not a merge field."),
    "a way into the program": (
        {"body": "{{ patient_name.__class__ }}"},
        "Line 1: “patient_name.__class__” is not a merge field.",
    ),
    "no name": ({"name": " "}, "The name is empty."),
    "no category": ({"category": ""}, "The category is empty."),
    "no text": ({"body": " \n"}, "The text is empty."),
    "too long a name": ({"name": "x" * 256}, "The name is longer than 255 characters."),
    "no channel": ({"channels": frozenset()}, "Choose at least one channel."),
    "a paper copy of paper": (
        {"channels": frozenset({Channel.H}), "dual_mode": True},
        "A paper copy goes with an electronic letter: offer GP electronic or patient electronic.",
    ),
}


@pytest.mark.parametrize(("changes", "says"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_refused_with_its_line(world: World, changes: dict[str, object], says: str) -> None:
    draft = replace(GOOD, **changes)  # type: ignore[arg-type]  # of whichever field the case is about
    assert problems(draft) == [says]
    known = world.app.templates.all(*WHO)
    with pytest.raises(UserError) as refused:
        add(world, draft)
    assert str(refused.value) == f"{says} Nothing was saved."
    assert world.app.templates.all(*WHO) == known


def test_two_templates_never_have_one_name(world: World) -> None:
    add(world)
    with pytest.raises(UserError, match="There is a template “waiting LIST” already"):
        add(world, replace(GOOD, name="waiting LIST"))


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(world: World) -> None:
    seen = add(world)
    world.app.templates.change(*WHO, seen, replace(GOOD, body="Please come."))
    with pytest.raises(UserError, match="Somebody else has changed this template"):
        world.app.templates.change(*WHO, seen, replace(GOOD, body="Please go."))
    assert len(world.app.templates.versions(*WHO, seen.id)) == 2


def test_no_letter_is_made_from_a_retired_template_and_those_that_are_there_go_on(world: World) -> None:
    template = add(world)
    letter_id = world.add(Channel.H, template=template)
    retired = world.app.templates.retire(*WHO, template)
    assert template.id not in [each.id for each in world.app.writing.templates(SERVICE.id, ADMIN)]
    assert template.id not in [each.id for each in world.app.uploads.templates(SERVICE.id, ADMIN)]
    assert world.app.batch.sending.send(SERVICE.id, ADMIN, [letter_id]).results[0].reason == ""
    assert world.app.templates.bring_back(*WHO, retired).active


def test_a_csv_with_a_retired_template_says_so(world: World) -> None:
    world.app.templates.retire(*WHO, TEMPLATE)
    line = f"R-1,2026-11-20,print,Title,{TEMPLATE.name},9990000018,Nowak,Zoe,1984-02-29,{ANN.username}"
    head = "reference,created,channel,title,template,nhs_number,surname,forename,date_of_birth,created_by"
    report = world.app.importing.run(SERVICE.id, ADMIN, f"{head}\n{line}\n".encode())
    assert "template is retired: no new letter is made from it" in str(report)


def test_the_preview_shows_a_letter_to_nobody(world: World) -> None:
    body = "\n\n".join(f"{{{{ {name} }}}}" for name in SAMPLE_VALUES)
    seen = world.app.templates.preview(
        *WHO, replace(GOOD, body=f"{{{{ patient_name }}}}\n\n{body}"), Channel.H
    )
    assert (seen.problem, len(seen.pages)) == ("", 1)
    assert seen.pages[0].startswith(b"\x89PNG")
    assert seen.layout
    assert seen.layout.findings == ()
    wrong = world.app.templates.preview(*WHO, replace(GOOD, body="{{ nobody }}"), Channel.E)
    assert (wrong.pages, wrong.problem) == ((), "Line 1: “nobody” is not a merge field.")


@pytest.mark.parametrize("user", [ANN, ADMIN, MANAGER, ANALYST])
def test_only_a_superuser_may(world: World, user: User) -> None:
    templates, who = world.app.templates, (SERVICE.id, user)
    for deed in (
        lambda: templates.all(*who),
        lambda: templates.versions(*who, TEMPLATE.id),
        lambda: templates.preview(*who, GOOD, Channel.E),
        lambda: templates.add(*who, GOOD),
        lambda: templates.change(*who, TEMPLATE, GOOD),
        lambda: templates.retire(*who, TEMPLATE),
        lambda: templates.bring_back(*who, TEMPLATE),
    ):
        with pytest.raises(NotAllowed):
            deed()


def test_the_audit_says_what_was_changed(world: World) -> None:
    first = add(world)
    world.app.templates.change(*WHO, first, replace(GOOD, body="Please come."))
    with world.app.store.read(SERVICE.id) as uow:
        entries = [each.entry for each in uow.audit.all()][-2:]
    assert [(each.deed, each.details) for each in entries] == [
        ("change-template", {"template": "Waiting list", "version": 1, "changed": []}),
        ("change-template", {"template": "Waiting list", "version": 2, "changed": ["body"]}),
    ]

"""Letters that come as PDF: into the batch once, by those who may, and out of it as they came."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from services.batch.results import Outcome
from services.documents.render import render_letter
from services.domain.errors import NotAllowed, NotFound, UserError
from services.domain.people import Role
from services.domain.recipient import postal_lines
from services.domain.vocabulary import Channel
from services.letters import UNREAD, add_to_batch
from services.uploads import Added, BroughtLetter
from tests import builders
from tests.builders import ADMIN, ANN, BY_ROLE, OTHER_ADMIN, PAPER_ONLY, SERVICE, TEMPLATE
from tests.contract.batch_world import World, world_on
from tests.unit.documents.samples import ONE_PAGE, page_texts

PATIENT = builders.patient()
LETTER = render_letter(replace(ONE_PAGE, recipient=postal_lines(PATIENT), body="Words of its own."))
TO_ANOTHER = render_letter(replace(ONE_PAGE, body="Words of another."))


def _with_print_in_the_margin() -> bytes:
    with pikepdf.open(BytesIO(LETTER)) as file:
        file.pages[0].contents_add(b"0 0 20 400 re f")
        out = BytesIO()
        file.save(out)
    return out.getvalue()


IN_THE_MARGIN = _with_print_in_the_margin()


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with world_on(database_url) as world:
        with world.work() as uow:
            uow.people.save_patients([PATIENT])
        yield world


def letter(channel: Channel = Channel.PRINT, **values: Any) -> BroughtLetter:
    whole: dict[str, Any] = {
        "nhs_number": "999 000 0018",
        "template_id": TEMPLATE.id,
        "title": "Discharge summary",
        "channel": channel,
        "filename": "discharge.pdf",
        "pdf": LETTER,
    }
    return BroughtLetter(**whole | values)


def add(world: World, brought: BroughtLetter) -> Added:
    return world.app.uploads.add(SERVICE.id, ADMIN, brought)


def of_ann(world: World) -> None:
    """A letter that Ann has written to the patient before."""
    with world.work() as uow:
        add_to_batch(uow, [builders.letter(patient=PATIENT)])


def refuses(world: World, brought: BroughtLetter) -> str:
    with pytest.raises(UserError) as refused:
        add(world, brought)
    assert "Nothing was added." in str(refused.value)
    return str(refused.value)


def test_an_upload_waits_in_the_batch_with_its_document_and_where_it_came_from(world: World) -> None:
    added = add(world, letter())
    assert added.is_new
    stored = world.letter(added.letter_id)
    assert (stored.row.key, stored.uploaded, stored.patient.id) == ("print.pending", True, PATIENT.id)
    assert (stored.title, stored.template, stored.created_by) == ("Discharge summary", TEMPLATE, ADMIN.id)
    assert stored.document_id
    assert page_texts(world.pdf(stored.document_id)) == page_texts(LETTER)
    [event] = world.events(added.letter_id)
    assert event.raw
    assert event.raw["file"] == "discharge.pdf"
    assert event.raw["sha256"] == hashlib.sha256(LETTER).hexdigest()


def test_what_is_found_is_said_before_anything_is_added(world: World) -> None:
    seen = world.app.uploads.examine(SERVICE.id, ADMIN, letter(Channel.H, pdf=IN_THE_MARGIN))
    assert (seen.patient, seen.page_count, seen.is_addressed_to_patient) == (PATIENT, 1, True)
    assert [finding.code for finding in seen.layout.findings] == ["content-outside-printable-area"]
    assert seen.hindrance.startswith("It can't go by hybrid mail. Page 1: There is print in the margin")
    assert add(world, letter(pdf=IN_THE_MARGIN)).is_new, "looking at it has added nothing"


@pytest.mark.parametrize("channel", [Channel.PRINT, Channel.GP, Channel.E])
def test_findings_stay_with_the_letter_and_keep_it_only_from_the_post(world: World, channel: Channel) -> None:
    stored = world.letter(add(world, letter(channel, pdf=IN_THE_MARGIN)).letter_id)
    assert stored.post_problem.startswith("Page 1: There is print in the margin on the left")
    assert "There is print in the margin" in refuses(
        world, letter(Channel.H, pdf=IN_THE_MARGIN, reference="H")
    )


def test_hybrid_mail_takes_only_what_shows_the_patient_s_address(world: World) -> None:
    assert add(world, letter(Channel.H)).is_new
    with world.work() as uow:
        uow.people.save_patients([replace(PATIENT, address=("9 New Street", "Elsewhere", "ZZ99 5BB"))])
    reason = refuses(world, letter(Channel.H, reference="R-2"))
    assert "The address in the window is not the one on the patient's record: Ada Example" in reason


@pytest.mark.parametrize("channel", Channel)
def test_a_letter_that_names_somebody_else_is_nobody_s_here(world: World, channel: Channel) -> None:
    other = replace(PATIENT, id="other", nhs_number=builders.nhs_number(2), surname="Mill", forename="Bob")
    with world.work() as uow:
        uow.people.save_patients([other])
    wrong = letter(channel, nhs_number=other.nhs_number)  # it names Ada Example, at 7 Mill Row
    assert "It doesn't name the patient" in refuses(world, wrong)
    assert world.app.uploads.examine(SERVICE.id, ADMIN, wrong).hindrance


def test_pictures_name_nobody_and_say_so_in_the_list(world: World) -> None:
    with pikepdf.new() as file:
        file.add_blank_page(page_size=(595, 842))
        file.save(scan := BytesIO())
    added = add(world, letter(pdf=scan.getvalue()))
    assert world.letter(added.letter_id).warning == UNREAD
    assert world.letter(add(world, letter()).letter_id).warning == ""


def test_the_same_letter_again_adds_nothing_whoever_brings_it(world: World) -> None:
    first = add(world, letter())
    of_ann(world)
    with pytest.raises(UserError, match="added by somebody else"):
        world.app.uploads.add(SERVICE.id, ANN, letter())
    again = world.app.uploads.add(SERVICE.id, OTHER_ADMIN, letter())
    assert (again.letter_id, again.reference, again.is_new) == (first.letter_id, first.reference, False)
    assert len(world.events(first.letter_id)) == 1
    assert add(world, letter(reference="R-1")).is_new
    assert not add(world, letter(reference="R-1")).is_new
    assert "R-1 is that of another letter" in refuses(world, letter(reference="R-1", title="Another"))
    assert "R-1 is that of another letter" in refuses(world, letter(reference="R-1", pdf=TO_ANOTHER))


def test_four_at_once_add_one(world: World) -> None:
    with ThreadPoolExecutor(4) as threads:
        added = list(threads.map(lambda _: add(world, letter()), range(4)))
    assert sorted(each.is_new for each in added) == [False, False, False, True]
    assert len({each.letter_id for each in added}) == 1


def test_a_removed_letter_comes_back_only_by_a_reference_of_its_own(world: World) -> None:
    first = add(world, letter())
    world.app.batch.keeping.remove(SERVICE.id, ADMIN, [first.letter_id])
    assert "was removed from it" in refuses(world, letter())
    assert add(world, letter(reference="again")).is_new


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"nhs_number": "999 000 0019"}, "The NHS number is not valid"),
        ({"nhs_number": "12"}, "The NHS number has not ten digits"),
        ({"nhs_number": "999 000 0026"}, "a new patient comes in with the first line of a CSV file"),
        ({"template_id": "none"}, "There is no such template"),
        ({"template_id": PAPER_ONLY.id, "channel": Channel.GP}, "“Paper only” doesn't offer"),
        ({"title": " "}, "The title is empty."),
        ({"title": "x" * 256}, "The title is longer than 255 characters"),
        ({"reference": "x" * 61}, "The reference is longer than 60 characters"),
        ({"pdf": b"Dear Sir"}, "The file is not a PDF."),
    ],
)
def test_a_refusal_says_why_and_that_nothing_was_added(
    world: World, wrong: dict[str, Any], reason: str
) -> None:
    assert reason in refuses(world, letter(**wrong))


@pytest.mark.parametrize("role", Role)
def test_who_may_write_letters_adds_them_as_their_own(world: World, role: Role) -> None:
    user, uploads = BY_ROLE[role], world.app.uploads
    if role in (Role.SERVICE_MANAGER, Role.ANALYST):
        for refused in (
            lambda: uploads.add(SERVICE.id, user, letter()),
            lambda: uploads.examine(SERVICE.id, user, letter()),
            lambda: uploads.patient(SERVICE.id, user, PATIENT.nhs_number),
            lambda: uploads.templates(SERVICE.id, user),
        ):
            with pytest.raises(NotAllowed):
                refused()
    else:
        of_ann(world)
        added = uploads.add(SERVICE.id, user, letter())
        assert world.letter(added.letter_id).created_by == user.id


def test_a_therapist_knows_those_to_whom_she_has_written(world: World) -> None:
    add(world, letter())  # somebody else's
    for seen in (world.app.uploads.examine, world.app.uploads.add):
        with pytest.raises(NotFound, match="No patient with this NHS number is known here"):
            seen(SERVICE.id, ANN, letter(reference="ANN-1"))
    of_ann(world)
    assert world.app.uploads.patient(SERVICE.id, ANN, PATIENT.nhs_number) == PATIENT


def test_a_retired_template_is_refused(world: World) -> None:
    with world.work() as uow:
        uow.people.save_templates([replace(TEMPLATE, active=False)])
    assert "is retired" in refuses(world, letter())


def test_a_stranger_s_number_is_nobody_s(world: World) -> None:
    with pytest.raises(NotFound):
        world.app.uploads.patient("elsewhere", ADMIN, PATIENT.nhs_number)


def test_it_is_never_made_anew_whatever_becomes_of_record_letterhead_and_channel(world: World) -> None:
    letter_id = add(world, letter(Channel.E)).letter_id
    before = world.letter(letter_id).document_id
    world.edit_patient(letter_id, surname="Renamed", address=("2 New Row", "Wherrymere", "ZZ99 4AA"))
    with world.work() as uow:
        uow.people.save_letterhead(replace(SERVICE, name="Otherwhere Talking Therapies"))
    world.app.batch.keeping.change_channel(SERVICE.id, ADMIN, [letter_id], Channel.GP)
    world.app.rendering.ahead(SERVICE.id, 10)
    after = world.letter(letter_id)
    assert (after.channel, after.document_id, after.uploaded) == (Channel.GP, before, True)


def test_it_is_printed_and_sent_as_it_came(world: World) -> None:
    printed = add(world, letter(Channel.PRINT)).letter_id
    sent = add(world, letter(Channel.GP, reference="GP-1")).letter_id
    result = world.app.batch.printing.print_letters(SERVICE.id, ADMIN, [printed])
    assert result.made
    assert "Words of its own." in page_texts(world.pdf(result.made.document_id))[0]
    [queued] = world.app.batch.sending.send(SERVICE.id, ADMIN, [sent]).results
    assert queued.outcome is Outcome.DONE
    [attempt] = world.attempts(sent)
    assert world.pdf(attempt.document_id) == world.pdf(str(world.letter(sent).document_id))


def test_another_channel_that_posts_is_refused_where_the_print_rules_are_broken(world: World) -> None:
    letter_id = add(world, letter(Channel.PRINT, pdf=IN_THE_MARGIN)).letter_id
    result = world.app.batch.keeping.change_channel(SERVICE.id, ADMIN, [letter_id], Channel.H)
    assert [each.outcome for each in result.results] == [Outcome.SKIPPED]
    assert "There is print in the margin" in result.results[0].reason

"""Print and Download: the file and the statuses are one (docs/product.md section 2)."""

from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO

import pikepdf
import pytest
from sqlalchemy import update

from services.batch.choosing import PRINTED_ALREADY
from services.batch.results import CHANGED, BatchResult, Outcome
from services.domain.documents import CheckFailed
from services.domain.vocabulary import Channel, Status
from services.store import tables
from tests.builders import ADMIN, DATED, NOON, OTHER_ADMIN, SERVICE
from tests.contract.batch_world import World, world_on
from tests.unit.documents.samples import page_texts


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with world_on(database_url) as world:
        yield world


def outcomes(result: BatchResult) -> dict[str, Outcome]:
    return {each.letter_id: each.outcome for each in result.results}


def press_print(world: World, *ids: str, again: bool = False) -> BatchResult:
    return world.app.batch.printing.print_letters(SERVICE.id, ADMIN, ids, again=again)


def printed_pages(world: World, result: BatchResult) -> list[str]:
    assert result.made is not None
    return page_texts(world.pdf(result.made.document_id))


def nothing_happened(world: World, *ids: str) -> bool:
    unmoved = all(world.status(each) == "print.pending" and world.steps(each) == ["pending"] for each in ids)
    return unmoved and world.prints(ADMIN.id) == []


def test_the_file_holds_exactly_the_letters_that_were_printed(world: World) -> None:
    first, second, left = world.add(), world.add(), world.add()
    result = press_print(world, second, first)
    assert outcomes(result) == {first: Outcome.DONE, second: Outcome.DONE}
    pages = printed_pages(world, result)
    assert len(pages) == 4  # each on a sheet of its own
    assert world.letter(second).reference in pages[0]
    assert world.letter(first).reference in pages[2]
    assert [pages[1], pages[3]] == ["", ""]
    assert [world.status(each) for each in (first, second, left)] == [
        "print.printed", "print.printed", "print.pending",
    ]  # fmt: skip


def test_printing_is_in_the_history_with_who_did_it(world: World) -> None:
    letter_id = world.add()
    world.clock.pass_by(hours=1)
    press_print(world, letter_id)
    event = world.events(letter_id)[-1]
    assert (event.from_status, event.to_status, event.cause) == ("pending", "printed", "print")
    assert (event.user_name, event.at) == (ADMIN.name, world.clock.now())
    assert world.letter(letter_id).status_at == world.clock.now()


def test_simplex_pads_nothing(world: World) -> None:
    with world.work() as uow:
        uow.settings.put("simplex", True, by="sue", at=NOON)
    assert len(printed_pages(world, press_print(world, world.add(), world.add()))) == 2


def test_a_file_that_can_not_be_checked_changes_nothing(world: World) -> None:
    def refuse() -> None:
        raise CheckFailed("The merged file has a page too few.")

    ids = [world.add(), world.add()]
    world.press.meanwhile = refuse
    result = press_print(world, *ids)
    assert result.made is None
    assert [each.reason for each in result.of(Outcome.FAILED)] == ["The merged file has a page too few."] * 2
    assert nothing_happened(world, *ids)


def test_a_damaged_document_fails_alone(world: World) -> None:
    damaged, sound, out = world.add(), world.add(), world.sent(Channel.E)[0]
    world.app.batch.printing.download(SERVICE.id, OTHER_ADMIN, [damaged, sound])
    for document_id in (world.letter(damaged).document_id, world.attempts(out)[0].document_id):
        with world.work() as uow:
            spoilt = update(tables.documents).where(tables.documents.c.id == document_id)
            uow.connection.execute(spoilt.values(pdf=b"%PDF-1.4 something else"))
    result = press_print(world, damaged, sound)
    assert outcomes(result) == {damaged: Outcome.FAILED, sound: Outcome.DONE}
    assert "not the one that was made" in result.of(Outcome.FAILED)[0].reason
    assert world.status(damaged) == "print.pending"
    assert len([page for page in printed_pages(world, result) if page]) == 1
    download = world.app.batch.printing.download(SERVICE.id, ADMIN, [sound, out])
    assert outcomes(download) == {sound: Outcome.DONE, out: Outcome.FAILED}


def test_a_process_that_dies_while_it_makes_the_file_changes_nothing(world: World) -> None:
    def die() -> None:
        raise MemoryError

    ids = [world.add(), world.add()]
    world.press.meanwhile = die
    with pytest.raises(MemoryError):
        press_print(world, *ids)
    assert nothing_happened(world, *ids)
    assert set(outcomes(press_print(world, *ids)).values()) == {Outcome.DONE}


def test_a_letter_that_someone_else_printed_meanwhile_is_left_out_of_the_file(world: World) -> None:
    mine, theirs = world.add(), world.add()
    world.press.meanwhile = lambda: world.app.batch.printing.print_letters(SERVICE.id, OTHER_ADMIN, [theirs])
    result = press_print(world, mine, theirs)
    assert outcomes(result) == {mine: Outcome.DONE, theirs: Outcome.SKIPPED}
    assert [each.reason for each in result.of(Outcome.SKIPPED)] == [CHANGED]
    pages = printed_pages(world, result)
    assert world.letter(mine).reference in pages[0]
    assert not [page for page in pages if world.letter(theirs).reference in page]
    assert world.steps(theirs) == ["pending", "printed"]
    assert result.made is not None
    assert result.made.letter_count == 1


@pytest.mark.parametrize("happens", ["removed", "sent by another channel"])
def test_a_letter_that_left_meanwhile_is_left_out(world: World, happens: str) -> None:
    def meanwhile() -> None:
        keeping = world.app.batch.keeping
        if happens == "removed":
            keeping.remove(SERVICE.id, OTHER_ADMIN, [theirs])
        else:
            keeping.change_channel(SERVICE.id, OTHER_ADMIN, [theirs], Channel.H)

    mine, theirs = world.add(), world.add()
    world.press.meanwhile = meanwhile
    assert outcomes(press_print(world, mine, theirs)) == {mine: Outcome.DONE, theirs: Outcome.SKIPPED}
    assert world.letter(theirs).status is Status.PENDING


def test_when_all_were_changed_meanwhile_no_file_is_made(world: World) -> None:
    theirs = world.add()
    world.press.meanwhile = lambda: world.app.batch.keeping.remove(SERVICE.id, OTHER_ADMIN, [theirs])
    result = press_print(world, theirs)
    assert result.made is None
    assert outcomes(result) == {theirs: Outcome.SKIPPED}
    assert world.prints(ADMIN.id) == []


def test_what_is_printed_already_is_printed_again_only_on_its_own_button(world: World) -> None:
    letter_id = world.add()
    press_print(world, letter_id)
    repeated = press_print(world, letter_id)
    assert repeated.made is None
    assert [each.reason for each in repeated.results] == [PRINTED_ALREADY]
    assert world.steps(letter_id) == ["pending", "printed"]
    assert outcomes(press_print(world, letter_id, again=True)) == {letter_id: Outcome.DONE}
    assert world.steps(letter_id) == ["pending", "printed", "printed"]


def test_a_letter_that_can_not_be_made_fails_with_its_reason_and_the_others_go_on(world: World) -> None:
    sound, broken = world.add(), world.add(template=DATED)
    result = press_print(world, sound, broken)
    assert outcomes(result) == {sound: Outcome.DONE, broken: Outcome.FAILED}
    [failed] = result.of(Outcome.FAILED)
    assert "“Appointment letter”" in failed.reason
    assert "“appointment_date” has no value" in failed.reason
    assert world.status(broken) == "print.pending"
    assert "appointment_date" in world.letter(broken).warning


def test_a_download_is_the_same_file_and_changes_no_status(world: World) -> None:
    ids = [world.add(), world.sent(Channel.E)[0], world.sent(Channel.GP)[0]]
    before = [world.steps(each) for each in ids]
    result = world.app.batch.printing.download(SERVICE.id, ADMIN, ids)
    assert set(outcomes(result).values()) == {Outcome.DONE}
    assert len(printed_pages(world, result)) == 6
    assert [world.steps(each) for each in ids] == before


def test_every_id_has_its_result(world: World) -> None:
    pending, queued = world.add(), world.sent(Channel.E)[0]
    result = press_print(world, pending, "unknown", queued, pending, "unknown")
    assert outcomes(result) == {
        pending: Outcome.DONE, queued: Outcome.SKIPPED, "unknown": Outcome.SKIPPED,
    }  # fmt: skip
    assert len(result.results) == 3
    assert [each.letter_id for each in result.results if not each.reason] == [pending]


def test_files_stay_under_recent_prints_until_they_are_old(world: World) -> None:
    first = press_print(world, world.add()).made
    world.clock.pass_by(hours=1)
    second = world.app.batch.printing.download(SERVICE.id, ADMIN, [world.add(), world.add()]).made
    assert world.prints(ADMIN.id) == [second, first]
    assert second is not None
    assert (second.kind, second.letter_count, second.fetched_at) == ("download", 2, None)
    assert second.filename == "letters-2026-11-23-1300-2.pdf"
    assert world.prints(OTHER_ADMIN.id) == []
    world.clock.pass_by(hours=23, minutes=30)
    assert world.prints(ADMIN.id) == [second]


def test_a_letter_that_is_downloaded_alone_is_the_stored_file(world: World) -> None:
    letter_id = world.add()
    result = world.app.batch.printing.download(SERVICE.id, ADMIN, [letter_id])
    assert result.made is not None
    assert result.made.document_id == world.letter(letter_id).document_id
    printed = press_print(world, letter_id)
    assert printed.made is not None
    assert printed.made.document_id != result.made.document_id  # it asks the printer for full size


def test_a_checklist_says_what_is_in_the_pile_in_order(world: World) -> None:
    with world.work() as uow:
        uow.settings.put("checklist", True, by="sue", at=NOON)
    first, second = world.add(), world.add()
    pages = printed_pages(world, press_print(world, second, first))
    letters = [world.letter(second), world.letter(first)]
    places = [pages[0].index(letter.reference) for letter in letters]
    assert places == sorted(places)
    assert all(letter.patient.name in pages[0] for letter in letters)
    assert pages[1] == ""  # no letter shares its sheet
    assert letters[0].reference in pages[2]
    alone = printed_pages(world, press_print(world, first, again=True))
    assert letters[1].reference in alone[0]
    assert "1 of 1" in alone[0]


def test_a_letter_that_can_not_be_merged_is_left_out_and_named(world: World) -> None:
    odd, sound = world.add(), world.add()
    world.app.rendering.ahead(SERVICE.id, 10)
    layered = with_layers(world.pdf(str(world.letter(odd).document_id)))
    with world.work() as uow:
        spoilt = update(tables.documents).where(tables.documents.c.id == world.letter(odd).document_id)
        uow.connection.execute(spoilt.values(pdf=layered, sha256=sha256(layered).hexdigest()))
    result = press_print(world, odd, sound)
    assert outcomes(result) == {odd: Outcome.FAILED, sound: Outcome.DONE}
    assert f"{world.letter(odd).reference} can't be merged." in result.of(Outcome.FAILED)[0].reason
    assert (world.status(odd), world.status(sound)) == ("print.pending", "print.printed")
    assert len([page for page in printed_pages(world, result) if page]) == 1


def with_layers(pdf: bytes) -> bytes:
    with pikepdf.open(BytesIO(pdf)) as file:
        file.Root.OCProperties = pikepdf.Dictionary(OCGs=pikepdf.Array())
        file.save(written := BytesIO())
    return written.getvalue()

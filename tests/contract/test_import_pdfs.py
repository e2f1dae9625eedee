"""Lines that name a PDF: the file becomes the letter, or the line is refused with the reason."""

import csv
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli import app
from services.documents.render import render_letter
from services.domain.errors import NotAllowed, UserError
from services.domain.letter import Letter
from services.domain.people import Role
from services.domain.vocabulary import Channel
from services.importing.csv_lines import CsvBytes
from services.importing.inspection import Inspection
from services.importing.pdfs import Folder, InMemory, Pdfs
from services.importing.run import Import, RefusedLine, Summary
from tests.builders import ADMIN, BY_ROLE, DATED, SERVICE, TEMPLATE, nhs_number
from tests.contract.batch_world import World, world_on
from tests.unit.documents.samples import FOUR_LINES, ONE_PAGE, page_texts

ADDRESS = ("7 Mill Row", "Wherrymere", "ZZ99 4AA")
HEADER = (
    *("reference", "created", "channel", "title", "template", "nhs_number", "surname", "forename"),
    *("date_of_birth", "address_1", "address_2", "address_3", "large_print", "created_by", "pdf"),
)


def pdf(words: str) -> bytes:
    return render_letter(replace(ONE_PAGE, body=words))


FIRST, SECOND = pdf("The first words."), pdf("The second words.")


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with world_on(database_url) as world:
        yield world


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "scans"
    made.mkdir()
    (made / "first.pdf").write_bytes(FIRST)
    (made / "second.pdf").write_bytes(SECOND)
    return made


def line(number: int, **cells: str) -> dict[str, str]:
    usual = dict.fromkeys(HEADER, "") | {
        "reference": f"R-{number}",
        "created": "2026-11-20",
        "channel": "print",
        "title": "Discharge summary",
        "template": TEMPLATE.name,
        "nhs_number": nhs_number(number),
        "surname": "Example",
        "forename": "Ada",
        "date_of_birth": "1984-02-29",
        **{f"address_{place}": text for place, text in enumerate(ADDRESS, start=1)},
        "created_by": ADMIN.username,
    }
    return usual | cells


def written(lines: Sequence[dict[str, str]]) -> str:
    out = StringIO()
    writer = csv.DictWriter(out, HEADER)
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue()


def run(
    world: World, pdfs: Path | Pdfs | None, *lines: dict[str, str]
) -> tuple[Summary, list[tuple[int, str]]]:
    given = Folder(pdfs) if isinstance(pdfs, Path) else pdfs
    refused: list[RefusedLine] = []
    task = Import(
        store=world.app.store,
        service_id=SERVICE.id,
        clock=world.clock,
        on_header=lambda _names: None,
        on_refused=refused.append,
        inspection=Inspection(renderer=world.app.renderer, pdfs=given) if given else Inspection(),
    )
    summary = task.run(CsvBytes(content=written(lines).encode()))
    return summary, [(each.number, "; ".join(each.problems)) for each in refused]


def letter(world: World, reference: str) -> Letter:
    with world.app.store.read(SERVICE.id) as uow:
        return uow.letters.by_reference([reference])[reference]


def text(world: World, reference: str) -> str:
    document_id = letter(world, reference).document_id
    assert document_id
    return page_texts(world.pdf(document_id))[0]


def test_each_letter_is_its_own_file_and_the_others_are_made_from_their_template(
    world: World, folder: Path
) -> None:
    lines = [
        line(1, pdf="first.pdf", large_print="yes"),
        line(2, pdf="second.pdf", template=DATED.name),
        line(3),
    ]
    summary, refused = run(world, folder, *lines)
    assert (str(summary), refused) == ("3 added, 0 already there, 0 refused", [])
    assert "The first words." in text(world, "R-1")
    assert "The second words." in text(world, "R-2")
    assert [letter(world, f"R-{number}").uploaded for number in (1, 2, 3)] == [True, True, False]
    assert letter(world, "R-1").patient.large_print
    [event] = world.events(letter(world, "R-1").id)
    assert event.raw
    assert event.raw["file"] == "first.pdf"


def test_the_same_lines_and_files_again_add_nothing_and_another_file_is_refused(
    world: World, folder: Path
) -> None:
    lines = [line(1, pdf="first.pdf"), line(2, pdf="second.pdf")]
    run(world, folder, *lines)
    assert str(run(world, folder, *lines)[0]) == "0 added, 2 already there, 0 refused"
    (folder / "first.pdf").write_bytes(pdf("Other words."))
    summary, refused = run(world, folder, *lines)
    assert (summary.there, refused) == (1, [(2, "reference is there already, with other content")])
    assert "The first words." in text(world, "R-1")


def test_more_files_than_are_held_at_once(world: World, folder: Path) -> None:
    lines = []
    for number in range(1, 24):
        (folder / f"{number}.pdf").write_bytes(SECOND if number % 2 else FIRST)
        lines += [line(2 * number, pdf=f"{number}.pdf"), line(2 * number + 1)]
    summary, refused = run(world, folder, *lines)
    assert (summary.added, refused) == (46, [])
    assert summary.unnamed == ["first.pdf", "second.pdf"]


def test_a_file_that_two_letters_name_is_neither_s(world: World, folder: Path) -> None:
    summary, refused = run(
        world, folder, line(1, pdf="first.pdf"), line(2, pdf="second.pdf"), line(3, pdf="first.pdf")
    )
    reason = "pdf “first.pdf” is named by several letters: each needs its own"
    assert (summary.added, refused) == (1, [(2, reason), (4, reason)])


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("third.pdf", "pdf “third.pdf” is not among the files"),
        ("First.pdf", "pdf “First.pdf” is not among the files (did you mean “first.pdf”?)"),
        ("../outside.pdf", "pdf is not the name of a file alone: give no folder"),
        ("/etc/passwd", "pdf is not the name of a file alone"),
        ("inner\\first.pdf", "pdf is not the name of a file alone"),
        ("..", "pdf is not the name of a file alone"),
        ("inner", "pdf “inner” is not a file"),
        ("link.pdf", "pdf “link.pdf” is not a file: put the file itself into the folder"),
        ("pipe.pdf", "pdf “pipe.pdf” is not a file"),
        ("notes.pdf", "pdf “notes.pdf”: The file is not a PDF."),
        ("large.pdf", "pdf “large.pdf”: The file has"),
    ],
)
def test_a_line_is_refused_whose_file_may_not_be_read(
    world: World, folder: Path, name: str, reason: str
) -> None:
    (folder / "inner").mkdir()
    (folder.parent / "outside.pdf").write_bytes(FIRST)
    (folder / "link.pdf").symlink_to(folder.parent / "outside.pdf")
    os.mkfifo(folder / "pipe.pdf")
    (folder / "notes.pdf").write_bytes(b"Dear Sir")
    (folder / "large.pdf").write_bytes(FIRST + bytes(3_000_000))
    summary, [(number, said)] = run(world, folder, line(1, pdf=name), line(2, pdf="second.pdf"))
    assert (summary.added, number) == (1, 2)
    assert said.startswith(reason)


def test_a_file_is_named_where_none_were_given(world: World) -> None:
    assert run(world, None, line(1, pdf="first.pdf"))[1] == [(2, "pdf “first.pdf” is not among the files")]


def test_what_is_posted_shows_the_patient_s_address_and_a_refused_line_changes_no_record(
    world: World, folder: Path
) -> None:
    to_ada = {f"address_{place}": words for place, words in enumerate(FOUR_LINES[1:], start=1)}
    elsewhere = {"address_3": "ZZ99 9ZZ"}
    summary, refused = run(
        world,
        folder,
        line(1, pdf="first.pdf", channel="h", **to_ada),
        line(2, pdf="second.pdf", channel="h", **elsewhere),
    )
    assert summary.added == 1
    [(number, reason)] = refused
    assert number == 3
    assert "pdf “second.pdf”: It can't go by hybrid mail. The address in the window is not the one" in reason
    assert letter(world, "R-1").channel is Channel.H
    with world.app.store.read(SERVICE.id) as uow:
        assert not uow.people.patients([nhs_number(2)])


def test_the_command_takes_a_folder_and_tells_the_files_that_no_line_names(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BATCH_LETTERS_DATABASE_URL", world.app.store.database_url)
    file = folder.parent / "letters.csv"
    file.write_text(written([line(1, pdf="first.pdf")]), encoding="utf-8")
    arguments = ["import", str(file), "--service", SERVICE.id, "--pdfs", str(folder)]
    result = CliRunner().invoke(app, arguments)
    assert (result.exit_code, result.output.splitlines()) == (
        0,
        ["1 added, 0 already there, 0 refused", "No line names these PDFs: second.pdf."],
    )
    assert "The first words." in text(world, "R-1")


@pytest.mark.parametrize("role", Role)
def test_at_a_page_only_who_may_write_everybody_s_letters_imports(world: World, role: Role) -> None:
    content, files = written([line(1, pdf="a.pdf"), line(2, pdf="b.pdf")]).encode(), [("a.pdf", FIRST)]
    if role not in (Role.ADMIN, Role.SUPERUSER):
        with pytest.raises(NotAllowed):
            world.app.importing.run(SERVICE.id, BY_ROLE[role], content, files)
    else:
        result = world.app.importing.run(SERVICE.id, BY_ROLE[role], content, files)
        assert (result.summary.added, len(result.refused)) == (1, 1)


def test_two_files_of_one_name_are_neither_s(world: World) -> None:
    twice = InMemory([("a.pdf", FIRST), ("a.pdf", SECOND)])
    assert run(world, twice, line(1, pdf="a.pdf"))[1] == [(2, "pdf “a.pdf” was brought along twice")]


def test_a_file_that_is_no_csv_is_refused_as_a_whole(world: World) -> None:
    with pytest.raises(UserError, match="“colour” is not a column"):
        world.app.importing.run(SERVICE.id, ADMIN, b"colour\nred\n")

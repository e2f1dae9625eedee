"""An import that the store cuts short: what was committed before is said, and nothing is added twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli import app
from services.domain.errors import StoreUnavailable
from services.store.unit_of_work import SqlStore
from tests.builders import ADMIN, SERVICE, TEMPLATE
from tests.contract.batch_world import World, world_on
from tests.contract.watched_gateway import DiskFull, Fuse, burning_at_commits

HEADER = "reference,created,channel,title,template,nhs_number,surname,forename,date_of_birth,created_by"
SO_FAR = (
    "The store was too busy or could not be reached. Not all was imported: 199 added, 0 already there, "
    "1 refused so far. Import the same file again: nothing is added twice."
)


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with world_on(database_url) as world:
        yield world


@pytest.fixture
def lines() -> bytes:
    """Those of two transactions and more, of which the second line is bad."""
    letters = [
        f"R-{number},2026-11-20,{'post' if number == 1 else 'print'},One,{TEMPLATE.name},9990000018,Example,"
        f"Ada,1990-05-03,{ADMIN.username}"
        for number in range(450)
    ]
    return "\n".join([HEADER, *letters]).encode()


def at_the_second_commit() -> Fuse:
    return Fuse(steps=3, ending=DiskFull)


def count(store: SqlStore) -> int:
    with store.read(SERVICE.id) as uow:
        return len(uow.letters.by_reference([f"R-{number}" for number in range(450)]))


def test_at_a_page_what_was_imported_before_is_said(world: World, lines: bytes) -> None:
    with burning_at_commits(at_the_second_commit()), pytest.raises(StoreUnavailable) as cut_short:
        world.app.importing.run(SERVICE.id, ADMIN, lines)
    assert str(cut_short.value) == SO_FAR
    assert count(world.app.store) == 199

    again = world.app.importing.run(SERVICE.id, ADMIN, lines).summary
    assert str(again) == "250 added, 199 already there, 1 refused"
    assert count(world.app.store) == 449


def test_the_command_says_it_too_and_exits_with_3(
    world: World, lines: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BATCH_LETTERS_DATABASE_URL", world.app.store.database_url)
    file = tmp_path / "letters.csv"
    file.write_bytes(lines)
    with burning_at_commits(at_the_second_commit()):
        result = CliRunner().invoke(app, ["import", str(file), "--service", SERVICE.id])
    assert (result.exit_code, count(world.app.store)) == (3, 199)
    assert SO_FAR in result.output
    assert f"The refused lines stand in {file.with_suffix('.refused.csv')}" in result.output

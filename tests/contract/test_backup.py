"""Backup while a store is written to, restore in its place, and what is refused."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from stat import S_IMODE
from threading import Event, Thread

import pytest
from sqlalchemy import create_engine, func, make_url, select, text

from services.bootstrap import back_up, put_back
from services.domain.errors import UserError
from services.domain.people import Session
from services.domain.vocabulary import Channel
from services.settings import ROOT, Settings
from services.store import tables
from tests.builders import ADMIN, SERVICE
from tests.clock import FakeClock
from tests.worlds import World, world

DAY = timedelta(days=1)


@pytest.fixture
def service(database_url: str) -> Iterator[World]:
    with world(database_url, clock=FakeClock(datetime.now(UTC))) as made:
        yield made
    _drop_others(database_url)


def _drop_others(database_url: str) -> None:
    """The former databases that restores have kept."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        return
    engine = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as server:
        kept = text("SELECT datname FROM pg_database WHERE datname LIKE :name")
        for name in server.scalars(kept, {"name": f"{url.database}\\_%"}).all():
            server.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    engine.dispose()


def settings(service: World) -> Settings:
    return service.app.settings


def letters(service: World) -> int:
    with service.app.store.read(SERVICE.id) as uow:
        return int(uow.connection.scalar(select(func.count()).select_from(tables.letters)) or 0)


def log_in(service: World) -> None:
    now = service.clock.now()
    session = Session(token_hash="hash", user_id=ADMIN.id, created_at=now, seen_at=now, expires_at=now + DAY)
    with service.app.store.begin(SERVICE.id) as uow:
        uow.access.open_session(session)
        uow.commit()


def test_a_backup_is_put_back_and_the_former_store_kept(service: World, tmp_path: Path) -> None:
    service.queued(Channel.E)
    log_in(service)
    file = tmp_path / "backup"
    made = back_up(settings(service), file)
    assert "1 ready" in str(made)
    assert S_IMODE(file.stat().st_mode) == 0o600
    service.letter()
    assert letters(service) == 2
    service.app.store.close()
    kept = put_back(settings(service), file)
    assert letters(service) == 1
    assert "before" in kept
    with service.app.store.read(SERVICE.id) as uow:
        session = uow.access.session("hash")
        assert session is not None
        assert session.revoked_at is not None
        assert uow.settings.beats() == {}


def test_a_backup_taken_amid_writing_is_whole(service: World, tmp_path: Path) -> None:
    over = Event()

    def write() -> None:
        while not over.is_set():
            service.letter()

    writer = Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            back_up(settings(service), tmp_path / f"backup {number}")
    finally:
        over.set()
        writer.join()
    service.app.store.close()
    put_back(settings(service), tmp_path / "backup 2")
    with service.app.store.read(SERVICE.id) as uow:
        told = uow.connection.scalars(select(tables.events.c.letter_id)).all()
        there = uow.connection.scalars(select(tables.letters.c.id)).all()
    assert set(told) == set(there), "each letter with its history"


def test_a_file_that_is_there_is_not_overwritten(service: World, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    file.write_text("precious")
    with pytest.raises(UserError, match="exists already"):
        back_up(settings(service), file)
    assert file.read_text() == "precious"


def test_while_a_worker_runs_nothing_is_restored(service: World, tmp_path: Path) -> None:
    back_up(settings(service), tmp_path / "backup")
    with service.app.store.begin(SERVICE.id) as uow:
        uow.settings.beat("worker", datetime.now(UTC), {})
        uow.commit()
    with pytest.raises(UserError, match="A worker still ran"):
        put_back(settings(service), tmp_path / "backup")


def test_while_somebody_uses_the_store_nothing_is_restored(service: World, tmp_path: Path) -> None:
    back_up(settings(service), tmp_path / "backup")
    service.letter()
    with service.app.store.read(SERVICE.id) as uow:
        uow.settings.all()
        with pytest.raises(UserError, match="is in use"):
            put_back(settings(service), tmp_path / "backup")
    assert letters(service) == 1


@pytest.mark.parametrize("damage", ["none", "text", "half", "newer"])
def test_what_is_no_sound_backup_is_refused_and_changes_nothing(
    service: World, tmp_path: Path, damage: str
) -> None:
    file = tmp_path / "backup"
    on_sqlite = make_url(settings(service).database_url).get_backend_name() == "sqlite"
    present = _revision(service)
    if damage == "newer" and not on_sqlite:
        _set_revision(settings(service).database_url, "9999")
    if damage != "none":
        back_up(settings(service), file)
    if damage == "newer":
        _set_revision(f"sqlite:///{file}" if on_sqlite else settings(service).database_url, "9999")
    if damage == "newer" and not on_sqlite:
        _set_revision(settings(service).database_url, present)
    if damage == "text":
        file.write_text("no database at all\n" * 100)
    if damage == "half":
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    service.letter()
    service.app.store.close()
    with pytest.raises(UserError):
        put_back(settings(service), file)
    assert letters(service) == 1


def _revision(service: World) -> str:
    with service.app.store.engine.connect() as connection:
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")))


def _set_revision(url: str, revision: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :new"), {"new": revision})
    engine.dispose()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_damaged_store_is_replaced_and_kept(service: World, tmp_path: Path) -> None:
    service.letter()
    back_up(settings(service), tmp_path / "backup")
    service.app.store.close()
    store = Path(make_url(settings(service).database_url).database or "")
    store.write_bytes(b"\0" * 10_000)
    for beside in store.parent.glob(f"{store.name}-*"):
        beside.unlink()
    kept = put_back(settings(service), tmp_path / "backup")
    assert letters(service) == 1
    assert Path(kept).read_bytes() == b"\0" * 10_000


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_restore_that_is_cut_off_leaves_the_store_as_it_was(service: World, tmp_path: Path) -> None:
    """Killed right before the swap; what it had begun is cleared away by the next one."""
    back_up(settings(service), tmp_path / "backup")
    service.letter()
    service.app.store.close()
    killed = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from services.store import copies_sqlite\n"
        "copies_sqlite.SqliteCopies._swap = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from services.bootstrap import put_back\n"
        "from services.settings import Settings\n"
        "put_back(Settings(), Path(sys.argv[1]))\n"
    )
    environment = os.environ | {"BATCH_LETTERS_DATABASE_URL": settings(service).database_url}
    command = [sys.executable, "-c", killed, str(tmp_path / "backup")]
    assert subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == -9
    assert letters(service) == 1
    service.app.store.close()
    put_back(settings(service), tmp_path / "backup")
    assert letters(service) == 0
    assert not list(tmp_path.glob("*restoring*"))


def test_the_commands(service: World, tmp_path: Path) -> None:
    environment = os.environ | {"BATCH_LETTERS_DATABASE_URL": settings(service).database_url}
    service.app.store.close()

    def call(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "services.cli", *words, str(tmp_path / "backup")]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert "There is no file" in call("restore").stderr
    assert "SHA-256" in call("backup").stdout
    assert (again := call("backup")).returncode == 2
    assert "exists already" in again.stderr
    assert "The former store is kept as" in call("restore").stdout


def test_an_empty_place_is_filled(service: World, tmp_path: Path) -> None:
    """On another machine, where there is no store yet."""
    service.letter()
    back_up(settings(service), tmp_path / "backup")
    url = make_url(settings(service).database_url)
    elsewhere = url.set(database=f"{url.database}_elsewhere").render_as_string(hide_password=False)
    assert put_back(replace_url(settings(service), elsewhere), tmp_path / "backup") == ""
    engine = create_engine(elsewhere)
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.letters)) == 1
    engine.dispose()


def replace_url(given: Settings, url: str) -> Settings:
    return given.model_copy(update={"database_url": url})

"""What every test may ask for: fresh databases of both kinds, and a browser."""

import os
import shutil
import signal
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql
from sqlalchemy.engine import make_url
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from services.store.migrate import migrate
from tests.postgres_server import a_free_port, postgres_server
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PG_URL = "BATCH_LETTERS_TEST_PG_URL"
CHROMIUM = "/usr/bin/chromium"
CHROMIUM_SWITCHES = [
    "--no-sandbox",  # the tests may run as root, in a container
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# No deadline for an example: how long one takes on a busy machine says nothing.
settings.register_profile("tests", parent=settings(), deadline=None)
settings.load_profile("tests")


def pytest_configure(config: pytest.Config) -> None:
    """With several test processes, one PostgreSQL for them all is started by the process that leads them.

    A run in the background is told to ignore Ctrl-C, and so would be each program that a test starts to stop
    it by just that.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    leads_others = bool(config.getoption("numprocesses", default=None))
    if leads_others and not hasattr(config, "workerinput") and PG_URL not in os.environ:
        running = ExitStack()
        config.add_cleanup(running.close)
        os.environ[PG_URL] = running.enter_context(postgres_server())
        running.callback(os.environ.pop, PG_URL)


class BrowserTestsTogether(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """All browser tests run in one process, one after the other: each of them drives a whole installation.

    Marks of xdist_group would say so too, but xdist 3.8 does not see them under pytest 9.2 (its issue 1386).
    """

    def _split_scope(self, nodeid: str) -> str:
        return "browser" if nodeid.startswith("tests/browser/") else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> BrowserTestsTogether:
    return BrowserTestsTogether(config, log)


@pytest.fixture(scope="session")
def pg_url() -> Iterator[str]:
    """The test server's maintenance database; started here when no leading process has done so."""
    shared = os.environ.get(PG_URL)
    if shared:
        yield shared
    else:
        with postgres_server() as url:
            yield url


@contextmanager
def _pg_database(pg_url: str, like: str = "template1") -> Iterator[str]:
    """A PostgreSQL database, `postgresql+psycopg://…`, made as a copy of another; dropped in the end."""
    server = make_url(pg_url)
    name = f"test_{uuid.uuid4().hex}"
    names = {"name": sql.Identifier(name), "like": sql.Identifier(like)}
    with psycopg.connect(
        host=server.host, port=server.port, user=server.username, dbname=server.database, autocommit=True
    ) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {name} TEMPLATE {like}").format(**names))
        try:
            yield server.set(database=name).render_as_string(hide_password=False)
        finally:
            # FORCE: a test that failed may have left a connection open.
            connection.execute(sql.SQL("DROP DATABASE {name} WITH (FORCE)").format(**names))


@pytest.fixture
def empty_pg_database(pg_url: str) -> Iterator[str]:
    with _pg_database(pg_url) as url:
        yield url


@pytest.fixture(scope="session")
def pg_store(pg_url: str) -> Iterator[str]:
    """A store without letters, to be copied: to migrate for each test would take a quarter of a second."""
    with _pg_database(pg_url) as url:
        migrate(url)
        yield url


@pytest.fixture
def fresh_pg_store(pg_url: str, pg_store: str) -> Iterator[str]:
    with _pg_database(pg_url, like=str(make_url(pg_store).database)) as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a file."""
    file = tmp_path_factory.mktemp("store") / "letters.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind in turn: a test that asks for it runs on both."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'letters.db'}"
    return str(request.getfixturevalue("empty_pg_database"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The same with the tables in it."""
    if request.param == "sqlite":
        copy = shutil.copy(request.getfixturevalue("sqlite_store"), tmp_path / "letters.db")
        return f"sqlite:///{copy}"
    return str(request.getfixturevalue("fresh_pg_store"))


@pytest.fixture
def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on."""
    return a_free_port()


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """Debian's Chromium, without a window. Open a context of its own for each test."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=CHROMIUM_SWITCHES, timeout=PATIENCE * 1000
        )
        yield chromium
        chromium.close()

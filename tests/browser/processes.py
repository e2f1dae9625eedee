"""The whole installation as `make run` starts it, on free ports, over a small store of the tests' own."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from services.domain.letter import Attempt, Event, Letter, Template
from services.domain.people import Role, Service, User
from services.domain.vocabulary import Channel, Status
from services.ports.letters import Scope
from services.settings import ROOT, Settings
from services.store.migrate import migrate
from services.store.unit_of_work import SqlStore
from tests.postgres_server import a_free_port
from tests.waiting import PATIENCE, answers, wait_until

SERVICE = "elm"
TELEPHONE = "01632 960 500"
ADMIN = User(id="ada", username="ada", name="Ada Archer", role=Role.ADMIN, provider="Elm Care", team="Office")
SUPERUSER = User(id="sue", username="sue", name="Sue Spruce", role=Role.SUPERUSER, team="Office")
MANAGER = User(id="max", username="max", name="Max Maple", role=Role.SERVICE_MANAGER, team="Office")
SHORT = Template(
    id="short", name="Note", category="Notes", body="We write to you.", channels=frozenset(Channel)
)
LONG = Template(
    id="long",
    name="Report",
    category="Reports",
    body="\n\n".join(["We write at length, and this goes on to a second page. " * 6] * 12),
    channels=frozenset(Channel),
)
_PROCESSES = {
    "BATCH_LETTERS_SERVICE_ID": SERVICE,
    "BATCH_LETTERS_TICK": "0.5",
    "BATCH_LETTERS_POLL_FIRST": "1",
    "BATCH_LETTERS_POLL_LONGEST": "2",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """The running installation: its addresses, its log, and its store for tests that look behind the page."""

    url: str
    sandbox_url: str
    portal_url: str
    log: Path
    store: SqlStore

    def letter(self, letter_id: str) -> Letter:
        with self.store.read(SERVICE) as uow:
            [letter] = uow.letters.get([letter_id], Scope())
        return letter

    def statuses(self, letter_id: str) -> list[Status]:
        """The statuses that the letter came to, in the order of its history."""
        return [event.to_status for event in self.events(letter_id) if event.applied and event.to_status]

    def events(self, letter_id: str) -> list[Event]:
        with self.store.read(SERVICE) as uow:
            return uow.events.of_letter(letter_id)

    def attempts(self, letter_id: str) -> list[Attempt]:
        with self.store.read(SERVICE) as uow:
            return uow.attempts.of_letters([letter_id])

    @contextmanager
    def worker_held(self, silent: timedelta = timedelta(0)) -> Iterator[None]:
        """The worker hangs, and has been silent for so long.

        It is stopped while the store's one writer is here, so that it can't take that place with it.
        """
        with self.store.begin(SERVICE) as uow:
            [(worker, (_, facts))] = uow.settings.beats().items()
            uow.settings.beat(worker, datetime.now(UTC) - silent, facts)
            os.kill(facts["pid"], signal.SIGSTOP)
            uow.commit()
        try:
            yield
        finally:
            os.kill(facts["pid"], signal.SIGCONT)


@contextmanager
def running(folder: Path) -> Iterator[Site]:
    """Prepare a store in the folder and run dashboard, worker and sandbox over it until the end."""
    url = f"sqlite:///{folder / 'letters.sqlite3'}"
    port, sandbox_port, portal_port = a_free_port(), a_free_port(), a_free_port()
    store, path = _prepared(url), folder / "run.log"
    environment = _PROCESSES | {
        "BATCH_LETTERS_DATABASE_URL": url,
        "BATCH_LETTERS_PORT": str(port),
        "BATCH_LETTERS_SANDBOX_PORT": str(sandbox_port),
        "BATCH_LETTERS_PORTAL_PORT": str(portal_port),
    }
    setpriv = shutil.which("setpriv")  # ends it even when this process is killed
    with path.open("wb") as log:
        process = subprocess.Popen(
            [*([setpriv, "--pdeathsig", "TERM"] if setpriv else []), sys.executable, "-m", "services.run"],
            cwd=ROOT,
            env=os.environ | environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        site = Site(
            url=f"http://127.0.0.1:{port}",
            sandbox_url=f"http://127.0.0.1:{sandbox_port}",
            portal_url=f"http://127.0.0.1:{portal_port}",
            log=path,
            store=store,
        )
        _wait_until_all_work(site.url, store, process, path)
        yield site
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)
        store.close()


def _prepared(url: str) -> SqlStore:
    """Marked as a demonstration that was loaded, so that `make run` doesn't load its own."""
    migrate(url)
    store = SqlStore(url, Settings().audit_key.get_secret_value().encode())
    with store.begin(SERVICE) as uow:
        uow.people.add_service(
            Service(
                id=SERVICE,
                name="Elm Talking Therapies",
                kind="demo",
                ods_code="Y90100",
                telephone=TELEPHONE,
            )
        )
        uow.people.save_users([ADMIN, SUPERUSER, MANAGER])
        uow.people.save_templates([SHORT, LONG])
        uow.settings.put("demo_loaded", True, by=ADMIN.id, at=datetime.now(UTC))
        uow.commit()
    return store


def _wait_until_all_work(url: str, store: SqlStore, process: "subprocess.Popen[bytes]", log: Path) -> None:
    def all_work() -> bool:
        assert process.poll() is None, log.read_text()
        return answers(f"{url}/ready") and _worker_beats(store)

    wait_until(all_work, said=log.read_text)


def _worker_beats(store: SqlStore) -> bool:
    with store.read(SERVICE) as uow:
        return bool(uow.settings.beats())

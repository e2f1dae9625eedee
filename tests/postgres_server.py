"""A PostgreSQL server of the tests' own: made in a temporary folder, thrown away at the end.

The system's PostgreSQL, if one runs, is neither used nor touched.
"""

import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from tests.waiting import PATIENCE, wait_until

SUPERUSER = "postgres"
FAST_AND_FORGETFUL = (
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"),
    "autovacuum=off",  # it would be in the way of making and dropping databases
)


class PostgresMissingError(RuntimeError):
    """PostgreSQL's programs are not on this machine: `make test` installs them."""


@contextmanager
def postgres_server() -> Iterator[str]:
    """Starts a server and gives its address, `postgresql+psycopg://postgres@127.0.0.1:PORT/postgres`.

    The server also ends when the process that started it is killed. Raises PostgresMissingError.
    """
    programs = _folder_of_programs()
    # Not under build/: the server refuses to run as root, and its own user can't enter a clone in /root.
    with tempfile.TemporaryDirectory(prefix="batch-letters-pg-") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, SUPERUSER, SUPERUSER)
        _make_cluster(programs, folder / "data")
        port = a_free_port()
        server = _start(programs, folder, port)
        try:
            _wait_until_it_answers(server, port, folder / "log")
            yield f"postgresql+psycopg://{SUPERUSER}@127.0.0.1:{port}/postgres"
        finally:
            server.send_signal(signal.SIGINT)  # PostgreSQL's "fast shutdown"
            server.wait(timeout=PATIENCE)


def _folder_of_programs() -> Path:
    """Debian keeps them out of PATH, one folder a version: the newest is taken."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    if versions:
        return versions[-1]
    on_path = shutil.which("initdb")
    if on_path is None:
        message = (
            "PostgreSQL is not installed: apt-get install postgresql (`make test` does it when run as root)"
        )
        raise PostgresMissingError(message)
    return Path(on_path).resolve().parent


def _as_server_user(*, death_signal: str) -> list[str]:
    """The beginning of a command that runs as a user whom PostgreSQL accepts, and ends with this process."""
    if shutil.which("setpriv") is None:
        return []
    user = ["--reuid", SUPERUSER, "--regid", SUPERUSER, "--init-groups"] if os.geteuid() == 0 else []
    return ["setpriv", *user, "--pdeathsig", death_signal]


def _make_cluster(programs: Path, data: Path) -> None:
    options = ["--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8", f"--username={SUPERUSER}"]
    command = [*_as_server_user(death_signal="KILL"), str(programs / "initdb"), f"--pgdata={data}", *options]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")


def _start(programs: Path, folder: Path, port: int) -> subprocess.Popen[bytes]:
    settings = [
        *FAST_AND_FORGETFUL,
        "listen_addresses=127.0.0.1",
        f"port={port}",
        f"unix_socket_directories={folder}",
    ]
    command = [*_as_server_user(death_signal="INT"), str(programs / "postgres"), "-D", str(folder / "data")]
    for setting in settings:
        command += ["-c", setting]
    with (folder / "log").open("wb") as log:
        # A session of its own: Ctrl-C in the terminal reaches pytest alone, which then stops the server.
        return subprocess.Popen(command, stdout=log, stderr=log, cwd="/", start_new_session=True)


def a_free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on at this moment.

    Below those that the system hands out by itself, so that nothing but another call of this can take it
    before it is used.
    """
    for port in random.sample(range(20_000, 30_000), 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("No port of a hundred tried is free.")


def _wait_until_it_answers(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    def takes_connections() -> bool:
        if server.poll() is not None:
            raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}")
        try:
            psycopg.connect(host="127.0.0.1", port=port, user=SUPERUSER, dbname="postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    wait_until(takes_connections, said=log.read_text)

"""Programs that run as one: real processes, started and stopped by a supervisor that is a process too."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.waiting import PATIENCE, wait_until

DRIVER = """
import json, sys
from services.supervisor import Patience, Program, run_together, say
programs = [Program(name=name, command=[sys.executable, "-c", code], health_url=url)
            for name, code, url in json.loads(sys.argv[1])]
patience = Patience(**json.loads(sys.argv[2]))
sys.exit(run_together(programs, when_ready=lambda: say("ready"), patience=patience))
"""
NOTE_PID = """
import os, pathlib, signal, sys, time
note = pathlib.Path({!r})
note.with_suffix(".new").write_text(str(os.getpid()))
note.with_suffix(".new").rename(note)
"""
WAIT_FOR = """
while not pathlib.Path({!r}).exists():
    time.sleep(0.02)
"""
POLITE = (
    "signal.signal(signal.SIGTERM, lambda *_: sys.exit(print('goodbye'))); print('hello'); time.sleep(600)"
)
STUBBORN = "signal.signal(signal.SIGTERM, signal.SIG_IGN); print('hello'); time.sleep(600)"
DYING = "print('the disk is full'); sys.exit(3)"
CRASHING = "os.kill(os.getpid(), signal.SIGKILL)"

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a supervisor over programs given by name and code; nothing of it outlives the test."""
    running: list[subprocess.Popen[str]] = []

    def start_supervisor(
        *, health_url: str = "", ready: float = PATIENCE, stop: float = PATIENCE, **codes: str
    ) -> "subprocess.Popen[str]":
        programs = [
            (name, NOTE_PID.format(str(tmp_path / f"{name}.pid")) + code, health_url)
            for name, code in codes.items()
        ]
        patience = json.dumps({"ready": ready, "stop": stop})
        command = [sys.executable, "-c", DRIVER, json.dumps(programs), patience]
        supervisor = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        running.append(supervisor)
        return supervisor

    yield start_supervisor
    for supervisor in running:
        supervisor.kill()
        supervisor.communicate()
    for pid in pids(tmp_path):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def pids(folder: Path) -> list[int]:
    return [int(file.read_text()) for file in folder.glob("*.pid")]


def has_ended(pid: int) -> bool:
    """Ended; or dead and only waiting for its parent, which an orphan's new parent may never be to it."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


def read_until(supervisor: "subprocess.Popen[str]", words: str) -> None:
    assert supervisor.stdout is not None
    for line in supervisor.stdout:
        if words in line:
            return
    pytest.fail(f"the supervisor ended without saying {words!r}")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_signal_lets_every_program_say_goodbye(
    start: Start, tmp_path: Path, number: signal.Signals
) -> None:
    supervisor = start(web=POLITE, worker=POLITE)
    for _ in range(2):
        read_until(supervisor, "| hello")

    supervisor.send_signal(number)
    said, _ = supervisor.communicate(timeout=PATIENCE)

    assert supervisor.returncode == 0
    assert "web       | goodbye" in said
    assert "worker    | goodbye" in said
    assert all(has_ended(pid) for pid in pids(tmp_path))


def test_a_program_that_will_not_stop_is_killed(start: Start, tmp_path: Path) -> None:
    supervisor = start(worker=STUBBORN, stop=1)
    read_until(supervisor, "| hello")

    supervisor.send_signal(signal.SIGINT)
    said, _ = supervisor.communicate(timeout=PATIENCE)

    assert "worker did not stop within 1 seconds and is killed" in said
    assert len(pids(tmp_path)) == 1
    assert all(has_ended(pid) for pid in pids(tmp_path))


@pytest.mark.parametrize(
    ("code", "how"),
    [(DYING, "worker ended by itself with exit code 3"), (CRASHING, "worker was killed by SIGKILL")],
)
def test_a_program_that_ends_takes_the_others_down(start: Start, tmp_path: Path, code: str, how: str) -> None:
    waiting = WAIT_FOR.format(str(tmp_path / "web.pid"))
    supervisor = start(web=POLITE, worker=waiting + code)

    said, _ = supervisor.communicate(timeout=PATIENCE)

    assert supervisor.returncode == 1
    assert how in said
    assert len(pids(tmp_path)) == 2
    assert all(has_ended(pid) for pid in pids(tmp_path))


def test_what_a_program_started_ends_with_it(start: Start, tmp_path: Path) -> None:
    note = tmp_path / "grandchild.pid"
    grandchild = "print('hello', flush=True)\n" + NOTE_PID.format(str(note)) + STUBBORN
    born = f"import subprocess; subprocess.Popen([sys.executable, '-c', {grandchild!r}])\n"
    supervisor = start(worker=born + WAIT_FOR.format(str(note)) + DYING)

    said, _ = supervisor.communicate(timeout=PATIENCE)

    assert "| hello" in said
    assert "worker ended by itself with exit code 3" in said
    wait_until(lambda: has_ended(int(note.read_text())))


def test_programs_end_with_a_supervisor_that_was_killed(start: Start, tmp_path: Path) -> None:
    supervisor = start(web=POLITE, worker=POLITE)
    for _ in range(2):
        read_until(supervisor, "| hello")

    supervisor.kill()

    wait_until(lambda: all(has_ended(pid) for pid in pids(tmp_path)))


def test_a_program_that_never_answers_is_reported(start: Start, tmp_path: Path) -> None:
    supervisor = start(health_url="http://127.0.0.1:9/", web=POLITE, ready=2)

    said, _ = supervisor.communicate(timeout=PATIENCE)

    assert supervisor.returncode == 1
    assert "web has not answered at http://127.0.0.1:9/ in 2 seconds" in said
    assert "ready" not in said
    assert all(has_ended(pid) for pid in pids(tmp_path))


def test_programs_are_announced_once_they_answer(start: Start, free_port: int) -> None:
    serve = f"import http.server as h; h.test(h.SimpleHTTPRequestHandler, port={free_port}, bind='127.0.0.1')"
    supervisor = start(health_url=f"http://127.0.0.1:{free_port}/", web=serve)

    read_until(supervisor, '"GET / HTTP/1.1" 200')
    read_until(supervisor, "ready")

    supervisor.send_signal(signal.SIGINT)
    supervisor.communicate(timeout=PATIENCE)
    assert supervisor.returncode == 0

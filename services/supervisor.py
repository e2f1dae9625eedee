"""Runs several programs as one: they start together, and when one ends, all end.

Written here because neither library looked at does it: honcho never kills a program that ignores SIGTERM and
leaves orphans when it is itself killed; circus opens a control port (docs/adr/0001-own-supervisor.md).
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import httpx

from services.stop_request import StopRequest

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOOK_EVERY = 0.1  # seconds
ASK_EVERY = 0.5  # seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class Program:
    """One program to run. `health_url` answers 200 once the program is ready; empty: it is not asked.

    `environment` is added to our own: the place for secrets, which a command line would show to everybody.
    """

    name: str
    command: Sequence[str]
    health_url: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """Seconds to wait: for programs to get ready, and for them to stop before they are killed."""

    ready: float = 90
    stop: float = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class _Child:
    program: Program
    process: subprocess.Popen[bytes]
    output: threading.Thread


def run_to_end(program: Program, patience: Patience = Patience()) -> int:
    """Runs one program until it ends, and gives its exit code: 130, as shells say, after a stop signal."""
    with _stop_signals() as stop, _running([program], patience) as children:
        while _ended(children) is None:
            if stop.wait(LOOK_EVERY):
                return 130
    return children[0].process.returncode


def run_together(
    programs: Sequence[Program], *, when_ready: Callable[[], None], patience: Patience = Patience()
) -> int:
    """Runs the programs until a stop signal comes or one of them ends; then stops the others.

    Calls `when_ready` once all of them answer. Returns 0 after a stop signal, 1 when a program failed.
    """
    with _stop_signals() as stop:
        with _running(programs, patience) as children:
            failure = _watch(children, stop, when_ready, patience)
        say(failure or "All stopped.")
    return 1 if failure else 0


def say(message: str) -> None:
    """Prints a line of our own, apart from those of the programs."""
    _write(f"{message}\n".encode())


def _watch(
    children: Sequence[_Child], stop: StopRequest, when_ready: Callable[[], None], patience: Patience
) -> str:
    """Waits for what ends the run, and says what went wrong: nothing when we were asked to stop."""
    silent = [child.program for child in children if child.program.health_url]
    give_up = time.monotonic() + patience.ready
    while silent and not stop.wait(ASK_EVERY):
        if dead := _ended(children):
            return _obituary(dead)
        silent = [program for program in silent if not _answers(program)]
        if silent and time.monotonic() > give_up:
            return (
                f"{silent[0].name} has not answered at {silent[0].health_url} in {patience.ready:g} seconds."
            )
    if not stop.is_set():
        when_ready()
    while not stop.wait(LOOK_EVERY):
        if dead := _ended(children):
            return _obituary(dead)
    say("Stopping …")
    return ""


def _ended(children: Sequence[_Child]) -> _Child | None:
    return next((child for child in children if child.process.poll() is not None), None)


def _answers(program: Program) -> bool:
    try:
        return httpx.get(program.health_url, timeout=2, trust_env=False).is_success
    except httpx.TransportError:
        return False


def _obituary(child: _Child) -> str:
    name, code = child.program.name, child.process.returncode
    how = (
        f"was killed by {signal.Signals(-code).name}"
        if code < 0
        else f"ended by itself with exit code {code}"
    )
    return (
        f"\n{name} {how}, so everything was stopped.\n"
        f'What it said last stands above, in the lines that begin with "{name}". '
        "Put that right and start again."
    )


@contextmanager
def _stop_signals() -> Iterator[StopRequest]:
    stop = StopRequest()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in STOP_SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _running(programs: Sequence[Program], patience: Patience) -> Iterator[list[_Child]]:
    children: list[_Child] = []
    try:
        for program in programs:
            children.append(_start(program))  # noqa: PERF401 - those started must be stopped if the next fails
        yield children
    finally:
        _stop(children, patience)


def _start(program: Program) -> _Child:
    process = subprocess.Popen(  # noqa: S603 - the commands are ours, and no shell reads them
        _ending_with_us(program.command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **program.environment},
        start_new_session=True,  # Ctrl-C reaches us alone; what the program starts is found by its group
    )
    output = threading.Thread(target=_show, args=(program.name, process), daemon=True)
    output.start()
    return _Child(program=program, process=process, output=output)


def _ending_with_us(command: Sequence[str]) -> list[str]:
    """Linux ends the program even when we are killed and can't do it ourselves."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", *command] if setpriv else list(command)


def _show(name: str, process: subprocess.Popen[bytes]) -> None:
    for line in process.stdout or ():
        _write(f"{name:<9} | ".encode() + line.rstrip(b"\n") + b"\n")


def _write(line: bytes) -> None:
    with suppress(BrokenPipeError):  # nobody reads any more: the programs must be stopped all the same
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()


def _stop(children: Sequence[_Child], patience: Patience) -> None:
    """SIGTERM to each; SIGKILL to what is left of its process group when it has ended or time is up."""
    for child in children:
        child.process.terminate()
    give_up = time.monotonic() + patience.stop
    for child in children:
        try:
            child.process.wait(timeout=max(0, give_up - time.monotonic()))
        except subprocess.TimeoutExpired:
            say(f"{child.program.name} did not stop within {patience.stop:g} seconds and is killed.")
        with suppress(ProcessLookupError):
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()
        child.output.join(timeout=5)  # what left the group may still hold the pipe

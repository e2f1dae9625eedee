"""Runs several programs as one: they start together, and when one ends, all end.

Written here because neither library looked at does it: honcho never kills a program that ignores SIGTERM and
leaves orphans when it is itself killed; circus opens a control port (docs/adr/0002).
"""

import asyncio
import os
import shutil
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import httpx

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LONGEST_LINE = 1 << 20  # bytes
ASKED_TO_STOP = 0
FAILED = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Program:
    """One program to run. `health_url` answers 200 once the program is ready; empty: it is not asked."""

    name: str
    command: Sequence[str]
    health_url: str = ""
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """Seconds to wait: for programs to get ready, and for them to stop before they are killed."""

    ready: float = 90
    stop: float = 10


class NotReadyError(Exception):
    """A program runs, but has not answered in time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Child:
    program: Program
    process: Process
    output: asyncio.Task[None]


async def run_to_end(program: Program, patience: Patience = Patience()) -> int:
    """Runs one program until it ends, and gives its exit code: 130, as shells say, after a stop signal."""
    stop = _stop_event()
    child = await _start(program)
    ended = await _first_end([child], stop)
    await _stop([child], patience)
    return 130 if ended is None else child.process.returncode or 0


async def run_together(
    programs: Sequence[Program], *, when_ready: Callable[[], None], patience: Patience = Patience()
) -> int:
    """Runs the programs until a stop signal comes or one of them ends; then stops the others.

    Calls `when_ready` once all of them answer. Returns 0 after a stop signal, 1 when a program failed.
    """
    stop = _stop_event()
    children = [await _start(program) for program in programs]
    readiness = asyncio.create_task(_announce(programs, when_ready, patience))
    try:
        ended = await _first_end(children, stop, readiness)
    except NotReadyError as error:
        say(f"{error} Everything is being stopped.")
        return FAILED
    finally:
        readiness.cancel()
        await _stop(children, patience)
    if ended is None:
        say("All stopped.")
        return ASKED_TO_STOP
    say(_obituary(ended))
    return FAILED


def say(message: str) -> None:
    """Prints a line of our own, apart from those of the programs."""
    _write(f"{message}\n".encode())


def _write(line: bytes) -> None:
    with suppress(BrokenPipeError):  # nobody reads any more: that must not keep us from stopping the programs
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()


def _stop_event() -> asyncio.Event:
    stop = asyncio.Event()
    for number in STOP_SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def _start(program: Program) -> _Child:
    process = await asyncio.create_subprocess_exec(
        *_ending_with_us(program.command),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **program.environment},
        start_new_session=True,  # Ctrl-C reaches us alone; what the program starts is found by its group
        limit=LONGEST_LINE,
    )
    output = asyncio.create_task(_show(program.name, process.stdout))
    return _Child(program=program, process=process, output=output)


def _ending_with_us(command: Sequence[str]) -> list[str]:
    """Linux ends the program even when we are killed and can't do it ourselves."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", *command] if setpriv else list(command)


async def _show(name: str, output: asyncio.StreamReader | None) -> None:
    while output is not None:
        try:
            line = await output.readline()
        except ValueError:  # longer than LONGEST_LINE: asyncio has dropped it
            line = b"(a line too long to show)\n"
        if not line:
            return
        _write(f"{name:<9} | ".encode() + line.rstrip(b"\n") + b"\n")


async def _announce(programs: Sequence[Program], when_ready: Callable[[], None], patience: Patience) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        for program in programs:
            try:
                async with asyncio.timeout(patience.ready):
                    await _answer(client, program)
            except TimeoutError:
                message = (
                    f"{program.name} has not answered at {program.health_url} in {patience.ready:g} seconds."
                )
                raise NotReadyError(message) from None
    when_ready()


async def _answer(client: httpx.AsyncClient, program: Program) -> None:
    while program.health_url:
        with suppress(httpx.TransportError):
            if (await client.get(program.health_url)).is_success:
                return
        await asyncio.sleep(0.1)


async def _first_end(
    children: Sequence[_Child], stop: asyncio.Event, readiness: asyncio.Task[None] | None = None
) -> _Child | None:
    """The first program that ended, or None when we were asked to stop. Raises NotReadyError."""
    ends = {asyncio.create_task(child.process.wait()): child for child in children}
    stopped = asyncio.create_task(stop.wait())
    waiting: set[asyncio.Task[object]] = {stopped, *ends}
    if readiness is not None:
        waiting.add(readiness)
    while True:
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if stopped in done:
            say("Stopping …")
            return None
        for task, child in ends.items():
            if task in done:
                return child
        for announced in done:
            announced.result()


async def _stop(children: Sequence[_Child], patience: Patience) -> None:
    """SIGTERM to each; SIGKILL to whatever is left of its process group when it has ended or time is up."""
    for child in children:
        if child.process.returncode is None:
            child.process.terminate()
    with suppress(TimeoutError):
        async with asyncio.timeout(patience.stop):
            await asyncio.gather(*(child.process.wait() for child in children))
    for child in children:
        if child.process.returncode is None:
            say(f"{child.program.name} did not stop within {patience.stop:g} seconds and is killed.")
        with suppress(ProcessLookupError):
            os.killpg(child.process.pid, signal.SIGKILL)
        await child.process.wait()
        with suppress(TimeoutError):  # something that left the group may still hold the pipe
            await asyncio.wait_for(child.output, timeout=1)


def _obituary(child: _Child) -> str:
    name, code = child.program.name, child.process.returncode or 0
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

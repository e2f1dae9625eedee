"""A process that sets letters, as its parent sees it."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from services.documents import render_loop
from services.documents.limits import Limits
from services.documents.tasks import Task
from services.domain.documents import Rendered, RenderFailed

_ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 120  # to start and load WeasyPrint: one second, unless the machine is very busy


class ProcessLost(Exception):
    """The process died, or had to be given up, over the letter that it had."""


class RenderProcess:
    """Sets one letter at a time; used by one thread at a time. Whoever starts it ends it."""

    def __init__(self, limits: Limits) -> None:
        """Start it as a command of its own.

        multiprocessing would have it import the main module of this process, which under Streamlit is the
        page that is being shown. It leaves when we hang up.
        """
        self._seconds = limits.seconds_by_the_clock
        ours, theirs = socket.socketpair()
        with theirs, _deaf_to_stop_signals():
            command = [sys.executable, "-m", render_loop.__name__, str(theirs.fileno())]
            self._process = subprocess.Popen(  # noqa: S603 - our own module, run by our own interpreter
                command, cwd=_ROOT, pass_fds=[theirs.fileno()]
            )
        self._line = Connection(ours.detach())
        self._line.send(limits)
        self._ready = False

    def do(self, task: Task) -> Rendered | RenderFailed:
        """What came of the task. Raises ProcessLost; then the process is of no more use."""
        try:
            if not self._ready:  # from here on it is always reading when we write, so that nobody blocks
                self._receive(_START_SECONDS)
                self._ready = True
            self._line.send(task)
            made = self._receive(self._seconds)
        except (EOFError, OSError) as error:
            raise ProcessLost from error
        assert isinstance(made, Rendered | RenderFailed)  # noqa: S101 - what render_loop sends
        return made

    def end(self) -> None:
        """At once, whatever it is doing: it holds nothing that could be lost."""
        self._process.kill()
        self._process.wait()
        self._line.close()

    def _receive(self, seconds: float) -> object:
        if not self._line.poll(seconds):
            raise ProcessLost
        return self._line.recv()


@contextmanager
def _deaf_to_stop_signals() -> Iterator[None]:
    """What stops us may go to our whole group, as Ctrl-C and systemd's SIGTERM do; only we are to answer.

    Otherwise the letter in hand would seem to have killed its process. A blocked signal is inherited.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

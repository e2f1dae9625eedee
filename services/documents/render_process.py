"""A process that sets letters, as its parent sees it."""

import multiprocessing
import signal
from multiprocessing import forkserver, resource_tracker

from services.documents import render_loop
from services.documents.limits import Limits
from services.domain.documents import RenderFailed
from services.domain.letter_content import LetterContent

_START_SECONDS = 120  # to start and load WeasyPrint: one second, unless the machine is very busy


class ProcessLost(Exception):
    """The process died, or had to be given up, over the letter that it had."""


class RenderProcess:
    """Sets one letter at a time; used by one thread at a time. Whoever starts it ends it."""

    def __init__(self, limits: Limits) -> None:
        self._seconds = limits.seconds_by_the_clock
        context = _forkserver()
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=render_loop.run, args=(theirs, limits), daemon=True)
        self._process.start()
        theirs.close()  # or we would never hear that the process has gone
        self._ready = False

    def render(self, content: LetterContent) -> bytes | RenderFailed:
        """The letter's PDF, or why there is none. Raises ProcessLost; then the process is of no more use."""
        try:
            if not self._ready:  # from here on it is always reading when we write, so that nobody blocks
                self._receive(_START_SECONDS)
                self._ready = True
            self._line.send(content)
            made = self._receive(self._seconds)
        except (EOFError, OSError) as error:
            raise ProcessLost from error
        assert isinstance(made, bytes | RenderFailed)  # noqa: S101 - what render_loop sends
        return made

    def end(self) -> None:
        """At once, whatever it is doing: it holds nothing that could be lost."""
        self._process.kill()
        self._process.join()
        self._line.close()

    def _receive(self, seconds: float) -> object:
        if not self._line.poll(seconds):
            raise ProcessLost
        return self._line.recv()


def _forkserver() -> multiprocessing.context.ForkServerContext:
    """Processes forked from one that has WeasyPrint loaded and nothing else: no threads, no connections."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([render_loop.__name__])
    resource_tracker.ensure_running()  # the forkserver wants it, and starting it would undo the block below
    # Ctrl-C goes to every process of a terminal; only we are to answer it. A blocked signal is inherited.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return context

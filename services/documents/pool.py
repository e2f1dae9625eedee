"""Letters set in processes of their own, so that a hostile one fails alone (docs/security.md 20).

A letter that takes too long or too much memory comes back as RenderFailed from the process that set it. One
that kills its process breaks the pool: then every letter that was under way is set again, each in a process
that it shares with nobody, and the one that dies there too is the guilty one.
"""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import forkserver
from pathlib import Path
from types import TracebackType
from typing import Self

from services.documents.limits import Limits, TookTooLong, limit_memory, limited_time
from services.documents.render import prepare, render_letter
from services.domain.documents import RenderFailed
from services.domain.letter_content import LetterContent

_Waiting = deque[tuple[LetterContent, Future[bytes | RenderFailed]]]


class RenderPool:
    """A context manager; its processes start with the first letter and end with the block, or with us.

    Safe to share between threads.
    """

    def __init__(self, *, processes: int = 2, limits: Limits | None = None) -> None:
        self._processes = processes
        self._limits = limits or Limits()
        self._executor: ProcessPoolExecutor | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the processes; letters not begun are dropped. The next letter would start them again."""
        with self._lock:
            executor, self._executor = self._executor, None
        if executor:
            executor.shutdown(cancel_futures=True)

    def render_many(self, contents: Iterable[LetterContent]) -> Iterator[bytes | RenderFailed]:
        """A PDF, or why there is none, for each letter, in order. Takes from `contents` as it goes."""
        waiting: _Waiting = deque()
        for content in contents:
            waiting.append((content, self._submit(content)))
            if len(waiting) > 2 * self._processes:
                yield from self._oldest(waiting)
        while waiting:
            yield from self._oldest(waiting)

    def _oldest(self, waiting: _Waiting) -> Iterator[bytes | RenderFailed]:
        content, future = waiting.popleft()
        try:
            yield future.result()
        except BrokenProcessPool:
            yield self._alone(content)

    def _submit(self, content: LetterContent) -> Future[bytes | RenderFailed]:
        with self._lock:
            if self._executor is None:
                self._executor = self._start(self._processes)
            try:
                return self._executor.submit(_render, content, self._limits)
            except BrokenProcessPool:
                self._executor.shutdown(wait=False)
                self._executor = self._start(self._processes)
                return self._executor.submit(_render, content, self._limits)

    def _alone(self, content: LetterContent) -> bytes | RenderFailed:
        with self._start(1) as executor:
            try:
                return executor.submit(_render, content, self._limits).result()
            except BrokenProcessPool:
                return RenderFailed("Setting the letter used up its time or memory and was ended.")

    def _start(self, processes: int) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            processes, mp_context=_forkserver(), initializer=_begin, initargs=(self._limits,)
        )


def _forkserver() -> multiprocessing.context.ForkServerContext:
    """Processes forked from one that has WeasyPrint loaded and nothing else: no threads, no connections."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    # Ctrl-C goes to every process of a terminal; only we are to answer it. A blocked signal is inherited.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return context


def _begin(limits: Limits) -> None:
    """First thing in a new process."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _be_silent()
    prepare()
    limit_memory(limits)


def _be_silent() -> None:
    """What layout code prints may quote the letter, and must not reach a log; reasons are returned."""
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 2)


def _end_with_parent() -> None:
    """A pool's process would wait for ever if its parent were killed: it leaves with it."""
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(0)


def _render(content: LetterContent, limits: Limits) -> bytes | RenderFailed:
    try:
        with limited_time(limits):
            return render_letter(content)
    except RenderFailed as failed:
        return failed
    except TookTooLong:
        return RenderFailed(f"Setting the letter took longer than {limits.seconds:g} seconds.")
    except MemoryError:
        return RenderFailed("Setting the letter took too much memory.")
    except Exception as error:  # noqa: BLE001 - whatever a layout engine may raise, the other letters go on
        return RenderFailed(f"The letter could not be set ({type(error).__name__}).")

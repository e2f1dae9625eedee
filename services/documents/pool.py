"""Letters set in processes of their own, so that a hostile one fails alone (docs/security.md 20).

Each process has one letter at a time. A letter that takes too long or too much memory comes back as
RenderFailed; one that kills its process, or keeps it for ever, fails too, and the process is replaced.
"""

import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from services.documents.limits import Limits
from services.documents.render_process import ProcessLost, RenderProcess
from services.documents.tasks import Task, ended
from services.domain.documents import Rendered, RenderFailed


class RenderPool:
    """A context manager; its processes start with the first letter and end with the block, or with us.

    Safe to share between threads.
    """

    def __init__(self, *, processes: int = 2, limits: Limits | None = None) -> None:
        self._processes = processes
        self._limits = limits or Limits()
        self._threads: ThreadPoolExecutor | None = None  # as many as processes: each minds one
        self._idle: deque[RenderProcess] = deque()
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
            if self._threads:
                self._threads.shutdown(cancel_futures=True)
                self._threads = None
            while self._idle:
                self._idle.pop().end()

    def do_many(self, tasks: Iterable[Task]) -> Iterator[Rendered | RenderFailed]:
        """A PDF, or why there is none, for each task, in order. Takes from `tasks` as it goes."""
        waiting: deque[Future[Rendered | RenderFailed]] = deque()
        for task in tasks:
            waiting.append(self._submit(task))
            if len(waiting) > 2 * self._processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _submit(self, task: Task) -> Future[Rendered | RenderFailed]:
        with self._lock:
            self._threads = self._threads or ThreadPoolExecutor(self._processes)
            return self._threads.submit(self._do, task)

    def _do(self, task: Task) -> Rendered | RenderFailed:
        try:
            process = self._idle.pop()
        except IndexError:
            process = RenderProcess(self._limits)
        try:
            made = process.do(task)
        except ProcessLost:
            process.end()
            return ended(task)
        self._idle.append(process)
        return made

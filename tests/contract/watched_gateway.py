"""A real gateway that counts its calls and lets a test act, or be killed, at every step of a worker."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy.exc import OperationalError

from services.ports.gateway import Capabilities, Gateway, Inbox, Parcel, Report
from services.store.unit_of_work import SqlUnitOfWork


class Killed(BaseException):
    """The process ends here; no handler of the product catches it, as none catches SIGKILL."""


class DiskFull(OperationalError):
    """What the driver raises when the database is locked, or the disk is full."""

    def __init__(self) -> None:
        super().__init__("COMMIT", None, Exception("database or disk is full"))


def nothing() -> None:
    """What happens before and after a call when a test says nothing else."""


class WatchedGateway:
    """Hands every call on; `before` and `after` surround a send, `finds` replaces what a look-up finds."""

    def __init__(
        self,
        inner: Gateway,
        *,
        before: Callable[[], object] = nothing,
        after: Callable[[], object] = nothing,
        finds: list[Report] | None = None,
    ) -> None:
        self.name, self.label, self.channel = inner.name, inner.label, inner.channel
        self.capabilities: Capabilities = inner.capabilities
        self.mark = inner.mark
        self.inbox: Inbox | None = inner.inbox
        self.sent: list[str] = []
        self.asked: list[list[str]] = []
        self.sought: list[str] = []
        self.fault: Exception | None = None
        self._finds = finds
        self._inner, self._before, self._after = inner, before, after

    def send(self, parcel: Parcel) -> Report:
        self._before()
        self.sent.append(parcel.reference)
        report = self._inner.send(parcel)
        self._after()
        return report

    def poll(self, provider_ids: Sequence[str]) -> list[Report]:
        self.asked.append(list(provider_ids))
        if self.fault:
            raise self.fault
        return self._inner.poll(provider_ids)

    def find(self, reference: str) -> list[Report]:
        self.sought.append(reference)
        if self.fault:
            raise self.fault
        return self._inner.find(reference) if self._finds is None else self._finds


@dataclass(kw_only=True)
class Fuse:
    """Burns down by one at every step, and then ends the process."""

    steps: int
    ending: type[BaseException] = Killed

    def burn(self) -> None:
        self.steps -= 1
        if self.steps == 0:
            raise self.ending


@contextmanager
def burning_at_commits(fuse: Fuse) -> Iterator[None]:
    """Each commit to the store is two steps: right before it, and right after."""
    commit = SqlUnitOfWork.commit

    def commit_between(uow: SqlUnitOfWork) -> None:
        fuse.burn()
        commit(uow)
        fuse.burn()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SqlUnitOfWork, "commit", commit_between)
        yield

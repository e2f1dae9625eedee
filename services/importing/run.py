"""The import of one file, from its first line to the summary."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

from services.importing.columns import read_header
from services.importing.csv_lines import CsvLine, csv_lines
from services.importing.draft import Draft, LineRefused, read_draft
from services.importing.into_store import Chunk
from services.ports.clock import Clock
from services.ports.store import Store

CHUNK: Final = 200  # lines a transaction: other writers wait no longer than a fraction of a second


@dataclass(frozen=True, kw_only=True, slots=True)
class RefusedLine:
    """A line that became no letter, and why."""

    number: int
    cells: tuple[str, ...]
    problems: tuple[str, ...]


@dataclass(kw_only=True, slots=True)
class Summary:
    """How many lines of a file ended how."""

    added: int = 0
    there: int = 0
    refused: int = 0

    def __str__(self) -> str:
        return f"{self.added:,} added, {self.there:,} already there, {self.refused:,} refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Import:
    """Imports a file into one service.

    `on_header` is told the columns' names, `on_refused` each refused line as soon as its chunk is committed.
    """

    store: Store
    service_id: str
    clock: Clock
    on_header: Callable[[Sequence[str]], None]
    on_refused: Callable[[RefusedLine], None]

    def run(self, path: Path) -> Summary:
        """Import all good lines of the file. Raises UnreadableFile where the file as a whole is no good."""
        lines = csv_lines(path)
        names = read_header(next(lines).cells)
        self.on_header(names)
        summary = Summary()
        filled = (line for line in lines if line.problem or not line.blank)
        while chunk := list(islice(filled, CHUNK)):
            self._import(chunk, names, summary)
        return summary

    def _import(self, chunk: Sequence[CsvLine], names: Sequence[str], summary: Summary) -> None:
        now = self.clock.now()
        read = [_read(line, names, now) for line in chunk]
        with self.store.begin(self.service_id) as work:
            letters = Chunk(work, [draft for draft in read if isinstance(draft, Draft)], now)
            ends = [_take(draft, letters) for draft in read]
            letters.save()
            work.commit()
        summary.added += ends.count(True)
        summary.there += ends.count(False)
        for line, end in zip(chunk, ends, strict=True):
            if isinstance(end, LineRefused):
                summary.refused += 1
                self.on_refused(RefusedLine(number=line.number, cells=line.cells, problems=end.problems))


def _read(line: CsvLine, names: Sequence[str], now: datetime) -> Draft | LineRefused:
    try:
        return read_draft(names, line.cells, now) if not line.problem else LineRefused([line.problem])
    except LineRefused as why:
        return why


def _take(draft: Draft | LineRefused, letters: Chunk) -> bool | LineRefused:
    """True where a letter was added, False where it is there already."""
    if isinstance(draft, LineRefused):
        return draft
    try:
        return letters.take(draft)
    except LineRefused as why:
        return why

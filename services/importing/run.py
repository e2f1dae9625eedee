"""The import of one file, from its first line to the summary."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Final

from services.domain.errors import StoreUnavailable
from services.importing.columns import read_header
from services.importing.csv_lines import CsvLine, Readable, csv_lines
from services.importing.draft import Draft, LineRefused, read_draft
from services.importing.inspection import Inspection
from services.importing.into_store import Chunk
from services.ports.clock import Clock
from services.ports.store import Store

CHUNK: Final = 200  # lines a transaction: other writers wait no longer than a fraction of a second
_PDFS: Final = 10  # of these, of 2 MB each


@dataclass(frozen=True, kw_only=True, slots=True)
class RefusedLine:
    """A line that became no letter, and why."""

    number: int
    cells: tuple[str, ...]
    problems: tuple[str, ...]


@dataclass(kw_only=True, slots=True)
class Summary:
    """How many lines of a file ended how, and which PDFs no line names."""

    added: int = 0
    there: int = 0
    refused: int = 0
    unnamed: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.added:,} added, {self.there:,} already there, {self.refused:,} refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Import:
    """Imports a file, and the PDFs that its lines name, into one service.

    `on_header` is told the columns' names, `on_refused` each refused line as soon as its chunk is committed.
    """

    store: Store
    service_id: str
    clock: Clock
    on_header: Callable[[Sequence[str]], None]
    on_refused: Callable[[RefusedLine], None]
    inspection: Inspection = field(default_factory=Inspection)

    def run(self, file: Readable) -> Summary:
        """Import all good lines of the file. Raises UnreadableFile where the file as a whole is no good.

        Raises StoreUnavailable, which says what came of the lines so far: they stay imported.
        """
        lines = csv_lines(file)
        names = read_header(next(lines).cells)
        self.on_header(names)
        self.inspection.note(names, islice(csv_lines(file), 1, None))
        summary = Summary(unnamed=self.inspection.unnamed())
        filled = (line for line in lines if line.problem or not line.blank)
        for chunk in _chunks((line, _read(line, names, self.clock.now())) for line in filled):
            try:
                self._import(chunk, summary)
            except StoreUnavailable as why:
                so_far = f"Not all was imported: {summary} so far."
                raise StoreUnavailable(
                    f"{so_far} Import the same file again: nothing is added twice."
                ) from why
        return summary

    def _import(self, chunk: Sequence[tuple[CsvLine, Draft | LineRefused]], summary: Summary) -> None:
        now = self.clock.now()
        read = self.inspection.inspected([draft for _, draft in chunk])
        with self.store.begin(self.service_id) as work:
            letters = Chunk(work, [draft for draft in read if isinstance(draft, Draft)], now)
            ends = [_take(draft, letters) for draft in read]
            letters.save()
            work.commit()
        summary.added += ends.count(True)
        summary.there += ends.count(False)
        for (line, _), end in zip(chunk, ends, strict=True):
            if isinstance(end, LineRefused):
                summary.refused += 1
                self.on_refused(RefusedLine(number=line.number, cells=line.cells, problems=end.problems))


def _chunks(
    read: Iterable[tuple[CsvLine, Draft | LineRefused]],
) -> Iterator[list[tuple[CsvLine, Draft | LineRefused]]]:
    """The lines of one transaction each: few of those that hold a PDF in memory."""
    chunk: list[tuple[CsvLine, Draft | LineRefused]] = []
    pdfs = 0
    for line, draft in read:
        chunk.append((line, draft))
        pdfs += isinstance(draft, Draft) and bool(draft.pdf)
        if len(chunk) == CHUNK or pdfs == _PDFS:
            yield chunk
            chunk, pdfs = [], 0
    if chunk:
        yield chunk


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

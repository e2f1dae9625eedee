"""The file of refused lines: as they came, each with its reason, to be corrected and imported again."""

import csv
import os
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import TextIO

from services.importing.columns import REASON_COLUMN
from services.importing.run import RefusedLine


class RefusedFile:
    """Stands beside FILE.csv as FILE.refused.csv, and is made when the first line is refused.

    An older one is never written over: somebody may be correcting it. Its cells are exactly those of the
    import file, so nothing in it is neutralised against spreadsheets. Only its owner may read it.
    """

    def __init__(self, imported: Path) -> None:
        self._imported = imported
        self._file: TextIO | None = None
        self.path: Path | None = None
        self.problem = ""
        self._names: list[str] = []

    def header(self, names: Sequence[str]) -> None:
        self._names = list(names)

    def write(self, line: RefusedLine) -> None:
        """Add one line, with the reason in a column of its own at the end.

        Where it can't be written `problem` says why, once and for all: the import itself goes on.
        """
        if self.problem:
            return
        try:
            self._write(line)
        except OSError as error:
            self.problem = error.strerror or str(error)

    def _write(self, line: RefusedLine) -> None:
        if self._file is None:
            self.path, self._file = _new_file(self._imported)
            csv.writer(self._file).writerow([*self._others(self._names), REASON_COLUMN])
        cells = list(line.cells) + [""] * (len(self._names) - len(line.cells))
        csv.writer(self._file).writerow([*self._others(cells), "; ".join(line.problems)])

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _others(self, cells: Sequence[str]) -> list[str]:
        """The cells without the reason of an earlier import."""
        old = self._names.index(REASON_COLUMN) if REASON_COLUMN in self._names else None
        return [cell for place, cell in enumerate(cells) if place != old]


def _new_file(imported: Path) -> tuple[Path, TextIO]:
    for number in count(1):
        path = imported.with_suffix(".refused.csv" if number == 1 else f".refused-{number}.csv")
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            continue
        return path, os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="")
    raise AssertionError("counting has no end")

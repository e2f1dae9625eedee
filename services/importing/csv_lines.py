"""The records of a CSV file, one at a time, each with the number of the line on which it begins.

A record that can't be read costs its own first line and nothing after it: a quotation mark that is never
closed would otherwise swallow good lines.
"""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import chain
from typing import BinaryIO, Final, Literal, Protocol

from services.importing.columns import UnreadableFile

_LONGEST_LINE: Final = 1_000_000  # bytes; a file without line breaks must not fill the memory
_DELIMITERS: Final = ",;\t"


class Readable(Protocol):
    """A file that can be read twice: a Path, or bytes in memory."""

    def open(self, mode: Literal["rb"], /) -> BinaryIO: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class CsvBytes:
    """A file that a user brought along."""

    content: bytes

    def open(self, _mode: Literal["rb"], /) -> BinaryIO:
        return BytesIO(self.content)


@dataclass(frozen=True, kw_only=True, slots=True)
class CsvLine:
    """One record. `problem` says why it could not be read; its cells are then only what can be guessed."""

    number: int
    cells: tuple[str, ...]
    problem: str = ""

    @property
    def blank(self) -> bool:
        return not any(cell.strip() for cell in self.cells)


def csv_lines(file: Readable) -> Iterator[CsvLine]:
    """The records of a file, its header first. Raises UnreadableFile where it is not a CSV file in UTF-8.

    The encoding of the whole file is checked before the first record is given out.
    """
    for _ in _text_lines(file):
        pass
    lines = _text_lines(file)
    first = next(lines, "")
    if not first.strip():
        raise UnreadableFile("Nothing was imported: the file is empty.")
    delimiter = max(_DELIMITERS, key=first.count)
    yield from _records(chain([first], lines), delimiter)


def _text_lines(readable: Readable) -> Iterator[str]:
    with readable.open("rb") as file:
        for number, raw in enumerate(iter(lambda: file.readline(_LONGEST_LINE), b""), start=1):
            if len(raw) == _LONGEST_LINE:
                raise UnreadableFile(f"Nothing was imported: line {number} has no end. Is this a CSV file?")
            yield _decoded(raw, number, file)


def _decoded(raw: bytes, number: int, file: BinaryIO) -> str:
    try:
        return raw.decode("utf-8").removeprefix("\ufeff" if number == 1 else "")
    except UnicodeDecodeError as wrong:
        place = file.tell() - len(raw) + wrong.start + 1
        raise UnreadableFile(
            f"Nothing was imported. Line {number}, byte {wrong.start + 1} (byte {place:,} of the file) is "
            f"0x{raw[wrong.start]:02X}, which is not UTF-8. In Excel, save as “CSV UTF-8”."
        ) from wrong


def _records(lines: Iterator[str], delimiter: str) -> Iterator[CsvLine]:
    again: deque[str] = deque()  # lines that an unreadable record had taken with it
    number = 1
    while True:
        taken: list[str] = []
        try:
            cells = next(csv.reader(_take(again, lines, taken), delimiter=delimiter, strict=True))
        except StopIteration:
            return
        except csv.Error as wrong:
            again.extendleft(reversed(taken[1:]))
            yield CsvLine(number=number, cells=_guessed(taken[0], delimiter), problem=_in_plain_words(wrong))
            number += 1
        else:
            yield CsvLine(number=number, cells=tuple(cells))
            number += len(taken)


def _take(again: deque[str], lines: Iterator[str], taken: list[str]) -> Iterator[str]:
    while True:
        line = again.popleft() if again else next(lines, None)
        if line is None:
            return
        taken.append(line)
        yield line


def _guessed(line: str, delimiter: str) -> tuple[str, ...]:
    return tuple(line.rstrip("\r\n").replace('"', "").split(delimiter))


def _in_plain_words(wrong: csv.Error) -> str:
    if "end of data" in str(wrong) or "expected after" in str(wrong) or "field larger" in str(wrong):
        return "a quotation mark is not closed, or stands alone within a quoted cell"
    return f"not readable as CSV ({wrong})"

"""A PDF that is written object by object and never held as a whole but for its bytes.

Streams go straight out. Everything else is small and alike, and goes out many at a time in compressed object
streams (ISO 32000-1, 7.5.7), which a cross-reference stream (7.5.8) makes it possible to find.
"""

import hashlib
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

_MOST_TOGETHER = 200  # objects in one stream: a reader unpacks all of them for any
_ENTRY = struct.Struct(">BIH")  # of the cross-reference: kind, where, number within an object stream
_UNUSED, _AT_OFFSET, _IN_STREAM = 0, 1, 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Packed:
    """Some objects, compressed together and not yet written."""

    numbers: tuple[int, ...]
    first: int
    data: bytes


def pack(objects: Sequence[tuple[int, bytes]]) -> Packed:
    """Objects, none of them a stream, by number and text."""
    index, offset = [], 0
    for number, text in objects:
        index.append(b"%d %d" % (number, offset))
        offset += len(text) + 1
    head = b" ".join(index) + b"\n"
    data = zlib.compress(head + b"\n".join(text for _, text in objects))
    return Packed(numbers=tuple(number for number, _ in objects), first=len(head), data=data)


class PdfWriter:
    """Gives out numbers, takes objects, and ends with the file."""

    def __init__(self) -> None:
        self._out = BytesIO(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")  # bytes beyond ASCII: this is no text file
        self._out.seek(0, 2)
        self._entries = bytearray(_ENTRY.pack(_UNUSED, 0, 65535))
        self._waiting: list[tuple[int, bytes]] = []

    def reserve(self) -> int:
        """A number for an object that is yet to come; one that never comes is null."""
        self._entries += _ENTRY.pack(_UNUSED, 0, 0)
        return len(self._entries) // _ENTRY.size - 1

    def add(self, text: bytes) -> int:
        """Write an object that is no stream; returns its number."""
        number = self.reserve()
        self.write(number, text)
        return number

    def write(self, number: int, text: bytes, data: bytes | None = None) -> None:
        """Write the object of a reserved number; with `data` a stream, whose dictionary says their Length."""
        if data is None:
            self._waiting.append((number, text))
            if len(self._waiting) == _MOST_TOGETHER:
                self._write_waiting()
        else:
            self._enter(number, _AT_OFFSET, self._out.tell())
            self._out.write(b"%d 0 obj\n%s\nstream\n" % (number, text))
            self._out.write(data)
            self._out.write(b"\nendstream\nendobj\n")

    def write_packed(self, packed: Packed) -> None:
        """Write objects that were packed before."""
        count, length = len(packed.numbers), len(packed.data)
        text = b"<< /Type /ObjStm /N %d /First %d /Filter /FlateDecode /Length %d >>"
        stream = self.reserve()
        self.write(stream, text % (count, packed.first, length), packed.data)
        for index, number in enumerate(packed.numbers):
            self._enter(number, _IN_STREAM, stream, index)

    def finish(self, *, root: int, info: int) -> bytes:
        """The file. The writer is of no more use."""
        self._write_waiting()
        fingerprint = hashlib.sha256(self._out.getbuffer()).hexdigest()[:32].encode()
        number, start = self.reserve(), self._out.tell()
        self._enter(number, _AT_OFFSET, start)
        data = zlib.compress(self._entries)
        text = (
            b"<< /Type /XRef /Size %d /W [ 1 4 2 ] /Root %d 0 R /Info %d 0 R /ID [ <%s> <%s> ]"
            b" /Filter /FlateDecode /Length %d >>"
        ) % (number + 1, root, info, fingerprint, fingerprint, len(data))
        self.write(number, text, data)
        self._out.write(b"startxref\n%d\n%%%%EOF\n" % start)
        return self._out.getvalue()

    def _write_waiting(self) -> None:
        if self._waiting:
            self.write_packed(pack(self._waiting))
            self._waiting = []

    def _enter(self, number: int, kind: int, where: int, index: int = 0) -> None:
        _ENTRY.pack_into(self._entries, number * _ENTRY.size, kind, where, index)

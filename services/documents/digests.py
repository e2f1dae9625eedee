"""What a page of a PDF draws, as text with references, and digests that are the same in every file.

A PDF numbers its objects as it likes. The digest of an object is taken over its text with the digests of what
it refers to in place of the numbers; so two objects with one digest draw the same, whatever file they lie in.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO

import pikepdf

from services.documents.page import A4_POINTS
from services.domain.documents import DocumentProblem

BLANK = b"<< /MediaBox [ 0 0 %.6f %.6f ] /Resources << >> >>" % A4_POINTS
"""The text of a page that draws nothing."""

Place = tuple[int, int]
"""The number and generation by which a file refers to one of its objects."""

DRAWING = ("/Contents", "/CropBox", "/Group", "/MediaBox", "/Resources", "/Rotate", "/UserUnit")
# qpdf, which writes the text, escapes brackets in a string. A string is passed over: it may hold "12 0 R".
_STRING_OR_REFERENCE = re.compile(rb"\((?:[^()\\]++|\\.)*+\)|(\d+) (\d+) R", re.DOTALL)
_DEEPEST = 50  # what is drawn refers some ten levels down; deeper, it most likely comes back to itself


@contextmanager
def opened(pdf: bytes, *, inherit: bool = True) -> Iterator[pikepdf.Pdf]:
    """The file, its numbers left as they are written. It keeps every object that was read of it.

    With `inherit` all pages are read at once, and what they inherit is put into them. Raises DocumentProblem,
    then or later, where the file can't be read.
    """
    try:
        with pikepdf.open(BytesIO(pdf), conversion_mode="explicit", inherit_page_attributes=inherit) as file:
            yield file
    except pikepdf.PikepdfError as error:
        raise DocumentProblem("The file can't be read.") from error


def page_text(page: pikepdf.Object) -> bytes:
    """All that a page draws with, as a dictionary: no annotations and no tags."""
    return text_of(pikepdf.Dictionary({key: page[key] for key in DRAWING if key in page}))


def text_of(value: pikepdf.Object | None) -> bytes:
    """An object that is no stream, as it is written in a file; what it refers to stays a reference."""
    return b"null" if value is None else value.unparse(resolved=True)


def text_and_data(value: pikepdf.Object | None) -> tuple[bytes, bytes | None]:
    """An object's text; of a stream its dictionary's, and the data as they are stored."""
    if not isinstance(value, pikepdf.Stream):
        return text_of(value), None
    data = value.read_raw_bytes()
    dictionary = value.stream_dict
    dictionary.Length = len(data)  # in the file it may be a reference, or wrong
    return text_of(dictionary), data


def with_references(text: bytes, new: Callable[[Place], bytes]) -> bytes:
    """The text with each reference replaced."""

    def replaced(found: re.Match[bytes]) -> bytes:
        return new((int(found[1]), int(found[2]))) if found[1] else found[0]

    return _STRING_OR_REFERENCE.sub(replaced, text)


def references(text: bytes) -> list[Place]:
    """All that the text refers to, in order."""
    return [(int(number), int(age)) for number, age in _STRING_OR_REFERENCE.findall(text) if number]


class Digests:
    """Digests of one file's objects, each computed once."""

    def __init__(self, file: pikepdf.Pdf) -> None:
        self._file = file
        self._known: dict[Place, bytes] = {}
        self._depth = 0

    def of(self, place: Place) -> bytes:
        """The digest of the object there. Raises DocumentProblem when it refers to itself."""
        known = self._known.get(place)
        if known is None:
            if self._depth == _DEEPEST:
                raise DocumentProblem("A page's drawing refers to itself or is nested too deep.")
            self._depth += 1
            known = self._known[place] = self.of_text(*text_and_data(self._file.get_object(place)))
            self._depth -= 1
        return known

    def of_text(self, text: bytes, data: bytes | None = None) -> bytes:
        """The digest of an object that was read already."""
        digest = hashlib.sha256(with_references(text, self._in_text))
        if data is not None:
            digest.update(data)
        return digest.digest()

    def _in_text(self, place: Place) -> bytes:
        return b"<%s>R" % self.of(place).hex().encode()

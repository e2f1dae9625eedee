"""PDFium, one document at a time: it keeps global state and is not thread-safe (pypdfium2's README)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2

_ONE_AT_A_TIME = threading.Lock()


@contextmanager
def opened(pdf: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """The document, with its form fields drawn as they print, and PDFium held for it in this process.

    Raises pypdfium2.PdfiumError if it can't be read. Nothing taken from it may be used once it is closed.
    """
    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(pdf)
        try:
            document.init_forms()
            yield document
        finally:
            document.close()

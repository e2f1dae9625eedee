"""Letters as PDF files, and what may go wrong with them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

from services.domain.layout import Layout

CANT_RENDER: Final = "Can't be made into a PDF. "
"""How the warning of a letter begins that could not be rendered."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendered:
    """A letter's PDF fresh from the press, or as it was uploaded, and what the print rules say of it.

    text is what can be read on an upload's pages, line by line; empty where they are pictures.
    """

    pdf: bytes
    page_count: int
    layout: Layout = field(default_factory=Layout)
    text: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """A PDF from outside that is to become a letter: nothing is known of it yet."""

    pdf: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredDocument:
    """A letter's PDF as the store holds it; `sha256` (hex) and `page_count` were recorded at rendering.

    initials are the patient's, for the bookmarks of a merged file.
    """

    reference: str
    pdf: bytes
    sha256: str
    page_count: int
    initials: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentFacts:
    """What the store knows of a document beside its bytes. made_from: the hash of what it was made from.

    layout is None for files that are no letters, and for letters older than the print rules here.
    """

    sha256: str
    page_count: int
    made_from: str = ""
    layout: Layout | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ChecklistLine:
    """One letter of a pile, as staff tick it off."""

    reference: str
    patient: str
    title: str
    page_count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Checklist:
    """What is in a pile of letters, in order: the pages in front of a merged file. made_at is aware."""

    service_name: str
    made_by: str
    made_at: datetime
    duplex: bool
    lines: tuple[ChecklistLine, ...]


class LetterPages(NamedTuple):
    """Where one letter lies in a merged file: pages count from 1, blank padding is not counted."""

    reference: str
    first_page: int
    page_count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Merged:
    """One PDF of several letters; `sha256` is the hex digest of `pdf`.

    front_pages are the checklist's, padded to whole sheets; page_map begins after them.
    """

    pdf: bytes
    sha256: str
    page_map: tuple[LetterPages, ...]
    duplex: bool
    front_pages: int = 0

    @property
    def page_count(self) -> int:
        """All pages, blank ones too. What was read back has as many: see documents/check.py."""
        last = self.page_map[-1]
        written = last.first_page + last.page_count - 1
        return written + written % 2 if self.duplex else written


class DocumentProblem(Exception):
    """Something is wrong with a document; `reason` is a sentence for staff.

    reference is that of the letter whose document it is, where it is one of several.
    """

    def __init__(self, reason: str, reference: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.reference = reference


class RenderFailed(DocumentProblem):
    """The letter could not be made into a PDF."""


class RenderRefused(RenderFailed):
    """The letter asks for something that no letter may have, such as a file from elsewhere."""


class DocumentChanged(DocumentProblem):
    """The stored bytes are not those that were recorded when the letter was rendered."""


class CheckFailed(DocumentProblem):
    """A merged file is not what it should be, and must not be given out."""

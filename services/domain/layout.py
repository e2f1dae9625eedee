"""What the print rules say of a letter's PDF (docs/print-rules.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, NamedTuple

MOST_PAGES: Final = 10
# GOV.UK Notify's pages say 2 MB, its code and its clients count 2 × 1024 × 1024.
MOST_BYTES: Final = 2 * 1024 * 1024


class Box(NamedTuple):
    """A part of a page, in mm from its top left."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """A print rule that a PDF breaks.

    code is GOV.UK Notify's word for it where it has one, and ours otherwise; reason is a sentence for staff.
    page counts from 1; 0 means the file as a whole. boxes are the places on that page, empty where the rule
    is about all of it.
    """

    code: str
    reason: str
    page: int = 0
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """The address as it is read through the window, line by line, and every rule that is broken."""

    address: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def problem(self) -> str:
        """Why the letter may not be posted by hybrid mail, as one sentence or more; empty where it may."""
        return " ".join(
            f"Page {finding.page}: {finding.reason}" if finding.page else finding.reason
            for finding in self.findings
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> "Layout":
        """What as_json wrote, after JSON made lists of its tuples."""
        return cls(
            address=tuple(written["address"]),
            findings=tuple(_finding(finding) for finding in written["findings"]),
        )


def _finding(written: Mapping[str, Any]) -> Finding:
    boxes: Sequence[Sequence[float]] = written["boxes"]
    return Finding(**{**written, "boxes": tuple(Box(*box) for box in boxes)})

"""The address as it is read through the window, and what is wrong with it."""

from collections.abc import Iterator, Sequence

from services.documents.layout.areas import ADDRESS
from services.documents.layout.ink import Ink, is_inked
from services.documents.layout.text import Line
from services.domain.address import problems
from services.domain.layout import Finding


def address_problems(lines: Sequence[Line], ink: Ink) -> Iterator[Finding]:
    """The address rules, of the lines read on page 1 and of what is seen there."""
    for problem in problems([line.text for line in lines]):
        yield _finding(problem.code, problem.reason)
    if not lines and is_inked(ink, ADDRESS):
        yield _finding("address-not-text", "The address is a picture: save the letter with its text.")
    for line in lines:
        if not is_inked(ink, line.area):
            yield _finding(
                "address-not-visible",
                f"The address line “{line.text}” is read, but can't be seen.",
            )


def _finding(code: str, reason: str) -> Finding:
    return Finding(code=code, reason=reason, page=1, boxes=(ADDRESS.as_box(),))

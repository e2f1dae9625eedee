"""The recipient's address in the window of a C5 envelope (docs/print-rules.md, address block)."""

from dataclasses import dataclass

from services.documents.metrics import wrap
from services.documents.page import POINTS_PER_MM
from services.domain.documents import RenderRefused

# mm from the page's top left; inside the block of x 24.6 to 120.0, y 39.5 to 66.3
WINDOW_LEFT, WINDOW_TOP = 26.0, 39.8
_WIDTH, _HEIGHT = 93.0, 26.3
_SIZES = ((11.0, 4.75), (11.0, 4.35), (10.0, 3.75))  # type in points, distance of lines in mm; best first
_MOST_LINES = 7  # docs/print-rules.md, address 2


@dataclass(frozen=True, kw_only=True, slots=True)
class WindowAddress:
    """Lines that fit the window, set at `size` points, `leading` mm from one to the next."""

    lines: tuple[str, ...]
    size: float
    leading: float


def fit_in_window(recipient: tuple[str, ...]) -> WindowAddress:
    """The address in the largest type that fits; a line too long is broken. RenderRefused if none fits."""
    for size, leading in _SIZES:
        width = _WIDTH * POINTS_PER_MM
        lines = tuple(part for line in recipient for part in wrap(line, width=width, size=size))
        if len(lines) <= _MOST_LINES and len(lines) * leading <= _HEIGHT:
            return WindowAddress(lines=lines, size=size, leading=leading)
    raise RenderRefused(f"The address takes {len(lines)} lines; the envelope's window shows {_MOST_LINES}.")

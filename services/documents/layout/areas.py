"""The numbers of docs/print-rules.md: areas in mm from the top left of an A4 portrait page as it is shown."""

from math import inf
from typing import NamedTuple, Self

from services.domain.layout import Box


class Area(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def grown(self, by: float) -> Self:
        """The area with `by` mm more on every side; less where it is negative."""
        return self._replace(
            left=self.left - by, top=self.top - by, right=self.right + by, bottom=self.bottom + by
        )

    def meets(self, other: "Area") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def as_box(self) -> Box:
        width, height = self.right - self.left, self.bottom - self.top
        return Box(round(self.left, 1), round(self.top, 1), round(width, 1), round(height, 1))


ADDRESS = Area(24.6, 39.5, 120.0, 66.3)
ADDRESS_READ = ADDRESS.grown(3)
# GOV.UK Notify's tag, by which its printer finds the first page of each letter.
TAG, TAG_CORNER = "NOTIFY", Area(0, 0, 15.2, 6.2)

_INK_TOLERANCE = 1.0
_PRINTED = Area(15, 5, 195, 292).grown(_INK_TOLERANCE)
_AROUND = Area(15, 30, 125, 95).grown(-_INK_TOLERANCE)
_WINDOW = ADDRESS.grown(_INK_TOLERANCE)


class Place(NamedTuple):
    """Where nothing may be printed, and what to say of what is."""

    reason: str
    areas: tuple[Area, ...]


def _margin(side: str, keep: int, area: Area) -> Place:
    return Place(f"There is print in the margin {side}: keep {keep} mm free.", (area,))


MARGINS = (
    _margin("on the left", 15, Area(0, 0, _PRINTED.left, inf)),
    _margin("on the right", 15, Area(_PRINTED.right, 0, inf, inf)),
    _margin("at the top", 5, Area(_PRINTED.left, 0, _PRINTED.right, _PRINTED.top)),
    _margin("at the bottom", 5, Area(_PRINTED.left, _PRINTED.bottom, _PRINTED.right, inf)),
)
AROUND_ADDRESS = Place(
    "There is print around the address: keep 30 to 95 mm from the top, 15 to 125 mm from the left for it.",
    (
        _AROUND._replace(bottom=_WINDOW.top),
        _AROUND._replace(top=_WINDOW.bottom),
        Area(_AROUND.left, _WINDOW.top, _WINDOW.left, _WINDOW.bottom),
        Area(_WINDOW.right, _WINDOW.top, _AROUND.right, _WINDOW.bottom),
    ),
)

"""The page that letters are printed on: A4 portrait (docs/print-rules.md, page)."""

POINTS_PER_MM = 72 / 25.4
_WIDTH, _HEIGHT, _TOLERANCE = 210.0, 297.0, 2.0  # mm
A4_POINTS = (_WIDTH * POINTS_PER_MM, _HEIGHT * POINTS_PER_MM)


def is_a4(width: float, height: float) -> bool:
    """Whether a page of this size in mm, as it is shown, is one."""
    return abs(width - _WIDTH) <= _TOLERANCE and abs(height - _HEIGHT) <= _TOLERANCE

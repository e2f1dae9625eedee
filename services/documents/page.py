"""The page that letters are printed on: A4, in points of 1/72 inch."""

POINTS_PER_MM = 72 / 25.4
A4_POINTS = (210 * POINTS_PER_MM, 297 * POINTS_PER_MM)

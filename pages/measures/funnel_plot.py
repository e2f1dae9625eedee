"""Places compared by a funnel plot: between the lines chance alone explains how much they differ."""

from typing import Any, Final

import altair as alt
import pandas as pd

from pages.measures.charts import BLUE, LINK, PERCENT, show
from pages.measures.divided import Divided
from services.analytics.measures import MEASURES
from services.domain.certainty import Rate, funnel_limits, is_unusual

_BELOW: Final[dict[str, Any]] = {"orient": "bottom", "columns": 1}
"""Where a legend stands: on a phone there is no room beside the chart."""
_SIZE: Final = alt.X("of:Q", title="Sent to the practice", axis=alt.Axis(format="d", tickMinStep=1))
_DASHES: Final = {"95 in 100": [5, 4], "998 in 1,000": [1, 0]}
"""How many places chance keeps within two lines, and their dashes."""


def funnel_plot(places: Divided, overall: Rate, measure: str) -> None:
    """Each place by how many letters it had; outside of the lines chance alone is unlikely."""
    what = MEASURES[measure].label
    points: list[dict[str, Any]] = [
        {
            "name": places.name(value),
            "of": rate.of,
            "share": rate.share,
            "chance": "unlikely" if is_unusual(rate, overall) else "possible",
            "href": places.address(value, measure),
        }
        for value in places.counts
        if (rate := places.rate(value, measure)).of
    ]
    lines = _limits(overall.share or 0.0, max(point["of"] for point in points))
    unusual = ", ".join(point["name"] for point in points if point["chance"] == "unlikely") or "none"
    chart = alt.LayerChart(layer=[_lines(lines, what), _dots(points, what)])
    show(chart, f"{what} by practice. Unusual: {unusual}.", height=340)


def _lines(limits: list[dict[str, Any]], what: str) -> alt.Chart:
    within = alt.StrokeDash(
        "within:N",
        title="Chance keeps within",
        legend=alt.Legend(**_BELOW, symbolSize=600),
        scale=alt.Scale(domain=list(_DASHES), range=list(_DASHES.values())),
    )
    lines: alt.Chart = (
        alt.Chart(pd.DataFrame(limits))
        .mark_line(color="#5b6b77")
        .encode(x=_SIZE, y=alt.Y("limit:Q", title=what, axis=PERCENT), detail="line:N", strokeDash=within)
    )
    return lines


def _dots(points: list[dict[str, Any]], what: str) -> alt.Chart:
    chance = alt.Shape(
        "chance:N",
        title="By chance",
        legend=alt.Legend(**_BELOW),
        scale=alt.Scale(domain=["possible", "unlikely"], range=["circle", "triangle"]),
    )
    told = ["name:N", alt.Tooltip("of:Q", title="Sent"), alt.Tooltip("share:Q", title=what, format=".1%")]
    dots: alt.Chart = (
        alt.Chart(pd.DataFrame(points))
        .mark_point(filled=True, size=90, color=BLUE, opacity=1)
        .encode(x=_SIZE, y=alt.Y("share:Q", title=what), href=LINK, shape=chance, tooltip=told)
    )
    return dots


def _limits(share: float, most: int) -> list[dict[str, Any]]:
    numbers = sorted({max(1, round(most * step / 60)) for step in range(1, 61)})
    return [
        {"of": n, "limit": limit, "within": within, "line": f"{within} {side}"}
        for n in numbers
        for within, wide in zip(_DASHES, (False, True), strict=True)
        for side, limit in zip(("below", "above"), funnel_limits(share, n, wide=wide), strict=True)
    ]

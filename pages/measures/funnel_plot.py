"""Places compared by a funnel plot: between the lines chance alone explains how much they differ."""

from typing import Any

import altair as alt
import pandas as pd

from pages.measures.charts import BLUE, LINK, PERCENT, show
from pages.measures.divided import Divided
from services.analytics.measures import MEASURES
from services.domain.certainty import Rate, funnel_limits, is_unusual


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
    x = alt.X("of:Q", title="Sent to the practice", axis=alt.Axis(format="d", tickMinStep=1))
    lines = (
        alt.Chart(pd.DataFrame(_limits(overall.share or 0.0, max(point["of"] for point in points))))
        .mark_line(color="#5b6b77")
        .encode(
            x=x,
            y=alt.Y("limit:Q", title=what, axis=PERCENT),
            detail="line:N",
            strokeDash=alt.StrokeDash("line:N", legend=None),
        )
    )
    dots = (
        alt.Chart(pd.DataFrame(points))
        .mark_point(filled=True, size=90, color=BLUE, opacity=1)
        .encode(
            x=x,
            y=alt.Y("share:Q", title=what),
            href=LINK,
            shape=alt.Shape(
                "chance:N",
                title="By chance",
                scale=alt.Scale(domain=["possible", "unlikely"], range=["circle", "triangle"]),
            ),
            tooltip=[
                "name:N",
                alt.Tooltip("of:Q", title="Sent"),
                alt.Tooltip("share:Q", title=what, format=".1%"),
            ],
        )
    )
    unusual = [point["name"] for point in points if point["chance"] == "unlikely"]
    show(lines + dots, f"{what} by practice. Unusual: {', '.join(unusual) or 'none'}.")


def _limits(share: float, most: int) -> list[dict[str, Any]]:
    numbers = sorted({max(1, round(most * step / 60)) for step in range(1, 61)})
    return [
        {"of": n, "limit": limit, "line": f"{words} {side}"}
        for n in numbers
        for words, wide in (("95 %", False), ("99.8 %", True))
        for side, limit in zip(("below", "above"), funnel_limits(share, n, wide=wide), strict=True)
    ]

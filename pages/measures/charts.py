"""Charts in one accent that needs no colour to be read, each with a sentence and a table beside it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import altair as alt
import pandas as pd
import streamlit as st

from services.domain.certainty import Rate, funnel_limits
from services.domain.local_time import day_of

_BLUE: Final = "#005EB8"
_PERCENT: Final = alt.Axis(format="%")


def trend(rates: Mapping[date, Rate], *, what: str) -> None:
    """A share by week; the band says how sure it is."""
    rows = [
        {"week": day_of(week), "share": rate.share, "low": low, "high": high, "of": rate.of}
        for week, rate in rates.items()
        if rate.bounds
        for low, high in [rate.bounds]
    ]
    base = alt.Chart(pd.DataFrame(rows, columns=["week", "share", "low", "high", "of"])).encode(
        x=alt.X(
            "week:O",
            title="Week from",
            scale=alt.Scale(domain=[row["week"] for row in rows]),
            axis=alt.Axis(labelAngle=0, labelOverlap=True),
        )
    )
    share = alt.Y("share:Q", title=what, axis=_PERCENT, scale=alt.Scale(domain=[0, 1]))
    told = [
        alt.Tooltip("week:O", title="Week from"),
        alt.Tooltip("share:Q", title=what, format=".1%"),
        alt.Tooltip("of:Q", title="Of"),
    ]
    band = base.mark_area(opacity=0.18, color=_BLUE).encode(y=alt.Y("low:Q", title=what), y2="high:Q")
    line = base.mark_line(color=_BLUE, point={"size": 50, "filled": True, "color": _BLUE}).encode(
        y=share, tooltip=told
    )
    _show(band + line, f"{what} by week. {_in_a_sentence(rates)}")


def _in_a_sentence(rates: Mapping[date, Rate]) -> str:
    known = {week: rate.share for week, rate in rates.items() if rate.share is not None}
    if not known:
        return "Nothing to show."
    low, high = min(known.values()), max(known.values())
    last = known[max(known)]
    return f"Between {low:.0%} and {high:.0%}; in the last week {last:.0%}."


def bars(counted: Sequence[tuple[str, int]], *, what: str) -> None:
    """Numbers by name, the largest first."""
    rows = pd.DataFrame(counted, columns=["name", "count"])
    base = alt.Chart(rows).encode(
        x=alt.X("count:Q", title=what, axis=alt.Axis(tickMinStep=1)),
        y=alt.Y(
            "name:N",
            title=None,
            scale=alt.Scale(domain=[name for name, _ in counted]),
            axis=alt.Axis(labelLimit=320),
        ),
        tooltip=[alt.Tooltip("name:N", title="Reason"), alt.Tooltip("count:Q", title=what)],
    )
    words = base.mark_text(align="left", dx=4).encode(text="count:Q")
    _show(
        base.mark_bar(color=_BLUE) + words,
        f"{what}: " + ", ".join(f"{name} {count:,}" for name, count in counted[:5]),
    )


def funnel_plot(places: Mapping[str, Rate], overall: Rate, *, what: str) -> None:
    """Each place by how many letters it had; outside of the lines chance alone is unlikely."""
    share = overall.share or 0.0
    most = max((rate.of for rate in places.values()), default=1)
    points: list[dict[str, Any]] = [
        {
            "name": name,
            "of": rate.of,
            "share": rate.share,
            "chance": "unlikely" if is_unusual(rate, overall) else "possible",
        }
        for name, rate in places.items()
        if rate.of
    ]
    numbers = sorted({max(1, round(most * step / 60)) for step in range(1, 61)})
    limits: list[dict[str, Any]] = [
        {"of": n, "limit": limit, "line": f"{words} {side}"}
        for n in numbers
        for words, wide in (("95 %", False), ("99.8 %", True))
        for side, limit in zip(("below", "above"), funnel_limits(share, n, wide=wide), strict=True)
    ]
    x = alt.X("of:Q", title="Sent to the practice", axis=alt.Axis(format="d", tickMinStep=1))
    y = alt.Y("limit:Q", title=what, axis=_PERCENT)
    lines = (
        alt.Chart(pd.DataFrame(limits))
        .mark_line(color="#5b6b77")
        .encode(x=x, y=y, detail="line:N", strokeDash=alt.StrokeDash("line:N", legend=None))
    )
    dots = (
        alt.Chart(pd.DataFrame(points, columns=["name", "of", "share", "chance"]))
        .mark_point(filled=True, size=90, color=_BLUE)
        .encode(
            x=x,
            y=alt.Y("share:Q", title=what),
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
    _show(lines + dots, f"{what} by practice. Unusual: {', '.join(unusual) or 'none'}.")


def is_unusual(rate: Rate, overall: Rate) -> bool:
    """Above the limit that chance passes in one of 1,000 places."""
    if not rate.of or overall.share is None or rate.share is None:
        return False
    return rate.share > funnel_limits(overall.share, rate.of, wide=True)[1]


def _show(chart: alt.LayerChart, words: str) -> None:
    described = chart.properties(description=words, height=260)
    st.altair_chart(described, width="stretch")
    st.caption(words.replace("$", r"\$"))

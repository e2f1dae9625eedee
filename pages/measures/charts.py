"""Charts in one accent that needs no colour to be read, each with a sentence and a table beside it.

Every bar, point and cell is a link to its letters. Streamlit lets it open in the same tab alone; the table's
links open in a tab of their own.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

import altair as alt
import pandas as pd
import streamlit as st

from pages.measures.divided import Divided
from services.analytics.measures import MEASURES
from services.domain.certainty import Rate
from services.domain.local_time import day_of

BLUE: Final = "#2277CC"  # 3:1 or more on the light page and on the dark one
_ON_LIGHT: Final = "#212B32"
_ON_DARK: Final = "#E8EDEE"
PERCENT: Final = alt.Axis(format="%")
LINK: Final = alt.Href("href:N")
_ROOM: Final = 1.2  # of the longest bar: for the number at its end
_LINE: Final = 34  # pixels of height that a name on the axis needs


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A bar, or the cell of a name (and a week), with how many letters are behind it and where they are."""

    name: str
    count: int
    href: str
    week: str = ""


def trend(weekly: Divided, measure: str) -> None:
    """A share by week; the band says how sure it is."""
    what = MEASURES[measure].label
    rates = {date.fromisoformat(week): weekly.rate(week, measure) for week in weekly.counts}
    rows = [
        {
            "week": day_of(week),
            "share": rate.share,
            "low": low,
            "high": high,
            "of": rate.of,
            "href": weekly.address(week.isoformat(), measure),
        }
        for week, rate in rates.items()
        if rate.bounds
        for low, high in [rate.bounds]
    ]
    base = alt.Chart(pd.DataFrame(rows, columns=["week", "share", "low", "high", "of", "href"])).encode(
        x=_weeks([row["week"] for row in rows])
    )
    share = alt.Y("share:Q", title=what, axis=PERCENT, scale=alt.Scale(domain=[0, 1]))
    told = [
        alt.Tooltip("week:O", title="Week from"),
        alt.Tooltip("share:Q", title=what, format=".1%"),
        alt.Tooltip("of:Q", title="Of"),
    ]
    band = base.mark_area(opacity=0.18, color=BLUE).encode(y=alt.Y("low:Q", title=what), y2="high:Q")
    line = base.mark_line(color=BLUE).encode(y=share)
    points = base.mark_point(size=60, filled=True, opacity=1, color=BLUE).encode(
        y=share, tooltip=told, href=LINK
    )
    show(band + line + points, f"{what} by week. {_in_a_sentence(rates)}")


def _weeks(weeks: list[Any]) -> alt.X:
    return alt.X(
        "week:O",
        title="Week from",
        scale=alt.Scale(domain=weeks),
        axis=alt.Axis(labelAngle=0, labelOverlap=True, labelFlush=False, labelBound=False),
    )


def _in_a_sentence(rates: dict[date, Rate]) -> str:
    known = {week: rate.share for week, rate in rates.items() if rate.share is not None}
    if not known:
        return "Nothing to show."
    low, high = min(known.values()), max(known.values())
    last = known[max(known)]
    return f"Between {low:.0%} and {high:.0%}; in the last week {last:.0%}."


def bars(counted: Sequence[Mark], *, what: str) -> None:
    """Numbers by name, the largest first."""
    base = alt.Chart(pd.DataFrame([asdict(mark) for mark in counted])).encode(
        x=alt.X(
            "count:Q",
            title=what,
            axis=alt.Axis(tickMinStep=1),
            scale=alt.Scale(domain=[0, _ROOM * max(mark.count for mark in counted)]),
        ),
        y=_names(list(dict.fromkeys(mark.name for mark in counted))),
        tooltip=[alt.Tooltip("name:N", title="Reason"), alt.Tooltip("count:Q", title=what)],
        href=LINK,
    )
    colour = _ON_DARK if st.context.theme.type == "dark" else _ON_LIGHT
    words = base.mark_text(align="left", dx=4, color=colour).encode(text="count:Q")
    show(
        base.mark_bar(color=BLUE) + words,
        f"{what}: " + ", ".join(f"{mark.name} {mark.count:,}" for mark in counted[:5]),
    )


def _names(names: list[str]) -> alt.Y:
    return alt.Y(
        "name:N",
        title=None,
        scale=alt.Scale(domain=names),
        axis=alt.Axis(labelLimit=320, labelFlush=False, labelBound=False),
    )


def heat(cells: Sequence[Mark], weeks: list[str], *, what: str) -> None:
    """Numbers by name and week: the more, the darker, and the number stands in its cell."""
    names = list(dict.fromkeys(cell.name for cell in cells))
    most = max(cell.count for cell in cells)
    rows = pd.DataFrame([asdict(cell) for cell in cells])
    base = alt.Chart(rows).encode(
        x=_weeks(weeks),
        y=_names(names),
        tooltip=[
            alt.Tooltip("name:N", title="What"),
            alt.Tooltip("week:O", title="Week from"),
            alt.Tooltip("count:Q", title=what),
        ],
        href=LINK,
    )
    shade = alt.Color("count:Q", legend=None, scale=alt.Scale(domain=[0, most], range=["#E8F1FA", "#003B75"]))
    dark = alt.condition(alt.datum.count > most / 2, alt.value("white"), alt.value(_ON_LIGHT))
    show(
        base.mark_rect().encode(color=shade) + base.mark_text().encode(text="count:Q", color=dark),
        f"{what} by week. Most: {_most(cells)}.",
        height=_LINE * (len(names) + 2),
    )


def _most(cells: Sequence[Mark]) -> str:
    cell = max(cells, key=lambda cell: cell.count)
    return f"{cell.name} with {cell.count:,} in the week from {cell.week}"


def show(chart: alt.LayerChart, words: str, height: int = 260) -> None:
    """The chart, with what it shows in a sentence for all and for screen readers."""
    st.altair_chart(chart.properties(description=words, height=height), width="stretch")
    st.caption(words.replace("$", r"\$"))

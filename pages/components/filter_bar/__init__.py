"""The row of filters above the letters: docs/product.md section 1, point 3.

Take the changes first, then mount the bar with the filters as they stand now:

    for change in take_changes("filters"):
        handle(change)
    filter_bar(data, key="filters")
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NotRequired, TypedDict

import streamlit as st

from pages.components import inbox
from pages.components.assets import joined
from services.listing.address import is_in_bounds


class Option(TypedDict):
    value: str
    label: str
    short: NotRequired[str]  # for the closed filter, where the label is long
    count: int  # under the other filters
    group: NotRequired[str | None]  # heading; options of one group stand together


class OptionsFilter(TypedDict):
    kind: Literal["options"]
    key: str
    label: str
    options: list[Option]
    chosen: list[str]  # none: any


# Written as calls because "from" is a keyword. Days are ISO dates, both included; None is open.
DatePreset = TypedDict("DatePreset", {"label": str, "from": str | None, "to": str | None})
DatesFilter = TypedDict(
    "DatesFilter",
    {
        "kind": Literal["dates"],
        "key": str,
        "label": str,
        "from": str | None,
        "to": str | None,
        "presets": list[DatePreset],
    },
)


class TextFilter(TypedDict):
    kind: Literal["text"]
    key: str
    label: str  # for screen readers
    placeholder: str
    text: str


class FilterData(TypedDict):
    filters: list[OptionsFilter | DatesFilter | TextFilter]  # in the order shown
    is_default: bool  # nothing to reset


@dataclass(frozen=True, kw_only=True, slots=True)
class FilterChange:
    """One filter's new value; the fields of the other kinds are None.

    `key` "reset" asks for the default filters.
    """

    key: str
    chosen: tuple[str, ...] | None = None
    start: date | None = None
    end: date | None = None
    text: str | None = None


_BAR = st.components.v2.component(
    "filter_bar",
    css=joined("kit/base.css", "filter_bar/bar.css"),
    js=joined(
        "kit/mount.js",
        "kit/elements.js",
        "kit/tooltip.js",
        "kit/panel.js",
        "kit/courier.js",
        "filter_bar/options.js",
        "filter_bar/dates.js",
        "filter_bar/bar.js",
    ),
)


def filter_bar(data: FilterData, *, key: str) -> None:
    """Shows the bar. `key` must be the same in every run: an open list and what is typed hang on it."""
    _BAR(
        key=key,
        data={**data, "key": key, "ack": inbox.acknowledged(key)},
        on_change_change=inbox.receiver(key, "change"),
    )


def take_changes(key: str) -> list[FilterChange]:
    """What was changed since the last run, oldest first. Each is given once."""
    return [change for message in inbox.take(key) if (change := _read(message)) is not None]


def _read(message: Mapping[str, Any]) -> FilterChange | None:
    """The browser's message as a change; None, and a line in the log, when it isn't of the agreed form."""
    chosen = message.get("chosen")
    text = message.get("text")
    try:
        return FilterChange(
            key=str(message["key"]),
            chosen=None if chosen is None else tuple(str(value) for value in chosen),
            start=_day(message.get("from")),
            end=_day(message.get("to")),
            text=None if text is None else str(text),
        )
    except (KeyError, TypeError, ValueError):
        logging.getLogger(__name__).warning("dropped a message of the filter bar that has the wrong form")
        return None


def _day(text: str | None) -> date | None:
    day = date.fromisoformat(text) if text else None
    if day is not None and not is_in_bounds(day):
        raise ValueError("no letter is from that year, and the date fields offer none beyond these bounds")
    return day

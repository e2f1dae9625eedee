"""The filter bar's data, and what a change of it does to the filters."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import streamlit as st

from pages.components.filter_bar import (
    DatePreset,
    DatesFilter,
    FilterChange,
    FilterData,
    Option,
    OptionsFilter,
    TextFilter,
)
from services.domain.status import BY_KEY
from services.listing.filters import CHOICES, STATUS_VALUES, Filters
from services.listing.rows import FacetValue

_LABELS = {
    "status": "Status",
    "provider": "Provider",
    "team": "Team",
    "consortium": "Consortium",
    "practice": "GP practice",
    "title": "Title",
    "template": "Template",
    "created_by": "Created by",
}
_NONE = "(none)"


def bar_data(
    filters: Filters, facets: Mapping[str, Sequence[FacetValue]], today: date, *, with_patients: bool
) -> FilterData:
    """The ten filters in the order in which they stand; who may not see patients gets no box for a name."""
    options = {key: _options(key, facets.get(key, ()), filters) for key in _LABELS}
    bar: FilterData = {
        "filters": [options["status"], _dates(filters, today)],
        "is_default": filters.is_default,
    }
    bar["filters"] += [options[key] for key in CHOICES]
    if with_patients:
        bar["filters"].append(_patient(filters))
    return bar


def changed(filters: Filters, change: FilterChange) -> Filters:
    """The filters after a change; one that the bar doesn't know leaves them as they are."""
    match change:
        case FilterChange(key="reset"):
            return Filters.default()
        case FilterChange(key="status", chosen=chosen) if chosen is not None:
            return replace(filters, status=frozenset(chosen) & STATUS_VALUES)
        case FilterChange(key="created"):
            return _with_dates(filters, change)
        case FilterChange(key="patient", text=text) if text is not None:
            return replace(filters, patient=text.strip()[:100])
        case FilterChange(key=key, chosen=chosen) if key in CHOICES and chosen is not None:
            values: dict[str, Any] = {key: frozenset(chosen)}
            return replace(filters, **values)
    return filters


def _with_dates(filters: Filters, change: FilterChange) -> Filters:
    """A day out of all bounds, as a slip of the keyboard makes it, is said and changes nothing."""
    try:
        return replace(filters, created_from=change.start, created_to=change.end)
    except ValueError as problem:
        st.toast(f"{problem} The dates stay as they were.", icon=":material/info:")
        return filters


def _options(key: str, facet: Sequence[FacetValue], filters: Filters) -> OptionsFilter:
    chosen = filters.status if key == "status" else filters.chosen(key)
    return {
        "kind": "options",
        "key": key,
        "label": _LABELS[key],
        "options": [_option(key, value) for value in facet],
        "chosen": sorted(chosen),
    }


def _option(key: str, facet: FacetValue) -> Option:
    option: Option = {"value": facet.value, "label": facet.label or _NONE, "count": facet.count}
    if key == "status":
        row = BY_KEY.get(facet.value)
        option["group"] = row.channel.label if row else None
        option["short"] = facet.label.split(" (")[0]
    return option


def _dates(filters: Filters, today: date) -> DatesFilter:
    return {
        "kind": "dates",
        "key": "created",
        "label": "Created",
        "from": filters.created_from.isoformat() if filters.created_from else None,
        "to": filters.created_to.isoformat() if filters.created_to else None,
        "presets": [
            _preset("Any", None, None),
            _preset("Today", today, today),
            _preset("Last 7 days", today - timedelta(days=6), today),
            _preset("Last 30 days", today - timedelta(days=29), today),
            _preset("This month", today.replace(day=1), today),
        ],
    }


def _preset(label: str, start: date | None, end: date | None) -> DatePreset:
    return {
        "label": label,
        "from": start.isoformat() if start else None,
        "to": end.isoformat() if end else None,
    }


def _patient(filters: Filters) -> TextFilter:
    return {
        "kind": "text",
        "key": "patient",
        "label": "Patient's name, or a part of it",
        "placeholder": "Patient…",
        "text": filters.patient,
    }

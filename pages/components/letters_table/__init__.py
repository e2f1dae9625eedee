"""The letters table: docs/product.md section 1.

Mount it in a fragment. Take the actions first, then mount it with fresh data, so that one run both does what
was asked and shows the result:

    for action in take_actions("letters"):
        handle(action)
    letters_table(data, key="letters")

The browser only *asks*: whoever handles an action checks permission and current status for every id again.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypedDict, get_args

import streamlit as st

from pages.components import inbox
from pages.components.assets import joined

Badge = Literal["waiting", "on_its_way", "arrived", "failed", "in_doubt"]
RowActionName = Literal["print", "send", "resend", "download"]
Kind = Literal[
    "print_send", "download", "csv",  # the bar: of the selection; the CSV of all that the filters match
    "print", "send", "resend", "row_download",  # one row
    "open", "close_pane",
    "sort", "page", "page_size", "columns",
    "empty_action",  # the button of the empty state
]  # fmt: skip


class Status(TypedDict):
    label: str
    long_label: str
    badge: Badge
    reason: str | None  # of a failure; shown on hover, on focus and on touch
    in_doubt: bool
    flags: list[str]  # further marks, a word or two each


class RowAction(TypedDict):
    action: RowActionName
    label: str
    enabled: bool
    why: str | None  # why not, when it isn't enabled


class Row(TypedDict):
    """Dates and names as they are shown. `status` and the keys from `created` on name the columns."""

    id: str
    status: Status
    created: str
    patient: str
    patient_flag: str | None
    title: str
    template: str
    practice: str
    created_by: str
    provider: str
    team: str
    consortium: str
    actions: list[RowAction]


class Column(TypedDict):
    key: str
    label: str
    sortable: bool
    visible: bool
    locked: bool  # can't be hidden


class Sort(TypedDict):
    column: str
    descending: bool


class Empty(TypedDict):
    title: str
    text: str
    action_label: str | None


class Download(TypedDict):
    """A file that the browser fetches by itself, once for each nonce."""

    url: str
    filename: str
    nonce: str


class TableData(TypedDict):
    rows: list[Row]
    columns: list[Column]
    sort: Sort
    filters_key: str  # changes when, and only when, the filters do
    total_matching: int
    page: int  # from 1
    page_count: int
    page_size: int
    version: int  # the change sequence that the rows were read at
    can_act: bool
    can_read_documents: bool
    open_id: str | None  # the letter in the detail pane
    empty: Empty  # shown when there are no rows
    notice: str | None  # said once, when it changes
    download: Download | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TableAction:
    """What the user asked for.

    With `all_matching` the action is meant for every letter that the filters match, `ids` is empty, and
    `filters_key` and `total_matching` say what the user saw when choosing so: compare them before acting.
    """

    kind: Kind
    ids: tuple[str, ...]
    all_matching: bool
    filters_key: str
    total_matching: int
    version: int
    value: Any  # sort: Sort; page, page_size: int; columns: list of visible column keys; otherwise None


_TABLE = st.components.v2.component(
    "letters_table",
    css=joined("kit/base.css", "letters_table/table.css", "letters_table/phone.css"),
    js=joined(
        "kit/mount.js",
        "kit/elements.js",
        "kit/tooltip.js",
        "kit/panel.js",
        "kit/badge.js",
        "kit/courier.js",
        "kit/hasty.js",
        "letters_table/selection.js",
        "letters_table/rows.js",
        "letters_table/aim.js",
        "letters_table/keyboard.js",
        "letters_table/columns.js",
        "letters_table/bar.js",
        "letters_table/footer.js",
        "letters_table/table.js",
    ),
)


def letters_table(data: TableData, *, key: str) -> None:
    """Shows the table. `key` must be the same in every run: selection, focus and scrolling hang on it."""
    _TABLE(
        key=key,
        data={**data, "key": key, "ack": inbox.acknowledged(key)},
        on_action_change=inbox.receiver(key, "action"),
    )


def take_actions(key: str) -> list[TableAction]:
    """What was asked for since the last run, oldest first. Each is given once."""
    return [action for message in inbox.take(key) if (action := _read(message)) is not None]


def _read(message: Mapping[str, Any]) -> TableAction | None:
    """The browser's message as an action; None, and a line in the log, when it isn't of the agreed form."""
    try:
        action = TableAction(
            kind=message["kind"],
            ids=tuple(message["ids"]),
            all_matching=message["all_matching"] is True,
            filters_key=str(message["filters_key"]),
            total_matching=int(message["total_matching"]),
            version=int(message["version"]),
            value=message.get("value"),
        )
    except (KeyError, TypeError, ValueError):
        action = None
    if action is None or action.kind not in get_args(Kind) or not _is_value_of(action.kind, action.value):
        logging.getLogger(__name__).warning("dropped a message of the letters table that has the wrong form")
        return None
    return action if all(isinstance(each, str) for each in action.ids) else None


def _is_value_of(kind: Kind, value: object) -> bool:
    match kind:
        case "sort":
            return (
                isinstance(value, Mapping)
                and isinstance(value.get("column"), str)
                and isinstance(value.get("descending"), bool)
            )
        case "page" | "page_size":
            return isinstance(value, int) and value > 0
        case "columns":
            return isinstance(value, list) and all(isinstance(each, str) for each in value)
        case _:
            return value is None

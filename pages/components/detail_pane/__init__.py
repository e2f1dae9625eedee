"""The open letter at the right of the letters table: docs/product.md section 1, point 7.

Mount it in the fragment of the table, after it; it lies over the page's right side and makes room for itself:

    for action in take_actions("pane"):
        handle(action)
    detail_pane({"letter": letter_or_none}, key="detail_pane")

The letter of the pane is the `open_id` of the table: when it becomes None, the focus goes back to the row.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NotRequired, TypedDict

import streamlit as st

from pages.components import inbox
from pages.components.assets import joined
from pages.components.letters_table import Badge


class PaneStatus(TypedDict):
    label: str
    long_label: str
    badge: Badge
    meaning: str
    advice: str | None
    reason: str | None
    in_doubt: bool


class Patient(TypedDict):
    name: str
    nhs_number: str | None  # written 3 3 4
    date_of_birth: str | None


class Lines(TypedDict):
    heading: str
    lines: list[str]


class Recipient(Lines):
    """As it will be used: the address in the window, the mobile number, the practice with its ODS code."""

    kind: Literal["practice", "mobile", "address", "none"]
    record: Lines | None  # what the record says, where that is something else
    ok: bool
    problem: str | None  # what is wrong, or what changed since the letter was written


class Author(TypedDict):
    name: str
    provider: str | None
    team: str | None


class PageImage(TypedDict):
    url: str
    srcset: str  # the same page in several widths, for the browser to choose from


class Mark(TypedDict):
    """A part of a page, in percent of its width and height."""

    left: float
    top: float
    width: float
    height: float


class Finding(TypedDict):
    """A print rule that the document breaks. page counts from 1; 0 is the file as a whole."""

    reason: str
    page: int
    place: str  # "page 1, left margin, 120 mm from the top"
    marks: list[Mark]


class Document(TypedDict):
    images: list[PageImage]  # a page each; none: no image is shown
    pdf_url: str | None  # None: this role can't read it
    note: str | None
    findings: list[Finding]  # only of a letter that they hinder
    fit_to_post: bool  # it goes by hybrid mail, and its layout was found good


# Written as a call because "from" is a keyword of the language.
Event = TypedDict(
    "Event",
    {
        "at": str,
        "from": str | None,
        "to": str | None,
        "who": str | None,  # a person or a delivery provider
        "reason": str | None,
        "reference": str | None,
        "note": str | None,
        "applied": bool,  # False: kept in the history, changed nothing
    },
)


class Choice(TypedDict):
    value: str
    label: str


class Form(TypedDict):
    """What an action asks before it is sent: a note, one of several choices, or a yes."""

    kind: Literal["note", "choice", "confirm"]
    label: str
    choices: list[Choice]  # of "choice"; else empty


class PaneActionOffer(TypedDict):
    action: str
    label: str
    enabled: bool
    why: str | None
    primary: bool
    form: Form | None


class Letter(TypedDict):
    id: str
    reference: str | None
    status: PaneStatus
    warnings: list[str]
    patient: Patient
    recipient: Recipient
    template: str
    title: str
    created: str
    created_by: Author
    document: Document
    history: list[Event]  # newest first
    actions: list[PaneActionOffer]
    position: str  # "3 of 100"
    has_previous: bool
    has_next: bool


class PaneData(TypedDict):
    """letter None: closed. asking: the page has a dialog open, and on a phone the pane steps aside meanwhile.

    notice is the page's last message, for a phone, where the pane hides the page's own line.
    """

    letter: Letter | None
    asking: NotRequired[bool]
    notice: NotRequired[str | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class PaneAction:
    """`kind` is "close_pane", "previous", "next", or the name of one of the actions offered.

    `value` holds the note, or the choice, for an action with a form; otherwise None.
    """

    kind: str
    id: str
    value: str | None


_PANE = st.components.v2.component(
    "detail_pane",
    css=joined("kit/base.css", "detail_pane/pane.css"),
    js=joined(
        "kit/mount.js",
        "kit/elements.js",
        "kit/tooltip.js",
        "kit/badge.js",
        "kit/courier.js",
        "kit/hasty.js",
        "detail_pane/sections.js",
        "detail_pane/document.js",
        "detail_pane/actions.js",
        "detail_pane/pane.js",
    ),
)


def detail_pane(data: PaneData, *, key: str) -> None:
    """Shows the open letter, or nothing. `key` must be the same in every run."""
    _PANE(
        key=key,
        data={**data, "key": key, "ack": inbox.acknowledged(key)},
        on_action_change=inbox.receiver(key, "action"),
    )


def take_actions(key: str) -> list[PaneAction]:
    """What was asked for since the last run, oldest first. Each is given once."""
    return [action for message in inbox.take(key) if (action := _read(message)) is not None]


def _read(message: Mapping[str, Any]) -> PaneAction | None:
    """The browser's message as an action; None, and a line in the log, when it isn't of the agreed form."""
    match message:
        case {"kind": str(kind), "id": str(letter_id), "value": None | str() as value}:
            return PaneAction(kind=kind, id=letter_id, value=value)
    logging.getLogger(__name__).warning("dropped a message of the detail pane that has the wrong form")
    return None

"""A page with the three components and buttons that change their data, for the browser tests.

Run by `streamlit run`. What the components ask for is written out as JSON, so that a test can read it.
"""

import dataclasses
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

sys.path.insert(0, str(Path(__file__).parents[3]))  # `streamlit run` only adds this script's own folder

from pages.components.detail_pane import PaneAction, detail_pane
from pages.components.detail_pane import take_actions as take_pane_actions
from pages.components.filter_bar import filter_bar, take_changes
from pages.components.letters_table import TableAction, letters_table
from pages.components.letters_table import take_actions as take_table_actions
from tests.browser.components.data import STATUSES, columns, filter_data, printed, row, table_data
from tests.browser.components.open_letter import letter, offers, unfit
from tests.waiting import wait_until

st.set_page_config(page_title="Components", layout="wide")
STATE = st.session_state


def start() -> None:
    STATE.rows = [row(number) for number in range(int(st.query_params.get("rows", 100)))]
    STATE.changes = {}
    STATE.open_id = None
    STATE.chosen = {"status": ["pending-group"], "team": [], "title": []}
    STATE.log = []
    STATE.runs = 0
    STATE.waits = False
    STATE.sends = False
    STATE.asking = False
    STATE.doubts = False
    STATE.unfit = False


FILE = {"url": "data:text/csv,a", "filename": "letters.csv", "nonce": "file-1"}
BUTTONS: dict[str, Callable[[], object]] = {
    "Remove rows 1 to 3": lambda: STATE.update(rows=STATE.rows[3:]),
    "Add two rows": lambda: STATE.update(rows=[row(9001), row(9002), *STATE.rows]),
    "Change status of row 1": lambda: STATE.rows[0].update(status=STATUSES[3]),
    "Reverse": lambda: STATE.update(rows=STATE.rows[::-1]),
    "Other filters": lambda: STATE.changes.update(filters_key="all"),
    "Notice": lambda: STATE.changes.update(notice="2 letters were printed."),
    "Offer file": lambda: STATE.changes.update(download=FILE),
    "No rows": lambda: STATE.update(rows=[]),
    "May not act": lambda: STATE.changes.update(can_act=False),
    "May not read": lambda: STATE.changes.update(can_act=False, can_read_documents=False),
    "Send at once": lambda: STATE.update(sends=True),
    "Ask something": lambda: STATE.update(asking=True),
    "Doubt": lambda: STATE.update(doubts=True),
    "Unfit to post": lambda: STATE.update(unfit=True),
    "No doubt": lambda: STATE.update(doubts=False),
    "Remove row 1": lambda: STATE.update(rows=STATE.rows[1:]),
    "Every column": lambda: STATE.changes.update(columns=columns([each["key"] for each in columns()])),
    "Printed rows": lambda: STATE.update(rows=[printed(each) for each in STATE.rows]),
    "Answer late": lambda: STATE.update(waits=True),
    "Warn above the table": lambda: st.warning("Something above the table that was not there before."),
}


def change_data() -> None:
    """The buttons by which a test stands in for other users and the worker."""
    with st.container(horizontal=True):
        pressed = [change for label, change in BUTTONS.items() if st.button(label)]
    for change in pressed:
        change()


def handle_table(action: TableAction) -> None:
    match action.kind:
        case "open":
            STATE.open_id = action.ids[0]
        case "close_pane":
            STATE.open_id = None
        case "sort":
            STATE.changes["sort"] = action.value
        case "columns":
            STATE.changes["columns"] = columns(action.value)
        case "print" | "send" | "resend" if STATE.sends:  # a letter that has gone leaves the list
            STATE.rows = [each for each in STATE.rows if each["id"] not in action.ids]
        case _:
            if STATE.waits:  # until the test has written the file that it names
                wait_until(Path(st.query_params["answer_when"]).exists)


def handle_pane(action: PaneAction) -> None:
    ids = [each["id"] for each in STATE.rows]
    at = ids.index(action.id)
    match action.kind:
        case "close_pane":
            STATE.open_id = None
        case "next":
            STATE.open_id = ids[at + 1]
        case "previous":
            STATE.open_id = ids[at - 1]


def handle_filters() -> None:
    for change in take_changes("filters"):
        note("filters", change)
        if change.key == "reset":
            STATE.chosen = {key: [] for key in STATE.chosen}
        elif change.chosen is not None:
            STATE.chosen[change.key] = list(change.chosen)


@st.dialog("Before anything goes out")
def question() -> None:
    if st.button("Go on"):
        STATE.asking = False
        st.rerun()


def note(component: str, message: Any) -> None:
    STATE.log.append({"from": component, **dataclasses.asdict(message)})


@st.fragment
def components() -> None:
    STATE.runs += 1
    for action in take_table_actions("letters"):
        note("letters", action)
        handle_table(action)
    for pane_action in take_pane_actions("pane"):
        note("pane", pane_action)
        handle_pane(pane_action)
    handle_filters()
    filter_bar(filter_data(STATE.chosen), key="filters")
    letters_table(table_data(STATE.rows, **STATE.changes, open_id=STATE.open_id), key="letters")
    ids = [each["id"] for each in STATE.rows]
    shown = ids.index(STATE.open_id) if STATE.open_id in ids else None
    opened = None if shown is None else letter(STATE.rows[shown], shown + 1, len(ids))
    if opened and STATE.doubts:
        opened["actions"] = offers(doubt="In doubt: it may be there already. ")
    if opened and STATE.unfit:
        opened = unfit(opened)
    notice = STATE.changes.get("notice")
    detail_pane({"letter": opened, "asking": STATE.asking, "notice": notice}, key="pane")
    st.html(f"<pre id='log' hidden>{json.dumps(STATE.log, default=str).replace('<', '&lt;')}</pre>")


if "rows" not in STATE:
    start()
st.markdown("##### Batch letters")
change_data()
if STATE.asking:
    question()
components()

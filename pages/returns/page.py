"""The Record returns page: a letter is back, or a practice rejected it, and no provider will say so."""

from dataclasses import dataclass, field
from typing import Final

import streamlit as st

from pages.context import Context, context
from pages.faults import in_our_words
from pages.file_columns import show_columns
from pages.plain_text import plain
from services.by_hand import Comeback
from services.domain.errors import UserError
from services.domain.local_time import LONDON
from services.importing.returns import COLUMNS, Line, record_all
from services.reject_codes import reject_codes

_ONE, _MANY = "One letter", "Many by a CSV file"
_KEPT: Final = "returns told"
_NO_CODE: Final = ""


@dataclass(kw_only=True, slots=True)
class _Last:
    """What came of the last click."""

    done: str = ""
    refusal: str = ""
    lines: list[Line] = field(default_factory=list)


def show() -> None:
    """Who may action letters records what came back, one or many."""
    here = context()
    st.header("Record returns", anchor=False)
    st.caption(
        "For what comes by post or email: a posted letter that is back, or a practice's rejection. "
        "The letter becomes Failed with the reason, and waits in “All pending”."
    )
    with in_our_words():
        way = st.segmented_control(
            "Way", [_ONE, _MANY], default=_ONE, required=True, label_visibility="collapsed", key="returns way"
        )
        last: _Last = st.session_state.setdefault(_KEPT, _Last())
        left, right = st.columns([2, 3], gap="large")
        with left:
            (_many if way == _MANY else _one)(here, last)
        with right:
            _answer(last)
            if way == _MANY:
                show_columns(COLUMNS)


def _one(here: Context, last: _Last) -> None:
    with st.form("return", border=False, clear_on_submit=False):
        reference = st.text_input("Letter's reference", key="return reference", max_chars=60)
        today = here.application.clock.now().astimezone(LONDON).date()
        day = st.date_input(
            "When it came back, or was rejected",
            today,
            max_value=today,
            format="DD/MM/YYYY",
            key="return day",
        )
        code = st.selectbox(
            "Practice's rejection code (only for [GP] letters)",
            [_NO_CODE, *reject_codes().practice],
            format_func=lambda each: _code_words(each),
            key="return code",
            accept_new_options=True,  # practices may have codes that are not in our list
        )
        note = st.text_input("What else is known", key="return note", max_chars=400, placeholder="Gone away")
        pressed = st.form_submit_button("Record", type="primary")
    if pressed:
        with st.spinner("Recording…"):
            _record(here, last, Comeback(reference=reference.strip(), day=day, code=code, note=note.strip()))


def _code_words(code: str) -> str:
    if code == _NO_CODE:
        return "None named"
    return f"{code} – {reject_codes().practice_meaning(code) or 'not in the list'}"


def _record(here: Context, last: _Last, learnt: Comeback) -> None:
    """No call of Streamlit lies between the work and its result: there it could be cut off."""
    last.done, last.refusal, last.lines = "", "", []
    try:
        reason = here.application.by_hand.record(here.signed_in.service_id, here.signed_in.user, learnt)
        last.done = f"{learnt.reference} is Failed now: {reason}."
    except UserError as error:
        last.refusal = str(error)


def _many(here: Context, last: _Last) -> None:
    file = st.file_uploader("CSV file, one line a letter", type="csv", key="returns csv")
    if st.button("Record all", type="primary", disabled=file is None) and file:
        with st.spinner("Recording. Each line that is recorded stays recorded…"):
            _record_many(here, last, file.getvalue())


def _record_many(here: Context, last: _Last, csv: bytes) -> None:
    last.done, last.refusal, last.lines = "", "", []
    try:
        last.lines = record_all(here.application.by_hand, here.signed_in.service_id, here.signed_in.user, csv)
    except UserError as error:
        last.refusal = str(error)


def _answer(last: _Last) -> None:
    if last.refusal:
        st.error(plain(last.refusal), icon=":material/error:")
    if last.done:
        st.success(plain(last.done), icon=":material/check:")
    if not last.lines:
        return
    left = [line for line in last.lines if line.problem]
    words = f"{len(last.lines) - len(left):,} recorded, {len(left):,} left as they were."
    icon = ":orange[:material/warning:]" if left else ":green[:material/check_circle:]"
    st.markdown(f"{icon} **{words}**")
    st.table(
        [
            {
                "Line": str(line.number),
                "Reference": plain(line.reference),
                "What came of it": plain(line.problem or f"Failed: {line.reason}"),
            }
            for line in (left or last.lines)[:200]
        ],
        hide_index=True,
    )

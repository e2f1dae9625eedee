"""The Worklist page: what failed or is stuck, in groups of what has to be done about it."""

from typing import Final
from urllib.parse import urlencode

import streamlit as st

from pages.context import Context, context
from pages.faults import in_our_words
from pages.plain_text import plain
from services import access
from services.domain.errors import UserError
from services.domain.local_time import day
from services.worklist import LONGEST_NOTE, Group

_TOLD: Final = "worklist told"
_ROWS: Final = 50


def show() -> None:
    """A group a box, the largest first."""
    here = context()
    st.header("Worklist", anchor=False)
    st.caption("Failed letters that nobody has closed, and letters sent long ago of which nothing was heard.")
    with in_our_words():
        signed_in = here.signed_in
        groups = here.application.worklist.groups(signed_in.service_id, signed_in.user)
        with here.application.store.read(signed_in.service_id) as uow:
            works = access.may_act(uow, signed_in.user)
        if told := st.session_state.pop(_TOLD, None):
            words, went_well = told
            (st.success if went_well else st.error)(plain(words))
        if not groups:
            st.info(
                "Nothing failed, and nothing is stuck. There is nothing to do here.",
                icon=":material/task_alt:",
            )
            return
        mine = st.toggle("Only what is mine or nobody's", key="worklist mine")
        for number, group in enumerate(groups):
            _group(here, number, group, works=works, mine=bool(mine))


def _group(here: Context, number: int, group: Group, *, works: bool, mine: bool) -> None:
    name = here.signed_in.user.name
    items = [item for item in group.items if not mine or item.owner in ("", name)]
    if not items:
        return
    with st.container(border=True, key=f"worklist group {number}"):
        st.subheader(plain(f"{group.step} ({len(items):,})"), anchor=False)
        st.markdown(plain(f"{group.channel.label}: {group.reason}. The oldest since {day(group.oldest)}."))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.link_button(
                "Open them in Batch letters", f"/?{urlencode(group.query)}", icon=":material/arrow_forward:"
            )
            if works:
                _work(here, number, [item.letter_id for item in items])
        with st.expander("The letters", expanded=len(items) <= 5):
            st.table(
                [
                    {
                        "Patient": plain(item.patient),
                        "Since": day(item.since),
                        "Reference": plain(item.reference),
                        "Whose": plain(item.owner) or "–",
                        "Note": plain(item.note) or "–",
                    }
                    for item in items[:_ROWS]
                ],
                hide_index=True,
            )
            if len(items) > _ROWS:
                st.caption(f"The first {_ROWS} are shown: open them in Batch letters to see all.")


def _work(here: Context, number: int, ids: list[str]) -> None:
    words = st.text_input(
        "Note for all of these", key=f"worklist note {number}", max_chars=LONGEST_NOTE, width=300
    )
    if st.button("Save note", key=f"worklist remark {number}", disabled=not (words or "").strip()):
        _do(here, ids, words or "")
        st.rerun()
    if st.button("Take over", key=f"worklist take {number}"):
        _do(here, ids, None)
        st.rerun()


def _do(here: Context, ids: list[str], words: str | None) -> None:
    """No call of Streamlit lies between the work and its result: there it could be cut off."""
    worklist, who = here.application.worklist, (here.signed_in.service_id, here.signed_in.user)
    try:
        if words is None:
            done = f"{worklist.take_over(*who, ids):,} are yours."
        else:
            done = f"The note is written to {worklist.remark(*who, ids, words):,}."
        st.session_state[_TOLD] = (done, True)
    except UserError as error:
        st.session_state[_TOLD] = (str(error), False)

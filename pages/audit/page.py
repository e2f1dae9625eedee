"""The Audit page: who saw, sent or changed what, and when; nobody can edit it."""

from typing import Final

import streamlit as st

from pages import clicks
from pages.context import Context, context
from pages.faults import in_our_words
from pages.plain_text import plain
from services import files
from services.audit_trail import Asked, Line
from services.domain.audit import Deed
from services.domain.local_time import day_and_time

PAGE_SIZE: Final = 100
_PAGE: Final = "audit page"
_ANYBODY: Final = ""
_ANYTHING: Final = ""
_FILE: Final = "audit.csv"


def show() -> None:
    """Superusers and service managers look something up."""
    here = context()
    st.header("Audit", anchor=False)
    st.caption(
        "Who saw, downloaded, printed, sent or changed what. Nobody can edit or delete an entry unnoticed."
    )
    with in_our_words():
        asked = _filters(here)
        trail, signed_in = here.application.audit_trail, here.signed_in
        page = _page_number(asked)
        lines, total = trail.page(signed_in.service_id, signed_in.user, asked, page, PAGE_SIZE)
        _tools(here, asked, total)
        _table(lines)
        _pages(asked, page, total)


def _filters(here: Context) -> Asked:
    users = here.application.audit_trail.users(here.signed_in.service_id, here.signed_in.user)
    with st.container(horizontal=True, vertical_alignment="bottom", key="audit filters"):
        who = st.selectbox(
            "Who",
            [_ANYBODY, *users],
            format_func=lambda each: users.get(each, "Anybody"),
            key="audit who",
            width=240,
        )
        what = st.selectbox(
            "What",
            [_ANYTHING, *(deed for deed in Deed if deed is not Deed.UNKNOWN)],
            format_func=lambda each: Deed(each).label if each else "Anything",
            key="audit what",
            width=220,
        )
        since = st.date_input("From", None, format="DD/MM/YYYY", key="audit since", width=150)
        until = st.date_input("Until", None, format="DD/MM/YYYY", key="audit until", width=150)
        about = st.text_input(
            "Letter's reference or patient's NHS number", key="audit about", max_chars=60, width=320
        )
    return Asked(since=since, until=until, user_id=who, deed=Deed(what) if what else None, about=about or "")


def _page_number(asked: Asked) -> int:
    """The first page again for other filters."""
    kept, number = st.session_state.get(_PAGE, (asked, 1))
    return number if kept == asked else 1


def _tools(here: Context, asked: Asked, total: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{total:,}** {'entry' if total == 1 else 'entries'}")
        check = st.button("Check that it is whole", icon=":material/verified:", key="audit check")
        wanted = st.button("Download CSV", icon=":material/download:", key="audit csv", disabled=total == 0)
    if check:
        with st.spinner("Checking every entry…"):
            _check(here)
    if wanted:
        _offer(here, asked)


def _check(here: Context) -> None:
    found = here.application.audit_trail.verify(here.signed_in.service_id, here.signed_in.user)
    if found.problem:
        st.error(
            plain(f"{found.problem} Keep the database as it is, and tell whoever is responsible for it."),
            icon=":material/gpp_bad:",
        )
    else:
        st.success(
            f"All {found.entries:,} entries are as they were written, and none is missing.",
            icon=":material/check:",
        )


def _offer(here: Context, asked: Asked) -> None:
    application = here.application
    token = files.offer(
        application.store,
        application.clock,
        application.settings,
        here.signed_in,
        kind=files.AUDIT,
        filename=_FILE,
        payload=asked.to_payload(),
    )
    st.link_button("Save the file (works once, for a minute)", f"/files/{token}", icon=":material/save:")


def _table(lines: list[Line]) -> None:
    if not lines:
        st.info("No entry matches. Take a filter away.", icon=":material/search_off:")
        return
    st.table(
        [
            {
                "When": day_and_time(line.at),
                "Who": plain(line.who),
                "What": plain(": ".join(filter(None, (line.what, line.words)))),
                "Letter, patient": plain(" · ".join(filter(None, (line.reference, line.patient)))) or "–",
            }
            for line in lines
        ],
        hide_index=True,
    )


def _pages(asked: Asked, page: int, total: int) -> None:
    last = max(1, -(-total // PAGE_SIZE))
    if last == 1:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Newer", key="audit newer", disabled=page == 1, on_click=_turn, args=(asked, page - 1))
        st.markdown(f"Page {page:,} of {last:,}")
        st.button("Older", key="audit older", disabled=page >= last, on_click=_turn, args=(asked, page + 1))


def _turn(asked: Asked, page: int) -> None:
    clicks.note()
    st.session_state[_PAGE] = (asked, page)

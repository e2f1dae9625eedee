"""The Batch letters page: what waits, the filters, the table, the open letter."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from pages import clicks
from pages.batch_letters import confirm, outcome, view
from pages.batch_letters.actions import handle_pane, handle_table, open_question
from pages.batch_letters.filters import bar_data, changed
from pages.batch_letters.pane import pane_letter
from pages.batch_letters.table import table_data
from pages.batch_letters.view import PAGE_SIZE, PAGE_SIZES, View
from pages.components.detail_pane import Letter, detail_pane
from pages.components.detail_pane import take_actions as take_pane
from pages.components.filter_bar import FilterData, filter_bar, take_changes
from pages.components.letters_table import letters_table
from pages.components.letters_table import take_actions as take_table
from pages.context import Context, context
from pages.faults import in_our_words
from pages.plain_text import plain
from services import access
from services.access import Permission
from services.audit import note_look
from services.control import patience
from services.domain.audit import Deed
from services.domain.errors import NotFound
from services.domain.local_time import LONDON
from services.domain.overdue import Patience
from services.domain.vocabulary import Channel, Status
from services.letter_detail import LetterDetail, detail
from services.listing.filters import IN_DOUBT, STUCK, UNVIEWED, Filters
from services.listing.rows import Headline, ListingPage

_SHOWN = "batch letters shown"
_FIGURES = "batch letters figures"
_NOTED = "letter whose opening is noted"
_STYLE = Path(__file__).with_name("page.css")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Figures:
    """What was read for one view at one change; kept for a minute: a refresh without a change is free."""

    key: object
    page: ListingPage
    bar: FilterData
    headline: Headline
    preferences: dict[str, Any]
    can_act: bool


def show() -> None:
    """The whole page. The board refreshes itself; the dialog stands outside, so that a refresh spares it."""
    view.take_address()
    confirm.ask()
    _board()


@st.fragment(run_every="2s")
def _board() -> None:
    here = context(touch=False)
    with in_our_words():
        _show_board(here)


def _show_board(here: Context) -> None:
    head, line = st.container(), outcome.line()  # in their places before a click shows how far it is
    now = view.current()
    for change in take_changes("filters"):
        now = view.show_filters(now, changed(now.filters, change))
    for action in take_table("letters"):
        now = handle_table(here, now, action, line.words)
    for pane_action in take_pane("detail_pane"):
        now = handle_pane(here, now, pane_action, st.session_state.get(_SHOWN, ()), line.words)
    figures = _figures(here, now)
    with head:
        _headline(here, figures)
    outcome.show(line)
    _behind(here, now)
    filter_bar(figures.bar, key="filters")
    _table(here, now, figures)
    ids = [row.id for row in figures.page.rows]
    st.session_state[_SHOWN] = ids
    opened = _detail(here, now)
    view.note_printed(
        [row.id for row in figures.page.rows if row.status is Status.PRINTED],
        [opened.letter.id] if opened and opened.letter.status is Status.PRINTED else [],
    )
    detail_pane(
        {
            "letter": _letter(here, opened, ids) if opened else None,
            "asking": open_question() is not None,
            "notice": outcome.notice(),
        },
        key="detail_pane",
    )


def _figures(here: Context, now: View) -> _Figures:
    listing, user = here.listing, here.signed_in.user
    with here.application.store.read(here.signed_in.service_id) as uow:
        preferences = uow.people.preferences(user.id)
        change = uow.change_number()
        can_act = access.may_act(uow, user)
        waits = patience(uow)
    time = here.application.clock.now()
    minute = time.replace(second=0, microsecond=0)  # letters get stuck, and a day ends, without any change
    key = (change, now.filters, now.sort, now.page, repr(preferences), user, can_act, waits, minute)
    kept: _Figures | None = st.session_state.get(_FIGURES)
    if kept and kept.key == key:
        return kept
    size = preferences.get("page_size")
    figures = _Figures(
        key=key,
        page=listing.page(user, now.filters, now.sort, now.page, size if size in PAGE_SIZES else PAGE_SIZE),
        bar=bar_data(
            now.filters,
            listing.facets(user, now.filters),
            time.astimezone(LONDON).date(),
            with_patients=access.may(user, Permission.SEE_PATIENTS),
        ),
        headline=listing.headline(user),
        preferences=preferences,
        can_act=can_act,
    )
    st.session_state[_FIGURES] = figures
    return figures


def _headline(here: Context, figures: _Figures) -> None:
    """What waits, each figure a link that sets the filters."""
    st.html(_STYLE)
    headline = figures.headline
    failed = f", {headline.failed:,} of them failed" if headline.failed else ""
    parts = {
        f"{headline.pending:,} pending{failed}": Filters(),
        f"{headline.in_doubt:,} in doubt": _all(IN_DOUBT),
        f"{headline.stuck:,} sent, not delivered {_for_long(headline.patience)}": _all(STUCK),
    }
    if headline.unviewed:
        parts[f"{headline.unviewed:,} not viewed > {_days(headline.patience.unviewed_days)}"] = _all(UNVIEWED)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="headline"):
        st.header("Batch letters", width="content", anchor=False)
        with st.container(horizontal=True, gap="small", width="stretch", key="figures"):
            for number, (words, filters) in enumerate(parts.items()):
                key = f"headline {number}"
                st.button(f":blue[{words}]", key=key, type="tertiary", on_click=_go_to, args=(filters,))
        if figures.can_act:
            outcome.show_prints(here)


def _behind(here: Context, now: View) -> None:
    """Says that only the letters behind a figure of another page are shown."""
    if not now.filters.behind:
        return
    figure = here.application.analytics(here.signed_in.service_id).in_words(now.filters.behind)
    with st.container(horizontal=True, vertical_alignment="center", key="behind"):
        words = (
            f"Only the letters behind a figure: {figure}"
            if figure
            else "This figure is not known: nothing is shown"
        )
        st.markdown(f":blue[:material/filter_alt:] {plain(words)}", width="content")
        st.button("Show all", key="behind off", type="tertiary", on_click=_go_to, args=(Filters(),))


def _for_long(patience: Patience) -> str:
    """Each channel has a time of its own; where two are the same, they are said."""
    hours = {patience.stuck_hours[channel] for channel in (Channel.GP, Channel.E)}
    return f"> {_days(hours.pop() // 24)}" if len(hours) == 1 and min(hours) % 24 == 0 else "for too long"


def _days(number: int) -> str:
    return f"{number} day{'' if number == 1 else 's'}"


def _all(status: str) -> Filters:
    return Filters(status=frozenset({status}))


def _go_to(filters: Filters) -> None:
    clicks.note()
    view.show_filters(view.current(), filters)


def _table(here: Context, now: View, figures: _Figures) -> None:
    size = figures.preferences.get("page_size")
    letters_table(
        table_data(
            figures.page,
            now,
            can_act=figures.can_act,
            can_read=access.may(here.signed_in.user, Permission.READ_DOCUMENT),
            columns=figures.preferences.get("columns") or (),
            page_size=size if size in PAGE_SIZES else PAGE_SIZE,
            download=outcome.download(),
            notice=outcome.notice(),
        ),
        key="letters",
    )


def _detail(here: Context, now: View) -> LetterDetail | None:
    if now.open_id is None:
        return None
    application, signed_in = here.application, here.signed_in
    try:
        with application.store.read(signed_in.service_id) as uow:
            found = detail(uow, signed_in.user, now.open_id, now=application.clock.now())
    except NotFound:
        return None
    if st.session_state.get(_NOTED) != now.open_id:
        note_look(
            application.store,
            application.clock,
            signed_in.service_id,
            signed_in.user,
            now.open_id,
            Deed.OPEN_LETTER,
        )
        st.session_state[_NOTED] = now.open_id
    return found


def _letter(here: Context, opened: LetterDetail, ids: Sequence[str]) -> Letter:
    labels = {gateway.name: gateway.label for gateway in here.application.gateways.values()}
    index = ids.index(opened.letter.id) if opened.letter.id in ids else None
    if index is not None:
        view.note_place(opened.letter.id, index)
    left_at = view.left_at(opened.letter.id)
    return pane_letter(opened, gateway_labels=labels, index=index, shown=len(ids), left_at=left_at)

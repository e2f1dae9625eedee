"""The letterhead's form on the Control panel, with a letter under it."""

from dataclasses import dataclass, field
from typing import Final

import streamlit as st

from pages import typed, visits
from pages.context import Context
from pages.plain_text import plain
from pages.preview import Look, show_preview
from services.domain.errors import UserError
from services.domain.people import Service
from services.letterhead import MOST_BYTES, Wanted

_DESK: Final = "letterhead desk"
_KEEP, _NEW, _HOUSE = "As it is", "A new one", "The one that came with the installation"


@dataclass(kw_only=True, slots=True)
class _Desk:
    """The letterhead as it was read, and what has come of the last click; `turn` fills the fields anew."""

    seen: Service
    turn: int = 0
    look: Look = field(default_factory=Look)
    saved: bool = False
    refusal: str = ""


def show(here: Context) -> None:
    """Name, address, telephone and logo; saved by a button of its own."""
    desk = _desk(here)
    with st.container(border=True, key="letterhead"):
        st.subheader("Letterhead", anchor=False)
        st.caption("Stands above every letter that is made from now on; letters that wait are made anew.")
        left, right = st.columns([2, 3], gap="large")
        with left:
            wanted = _fields(desk)
            touched = wanted != _as_it_is(desk.seen)
            _answer(desk, touched=touched)
            if st.button("Save letterhead", type="primary", disabled=not touched, key="save letterhead"):
                _save(here, desk, wanted)
                st.rerun()
        with right:
            letterhead, who = here.application.letterhead, (here.signed_in.service_id, here.signed_in.user)
            show_preview(desk.look.at(wanted, lambda: letterhead.look(*who, wanted)), by_post=False)


def _desk(here: Context) -> _Desk:
    desk: _Desk | None = st.session_state.get(_DESK)
    if desk is None or (visits.is_return() and desk.saved):
        seen = here.application.letterhead.read(here.signed_in.service_id, here.signed_in.user)
        desk = _Desk(seen=seen, turn=desk.turn + 1 if desk else 0)
        st.session_state[_DESK] = desk
    return desk


def _as_it_is(service: Service) -> Wanted:
    return Wanted(name=service.name, address=service.address, telephone=service.telephone)


def _fields(desk: _Desk) -> Wanted:
    seen, turn = desk.seen, desk.turn
    name = st.text_input("Service name", key=typed.key(f"service name {turn}", seen.name), max_chars=80)
    address = st.text_area(
        "Address, a line each",
        key=typed.key(f"service address {turn}", "\n".join(seen.address)),
        max_chars=320,
        height=150,
    )
    telephone = st.text_input(
        "Telephone", key=typed.key(f"service telephone {turn}", seen.telephone), max_chars=40
    )
    return Wanted(
        name=(name or "").strip(),
        address=tuple(line.strip() for line in (address or "").splitlines() if line.strip()),
        telephone=(telephone or "").strip(),
        logo=_logo(desk),
    )


def _logo(desk: _Desk) -> bytes | None:
    ways = [_KEEP, _NEW, *([_HOUSE] if desk.seen.logo else [])]
    way = st.radio("Logo", ways, key=f"logo way {desk.turn}")
    if way == _HOUSE:
        return b""
    if way == _KEEP:
        return None
    file = st.file_uploader(
        "An SVG or PNG file",
        type=["svg", "png"],
        key=f"logo file {desk.turn}",
        help=f"At most {MOST_BYTES // 1000} kB, since every letter holds it. SVG prints sharper.",
    )
    return file.getvalue() if file else None


def _answer(desk: _Desk, *, touched: bool) -> None:
    if desk.refusal and touched:
        st.error(plain(desk.refusal), icon=":material/error:")
    elif desk.saved and not touched:
        st.markdown(":green[:material/check_circle:] The letterhead is saved.")


def _save(here: Context, desk: _Desk, wanted: Wanted) -> None:
    """No call of Streamlit lies between the work and its result: there it could be cut off."""
    letterhead, who = here.application.letterhead, (here.signed_in.service_id, here.signed_in.user)
    try:
        letterhead.change(*who, wanted)
        typed.forget("service ")
        desk.seen, desk.turn, desk.saved, desk.refusal = letterhead.read(*who), desk.turn + 1, True, ""
    except UserError as error:
        desk.refusal = str(error)

"""The Control panel: every setting of the service, each with a sentence on what it changes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from pages import visits
from pages.context import Context, context
from pages.control_panel import letterhead
from pages.faults import in_our_words
from pages.plain_text import plain
from services.control import SETTINGS, Group, Setting
from services.control_panel import ControlPanel
from services.domain.errors import UserError

_DESK: Final = "control panel desk"


@dataclass(kw_only=True, slots=True)
class _Desk:
    """The values as they were read, and what has come of the last click; `turn` empties the fields."""

    seen: dict[str, Any]
    turn: int = 0
    saved: str = ""
    refusal: str = ""


def show() -> None:
    """A superuser changes settings; only those that were touched are saved, so that two may work at once."""
    here = context()
    st.header("Control panel", anchor=False)
    st.caption("These hold for everybody in the service, at once, and for what is sent from now on.")
    with in_our_words():
        desk = _desk(here)
        touched = _fields(here.application.control_panel, desk)
        _buttons(here, desk, touched)
        letterhead.show(here)


def _desk(here: Context) -> _Desk:
    if _DESK not in st.session_state or visits.is_return():
        old: _Desk | None = st.session_state.get(_DESK)
        st.session_state[_DESK] = _Desk(seen=_read(here), turn=old.turn + 1 if old else 0)
    desk: _Desk = st.session_state[_DESK]
    return desk


def _read(here: Context) -> dict[str, Any]:
    return here.application.control_panel.values(here.signed_in.service_id, here.signed_in.user)


def _fields(panel: ControlPanel, desk: _Desk) -> dict[str, Any]:
    """Shows all settings; returns those that differ from what was read."""
    entered: dict[str, Any] = {}
    for group in Group:
        with st.container(border=True, key=f"settings {group.name.lower()}"):
            st.subheader(group.value, anchor=False)
            for setting in SETTINGS.values():
                if setting.group is group:
                    entered[setting.key] = _field(panel, setting, desk)
    return {key: value for key, value in entered.items() if value != desk.seen[key]}


def _field(panel: ControlPanel, setting: Setting, desk: _Desk) -> Any:
    key, value = f"setting {setting.key} {desk.turn}", desk.seen[setting.key]
    entered = _widget(panel, setting, key)(value)
    st.caption(plain(f"{setting.effect}."))
    if setting.key == "sms_text":
        st.markdown(f"**{panel.length(entered or '')}** with the link in it")
    if entered != value and (problem := panel.problem(setting.key, entered)):
        st.markdown(f":red[:material/error: {plain(problem)}]")
    return entered


def _widget(panel: ControlPanel, setting: Setting, key: str) -> Callable[[Any], Any]:
    """The field that suits the setting's kind, still without its value."""
    label, choices = setting.label, panel.choices(setting.key)
    if choices:
        return lambda value: _chosen(label, choices, value, key)
    match setting.default:
        case bool():
            return lambda value: st.toggle(label, value=value, key=key)
        case int():
            low, high = setting.numbers[0], setting.numbers[-1]
            return lambda value: st.number_input(label, low, high, value, 1, key=key, width=320)
    if setting.key == "sms_text":
        return lambda value: st.text_area(label, value, key=key, max_chars=setting.most, width=720)
    return lambda value: st.text_input(label, value, key=key, max_chars=setting.most, width=480)


def _chosen(label: str, choices: Mapping[str, str], value: str, key: str) -> str | None:
    """A way that is no longer set up stays to be seen, until another is chosen."""
    known = [*choices] if value in choices else [value, *choices]
    return st.selectbox(
        label,
        known,
        index=known.index(value),
        format_func=lambda each: choices.get(each, f"{each} (not set up here)"),
        key=key,
        width=480,
    )


def _buttons(here: Context, desk: _Desk, touched: Mapping[str, Any]) -> None:
    if desk.refusal and touched:
        st.error(plain(desk.refusal), icon=":material/error:")
    names = ", ".join(SETTINGS[key].label for key in touched)
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button("Save", type="primary", disabled=not touched, key="save settings")
        if touched:
            st.button("Leave as it was", key="undo settings", on_click=_begin_again, args=(here, desk, ""))
            st.caption(plain(f"Changed, not saved yet: {names}"))
        elif desk.saved:
            st.markdown(f":green[:material/check_circle:] {plain(desk.saved)}")
    if pressed:
        _save(here, desk, touched)
        st.rerun()


def _save(here: Context, desk: _Desk, touched: Mapping[str, Any]) -> None:
    """No call of Streamlit lies between the work and its result: there it could be cut off."""
    desk.saved, desk.refusal = "", ""
    try:
        here.application.control_panel.change(here.signed_in.service_id, here.signed_in.user, touched)
        _begin_again(here, desk, f"Saved: {', '.join(SETTINGS[key].label for key in touched)}.")
    except UserError as error:
        desk.refusal = str(error)


def _begin_again(here: Context, desk: _Desk, saved: str) -> None:
    desk.seen, desk.turn, desk.saved, desk.refusal = _read(here), desk.turn + 1, saved, ""

"""Editing a letter that waits: its title and fields, and which version of the template it is made from."""

from dataclasses import dataclass, field
from typing import Any, Final

import streamlit as st

from pages import typed
from pages.context import Context
from pages.patients import sheet
from pages.plain_text import plain
from pages.preview import Look, show_preview
from services.domain.errors import UserError
from services.domain.vocabulary import Channel
from services.editing import CHANGED, Edit, said

_DESK: Final = "editing desk"


@dataclass(kw_only=True, slots=True)
class Desk:
    """The letter that is being edited, what it said when that began, and how it would look."""

    letter_id: str
    read: dict[str, Any] | None = None
    look: Look = field(default_factory=Look)
    refusal: str = ""
    saved: bool = False


def begin(letter_id: str) -> None:
    st.session_state[_DESK] = Desk(letter_id=letter_id)


def end() -> None:
    found: Desk | None = st.session_state.pop(_DESK, None)
    if found:
        typed.forget(found.letter_id)


def desk() -> Desk | None:
    """What is being edited; None where nothing is."""
    found: Desk | None = st.session_state.get(_DESK)
    return found


def show(here: Context, desk: Desk) -> None:
    """The form at the left, the letter at the right."""
    editing, who = here.application.editing, (here.signed_in.service_id, here.signed_in.user)
    try:
        letter, present = editing.open(*who, desk.letter_id)
    except UserError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    desk.read = desk.read or said(letter)
    overtaken = desk.read != said(letter)
    if overtaken:
        _changed_meanwhile(desk)
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.caption(plain(f"{letter.row.long_label}, reference {letter.reference}"))
        newer = present.version != letter.template.version and st.toggle(
            f"Use the template's present text (version {present.version}) instead of the one that the letter "
            f"was made from (version {letter.template.version})",
            key=typed.key(f"to present {letter.id}", False),
        )
        template = present if newer else letter.template
        edit = Edit(
            read=desk.read,
            title=sheet.title(letter.title, letter.id),
            fields=sheet.fields(template, letter.fields, letter.id),
            to_present=bool(newer),
        )
    missing = sheet.what_is_missing(edit.fields)
    seen = None
    with right:
        if missing:
            st.caption(plain(missing))
        else:
            seen = desk.look.at(edit, lambda: editing.look(*who, desk.letter_id, edit))
            show_preview(seen, by_post=letter.channel is Channel.H)
    with left:
        if desk.refusal and not overtaken:
            st.error(plain(desk.refusal), icon=":material/error:")
        ready = seen is not None and not seen.problem and not overtaken
        if st.button("Save", type="primary", disabled=not ready, key="save letter"):
            _save(here, desk, edit)
            st.rerun()


def _changed_meanwhile(desk: Desk) -> None:
    st.warning(plain(CHANGED), icon=":material/warning:")
    if st.button("Begin again", key="begin the edit again"):
        end()
        begin(desk.letter_id)
        st.rerun()


def _save(here: Context, desk: Desk, edit: Edit) -> None:
    """No call of Streamlit lies between the work and its result: there it could be cut off."""
    try:
        here.application.editing.edit(here.signed_in.service_id, here.signed_in.user, desk.letter_id, edit)
        desk.saved, desk.refusal = True, ""
    except UserError as error:
        desk.refusal = str(error)

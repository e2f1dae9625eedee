"""The Templates page: which letters there are, their text with merge fields, and how they may go."""

from dataclasses import dataclass, field
from typing import Final

import streamlit as st

from pages import typed
from pages.context import Context, context
from pages.faults import in_our_words
from pages.plain_text import plain
from pages.preview import Look, show_preview
from pages.templates import fields, versions
from services.domain.errors import UserError
from services.domain.letter import Template
from services.domain.vocabulary import Channel
from services.templates import Draft, problems

_DESK: Final = "templates desk"
_NEW: Final = ""
_LIKELIEST: Final = (Channel.GP, Channel.E, Channel.H, Channel.PRINT)


@dataclass(kw_only=True, slots=True)
class _Desk:
    """What came of the last click, and the last preview; `turn` fills the fields anew with what is `given`.

    seen is the template as it was opened: what somebody else saves meanwhile is not overwritten.
    """

    turn: int = 0
    chosen: str = _NEW
    seen: Template | None = None
    given: Draft = fields.EMPTY
    done: str = ""
    refusal: str = ""
    look: Look = field(default_factory=Look)


def show() -> None:
    """A superuser writes templates, changes and retires them."""
    here = context()
    st.header("Templates", anchor=False)
    st.caption(
        "A letter keeps the text that it was made from: what is changed here holds for letters that are "
        "written from now on."
    )
    with in_our_words():
        desk: _Desk = st.session_state.setdefault(_DESK, _Desk())
        templates = here.application.templates.all(here.signed_in.service_id, here.signed_in.user)
        _say(desk)
        _choose(desk, templates)
        left, right = st.columns([1, 1], gap="large")
        with left:
            draft = fields.show(desk.given, templates, f"{desk.chosen} {desk.turn}")
            _buttons(here, desk, draft)
            fields.show_merge_fields()
            if desk.seen:
                versions.show(here, desk.seen)
        with right:
            _preview(here, desk, draft)


def _choose(desk: _Desk, templates: list[Template]) -> None:
    known = {each.id: each for each in templates}
    if desk.chosen not in known:
        desk.chosen = _NEW
    options = [_NEW, *known]
    chosen = st.selectbox(
        "Template",
        options,
        index=options.index(desk.chosen),
        format_func=lambda each: _label(known[each]) if each else "A new template",
        key=f"template chosen {desk.turn}",
        width=480,
    )
    if chosen != desk.chosen:
        _fill(desk, known.get(chosen or _NEW))


def _label(template: Template) -> str:
    retired = "" if template.active else " (retired)"
    return f"{template.category}: {template.name}{retired}"


def _buttons(here: Context, desk: _Desk, draft: Draft) -> None:
    found, seen = problems(draft), desk.seen
    untouched = draft == (fields.draft_of(seen) if seen else fields.EMPTY)
    if not untouched:
        for problem in found:
            st.markdown(f":red[:material/error: {plain(problem)}]")
    with st.container(horizontal=True, vertical_alignment="center"):
        save = st.button(
            "Save" if seen else "Add template",
            type="primary",
            disabled=untouched or bool(found),
            key="save template",
        )
        retire = seen and st.button(
            "Retire" if seen.active else "Bring back",
            key="retire template",
            disabled=not untouched,
            help="No new letter is made from a retired template. Those that are there go their way.",
        )
    if save:
        _save(here, desk, draft)
        st.rerun()
    if retire and seen:
        _retire(here, desk, seen)
        st.rerun()


def _save(here: Context, desk: _Desk, draft: Draft) -> None:
    """No call of Streamlit lies between the work and its result: there it could be cut off."""
    templates, who = here.application.templates, (here.signed_in.service_id, here.signed_in.user)
    try:
        seen = desk.seen
        saved = templates.change(*who, seen, draft) if seen else templates.add(*who, draft)
        _begin_again(desk, saved, f"“{saved.name}” is saved, version {saved.version}.")
    except UserError as error:
        desk.done, desk.refusal = "", str(error)


def _retire(here: Context, desk: _Desk, seen: Template) -> None:
    templates, who = here.application.templates, (here.signed_in.service_id, here.signed_in.user)
    try:
        saved = (templates.retire if seen.active else templates.bring_back)(*who, seen)
        words = "may be used again" if saved.active else "is retired: no new letter is made from it"
        _begin_again(desk, saved, f"“{saved.name}” {words}.")
    except UserError as error:
        desk.done, desk.refusal = "", str(error)


def _begin_again(desk: _Desk, saved: Template, done: str) -> None:
    typed.forget(f"{desk.chosen} {desk.turn}")
    _fill(desk, saved)
    desk.turn, desk.done = desk.turn + 1, done


def _fill(desk: _Desk, template: Template | None) -> None:
    """The form with this template, or for a new one."""
    desk.chosen, desk.seen = template.id if template else _NEW, template
    desk.given = fields.draft_of(template) if template else fields.EMPTY
    desk.done, desk.refusal = "", ""


def _say(desk: _Desk) -> None:
    if desk.done:
        st.markdown(f":green[:material/check_circle:] {plain(desk.done)}")
    if desk.refusal:
        st.error(plain(desk.refusal), icon=":material/error:")


def _preview(here: Context, desk: _Desk, draft: Draft) -> None:
    """Made again whenever the draft has changed."""
    st.subheader("Preview", anchor=False)
    if not draft.body.strip():
        st.caption("Write the text: here stands how it prints, as a letter to a patient who doesn't exist.")
        return
    channel = _shown_as(draft)
    templates, who = here.application.templates, (here.signed_in.service_id, here.signed_in.user)
    seen = desk.look.at((draft, channel), lambda: templates.preview(*who, draft, channel))
    show_preview(seen, by_post=channel is Channel.H)


def _shown_as(draft: Draft) -> Channel:
    """A letter to the practice has another address and salutation than one to the patient."""
    offered = [channel for channel in _LIKELIEST if channel in draft.channels] or [Channel.PRINT]
    if len(offered) == 1:
        return offered[0]
    key = f"template previewed as {'-'.join(offered)}"
    return st.segmented_control(
        "As it goes by",
        offered,
        default=offered[0],
        required=True,
        format_func=lambda channel: channel.label,
        key=key,
    )

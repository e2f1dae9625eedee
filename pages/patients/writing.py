"""Writing a letter: category, template, fields, channels, and the letter as it will print."""

from dataclasses import dataclass, field
from typing import Final

import streamlit as st

from pages import typed
from pages.context import Context
from pages.patients import sheet
from pages.plain_text import plain
from pages.preview import Look, show_preview
from services.domain.errors import UserError
from services.domain.ids import new_id
from services.domain.letter import Letter, Patient, Template
from services.domain.vocabulary import Channel
from services.preview import Preview
from services.writing import Draft, copies, ways

_DESK: Final = "writing desk"


@dataclass(kw_only=True, slots=True)
class Desk:
    """One letter that is being written, until it is in the batch. key makes adding it twice add nothing."""

    patient_id: str
    key: str = field(default_factory=new_id)
    look: Look = field(default_factory=Look)
    refusal: str = ""
    added: list[Letter] = field(default_factory=list)


def begin(patient_id: str) -> None:
    """A new sheet for this patient."""
    st.session_state[_DESK] = Desk(patient_id=patient_id)


def end() -> None:
    """Put the sheet away."""
    desk: Desk | None = st.session_state.pop(_DESK, None)
    if desk:
        typed.forget(desk.key)


def desk_of(patient_id: str) -> Desk | None:
    """The sheet of this patient that is begun; None where there is none."""
    desk: Desk | None = st.session_state.get(_DESK)
    return desk if desk and desk.patient_id == patient_id else None


def show(here: Context, patient: Patient, desk: Desk) -> None:
    """The sheet at the left, the letter at the right."""
    templates = here.application.writing.templates(here.signed_in.service_id, here.signed_in.user)
    if not templates:
        st.info("There is no template yet. A superuser writes them on the page Templates.")
        return
    left, right = st.columns([2, 3], gap="large")
    with left:
        template = _template(templates, desk)
        draft = _draft(template, patient, desk) if template else None
        looked_at = _buttons(here, desk, template, patient, draft)
    missing = sheet.what_is_missing(draft.fields) if draft else ""
    seen = None
    with right:
        if draft and looked_at and not missing:
            seen = _look(here, desk, draft, looked_at)
        elif template:
            st.caption(
                plain(missing) or "Choose how the letter shall go: then it stands here as it will print."
            )
    if draft:
        with left:
            _add_button(here, desk, draft, seen.mark if seen else "")


def _template(templates: list[Template], desk: Desk) -> Template | None:
    categories = sorted({each.category for each in templates})
    category = st.selectbox(
        "Category",
        categories,
        index=None,
        placeholder="What the letter is about",
        key=typed.key(f"category {desk.key}", _only(categories)),
    )
    if category is None:
        return None
    offered = [each for each in templates if each.category == category]
    known = {each.id: each for each in offered}
    chosen = st.selectbox(
        "Template",
        [*known],
        format_func=lambda each: known[each].name,
        index=None,
        placeholder="Which letter",
        key=typed.key(f"template {desk.key} {category}", _only([*known])),
    )
    return known.get(chosen or "")


def _only(choices: list[str]) -> str | None:
    """Where there is no choice, it is made."""
    return choices[0] if len(choices) == 1 else None


def _draft(template: Template, patient: Patient, desk: Desk) -> Draft:
    key = f"{desk.key} {template.id}"
    return Draft(
        key=desk.key,
        patient_id=patient.id,
        template_id=template.id,
        title=sheet.title(template.name, key),
        fields=sheet.fields(template, {}, key),
        channels=_channels(template, patient, key),
    )


def _channels(template: Template, patient: Patient, key: str) -> frozenset[Channel]:
    """Each that the template offers, and why not where the record lacks something for it."""
    st.markdown("**How it shall go**")
    offered = ways(template, patient)
    possible = [channel for channel, lacks in offered.items() if not lacks]
    chosen = set()
    for channel, lacks in offered.items():
        ticked = st.checkbox(
            _label(channel, patient),
            key=typed.key(f"channel {channel} {key}", possible == [channel]),
            disabled=bool(lacks),
        )
        if lacks:
            st.caption(f":material/block: {plain(f'Not possible: {lacks}')}")
        elif ticked:
            chosen.add(channel)
    return frozenset(chosen)


def _label(channel: Channel, patient: Patient) -> str:
    to_whom = {
        Channel.GP: f" to {patient.practice.name}" if patient.practice else "",
        Channel.E: " by text message",
        Channel.H: " to the patient",
        Channel.PRINT: ", to the patient",
    }
    return plain(f"{channel.label}{to_whom[channel]}")


def _buttons(
    here: Context, desk: Desk, template: Template | None, patient: Patient, draft: Draft | None
) -> Channel | None:
    """Says which letters come of it; returns the one that is looked at."""
    if desk.refusal:
        st.error(plain(desk.refusal), icon=":material/error:")
    if template is None or draft is None:
        return None
    made = copies(template, draft.channels, patient)
    joined = [channel for channel in made if channel not in draft.channels]
    if joined:
        st.markdown(
            f":blue[:material/content_copy:] The template asks for a paper copy for the patient: "
            f"**{joined[0].label}** is added."
        )
    if len(made) < 2:
        return made[0] if made else None
    st.caption(f"{len(made)} letters, each with its own status.")
    return st.segmented_control(
        "Preview of",
        made,
        default=made[0],
        required=True,
        format_func=lambda channel: channel.label,
        key=f"letter looked at {desk.key} {'-'.join(made)}",
    )


def _look(here: Context, desk: Desk, draft: Draft, channel: Channel) -> Preview:
    writing, who = here.application.writing, (here.signed_in.service_id, here.signed_in.user)
    seen = desk.look.at((draft, channel), lambda: writing.look(*who, draft, channel))
    show_preview(seen, by_post=channel is Channel.H)
    return seen


def _add_button(here: Context, desk: Desk, draft: Draft, mark: str) -> None:
    if st.button("Add to batch", type="primary", disabled=not mark, key="add letter"):
        _add(here, desk, draft, mark)
        st.rerun()


def _add(here: Context, desk: Desk, draft: Draft, mark: str) -> None:
    """No call of Streamlit lies between the work and its result: there it could be cut off."""
    desk.refusal = ""
    try:
        desk.added = here.application.writing.add(here.signed_in.service_id, here.signed_in.user, draft, mark)
    except UserError as error:
        desk.refusal = str(error)
        desk.look.forget()

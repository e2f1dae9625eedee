"""One PDF with its patient: looked at first, then added. What was typed stays until it is in the batch."""

from dataclasses import dataclass
from typing import Final

import streamlit as st

from pages.add_letters import findings
from pages.batch_letters import page as batch_letters
from pages.batch_letters import view
from pages.context import Context
from pages.plain_text import plain
from services.domain.errors import UserError
from services.domain.layout import MOST_BYTES
from services.domain.letter import Patient, Template
from services.domain.letter_content import long_date
from services.domain.recipient import missing
from services.domain.vocabulary import Channel
from services.uploads import Added, BroughtLetter, Examined

_DESK: Final = "add letters desk"
_MEGABYTES: Final = MOST_BYTES // 1024**2
_EXAMINING: Final = "Looking at the PDF…"


@dataclass(kw_only=True, slots=True)
class _Desk:
    """What has come of this session's form; `turn` counts up with each letter added, and empties fields."""

    turn: int = 0
    about: BroughtLetter | None = None
    examined: Examined | None = None
    refusal: str = ""
    added: Added | None = None
    added_name: str = ""


def show(here: Context) -> None:
    desk: _Desk = st.session_state.setdefault(_DESK, _Desk())
    if desk.added:
        _say_added(desk.added, desk.added_name)
    left, right = st.columns([2, 3], gap="large")
    with left:
        letter = _form(here, desk.turn)
        if letter != desk.about:  # what was said was said of something else
            desk.examined, desk.refusal = None, ""
        _buttons(here, desk, letter)
    with right:
        _answer(desk)


def _form(here: Context, turn: int) -> BroughtLetter | None:
    """The letter as far as it was typed; None while something is missing."""
    number = st.text_input("NHS number of the patient", key=f"add number {turn}", placeholder="999 000 0018")
    patient = _patient(here, number or "")
    file = st.file_uploader(
        "The letter as PDF",
        type="pdf",
        max_upload_size=_MEGABYTES,
        key=f"add pdf {turn}",
        help="A4 portrait, 10 pages and 2 MB at most, with its fonts embedded, without a password, "
        "form fields or comments.",
    )
    template = st.selectbox(
        "Template",
        here.application.uploads.templates(here.signed_in.service_id, here.signed_in.user),
        format_func=lambda each: each.name,
        index=None,
        placeholder="What kind of letter it is",
        key="add template",
        help="It gives the letter its category and channels. Its text is not used.",
    )
    channel = _channel(template, patient)
    title = st.text_input(
        "Title", max_chars=255, key="add title", placeholder="Discharge summary for your GP"
    )
    reference = st.text_input(
        "Your reference (optional)",
        max_chars=60,
        key=f"add reference {turn}",
        help="Unique to this letter. Left empty, one is made.",
    )
    if not (patient and file and template and channel and title):
        return None
    return BroughtLetter(
        nhs_number=patient.nhs_number,
        template_id=template.id,
        title=title,
        channel=channel,
        filename=file.name,
        pdf=file.getvalue(),
        reference=reference or "",
    )


def _patient(here: Context, number: str) -> Patient | None:
    """Who that is, said before anything happens."""
    if not number.strip():
        return None
    try:
        patient = here.application.uploads.patient(here.signed_in.service_id, here.signed_in.user, number)
    except UserError as error:
        st.markdown(f":red[:material/error: {plain(str(error))}]")
        return None
    st.markdown(
        f":material/person: **{plain(patient.name)}**, born {plain(long_date(patient.date_of_birth))}"
    )
    if patient.deceased:
        st.markdown(":orange[:material/warning: The record says that the patient has died.]")
    if patient.opted_out:
        st.markdown(":orange[:material/warning: The patient has opted out of letters.]")
    return patient


def _channel(template: Template | None, patient: Patient | None) -> Channel | None:
    """One of those that the template offers, each with what the record lacks for it."""
    if template is None:
        return None
    offered = [channel for channel in Channel if channel in template.channels]
    return st.radio(
        "Channel",
        offered,
        format_func=lambda channel: channel.label,
        captions=[_lacking(channel, patient) for channel in offered],
        key=f"add channel {template.id}",
    )


def _lacking(channel: Channel, patient: Patient | None) -> str:
    lacks = missing(patient, channel) if patient else []
    return f"Can't be sent yet: {plain('; '.join(lacks))}" if lacks else ""


def _buttons(here: Context, desk: _Desk, letter: BroughtLetter | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        checked = desk.examined is not None
        if st.button("Check", disabled=letter is None, type="secondary" if checked else "primary") and letter:
            with st.spinner(_EXAMINING):
                _examine(here, desk, letter)
            st.rerun()
        ready = desk.examined is not None and not desk.examined.hindrance
        add = st.button("Add to batch", disabled=not ready, type="primary" if ready else "secondary")
        if add and letter and ready:
            with st.spinner(_EXAMINING):
                _add(here, desk, letter)
            st.rerun()
    if letter is None:
        st.caption("Fill in number, PDF, template and title; then check the letter.")


def _examine(here: Context, desk: _Desk, letter: BroughtLetter) -> None:
    desk.about, desk.examined, desk.refusal, desk.added = letter, None, "", None
    try:
        desk.examined = here.application.uploads.examine(
            here.signed_in.service_id, here.signed_in.user, letter
        )
    except UserError as error:
        desk.refusal = str(error)


def _add(here: Context, desk: _Desk, letter: BroughtLetter) -> None:
    """No call of Streamlit lies between the work and its result: there it could be cut off."""
    name = desk.examined.patient.name if desk.examined else ""
    try:
        desk.added = here.application.uploads.add(here.signed_in.service_id, here.signed_in.user, letter)
    except UserError as error:
        desk.refusal = str(error)
        return
    desk.added_name, desk.turn = name, desk.turn + 1
    desk.about = desk.examined = None


def _say_added(added: Added, name: str) -> None:
    state = "is in the batch" if added.is_new else "was in the batch already"
    with st.container(horizontal=True, vertical_alignment="center", key="added"):
        words = f"The letter for {name} {state}, reference {added.reference}."
        st.markdown(f":green[:material/check_circle:] {plain(words)}", width="content")
        if st.button("Open it", key="open added", type="tertiary", icon=":material/arrow_forward:"):
            view.open_letter(added.letter_id)
            st.switch_page(st.Page(batch_letters.show, default=True))


def _answer(desk: _Desk) -> None:
    if desk.refusal:
        st.error(plain(desk.refusal), icon=":material/error:")
    if desk.examined and desk.about:
        findings.show(desk.examined, desk.about)
    elif not desk.refusal:
        st.caption("What the check finds stands here: the address in the window, and the print rules.")

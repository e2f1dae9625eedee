"""The Patients page: find somebody, see their record and every letter, correct how they are reached."""

from typing import Final

import streamlit as st

from pages import clicks
from pages.batch_letters import page as batch_letters
from pages.batch_letters import view
from pages.context import Context, context
from pages.faults import in_our_words
from pages.patients import contact
from pages.plain_text import plain
from services.domain.errors import NotFound
from services.domain.letter import Letter, Patient
from services.domain.letter_content import spaced_nhs_number
from services.domain.local_time import day, day_and_time
from services.patient_records import MOST_FOUND, PatientRecord

_OPEN: Final = "patient that is open"


def show() -> None:
    """Search, and the record of whoever was chosen."""
    here = context()
    st.header("Patients", anchor=False)
    with in_our_words():
        record = _open(here)
        if record is None:
            _search(here)
        else:
            _record(here, record)


def _open(here: Context) -> PatientRecord | None:
    patient_id: str | None = st.session_state.get(_OPEN)
    if patient_id is None:
        return None
    signed_in = here.signed_in
    try:
        return here.application.patient_records.open(signed_in.service_id, signed_in.user, patient_id)
    except NotFound:
        st.session_state.pop(_OPEN)
        return None


def _search(here: Context) -> None:
    text = st.text_input(
        "Name, NHS number or date of birth",
        key="patients find",
        placeholder="smith, or 999 000 0018, or 3/5/1990",
        max_chars=120,
        width=480,
    )
    signed_in = here.signed_in
    found = here.application.patient_records.find(signed_in.service_id, signed_in.user, text or "")
    if not (text or "").strip():
        st.caption("Part of a name is enough, in any letter case and without accents.")
        return
    if not found:
        st.info(
            "Nobody here is known by that. Check the spelling, or search by another of the three. "
            "New patients come in with a CSV file of letters.",
            icon=":material/search_off:",
        )
        return
    more = f", the first {MOST_FOUND} are shown: type more of the name" if len(found) == MOST_FOUND else ""
    st.caption(f"{len(found)} found{more}")
    with st.container(key="patients found"):
        for patient in found:
            st.button(
                plain(
                    f"{patient.name} · {_born(patient)} · NHS number {spaced_nhs_number(patient.nhs_number)}"
                ),
                key=f"patient {patient.id}",
                on_click=_choose,
                args=(patient.id,),
                icon=":material/person:",
                type="tertiary",
            )


def _choose(patient_id: str | None) -> None:
    clicks.note()
    st.session_state[_OPEN] = patient_id


def _record(here: Context, record: PatientRecord) -> None:
    patient = record.patient
    st.button(
        "Search again", key="patients back", on_click=_choose, args=(None,), icon=":material/arrow_back:"
    )
    st.subheader(plain(patient.name), anchor=False)
    st.markdown(plain(f"{_born(patient)} · NHS number {spaced_nhs_number(patient.nhs_number)}"))
    if patient.deceased:
        st.warning("The record says that the patient has died.", icon=":material/info:")
    documents, details, changes = st.tabs(
        [
            f"Documents ({len(record.letters):,})",
            "Contact and preferences",
            f"Changes ({len(record.changes):,})",
        ]
    )
    with documents:
        _documents(record.letters)
    with details:
        contact.show(here, record)
    with changes:
        _changes(record)


def _documents(letters: tuple[Letter, ...]) -> None:
    if not letters:
        st.info("No letter was written yet.", icon=":material/mail:")
        return
    for letter in letters:
        with st.container(
            border=True, horizontal=True, vertical_alignment="center", key=f"document {letter.id}"
        ):
            removed = ", removed from the batch" if letter.removed_at else ""
            closed = ", closed" if letter.closed_at else ""
            st.markdown(f"**{plain(letter.title)}**", width="content")
            st.badge(letter.row.label, color="gray")
            st.caption(
                plain(
                    f"{letter.template.name}, {day(letter.created_at)}, by {letter.created_by_name}, "
                    f"reference {letter.reference}{closed}{removed}"
                )
            )
            if st.button("Open", key=f"open {letter.id}", type="tertiary", icon=":material/arrow_forward:"):
                view.open_letter(letter.id)
                st.switch_page(st.Page(batch_letters.show, default=True))


def _changes(record: PatientRecord) -> None:
    if not record.changes:
        st.info("Nothing was corrected here yet.", icon=":material/history:")
        return
    st.table(
        [
            {
                "When": day_and_time(change.at),
                "Who": plain(record.names.get(change.user_id, change.user_id)),
                "What": plain(change.field),
                "Before": plain(change.before) or "–",
                "After": plain(change.after) or "–",
            }
            for change in record.changes
        ],
        hide_index=True,
    )


def _born(patient: Patient) -> str:
    born = patient.date_of_birth
    return f"born {born.day} {born:%b %Y}" if born else "no date of birth"

"""The Patients page: find somebody, see their record and every letter, correct how they are reached."""

from typing import Final

import streamlit as st

from pages import clicks
from pages.context import Context, context
from pages.faults import in_our_words
from pages.patients import contact, documents, editing, opened, writing
from pages.plain_text import plain
from services.domain.errors import NotFound
from services.domain.letter import Patient
from services.domain.letter_content import spaced_nhs_number
from services.domain.local_time import day_and_time, day_of
from services.patient_records import MOST_FOUND, PatientRecord

_TOLD: Final = "patient record told"


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
    patient_id = opened.patient_id()
    if patient_id is None:
        return None
    signed_in = here.signed_in
    try:
        return here.application.patient_records.open(signed_in.service_id, signed_in.user, patient_id)
    except NotFound:
        opened.choose(None)
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
    _put_away()
    opened.choose(patient_id)


def _record(here: Context, record: PatientRecord) -> None:
    patient = record.patient
    sheet, edited = writing.desk_of(patient.id), editing.desk()
    if sheet and sheet.added:
        added = ", ".join(f"{each.row.label} ({each.reference})" for each in sheet.added)
        st.session_state[_TOLD] = f"Added to the batch: {added}. It waits there to be printed or sent."
        writing.end()
        st.rerun()
    if edited and edited.saved:
        st.session_state[_TOLD] = "Saved: the letter is made anew."
        editing.end()
        st.rerun()
    _back(record, begun=bool(sheet or edited))
    _heading(record)
    if edited:
        editing.show(here, edited)
    elif sheet:
        writing.show(here, patient, sheet)
    else:
        _tabs(here, record)


def _back(record: PatientRecord, *, begun: bool) -> None:
    if begun:
        st.button("Back to the record", key="record back", on_click=_put_away, icon=":material/arrow_back:")
        return
    with st.container(horizontal=True):
        st.button(
            "Search again", key="patients back", on_click=_choose, args=(None,), icon=":material/arrow_back:"
        )
        if record.may_write:
            st.button(
                "Write a letter",
                key="write a letter",
                type="primary",
                icon=":material/edit_document:",
                on_click=_write,
                args=(record.patient.id,),
            )


def _write(patient_id: str) -> None:
    clicks.note()
    writing.begin(patient_id)


def _put_away() -> None:
    clicks.note()
    writing.end()
    editing.end()


def _heading(record: PatientRecord) -> None:
    patient = record.patient
    st.subheader(plain(patient.name), anchor=False)
    st.markdown(plain(f"{_born(patient)} · NHS number {spaced_nhs_number(patient.nhs_number)}"))
    if patient.deceased:
        st.warning("The record says that the patient has died.", icon=":material/info:")
    if patient.opted_out:
        st.warning("The patient has opted out of letters.", icon=":material/info:")
    if told := st.session_state.pop(_TOLD, None):
        st.success(plain(told), icon=":material/check_circle:")


def _tabs(here: Context, record: PatientRecord) -> None:
    shown, details, changes = st.tabs(
        [
            f"Documents ({len(record.letters):,})",
            "Contact and preferences",
            f"Changes ({len(record.changes):,})",
        ]
    )
    with shown:
        documents.show(here, record)
    with details:
        contact.show(here, record)
    with changes:
        _changes(record)


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
    return f"born {day_of(born)}" if born else "no date of birth"

"""How a patient is reached, with what is missing for each channel, and the form that corrects it."""

from typing import Final

import streamlit as st

from pages.context import Context
from pages.plain_text import plain
from services.domain.errors import UserError
from services.domain.letter import Patient, Practice
from services.domain.recipient import missing
from services.domain.vocabulary import Channel
from services.patient_records import Contact, PatientRecord

_TOLD: Final = "patients told"
_NONE: Final = ""
_CHANNELS: Final = (Channel.GP, Channel.E, Channel.H)


def show(here: Context, record: PatientRecord) -> None:
    """What the record says; for those who may write, to be corrected."""
    left, right = st.columns([2, 3], gap="large")
    with right:
        _channels(record.patient)
    with left:
        if record.may_write:
            _form(here, record.patient)
        else:
            _read_only(record.patient)


def _channels(patient: Patient) -> None:
    st.markdown("**Letters can go**")
    for channel in _CHANNELS:
        lacks = missing(patient, channel)
        icon = ":orange[:material/block:]" if lacks else ":green[:material/check_circle:]"
        why = f": {'; '.join(lacks)}" if lacks else ""
        st.markdown(f"{icon} {plain(channel.label + why)}")
    st.caption("Preferences are there to be seen, and force nothing.")


def _form(here: Context, patient: Patient) -> None:
    service_id, user = here.signed_in.service_id, here.signed_in.user
    practices = {each.ods_code: each for each in here.application.patient_records.practices(service_id, user)}
    if patient.practice:
        practices.setdefault(patient.practice.ods_code, patient.practice)
    if told := st.session_state.pop(_TOLD, None):
        words, went_well = told
        (st.success if went_well else st.error)(plain(words))
    with st.form(f"contact {patient.id}", border=False):
        contact = _fields(patient, practices)
        pressed = st.form_submit_button("Save", type="primary")
    if pressed:
        _save(here, patient, contact)
        st.rerun()


def _fields(patient: Patient, practices: dict[str, Practice]) -> Contact:
    key = patient.id
    address = st.text_area(
        "Address, a line each", "\n".join(patient.address), key=f"address {key}", max_chars=800
    )
    mobile = st.text_input("Mobile", patient.mobile, key=f"mobile {key}", max_chars=20)
    codes = [_NONE, *practices]
    present = patient.practice.ods_code if patient.practice else _NONE
    chosen = st.selectbox(
        "Registered GP practice",
        codes,
        index=codes.index(present),
        format_func=lambda code: f"{practices[code].name} ({code})" if code else "None",
        key=f"practice {key}",
    )
    return Contact(
        address=tuple((address or "").splitlines()),
        mobile=mobile or "",
        ods_code=chosen or _NONE,
        sms_consent=st.toggle("Consents to text messages", patient.sms_consent, key=f"consent {key}"),
        large_print=st.toggle("Needs large print", patient.large_print, key=f"large {key}"),
        opted_out=st.toggle("Has opted out of letters", patient.opted_out, key=f"opted {key}"),
    )


def _save(here: Context, patient: Patient, contact: Contact) -> None:
    """No call of Streamlit lies between the work and its result: there it could be cut off."""
    records, signed_in = here.application.patient_records, here.signed_in
    try:
        fields = records.correct(signed_in.service_id, signed_in.user, patient.id, contact)
        words = f"Saved: {', '.join(fields)}." if fields else "Nothing had changed."
        st.session_state[_TOLD] = (words, True)
    except UserError as error:
        st.session_state[_TOLD] = (str(error), False)


def _read_only(patient: Patient) -> None:
    practice = patient.practice
    facts = {
        "Address": ", ".join(patient.address),
        "Mobile": patient.mobile,
        "Registered GP practice": f"{practice.name} ({practice.ods_code})" if practice else "",
        "Consents to text messages": "Yes" if patient.sms_consent else "No",
        "Needs large print": "Yes" if patient.large_print else "No",
        "Has opted out of letters": "Yes" if patient.opted_out else "No",
    }
    for label, value in facts.items():
        st.markdown(f"**{label}**  \n{plain(value) or '–'}")

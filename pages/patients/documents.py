"""The Documents tab: every letter of a patient with its status, history and document, and the ways to act."""

from typing import Final, Literal

import streamlit as st

from pages import clicks
from pages.batch_letters import page as batch_letters
from pages.batch_letters import view
from pages.batch_letters.pane import history, pair_in_words
from pages.context import Context
from pages.patients import editing
from pages.plain_text import plain
from services.domain.letter import Letter
from services.domain.local_time import day
from services.domain.reason import in_words
from services.domain.verdict import Answer, why_not_edited
from services.domain.vocabulary import Badge
from services.letter_detail import LetterDetail, detail
from services.patient_records import PatientRecord

_OPEN: Final = "document that is unfolded"
_COLOURS: Final[dict[Badge, Literal["gray", "blue", "green", "red", "orange"]]] = {
    Badge.WAITING: "gray",
    Badge.ON_ITS_WAY: "blue",
    Badge.ARRIVED: "green",
    Badge.FAILED: "red",
    Badge.IN_DOUBT: "orange",
}


def show(here: Context, record: PatientRecord) -> None:
    """A line a letter, the newest first; one of them unfolded."""
    if not record.letters:
        st.info("No letter was written yet.", icon=":material/mail:")
        return
    for letter in record.letters:
        with st.container(border=True, key=f"document {letter.id}"):
            unfolded = _line(letter)
            if unfolded:
                _details(here, record, letter)


def _line(letter: Letter) -> bool:
    """Returns whether this letter is unfolded."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(letter.row.label, color=_COLOURS[letter.badge])
        st.markdown(f"**{plain(letter.title)}**", width="content")
        removed = ", removed from the batch" if letter.removed_at else ""
        closed = ", closed" if letter.closed_at else ""
        st.caption(
            plain(
                f"{letter.template.name}, {day(letter.created_at)}, by {letter.created_by_name}, "
                f"reference {letter.reference}{closed}{removed}"
            )
        )
        unfolded: bool = st.session_state.get(_OPEN) == letter.id
        st.button(
            "Less" if unfolded else "History and actions",
            key=f"unfold {letter.id}",
            type="tertiary",
            icon=":material/expand_less:" if unfolded else ":material/expand_more:",
            on_click=_unfold,
            args=(None if unfolded else letter.id,),
        )
    return unfolded


def _unfold(letter_id: str | None) -> None:
    clicks.note()
    st.session_state[_OPEN] = letter_id


def _details(here: Context, record: PatientRecord, letter: Letter) -> None:
    application, signed_in = here.application, here.signed_in
    with application.store.read(signed_in.service_id) as uow:
        found = detail(uow, signed_in.user, letter.id, now=application.clock.now())
    _meaning(found)
    labels = {gateway.name: gateway.label for gateway in application.gateways.values()}
    st.table(
        [
            {
                "When": event["at"],
                "What": plain(event["note"] or " → ".join(filter(None, (event["from"], event["to"])))) or "–",
                "By": plain(event["who"] or "") or "–",
                "Reason": plain(event["reason"] or "") or "–",
            }
            for event in history(found, labels)
        ],
        hide_index=True,
    )
    _ways_on(record, found)


def _meaning(found: LetterDetail) -> None:
    letter = found.letter
    st.markdown(plain(f"{letter.row.long_label}: {letter.row.meaning}"))
    if reason := in_words(letter.reason, letter.reason_code):
        st.markdown(f":red[:material/error:] {plain(reason)}")
    if advice := " ".join(filter(None, (letter.row.advice, pair_in_words(found)))):
        st.caption(plain(advice))
    if found.changed:
        st.warning(
            "The record has changed since the letter was written: look at it before it goes out.",
            icon=":material/warning:",
        )


def _ways_on(record: PatientRecord, found: LetterDetail) -> None:
    letter = found.letter
    with st.container(horizontal=True, vertical_alignment="center"):
        if found.pages:
            url = f"/letters/{letter.id}/document.pdf"
            st.link_button("Open the PDF", url, icon=":material/picture_as_pdf:")
        if record.may_write:
            why_not = why_not_edited(letter)
            if st.button("Edit", key=f"edit {letter.id}", disabled=bool(why_not), icon=":material/edit:"):
                editing.begin(letter.id)
                st.rerun()
            if why_not:
                st.caption(plain(why_not))
        possible = [
            action.label for action, verdict in found.verdicts.items() if verdict.answer is not Answer.NO
        ]
        if st.button("Open in Batch letters", key=f"open {letter.id}", icon=":material/arrow_forward:"):
            view.open_letter(letter.id)
            st.switch_page(st.Page(batch_letters.show, default=True))
    st.caption(plain(found.may_not or f"Possible there now: {', '.join(possible)}."))

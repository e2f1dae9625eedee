"""What a check found: the address in the window beside the record's, and each print rule that is broken."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from pages.plain_text import plain
from services.domain.layout import Box, Finding
from services.domain.recipient import postal_lines
from services.domain.verdict import OTHER_ADDRESS
from services.domain.vocabulary import Channel
from services.uploads import BroughtLetter, Examined

_MOST_PLACES: Final = 3


def show(examined: Examined, letter: BroughtLetter) -> None:
    pages = f"{examined.page_count} page{'' if examined.page_count == 1 else 's'}"
    st.markdown(f"**{plain(letter.filename)}**, {pages}")
    if examined.hindrance:
        st.error(
            f"{plain(examined.hindrance)} Choose another channel, or correct the letter.",
            icon=":material/error:",
        )
    if not examined.is_addressed_to_patient and OTHER_ADDRESS not in examined.hindrance:
        st.warning(
            "The address in the window is not this patient's. Is it the right file?",
            icon=":material/warning:",
        )
    _addresses(examined)
    _rules(examined.layout.findings, letter.channel)


def _addresses(examined: Examined) -> None:
    window, record = st.columns(2, border=True)
    with window:
        st.caption("Read in the envelope's window")
        _lines(examined.layout.address)
    with record:
        st.caption("On the patient's record")
        _lines(postal_lines(examined.patient))


def _lines(lines: Sequence[str]) -> None:
    st.markdown("  \n".join(plain(line) for line in lines) or ":gray[None]")


def _rules(found: Sequence[Finding], channel: Channel) -> None:
    if not found:
        st.markdown(":green[:material/check_circle:] It keeps all print rules.")
        return
    if channel is not Channel.H:
        st.markdown(
            ":orange[:material/warning:] It breaks print rules: it can be added, and can't go by hybrid mail."
        )
    st.table(
        [
            {
                "Page": str(finding.page or "All"),
                "What is wrong": plain(finding.reason),
                "Where": plain(_places(finding.boxes)),
                "Rule": plain(finding.code),
            }
            for finding in found
        ],
        hide_index=True,
    )


def _places(boxes: Sequence[Box]) -> str:
    said = [
        f"{box.left:g} mm from the left, {box.top:g} mm from the top, {box.width:g} × {box.height:g} mm"
        for box in boxes[:_MOST_PLACES]
    ]
    more = len(boxes) - _MOST_PLACES
    return "; ".join([*said, f"{more} more places"] if more > 0 else said)

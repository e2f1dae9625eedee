"""The form of a template, and the list of merge fields that its text may use."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from pages.plain_text import plain
from services.domain.letter import Template
from services.domain.merge_fields import MERGE_FIELDS, WRITTEN_FIELDS
from services.domain.vocabulary import Channel
from services.templates import LONGEST_BODY, Draft

EMPTY: Final = Draft(name="", category="", body="", channels=frozenset({Channel.PRINT}))
"""What a new template's form says before anything is typed."""


def draft_of(template: Template) -> Draft:
    """The template as its form shows it."""
    return Draft(
        name=template.name,
        category=template.category,
        body=template.body,
        channels=template.channels,
        dual_mode=template.dual_mode,
    )


def show(template: Template | None, others: Sequence[Template], key: str) -> Draft:
    """What stands in the form, of this template or of a new one; `key` changes when it is to be filled anew."""
    given = draft_of(template) if template else EMPTY
    name = st.text_input("Name", given.name, key=f"template name {key}", max_chars=255)
    category = _category(given.category, others, key)
    body = st.text_area(
        "Text",
        given.body,
        key=f"template body {key}",
        max_chars=LONGEST_BODY,
        height=360,
        help="Markdown: an empty line begins a paragraph, **bold**, “- ” before each item of a list, "
        "“## ” before a heading. Salutation and signature are added by themselves.",
    )
    return Draft(
        name=(name or "").strip(),
        category=(category or "").strip(),
        body=(body or "").strip(),
        channels=_channels(given, key),
        dual_mode=st.toggle(
            "Dual mode: a paper copy for the patient goes with an electronic letter",
            given.dual_mode,
            key=f"template dual {key}",
        ),
    )


def _category(given: str, others: Sequence[Template], key: str) -> str | None:
    known = sorted({each.category for each in others} | {given} - {""})
    return st.selectbox(
        "Category",
        known,
        index=known.index(given) if given else None,
        placeholder="Choose one, or type a new one",
        accept_new_options=True,
        key=f"template category {key}",
    )


def _channels(given: Draft, key: str) -> frozenset[Channel]:
    st.markdown("**Channels that it may go by**")
    return frozenset(
        channel
        for channel in Channel
        if st.checkbox(channel.label, channel in given.channels, key=f"template {channel} {key}")
    )


def show_merge_fields() -> None:
    """Every field with what it becomes."""
    with st.expander("Merge fields"):
        st.caption("Write them so, with the braces. Whatever is misspelt is refused, with its line.")
        for heading, names in {
            "From the record and the service": [name for name in MERGE_FIELDS if name not in WRITTEN_FIELDS],
            "Asked for when the letter is written": WRITTEN_FIELDS,
        }.items():
            st.markdown(f"**{heading}**")
            st.markdown("\n".join(f"- `{{{{ {name} }}}}` {plain(MERGE_FIELDS[name])}" for name in names))

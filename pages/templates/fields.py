"""The form of a template, and the list of merge fields that its text may use."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from pages import typed
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


def show(given: Draft, others: Sequence[Template], key: str) -> Draft:
    """What stands in the form; `key` changes when it is to be filled anew with what is given."""
    name = st.text_input("Name", key=typed.key(f"template name {key}", given.name), max_chars=255)
    category = _category(given.category, others, key)
    body = st.text_area(
        "Text",
        key=typed.key(f"template body {key}", given.body),
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
            "Dual mode: with a paper copy",
            key=typed.key(f"template dual {key}", given.dual_mode),
            help="A letter that goes electronically brings a second one on paper, to the patient.",
        ),
    )


def _category(given: str, others: Sequence[Template], key: str) -> str | None:
    known = sorted({each.category for each in others} | {given} - {""})
    return st.selectbox(
        "Category",
        known,
        index=None,
        placeholder="Choose one, or type a new one",
        accept_new_options=True,
        key=typed.key(f"template category {key}", given or None),
    )


def _channels(given: Draft, key: str) -> frozenset[Channel]:
    st.markdown("**Channels that it may go by**")
    return frozenset(
        channel
        for channel in Channel
        if st.checkbox(channel.label, key=typed.key(f"template {channel} {key}", channel in given.channels))
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

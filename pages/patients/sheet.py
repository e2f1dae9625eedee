"""The form of a letter that is written or edited: title, the fields of its template, free text."""

from collections.abc import Mapping

import streamlit as st

from pages import typed
from pages.plain_text import plain
from services.domain.letter import Template
from services.domain.merge_fields import FREE_TEXT, MERGE_FIELDS, asked_for
from services.templates import SAMPLE_VALUES
from services.writing import LONGEST, LONGEST_TITLE, LONGEST_VALUE


def title(given: str, key: str) -> str:
    return st.text_input("Title", key=typed.key(f"title {key}", given), max_chars=LONGEST_TITLE) or ""


def fields(template: Template, given: Mapping[str, str], key: str) -> dict[str, str]:
    """What the template asks the writer for; all else comes from the record."""
    return {
        name: _field(name, typed.key(f"{name} {key}", given.get(name, "")))
        for name in asked_for(template.body)
    }


def _field(name: str, key: str) -> str:
    label, limit = name.replace("_", " ").capitalize(), LONGEST.get(name, LONGEST_VALUE)
    if name == FREE_TEXT:
        told = plain(MERGE_FIELDS[name])
        return st.text_area(label, key=key, max_chars=limit, height=200, help=told) or ""
    return st.text_input(label, key=key, max_chars=limit, placeholder=SAMPLE_VALUES[name]) or ""


def what_is_missing(written: Mapping[str, str]) -> str:
    """What has to be filled in before there is a letter, as a sentence; empty where all is."""
    names = ", ".join(name.replace("_", " ") for name, value in written.items() if not value.strip())
    return f"Fill in {names}: then the letter stands here as it will print." if names else ""

"""What a template said before, and who changed it when."""

import streamlit as st

from pages.context import Context
from pages.plain_text import plain
from services.domain.letter import Template, TemplateVersion
from services.domain.local_time import day_and_time


def show(here: Context, template: Template) -> None:
    """Every version, the present one first, its text one click away."""
    signed_in = here.signed_in
    found = here.application.templates.versions(signed_in.service_id, signed_in.user, template.id)
    with st.expander(f"Versions ({len(found)})"):
        for version in found:
            st.markdown(f"**Version {version.number}** {plain(_by(version))}")
            st.code(version.body, language=None, wrap_lines=True)


def _by(version: TemplateVersion) -> str:
    if version.at is None:
        return "came with the installation"
    return f"saved by {version.user_id} on {day_and_time(version.at)}"

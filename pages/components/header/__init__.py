"""The line at the top right: the service, who I am, the worker's dot, and logging out."""

from typing import TypedDict

import streamlit as st

from pages.components.assets import joined


class WorkerDot(TypedDict):
    state: str  # running, late or stopped
    label: str


class HeaderData(TypedDict):
    service: str
    user: str
    role: str
    marks: list[str]  # what a glance must tell: "Demo data", "Sandbox: nothing really leaves"
    worker: WorkerDot


_HEADER = st.components.v2.component(
    "page_header",
    css=joined("kit/base.css", "header/header.css"),
    js=joined("kit/mount.js", "kit/elements.js", "header/header.js"),
)


def header(data: HeaderData, *, key: str) -> None:
    """Shows the line. Logging out goes straight to the server: no run of the script is needed."""
    _HEADER(key=key, data={**data, "key": key})

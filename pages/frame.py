"""What stands around every page: navigation, who I am, the service, and the worker's state."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import streamlit as st

from pages import places, typed, visits, ways
from pages.components.header import header
from pages.context import Context, context
from pages.plain_text import plain
from services.health import WorkerHealth, WorkerState, worker_health

_WORKER_WORDS = {
    WorkerState.RUNNING: "Worker running",
    WorkerState.LATE: "Worker late",
    WorkerState.STOPPED: "Worker stopped",
}
_STYLE: Final = Path(__file__).with_name("frame.css")
_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" '
    'fill="#005EB8"/><path d="M3 5h10v7H3zM3 5l5 4 5-4" fill="none" stroke="#fff" stroke-width="1.3"/></svg>'
)
_KIND_WORDS = {"demo": "Demo data", "pilot": "Pilot"}
_SIMULATED = "Sandbox: nothing really leaves"


def show() -> None:
    """Run the page that the address names, within the frame."""
    st.set_page_config(page_title="Batch letters", page_icon=_ICON, layout="wide")
    st.html(_STYLE)
    here = context()
    pages = places.open_to(here.signed_in.user)
    chosen = st.navigation(pages, position="top")
    ways.note(pages)
    visits.note(chosen.url_path)
    typed.keep()
    _frame(here)
    chosen.run()


@st.fragment(run_every="10s")
def _frame(_first: Context) -> None:
    here = context(touch=False)
    with here.application.store.read(here.signed_in.service_id) as uow:
        health = worker_health(uow, here.application.clock.now())
        service = uow.people.service()
    header(
        {
            "service": service.name,
            "user": here.signed_in.user.name,
            "role": here.signed_in.user.role.label,
            "marks": _marks(here, service.kind),
            "worker": {"state": health.state, "label": _WORKER_WORDS[health.state]},
        },
        key="header",
    )
    _say(health, {gateway.name: gateway.label for gateway in here.application.gateways.values()})


def _marks(here: Context, kind: str) -> list[str]:
    marks = (_KIND_WORDS.get(kind), _SIMULATED if here.application.settings.simulated else None)
    return [mark for mark in marks if mark]


def _say(health: WorkerHealth, gateway_labels: Mapping[str, str]) -> None:
    if health.state is WorkerState.STOPPED:
        st.warning(
            "The worker is not running: queued letters wait and no status is brought up to date. Nothing is "
            "lost. It goes on as soon as it is started again; tell a superuser.",
            icon=":material/pause_circle:",
        )
    for gateway, why in health.paused.items():
        label = gateway_labels.get(gateway, gateway)
        st.warning(plain(why if why.startswith(label) else f"{label}: {why}"), icon=":material/error:")

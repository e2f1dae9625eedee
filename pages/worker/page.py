"""The Worker page: a card for each delivery provider, the workers, and reports that belong to no letter."""

from datetime import datetime, timedelta

import streamlit as st

from pages import clicks
from pages.context import Context, context
from pages.faults import in_our_words
from pages.plain_text import plain
from services.access import Permission, may
from services.domain.local_time import day_and_time
from services.health import WorkerState
from services.ports.letters import StrayReport
from services.watch import Beat, GatewayWatch, Watch, retry_now, settle_strays, watch

_TOLD = "worker page told"
_WORDS = {
    WorkerState.RUNNING: ("Running", "green", "Letters are sent and statuses brought up to date."),
    WorkerState.LATE: (
        "Late",
        "orange",
        "No sign of life for 15 seconds. If it stays so, restart it.",
    ),
    WorkerState.STOPPED: ("Stopped", "red", "Queued letters wait. Nothing is lost: start the worker again."),
}


def show() -> None:
    """The whole page; it refreshes itself."""
    _board()


@st.fragment(run_every="5s")
def _board() -> None:
    here = context(touch=False)
    with in_our_words():
        application, now = here.application, here.application.clock.now()
        with application.store.read(here.signed_in.service_id) as uow:
            seen = watch(uow, now, application.gateways)
        _show(here, seen, now)


def _show(here: Context, seen: Watch, now: datetime) -> None:
    st.header("Worker", anchor=False)
    words, colour, means = _WORDS[seen.health.state]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(words, color=colour)  # type: ignore[arg-type]  # one of its colours
        st.caption(means)
    if told := st.session_state.pop(_TOLD, None):
        st.success(told, icon=":material/check:")
    can_retry = may(here.signed_in.user, Permission.RETRY_WORKER)
    for gateway in seen.gateways:
        _card(here, gateway, now, can_retry=can_retry)
    _workers(seen.beats, now)
    _strays(here, seen.strays, can_settle=can_retry)


def _card(here: Context, gateway: GatewayWatch, now: datetime, *, can_retry: bool) -> None:
    queue = gateway.queue
    with st.container(border=True, key=f"gateway {gateway.name}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(plain(gateway.label), anchor=False, width="content")
            if gateway.paused:
                st.badge("Paused", color="red", icon=":material/pause:")
            else:
                st.badge("Letters flow", color="green", icon=":material/check:")
            if can_retry:
                _retry_button(here, gateway)
        if gateway.paused:
            st.warning(plain(f"{gateway.why} {_until(gateway, now)}".strip()), icon=":material/error:")
        with st.container(horizontal=True, gap="medium"):
            _figure("Queued", f"{queue.ready:,}")
            _figure("Oldest queued", _age(queue.oldest, now))
            _figure("In doubt", f"{queue.in_doubt:,}")
            _figure("On their way", f"{queue.on_its_way:,}")
            _figure("Last answer", _age(gateway.answered_at, now, never="Never", ago=" ago"))


def _retry_button(here: Context, gateway: GatewayWatch) -> None:
    waits = gateway.paused or gateway.queue.ready or gateway.queue.in_doubt
    st.button(
        "Retry now",
        key=f"retry {gateway.name}",
        on_click=_retry,
        args=(here, gateway.name),
        disabled=not waits,
        help="Sends what waits and tries a paused provider, without waiting for the next try. "
        "A pause that the provider itself asked for is kept.",
    )


def _figure(label: str, value: str) -> None:
    st.metric(label, value, width="content")


def _until(gateway: GatewayWatch, now: datetime) -> str:
    until = gateway.state.rest_until
    return f"Next try at {day_and_time(until)}." if until and until > now else ""


def _age(at: datetime | None, now: datetime, *, never: str = "–", ago: str = "") -> str:
    """In the largest unit that says enough."""
    if at is None:
        return never
    age = max(now - at, timedelta(0))
    for unit, word in ((timedelta(days=1), "d"), (timedelta(hours=1), "h"), (timedelta(minutes=1), "min")):
        if age >= unit:
            return f"{age // unit} {word}{ago}"
    return f"{int(age.total_seconds())} s{ago}"


def _workers(beats: list[Beat], now: datetime) -> None:
    st.subheader("Signs of life", anchor=False)
    if not beats:
        st.caption("No worker has ever run here.")
        return
    st.table(
        [
            {
                "Worker": beat.worker[-12:],
                "On": f"{beat.host}, process {beat.pid}",
                "Seen": _age(beat.at, now, ago=" ago"),
            }
            for beat in beats[:10]
        ]
    )


def _strays(here: Context, strays: list[StrayReport], *, can_settle: bool) -> None:
    st.subheader("Reports that belong to no letter", anchor=False)
    if not strays:
        st.caption("None. What a provider reports of a letter that nobody here knows is kept and listed.")
        return
    st.caption("No letter here has their reference. Find out at the provider what they are.")
    labels = {name: gateway.label for name, gateway in here.application.gateways.items()}
    st.table(
        [
            {
                "Came": day_and_time(stray.at),
                "From": plain(labels.get(stray.gateway, stray.gateway)),
                "Says": plain(stray.code),
                "Provider's reference": plain(stray.provider_id),
                "Our reference": plain(stray.reference),
            }
            for stray in strays
        ]
    )
    if can_settle:
        ids = [stray.id for stray in strays]
        words = "Seen to: no longer list " + ("this" if len(ids) == 1 else f"these {len(ids)}")
        st.button(words, key="settle strays", on_click=_settle, args=(here, ids))


def _retry(here: Context, gateway: str) -> None:
    clicks.note()
    application, signed_in = here.application, here.signed_in
    carrier = application.gateways[gateway]
    with in_our_words():
        retry_now(application.store, application.clock, signed_in.service_id, signed_in.user, carrier)
        st.session_state[_TOLD] = f"{carrier.label} is tried again now."


def _settle(here: Context, ids: list[str]) -> None:
    clicks.note()
    application, signed_in = here.application, here.signed_in
    with in_our_words():
        settle_strays(application.store, application.clock, signed_in.service_id, signed_in.user, ids)
        st.session_state[_TOLD] = "They are kept, and no longer listed."

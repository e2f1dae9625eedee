"""What is shown after a click: a result for each letter, a file that downloads by itself, recent prints."""

from datetime import timedelta
from typing import Final

import streamlit as st

from pages import clicks
from pages.batch_letters import view as views
from pages.batch_letters.view import View
from pages.components.letters_table import Download
from pages.context import Context
from pages.plain_text import plain
from services import files
from services.batch.results import BatchResult, LetterResult, Outcome
from services.domain.ids import new_id
from services.domain.local_time import LONDON
from services.domain.prints import Print
from services.domain.vocabulary import Action

RECENT: Final = timedelta(minutes=10)
_MOST_LINES: Final = 50
_RESULT = "batch letters result"
_DOWNLOAD = "batch letters download"
_MESSAGE = "batch letters message"
_DONE_WORDS: Final = {
    Action.PRINT: "printed as one PDF",
    Action.DOWNLOAD: "in one PDF, no status was changed",
    Action.SEND: "queued for sending",
    Action.RESEND: "queued for sending again",
    Action.CHANGE_CHANNEL: "moved to another channel",
    Action.REMOVE: "removed from the batch",
    Action.CLOSE: "closed",
    Action.REOPEN: "opened again",
}


def say(message: str) -> None:
    """A sentence that stands above the table until the next click."""
    st.session_state[_MESSAGE] = message
    st.session_state.pop(_RESULT, None)


def keep_result(here: Context, result: BatchResult) -> None:
    """Show this result from now on; the file that was made downloads by itself."""
    st.session_state[_RESULT] = result
    st.session_state.pop(_MESSAGE, None)
    if result.made:
        fetch_print(here, result.made)


def fetch_print(here: Context, made: Print) -> None:
    """A new single-use link to a print, which the browser follows at once."""
    _offer(here, files.PRINT, made.filename, {"print_id": made.id})


def offer_list(here: Context, view: View) -> None:
    """The CSV of all that the filters match."""
    stamp = here.application.clock.now().astimezone(LONDON)
    _offer(here, files.CSV, f"letters-{stamp:%Y-%m-%d-%H%M}.csv", files.list_payload(view.filters, view.sort))


def download() -> Download | None:
    """The last file offered. The browser fetches it once."""
    offered: Download | None = st.session_state.get(_DOWNLOAD)
    return offered


def show() -> None:
    """The message or the result of the last click, in a line of a fixed height: the table never moves."""
    message, result = st.session_state.get(_MESSAGE), last_result()
    with st.container(
        height=52, border=False, horizontal=True, vertical_alignment="center", key="last click"
    ):
        if result:
            _show_result(result)
        elif message:
            st.markdown(f":blue[:material/info:] {plain(message)}")
        else:
            st.markdown(
                ":gray[Tick letters, then press Print/Send selected. A click on a row opens the letter.]"
            )


def last_result() -> BatchResult | None:
    """What became of the letters of the last click."""
    result: BatchResult | None = st.session_state.get(_RESULT)
    return result


def _offer(here: Context, kind: str, filename: str, payload: dict[str, object]) -> None:
    application = here.application
    token = files.offer(
        application.store,
        application.clock,
        application.settings,
        here.signed_in,
        kind=kind,
        filename=filename,
        payload=payload,
    )
    st.session_state[_DOWNLOAD] = Download(url=f"/files/{token}", filename=filename, nonce=new_id())


def _show_result(result: BatchResult) -> None:
    not_done = result.of(Outcome.FAILED) + result.of(Outcome.SKIPPED)
    icon = ":orange[:material/rule:]" if not_done else ":green[:material/check_circle:]"
    st.markdown(f"{icon} {plain(summary(result))}", width="stretch")
    with st.popover("Each letter", width="content", key="each letter"):
        for line in not_done[:_MOST_LINES]:
            _show_line(line)
        done = result.of(Outcome.DONE)
        st.markdown("\n".join(f"- {plain(line.name)}: done" for line in done[:_MOST_LINES]))
        if max(len(done), len(not_done)) > _MOST_LINES:
            st.caption(f"The first {_MOST_LINES} of each kind are shown.")
    st.button("Hide", key="hide result", type="tertiary", on_click=_hide)


def _show_line(line: LetterResult) -> None:
    """Leads to the letter, since something is left to do with it."""
    st.button(
        f"{plain(line.name)}: {line.outcome}. {plain(line.reason)}",
        key=f"result {line.action} {line.letter_id}",
        type="tertiary",
        on_click=_open,
        args=(line.letter_id,),
    )


def summary(result: BatchResult) -> str:
    """One sentence on each kind of outcome."""
    parts = [
        f"{len(done):,} {_DONE_WORDS[action]}"
        for action in Action
        if (done := result.of(Outcome.DONE, action))
    ]
    parts += [
        _not_done(outcome, lines)
        for outcome in (Outcome.SKIPPED, Outcome.FAILED)
        if (lines := result.of(outcome))
    ]
    return ". ".join(parts) + "." if parts else "There was nothing to do."


def _not_done(outcome: Outcome, lines: list[LetterResult]) -> str:
    reason = f": {lines[0].reason.rstrip('.')}" if len(lines) == 1 else ""
    return f"{len(lines):,} {outcome}{reason}"


def show_prints(here: Context) -> None:
    """The files of the last minutes, each to be fetched again by a new link. For those who may act."""
    with here.application.store.read(here.signed_in.service_id) as uow:
        prints = files.recent_prints(uow, here.signed_in, here.application.clock.now() - RECENT)
    if not prints:
        return
    waiting = sum(made.fetched_at is None for made in prints)
    label = f"Recent prints ({len(prints)})" + (f" · {waiting} not fetched" if waiting else "")
    with st.popover(label, icon=":material/print:", key="recent prints"):
        st.caption("Files of the last ten minutes. Each click makes a new link that works once.")
        for made in prints:
            state = "fetched" if made.fetched_at else "not fetched yet"
            at = f"{made.created_at.astimezone(LONDON):%H:%M}"
            words = "letter" if made.letter_count == 1 else "letters"
            st.button(
                f"{at} · {made.letter_count:,} {words} · {state}",
                key=f"print {made.id}",
                icon=":material/download:",
                on_click=_fetch_again,
                args=(here, made),
            )


def _fetch_again(here: Context, made: Print) -> None:
    clicks.note()
    fetch_print(here, made)


def _hide() -> None:
    clicks.note()
    st.session_state.pop(_RESULT, None)


def _open(letter_id: str) -> None:
    clicks.note()
    views.open_letter(letter_id)

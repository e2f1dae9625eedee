"""What is shown after a click: a result for each letter, a file that downloads by itself, recent prints."""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages import clicks
from pages.batch_letters import view as views
from pages.batch_letters.progress import CUT_SHORT, bar
from pages.batch_letters.view import View
from pages.components.letters_table import Download
from pages.context import Context
from pages.faults import UNFORESEEN
from pages.plain_text import plain
from services import files
from services.batch.results import BatchResult, LetterResult, Outcome
from services.control import control
from services.domain.errors import UserError
from services.domain.ids import new_id
from services.domain.local_time import LONDON, day_and_time
from services.domain.prints import Print
from services.domain.vocabulary import Action

log = logging.getLogger(__name__)

_MOST_LINKS: Final = 50  # a page with more buttons would be slow; the other letters stand as text
_LONGEST: Final = 100  # characters of a reason in the line above the table
_LAST = "batch letters last click"
_DONE_WORDS: Final = {
    Action.PRINT: "printed as one PDF",
    Action.DOWNLOAD: "in one PDF, no status was changed",
    Action.SEND: "queued for sending",
    Action.RESEND: "queued for sending again",
    Action.NEW_LINK: "queued with a new link",
    Action.STOP_LINK: "can’t be opened by the link any more",
    Action.CHANGE_CHANNEL: "moved to another channel",
    Action.REMOVE: "removed from the batch",
    Action.CLOSE: "closed",
    Action.REOPEN: "opened again",
}


@dataclass(kw_only=True, slots=True)
class _LastClick:
    """What came of the last click, and the last file offered, which the browser fetches once.

    advice says how the file is to be printed.
    """

    message: str = ""
    result: BatchResult | None = None
    advice: str = ""
    download: Download | None = None

    def say(self, message: str) -> None:
        self.message, self.result = message, None


def _last() -> _LastClick:
    last: _LastClick = st.session_state.setdefault(_LAST, _LastClick())
    return last


def say(message: str) -> None:
    """A sentence that stands above the table until the next click."""
    _last().say(message)


@dataclass(frozen=True, kw_only=True, slots=True)
class Needed:
    """The letters whose PDFs a click needs, and where to show how many of them there are."""

    ids: Collection[str]
    place: DeltaGenerator


def carry_out(here: Context, work: Callable[[], BatchResult], needed: Needed | None = None) -> None:
    """Do a click's work, show its result from now on, and let the file that was made download by itself.

    Streamlit may cut a run at any of its calls, as it does when somebody closes the dialog meanwhile. From
    the work to its result there is none, so that nothing goes out without being said. What may take long
    and has to show something, making the PDFs, comes before it and changes nothing.
    """
    last = _last()
    try:
        if needed:
            last.say(CUT_SHORT)  # and this stands if it is
            who = here.signed_in.service_id, here.signed_in.user
            here.application.batch.prepare(*who, needed.ids, bar(needed.place))
        result = work()
    except UserError as error:
        last.say(str(error))
        return
    except Exception:
        log.exception("a click could not be carried out")
        last.say(UNFORESEEN)
        return
    last.message, last.result = "", result
    last.advice = how_to_print(here) if result.of(Outcome.DONE, Action.PRINT) else ""
    if result.made:
        last.download = _link_to_print(here, result.made)


def offer_list(here: Context, view: View) -> None:
    """The CSV of all that the filters match."""
    stamp = here.application.clock.now().astimezone(LONDON)
    payload = files.list_payload(view.filters, view.sort)
    _last().download = _link(here, files.CSV, f"letters-{stamp:%Y-%m-%d-%H%M}.csv", payload)


def download() -> Download | None:
    """The last file offered. The browser fetches it once."""
    return _last().download


def notice() -> str | None:
    """What came of the last click, in one sentence or two."""
    last = _last()
    return (summary(last.result) if last.result else last.message) or None


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """The line of the last click: `words` holds its sentence, and before that the bar of a click's PDFs."""

    whole: DeltaGenerator
    words: DeltaGenerator


def line() -> Line:
    """An empty one. It is there before anything is in it: the table never moves."""
    whole = st.container(horizontal=True, vertical_alignment="center", key="last click")
    return Line(whole=whole, words=whole.empty())


def show(into: Line) -> None:
    """The message or the result of the last click."""
    last = _last()
    if last.result:
        into.words.markdown(_sentence(last.result, last.advice), width="stretch")
        with into.whole:
            _show_each(last.result)
    elif last.message:
        into.words.markdown(f":blue[:material/info:] {plain(last.message)}")
    else:
        into.words.markdown(
            ":gray[Tick letters, then press Print/Send selected. A click on a row opens the letter.]"
        )


def _link_to_print(here: Context, made: Print) -> Download:
    """A new single-use link to a print, which the browser follows at once."""
    return _link(here, files.PRINT, made.filename, {"print_id": made.id})


def _link(here: Context, kind: str, filename: str, payload: dict[str, object]) -> Download:
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
    return Download(url=f"/files/{token}", filename=filename, nonce=new_id())


def how_to_print(here: Context) -> str:
    """What the printer's own settings may not be: two pages on a side put two patients on one sheet."""
    with here.application.store.read(here.signed_in.service_id) as uow:
        simplex = control(uow, "simplex")
    sides = ", on one side of the paper" if simplex else ""
    return f"Print it at full size, one page on a side{sides}."


def _sentence(result: BatchResult, advice: str) -> str:
    all_done = len(result.of(Outcome.DONE)) == len(result.results)
    icon = ":green[:material/check_circle:]" if all_done else ":orange[:material/rule:]"
    return f"{icon} {plain(summary(result))}" + (f" :gray[{plain(advice)}]" if advice else "")


def _show_each(result: BatchResult) -> None:
    not_done = result.of(Outcome.FAILED) + result.of(Outcome.SKIPPED)
    with st.popover("Each letter", width="content", key="each letter"):
        for line in not_done[:_MOST_LINKS]:
            _show_line(line)
        more = [f"- {_words(line)}" for line in not_done[_MOST_LINKS:]]
        done = [f"- {plain(line.name)}: done" for line in result.of(Outcome.DONE)]
        st.markdown("\n".join(more + done))
    st.button("Hide", key="hide result", type="tertiary", on_click=_hide)


def _show_line(line: LetterResult) -> None:
    """Leads to the letter, since something is left to do with it."""
    st.button(
        _words(line),
        key=f"result {line.action} {line.letter_id}",
        type="tertiary",
        on_click=_open,
        args=(line.letter_id,),
    )


def _words(line: LetterResult) -> str:
    return f"{plain(line.name)}: {line.outcome}. {plain(line.reason)}"


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
    reason = f": {_in_short(lines[0].reason)}" if len(lines) == 1 else ""
    return f"{len(lines):,} {outcome}{reason}"


def _in_short(reason: str) -> str:
    """A long reason by its first sentence: "Each letter" has the others."""
    return (reason if len(reason) <= _LONGEST else reason.partition(". ")[0]).rstrip(".")


def show_prints(here: Context) -> None:
    """Recent files, each to be fetched again by a new link. For those who may act."""
    with here.application.store.read(here.signed_in.service_id) as uow:
        prints = files.recent_prints(uow, here.signed_in, here.application.clock.now())
    if not prints:
        return
    waiting = sum(made.fetched_at is None for made in prints)
    label = f"Recent prints ({len(prints)})" + (f" · {waiting} not fetched" if waiting else "")
    with st.popover(label, icon=":material/print:", key="recent prints"):
        st.caption(
            "Files of the last ten minutes, and of a week those that nobody has fetched. "
            "Each click makes a new link that works once."
        )
        for made in prints:
            state = "fetched" if made.fetched_at else "not fetched yet"
            at = day_and_time(made.created_at)
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
    _last().download = _link_to_print(here, made)


def _hide() -> None:
    clicks.note()
    _last().say("")


def _open(letter_id: str) -> None:
    clicks.note()
    views.open_letter(letter_id)
